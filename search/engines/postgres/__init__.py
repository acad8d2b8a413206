"""The PostgreSQL engine: an index in the house's own database, written in transactions, read by every process."""

import itertools
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from sys import intern
from typing import Any, TypeVar

from django.db import DatabaseError, connection, transaction
from psycopg.sql import SQL, Composable, Identifier

from search.analysis import analyzer_version, surface
from search.completing import readings
from search.engines.base import (
    CatchUp,
    Document,
    Engine,
    Entry,
    Facets,
    Health,
    Hit,
    SearchAwayError,
    SearchRequest,
    SearchResponse,
    commonest,
    words_first,
)
from search.engines.figures import Figures, KeptFigures
from search.engines.lexemes import TAG, TEXT, TITLE, lexemes_of, phrases_of
from search.engines.postgres import tables, words
from search.engines.postgres.completion import complete
from search.engines.postgres.filters import Filters
from search.engines.postgres.question import Question, spoken
from search.engines.postgres.rows import COLUMNS, MADE, SEALED, quoted, row_of
from search.engines.postgres.tables import State, run, run_in_bytes
from search.engines.ranking import MOST_PHRASE_CANDIDATES
from search.engines.scoring import Candidate, Scorer, best_of

logger = logging.getLogger(__name__)

# So many rows are written at a time.
_BATCH = 200
# A word that more documents have is not counted further.
_COUNTED = 100_000

_EVERY_BYTE = SQL(
    "SELECT count(*), sum(length(words) + length(marks) + length(spoken) + length(sha256(weights))), count(tags || keys) FROM {}"
)

# Words to be proposed are read every ten minutes, and documents that have one counted so far.
_WORDS_KEPT_FOR = 600.0
_COUNTED_UP_TO = 100

_NO_TABLE = "42P01"

Answer = TypeVar("Answer")


