"""The backend for modelsearch: the index says which objects have the words and how well they fit.

Filters, ordering, slices and counts by value are the database's, so everything a queryset can say holds in a search.
"""

import functools
import json
import logging
import tempfile
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.db import connections, models
from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import RawSQL
from modelsearch.backends.base import (
    BaseIndex,
    BaseSearchBackend,
    BaseSearchQueryCompiler,
    BaseSearchResults,
    FilterFieldError,
)
from modelsearch.index import class_is_indexed
from modelsearch.query import MatchAll

from search.admin_backend import plain
from search.engines import SearchAwayError, engine

with warnings.catch_warnings():
    warnings.simplefilter("ignore", SyntaxWarning)  # as in `search.engines.open_engine`
    from search.admin_backend.asking import Question, find
    from search.admin_backend.extracting import record_of, shape, uid_for
    from search.engines.whoosh.records import Record, RecordIndex, Text, shape_record

if TYPE_CHECKING:
    from search.engines.base import CatchUp

logger = logging.getLogger(__name__)

# Numbers for one query are sent as one value: databases allow some thousand parameters only.
_AS_TABLE: dict[str, tuple[str, Callable[[Sequence[int]], Any]]] = {
    "sqlite": ("SELECT value FROM json_each(%s)", json.dumps),
    "postgresql": ("SELECT unnest(%s::bigint[])", list),
}
# A rebuild by modelsearch's command waits in memory until it is written, and beyond this in a file.
_IN_MEMORY = 16 << 20


@functools.cache
def _index_in(folder: Path) -> RecordIndex:
    return RecordIndex(folder)


def record_index(path: str = "") -> RecordIndex:
    """Return this process's index of a folder; without one that inside the folder of the house's own index."""
    if path:
        return _index_in(Path(path))
    house = engine().store.folder if settings.SEARCH_URL.startswith("whoosh:") else settings.DATA_DIR / "search"  # type: ignore[attr-defined]
    return _index_in(house / "admin")


def among(queryset: QuerySet[Any], pks: Sequence[Any]) -> QuerySet[Any]:
    """Return those of a queryset that have one of these primary keys, of which there may be a hundred thousand."""
    table = _AS_TABLE.get(connections[queryset.db].vendor)
    if table is None or not all(isinstance(pk, int) for pk in pks):
        return queryset.filter(pk__in=list(pks))
    return queryset.filter(pk__in=RawSQL(table[0], [table[1](pks)]))  # noqa: S611  # one of the two lines above


class WhooshQueryCompiler(BaseSearchQueryCompiler):
    """A query, and what was found for it: asked of the index once, of the database once."""

    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True
    is_begun = False

    @property
    def takes_all(self) -> bool:
        """Is there nothing to ask the index?"""
        return isinstance(self.query, MatchAll)

    def found(self, index: RecordIndex) -> list[tuple[Any, float]] | Q:
        """Return (primary key, score), the best first; without an index the condition that takes its place."""
        if not hasattr(self, "_found"):
            self._found = self._ask(index)
        return self._found

    def _ask(self, index: RecordIndex) -> list[tuple[Any, float]] | Q:
        model = self.queryset.model
        boosts = {field.field_name: float(field.boost or 1) for field in model.get_searchable_search_fields()}
        fields = tuple((name, boosts.get(name, 1.0)) for name in self.fields or ())
        question = Question(self.query, model._meta.label_lower, fields, self.is_begun)
        try:
            hits = index.ask(lambda snapshot: find(snapshot, question))
        except SearchAwayError as error:
            logger.warning("search in the admin: %s; asking the database itself", error)
            return plain.condition(model, self.query, self.fields, is_begun=self.is_begun)
        to_python = model._meta.pk.to_python
        return [(to_python(pk), score) for pk, score in hits]

    def matched(self, index: RecordIndex) -> QuerySet[Any]:
        """Return the queryset with nothing but what was found."""
        if self.takes_all:
            return self.queryset  # type: ignore[no-any-return]
        found = self.found(index)
        if isinstance(found, Q):
            return self.queryset.filter(found)  # type: ignore[no-any-return]
        return among(self.queryset, [pk for pk, _ in found])

    def ranked(self, index: RecordIndex) -> list[tuple[Any, float]]:
        """Return what was found and is in the queryset, the best first: its filters are obeyed here."""
        if not hasattr(self, "_ranked"):
            there = list(self.matched(index).order_by().values_list("pk", flat=True))
            found = self.found(index)
            scores = [(pk, 1.0) for pk in sorted(set(there), reverse=True)] if isinstance(found, Q) else found
            allowed = set(there)
            self._ranked = [(pk, score) for pk, score in scores if pk in allowed]
        return self._ranked


class WhooshAutocompleteQueryCompiler(WhooshQueryCompiler):
    """The same for words that are being typed."""

    is_begun = True


