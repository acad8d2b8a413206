"""Another kind of index in the same files: things of Wagtail's admin, found by model and field.

What the product's index asks by permission keys, this one asks by model; who may see what is the database's affair,
which filters and orders the numbers that come out of here (`search.admin_backend`).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from whoosh import columns, fields

from search.analysis import guess_language, index_terms, surface, words
from search.completing import written_forms
from search.engines.base import Health
from search.engines.whoosh import WhooshEngine
from search.engines.whoosh.reading import Snapshot
from search.engines.whoosh.schema import Prepared
from search.terms import MOST_WORDS

# Between the name of a field and a term: no word contains it.
OF_FIELD = "\x1f"
# Before one or two letters that words begin with: thousands do, and gathering them took up to two seconds.
STARTS, FEW_LETTERS = "\x1e", 2
# No phrase runs from one field into the next.
_GAP = 100
_SHAPE = "shape:"
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Text:
    """The words of one field. A related thing's fields have no `name`: nobody can ask for them alone."""

    name: str
    words: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Record:
    """One object: `models` are its own label and those of what it inherits from, `digest` tells when it has changed."""

    uid: str  # "wagtailcore.page:12"
    pk: str
    models: frozenset[str]
    texts: tuple[Text, ...] = ()
    beginnings: tuple[Text, ...] = ()
    language: str = ""
    digest: int = 0


def in_field(name: str, term: str) -> str:
    """Return a term as it stands in one field only."""
    return f"{name}{OF_FIELD}{term}"


def make_schema() -> fields.Schema:
    """Return the schema of a new index."""
    return fields.Schema(
        uid=Prepared(stored=True),
        text=Prepared(),
        exact=Prepared(with_places=True),
        beginning=Prepared(),
        completed=Prepared(),
        keys=fields.COLUMN(columns.RefBytesColumn()),
        **{name: fields.COLUMN(columns.NumericColumn("q")) for name in ("pk", "length", "title_length", "updated")},
    )


def make_row(record: Record) -> dict[str, Any]:
    """Return what Whoosh's `add_document` is given for a record: terms of all fields together and of each alone."""
    found = [(text, words(text.words)[:MOST_WORDS]) for text in record.texts]
    language = guess_language([word for _, part in found for word in part], record.language)
    terms: defaultdict[str, float] = defaultdict(float)
    places: defaultdict[str, list[int]] = defaultdict(list)
    place = 0
    for text, part in found:
        _weigh(terms, text, part, language)
        for word in part:
            places[surface(word)].append(place)
            if text.name:
                places[in_field(text.name, surface(word))].append(place)
            place += 1
        place += _GAP
    completed, beginnings = _completion(record.beginnings, language)
    return {
        "uid": record.uid,
        "text": terms,
        "exact": dict(places),
        "beginning": beginnings,
        "completed": completed,
        "keys": " ".join(sorted(record.models)).encode(),
        "pk": int(record.pk) if is_number(record.pk) else -1,
        "length": max(1, sum(len(part) for _, part in found)),
        "title_length": 0,
        "updated": record.digest,
    }


def is_number(pk: str) -> bool:
    """Say whether a primary key fits into a column of numbers; others (UUIDs) are read from the uid."""
    return pk.isascii() and pk.isdigit() and len(pk) < 19


def _weigh(terms: defaultdict[str, float], text: Text, part: list[str], language: str) -> None:
    for word, count in Counter(part).items():
        for term, share in index_terms(word, language):
            terms[term] += share * count * text.boost
            if text.name:
                terms[in_field(text.name, term)] += share * count


def _completion(texts: Iterable[Text], language: str) -> tuple[dict[str, float], set[str]]:
    """Return base forms, and words as written with their pieces: what begins so, and what is a form of the word."""
    completed: defaultdict[str, float] = defaultdict(float)
    beginnings: set[str] = set()
    for text in texts:
        part = words(text.words)[:MOST_WORDS]
        _weigh(completed, text, part, language)
        written = {form for word in part for form in written_forms(word)}
        written |= {STARTS + form[:few] for form in written for few in range(1, FEW_LETTERS + 1)}
        beginnings |= written | ({in_field(text.name, form) for form in written} if text.name else set())
    return dict(completed), beginnings


class RecordIndex(WhooshEngine):
    """An index of records in a folder of its own: files, locks, generations and checks are those of the product's."""

    make_schema = staticmethod(make_schema)
    make_row: Callable[[Any], dict[str, Any]] = staticmethod(make_row)

    def ask(self, question: Callable[[Snapshot], Answer]) -> Answer:
        """Put a question to the newest state; SearchAwayError whatever is wrong with the files."""
        return self._read(question)

    def health(self, thorough: bool = False, shape: int | None = None) -> Health:
        """Say whether the index is whole, and made of the same models and fields (`shape`) as they are now."""
        health = super().health(thorough)
        if shape is None or not health.is_well:
            return health
        marked = self.ask(lambda snapshot: snapshot.frequency("uid", f"{_SHAPE}{shape}"))
        return health if marked else Health(health.documents, health.version, "the index has other models or fields")

    def digests(self) -> dict[str, int]:
        """Return every uid with the digest of what was indexed under it."""
        return {uid: digest for uid, digest in self.uids().items() if not uid.startswith(_SHAPE)}


def shape_record(shape: int) -> Record:
    """Return the record by which an index says which models and fields it was made of; no model's search meets it."""
    return Record(uid=f"{_SHAPE}{shape}", pk="", models=frozenset())


def pk_of(snapshot: Any, number: int) -> str:
    """Return the primary key of a document as text."""
    pk = int(snapshot.numbers("pk")[number])
    return str(pk) if pk >= 0 else str(snapshot.uid(number)).partition(":")[2]