class PostgresEngine(Engine):
    """An index in PostgreSQL. Safe for threads: each asks in its own connection."""

    def __init__(self) -> None:
        self._kept = KeptFigures()

    # --- reading ---

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request; SearchAwayError whatever is wrong."""
        return self._read(lambda state: self._answer(state, request))

    def suggest(self, prefix: str, keys: frozenset[str], limit: int = 8, each: int = 0) -> list[Hit]:
        """Return what fits what was typed so far, short titles first."""
        asked = readings(prefix)
        return self._read(lambda state: complete(state, asked, keys, limit, each)) if asked else []

    def suggest_tags(self, prefix: str, keys: frozenset[str], limit: int = 5) -> list[tuple[str, int]]:
        """Return tags that begin so, with how many things that may be read carry them."""
        return self._read(lambda state: _suggest_tags(state, surface(prefix), keys, limit))

    def vocabulary_version(self) -> tuple[str, str]:
        """Return the table in use; its words are read again when they are old."""
        return self._read(lambda state: (state.table, str(int(time.time() // _WORDS_KEPT_FOR))))

    def vocabulary(self, least: int, most: int, *, in_names: bool = False) -> list[str]:
        """Return the commonest words, from the table that has them."""
        return self._read(lambda state: words.commonest(state, least, most, in_names=in_names), is_patient=True)

    def readable_counts(self, terms: Sequence[str], keys: frozenset[str], *, in_names: bool = False) -> dict[str, int]:
        """Return how many documents that may be seen have each term, up to a hundred: one statement for all."""
        statement = SQL(
            "SELECT w.place, (SELECT count(*) FROM (SELECT FROM {} d WHERE d.words @@ w.lexeme AND d.keys && {}::text[]{}"
            " LIMIT {}) AS those) FROM unnest({}::text[]::tsquery[]) WITH ORDINALITY AS w (lexeme, place)"
        )
        lexemes = [quoted((TITLE if in_names else TEXT) + term) for term in terms]
        if not lexemes:
            return {}
        others = SQL(" AND d.kind <> 'file'" if in_names else "")
        rows = self._read(
            lambda state: run(statement.format(state.name, sorted(keys), others, _COUNTED_UP_TO, lexemes))
        )
        return {terms[place - 1]: number for place, number in rows}

    def uids(self) -> dict[str, int]:
        """Return every uid with the time of its last change."""
        statement = SQL("SELECT uid, updated FROM {}")
        return self._read(lambda state: dict(run(statement.format(state.name))), is_patient=True)  # type: ignore[arg-type]

    def entries(self) -> dict[str, Entry]:
        """Return every uid with what the index says of it; of a row that was changed in its table no digest."""
        statement = SQL(
            "SELECT uid, updated, array_to_string(keys, ' '), CASE seal WHEN {} THEN digest ELSE 0 END FROM {}"
        )

        def read(state: State) -> dict[str, Entry]:
            rows = run(statement.format(SQL(SEALED), state.name))
            return {uid: Entry(updated, intern(keys), digest) for uid, updated, keys, digest in rows}

        return self._read(read, is_patient=True)

    def health(self, thorough: bool = False) -> Health:
        """Say whether the index is there and of this version; `thorough` reads every row."""
        try:
            version, documents = self._read(lambda state: (state.analyzer, _count(state, thorough)), is_patient=True)
        except SearchAwayError as error:
            return Health(reason=str(error))
        if version != analyzer_version():
            return Health(documents, version, "the index was made by another version of the analysis")
        return Health(documents, version)

    def _read(self, question: Callable[[State], Answer], *, is_patient: bool = False) -> Answer:
        """Ask the generation in use. What a question sets is undone with its transaction, which changes nothing."""
        for attempt in (1, 2):
            try:
                with transaction.atomic():
                    answer = question(tables.begin_question(is_patient=is_patient))
                    transaction.set_rollback(True)
                    return answer
            except SearchAwayError:
                raise
            except DatabaseError as error:
                if getattr(error.__cause__, "sqlstate", "") == _NO_TABLE:
                    # A generation may be dropped between the look at its name and the question.
                    if attempt == 1 and tables.is_there():
                        continue
                    raise SearchAwayError("the index is missing") from error
                logger.warning("search: PostgreSQL could not answer: %s", error)
                raise SearchAwayError("the index could not answer") from error
        raise AssertionError("unreachable")

    def _answer(self, state: State, request: SearchRequest) -> SearchResponse:
        known = self._counted(state, lexemes_of(request))

        def frequency(lexeme: str) -> int:
            return known.get(lexeme, 0)

        return words_first(request, lambda need_all: self._find(state, request, frequency, need_all=need_all))

    def _find(
        self, state: State, request: SearchRequest, frequency: Callable[[str], int], *, need_all: bool
    ) -> SearchResponse:
        told: dict[str, list[tuple[str, int]]] = {}
        for what, value, number in run(Question(state, request, frequency, need_all=need_all).statement()):
            told.setdefault(what, []).append((value, int(number)))
        counts = dict(told.get("kind", ()))
        if request.kinds:
            counts = {kind: number for kind, number in counts.items() if kind in request.kinds}
        wanted = ({request.kind} if request.kind else set()) or request.kinds or counts.keys()
        total = sum(number for kind, number in counts.items() if kind in wanted)
        facets: Facets = {name: commonest(told.get(name, ())) for name in request.facets}
        ids = [value for value, _ in told.get("hit", ())]
        capped = any(number >= MOST_PHRASE_CANDIDATES for _, number in told.get("phrase", ()))
        if request.newest_first or not request.must:
            hits = _named(state, ids)
        else:
            hits = self._weighed(state, request, ids, frequency, need_all=need_all)
        return SearchResponse(total, hits, counts, facets, weak=not need_all and bool(total), capped=capped)

    def _weighed(
        self, state: State, request: SearchRequest, ids: list[str], frequency: Callable[[str], int], *, need_all: bool
    ) -> tuple[Hit, ...]:
        """Return the wanted slice of the candidates, best first."""
        if not ids:
            return ()
        found = _candidates(state, request, ids)
        scorer = Scorer(request, found, self._measured(state), frequency)
        return best_of(request, found, scorer.ranks(need_all=need_all))

    def _measured(self, state: State) -> Figures:
        statement = SQL("SELECT count(*), avg(length), avg(title_length) FROM {}").format(state.name)

        def measure() -> Figures:
            [row] = run(statement)
            return Figures(row[0], float(row[1] or 1), float(row[2] or 1))

        return self._kept.measured(state.table, measure)

    def _counted(self, state: State, lexemes: set[str]) -> dict[str, int]:
        def count(missing: list[str]) -> list[int]:
            statement = SQL(
                "SELECT (SELECT count(*) FROM (SELECT FROM {} d WHERE d.words @@ w.lexeme LIMIT {}) AS those)"
                " FROM unnest({}::text[]::tsquery[]) WITH ORDINALITY AS w (lexeme, place) ORDER BY w.place"
            )
            return [row[0] for row in run(statement.format(state.name, _COUNTED, list(map(quoted, missing))))]

        return self._kept.counted(state.table, lexemes, count)

    # --- writing ---

    def upsert(self, documents: Iterable[Document], removed: Sequence[str] = ()) -> None:
        """Write a batch in one transaction, or in the caller's: what that takes back was never written."""
        rows = {document.uid: row_of(document) for document in documents}
        if not rows and not removed:
            return
        with _unharmed(), tables.writing():
            state = tables.current()
            _write(state, rows, removed)
            words.note(state, rows.values())

    def rebuild(self, documents: Iterable[Document], catch_up: CatchUp | None = None) -> int:
        """Make a new generation from all documents, add what changed meanwhile, and change over."""
        with _unharmed(), tables.rebuilding():
            state = tables.make_generation()
            try:
                count = self._build(state, documents, catch_up)
            except BaseException:
                if not connection.needs_rollback:
                    run(SQL("DROP TABLE IF EXISTS {}, {}").format(state.name, state.words))
                raise
            tables.drop_others(state)
            return count

    def _build(self, state: State, documents: Iterable[Document], catch_up: CatchUp | None) -> int:
        count, waiting, found = 0, iter(documents), words.Words()
        while batch := {document.uid: row_of(document) for document in itertools.islice(waiting, _BATCH)}:
            _write(state, batch, ())
            found.add(batch.values())
            count += len(batch)
        found.write(state)
        tables.finish_generation(state)
        with tables.writing(alone=True):
            if catch_up:
                changed, gone = catch_up.changes()
                rows = {document.uid: row_of(document) for document in changed}
                _write(state, rows, gone)
                words.note(state, rows.values())
            tables.switch(state)
        return count