class WhooshSearchResults(BaseSearchResults):
    """What was found, as a queryset of it would be."""

    supports_facet = True

    def _do_search(self) -> list[Any]:
        compiler = self.query_compiler
        if self._is_empty():
            return []
        if compiler.takes_all or not compiler.order_by_relevance:
            found = compiler.matched(self.backend.index)
            if not compiler.order_by_relevance and not found.query.order_by:
                found = found.order_by("-pk")
            return [self._scored(item, 1.0) for item in found[self.start : self.stop]]
        wanted = compiler.ranked(self.backend.index)[self.start : self.stop]
        items = {item.pk: item for item in among(compiler.queryset, [pk for pk, _ in wanted]).order_by()}
        return [self._scored(items[pk], score) for pk, score in wanted if pk in items]

    def _is_empty(self) -> bool:
        """Say whether nothing is wanted; a paginator asks an empty list for [0:0]."""
        return self.query_compiler.queryset.query.is_empty() or (self.stop is not None and self.stop <= self.start)

    def _scored(self, item: Any, score: float) -> Any:
        if self._score_field:
            setattr(item, self._score_field, float(score))
        return item

    def _do_count(self) -> int:
        compiler = self.query_compiler
        if self._is_empty():
            return 0
        total: int = compiler.queryset.count() if compiler.takes_all else len(compiler.ranked(self.backend.index))
        return int(max(0, (total if self.stop is None else min(total, self.stop)) - self.start))

    def facet(self, field_name: str) -> "OrderedDict[Any, int]":
        """Return how many of each value of a field there are in what was found, the commonest first."""
        compiler = self.query_compiler
        if compiler._get_filterable_field(field_name) is None:
            raise FilterFieldError(
                f'Cannot facet search results with field "{field_name}". Please add '
                f"index.FilterField('{field_name}') to {compiler.queryset.model.__name__}.search_fields.",
                field_name=field_name,
            )
        if compiler.queryset.query.is_empty():
            return OrderedDict()
        found = compiler.matched(self.backend.index).order_by()
        rows = found.values(field_name).annotate(count=Count("pk")).order_by("-count")
        return OrderedDict((row[field_name], row["count"]) for row in rows)


class WhooshIndex(BaseIndex):
    """Writing to the index in use."""

    @property
    def records(self) -> RecordIndex:
        """The index itself."""
        return self.backend.index  # type: ignore[no-any-return]

    def add_items(self, model: type[models.Model], items: Sequence[Any]) -> None:
        """Write objects of one model over what was there of them."""
        if class_is_indexed(model):
            self.records.upsert([record_of(item) for item in items])  # type: ignore[misc]

    def delete_item(self, item: Any) -> None:
        """Take an object out."""
        self.records.upsert([], [uid_for(type(item), item.pk)])

    def reset(self) -> None:
        """Take everything out."""
        self.records.rebuild([shape_record(shape())])  # type: ignore[list-item]


class _Gathering(BaseIndex):
    """Keeps what a rebuild is given until all of it is there; the index in use is searched and written meanwhile."""

    def __init__(self, backend: Any) -> None:
        super().__init__(backend)
        self.file: IO[str] = tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115

    def add_items(self, model: type[models.Model], items: Sequence[Any]) -> None:
        """Keep some objects of one model."""
        for item in items:
            record = record_of(item)
            texts, beginnings = (
                [(text.name, text.words, text.boost) for text in part] for part in (record.texts, record.beginnings)
            )
            line = (record.uid, record.pk, sorted(record.models), texts, beginnings, record.language, record.digest)
            self.file.write(json.dumps(line) + "\n")

    def records(self) -> Iterator[Record]:
        """Yield everything again."""
        self.file.seek(0)
        for line in self.file:
            uid, pk, labels, texts, beginnings, language, digest = json.loads(line)
            parts, begun = (tuple(Text(*text) for text in part) for part in (texts, beginnings))
            yield Record(uid, pk, frozenset(labels), parts, begun, language, digest)


class WhooshRebuilder:
    """For modelsearch's own command: a new generation beside the one in use, then the change-over."""

    def __init__(self, index: WhooshIndex) -> None:
        self.index = index
        self.catch_up: CatchUp | None = None

    def start(self) -> _Gathering:
        """Return where to put the objects."""
        self.catch_up = self.index.backend.catch_up()
        self.gathering = _Gathering(self.index.backend)
        return self.gathering

    def finish(self) -> None:
        """Write everything, add what has changed meanwhile, change over."""
        with self.gathering.file:
            self.index.records.rebuild(self._records(), self.catch_up)

    def _records(self) -> Iterator[Any]:
        yield shape_record(shape())
        yield from self.gathering.records()


class WhooshSearchBackend(BaseSearchBackend):
    """Keeps its index inside the folder of the house's own, or in PATH, which knows no diary."""

    query_compiler_class = WhooshQueryCompiler
    autocomplete_query_compiler_class = WhooshAutocompleteQueryCompiler
    index_class = WhooshIndex
    results_class = WhooshSearchResults
    rebuilder_class = WhooshRebuilder
    catch_indexing_errors = True

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.params = params
        self.index = record_index(params.get("PATH", ""))

    def catch_up(self) -> "CatchUp | None":
        """Return what will know of the changes since now."""
        if "PATH" in self.params:
            return None
        from search.admin_backend.following import ChangesSince

        return ChangesSince()


SearchBackend = WhooshSearchBackend