class _unharmed:  # noqa: N801  # used like a function
    """Turns an error of the database into SearchAwayError."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, DatabaseError):
            raise SearchAwayError("the index could not be written") from error


def _write(state: State, rows: dict[str, list[Any]], removed: Sequence[str]) -> None:
    """Write rows in the order of their uids: two that write the same ones wait for each other, never both."""
    if gone := sorted(set(removed) - rows.keys()):
        run(SQL("DELETE FROM {} WHERE uid = ANY({}::text[])").format(state.name, gone))
    if not rows:
        return
    columns = SQL(", ").join(map(Identifier, COLUMNS))
    values = SQL(", ").join(SQL(MADE.get(name, "%s")) for name in COLUMNS)
    updates = SQL(", ").join(SQL("{0} = EXCLUDED.{0}").format(Identifier(name)) for name in COLUMNS)
    statement = SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT (uid) DO UPDATE SET {}").format(
        state.name, columns, values, updates
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(statement.as_string(connection.connection), [rows[uid] for uid in sorted(rows)])


def _count(state: State, thorough: bool) -> int:
    # The words are looked at too: without their table nothing can be written, and nobody would make it again.
    run(SQL("SELECT FROM {} LIMIT 1").format(state.words))
    statement = _EVERY_BYTE if thorough else SQL("SELECT count(*) FROM {}")
    return int(run(statement.format(state.name))[0][0])


def _named(state: State, ids: list[str]) -> tuple[Hit, ...]:
    statement = SQL("SELECT id::text, uid, updated FROM {} WHERE id = ANY({}::bigint[])")
    rows = run(statement.format(state.name, _listed(ids))) if ids else []
    found = {number: Hit(uid, float(updated)) for number, uid, updated in rows}
    return tuple(found[number] for number in ids)


def _listed(ids: list[str]) -> str:
    """Return numbers of rows as one value; psycopg looks at each of a list by itself."""
    return f"{{{','.join(ids)}}}"


def _candidates(state: State, request: SearchRequest, ids: list[str]) -> list[Candidate]:
    phrases = [SQL("strpos(spoken, {}) > 0").format(spoken(phrase)) for phrase in phrases_of(request)]
    settled = Filters(request).settled
    columns: list[Composable] = [SQL("uid, kind, updated, length, title_length, weights"), settled, *phrases]
    statement = SQL("SELECT {} FROM {} AS d WHERE id = ANY({}::bigint[]) ORDER BY id")
    rows = run_in_bytes(statement.format(SQL(", ").join(columns), state.name, _listed(ids)))
    return [Candidate._make((*row[:7], row[7:])) for row in rows]


def _suggest_tags(state: State, prefix: str, keys: frozenset[str], limit: int) -> list[tuple[str, int]]:
    statement = SQL(
        "SELECT tag, count(*) FROM {} AS d, unnest(tags) AS tag WHERE d.marks @@ {}::tsquery AND d.keys && {}::text[]"
        " AND starts_with(tag, {}) GROUP BY tag ORDER BY 2 DESC, 1 LIMIT {}"
    ).format(state.name, quoted(TAG + prefix) + ":*", sorted(keys), prefix, limit)
    return [(tag, number) for tag, number in run(statement)]
