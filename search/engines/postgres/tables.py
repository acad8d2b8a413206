"""Where an index lies in PostgreSQL: a table for each generation, and one row that says which of them is in use.

    search_index                  the generation in use, its layout and the version of its terms
    search_index_1763768723       a row a document; made anew by a rebuild, dropped when nobody reads it any more
    search_index_1763768723_words its words (`search.engines.postgres.words`); comes and goes with it

The tables are a cache of the house and no models: nothing refers to them, `pg_dump --exclude-table-data='search_index*'`
leaves them out, and the worker makes them again where they are missing.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, transaction
from psycopg.pq import Format
from psycopg.sql import SQL, Composable, Identifier

from intranet.locks import HOUSE
from intranet.prepared import binding_cursor
from search.analysis import analyzer_version
from search.engines.base import SearchAwayError

# Raised whenever a table below changes: an index of another layout cannot be read.
LAYOUT = 3
STATE = "search_index"
# Second numbers of advisory locks: writes share the first and a change of generation has it alone; rebuilds take turns.
_WRITING, _REBUILDING = 0x5EA0, 0x5EA1
# What a question and a check of everything may take at most, and how long others are waited for (milliseconds).
_LONGEST_QUESTION, _LONGEST_CHECK, _LONGEST_WAIT, _LONGEST_DROP = "3000", "3600000", "20000", "2000"

_STATE = f"""
    CREATE TABLE IF NOT EXISTS {STATE} (
        only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
        generation text NOT NULL, layout int NOT NULL, analyzer text NOT NULL
    )"""
# `words`: the terms of the text (x), of the title (t), as written (e), those that stand out (d, D). `marks`: beginnings of
# the words of the title (b) and tags (g). `spoken`: the words as written, for phrases. `weights`, `seal`: see `rows`.
# What is long lies outside the rows and what is asked of all of them inside, so that thousands are read in no time; what
# is looked at in hundreds of documents a question is not compressed.
_GENERATION = """
    CREATE TABLE {table} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        uid text NOT NULL UNIQUE,
        kind text NOT NULL,
        keys text[] NOT NULL,
        community bigint NOT NULL, author bigint NOT NULL, tags text[] NOT NULL,
        updated bigint NOT NULL,
        care text NOT NULL, review date, question text NOT NULL, has_file boolean NOT NULL,
        language text NOT NULL, year int NOT NULL,
        length int NOT NULL, title_length int NOT NULL,
        digest bigint NOT NULL, seal bytea NOT NULL,
        marks tsvector NOT NULL,
        words tsvector NOT NULL, spoken text NOT NULL, weights bytea NOT NULL
    ) WITH (toast_tuple_target = 128)"""
_WORDS = 'CREATE TABLE {words} (word text COLLATE "C" PRIMARY KEY, documents int NOT NULL, names int NOT NULL)'
_STORAGE = (
    "ALTER TABLE {table} ALTER words SET STORAGE EXTERNAL, ALTER weights SET STORAGE EXTERNAL, "
    "ALTER uid SET STORAGE MAIN, ALTER keys SET STORAGE MAIN, ALTER tags SET STORAGE MAIN, ALTER marks SET STORAGE MAIN, "
    "ALTER seal SET STORAGE MAIN"
)
_INDEXES = (
    "CREATE INDEX ON {table} USING gin (words) WITH (fastupdate = off)",
    "CREATE INDEX ON {table} USING gin (marks) WITH (fastupdate = off)",
    "CREATE INDEX ON {table} USING gin (keys) WITH (fastupdate = off)",
)


@dataclass(frozen=True, slots=True)
class State:
    """The generation in use."""

    table: str
    layout: int
    analyzer: str

    @property
    def words(self) -> Identifier:
        """Return the name of the table of its words as SQL."""
        return Identifier(f"{self.table}_words")

    @property
    def name(self) -> Identifier:
        """Return the table's name as SQL."""
        return Identifier(self.table)


def run(statement: Composable | str, values: Any = None) -> list[tuple[Any, ...]]:
    """Run a statement of ours in the house's own connection and return its rows."""
    with connection.cursor() as cursor:
        text = statement if isinstance(statement, str) else statement.as_string(connection.connection)
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else []


def run_in_bytes(statement: Composable) -> list[tuple[Any, ...]]:
    """Run a statement as `run` does, for rows with long bytes: they come as they are.

    As text the weights of a thousand documents take twice the time of server and process: two letters a byte.
    """
    with binding_cursor() as cursor:
        cursor.cursor.format = Format.BINARY
        cursor.execute(statement.as_string(connection.connection))
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def begin_question(*, is_patient: bool = False) -> State:
    """Return the generation in use, inside a transaction that is rolled back: its question takes some seconds at most.

    A table is never read from end to end where an index will do: what PostgreSQL does not count is that the terms of a
    document lie outside its row. Who is patient wants to read all of it.
    """
    statement = SQL(
        "SELECT set_config('statement_timeout', {}, true), set_config('enable_seqscan', {}, true), "
        "generation, layout, analyzer FROM {}"
    )
    longest, scans = (_LONGEST_CHECK, "on") if is_patient else (_LONGEST_QUESTION, "off")
    rows = run(statement.format(longest, scans, Identifier(STATE)))
    return _state([row[2:] for row in rows])


def current() -> State:
    """Return the generation in use; SearchAwayError when there is none."""
    return _state(run(f"SELECT generation, layout, analyzer FROM {STATE}"))  # noqa: S608


def _state(rows: list[tuple[Any, ...]]) -> State:
    if not rows:
        raise SearchAwayError("the index is missing")
    state = State(*rows[0])
    if state.layout != LAYOUT:
        raise SearchAwayError("the index has another layout")
    return state


@contextmanager
def writing(*, alone: bool = False) -> Iterator[None]:
    """Hold the generation in use until the end of the transaction: everybody who writes does, a change waits for them."""
    with transaction.atomic():
        [(before, _)] = run(
            "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)", [_LONGEST_WAIT]
        )
        run(f"SELECT pg_advisory_xact_lock{'' if alone else '_shared'}(%s, %s)", [HOUSE, _WRITING])
        yield
        run("SELECT set_config('lock_timeout', %s, true)", [before])


@contextmanager
def rebuilding() -> Iterator[None]:
    """Wait until no other process makes a new index; the lock ends with the connection at the latest."""
    run("SELECT pg_advisory_lock(%s, %s)", [HOUSE, _REBUILDING])
    try:
        yield
    finally:
        # A connection that broke in between took the lock with it.
        with suppress(DatabaseError):
            run("SELECT pg_advisory_unlock(%s, %s)", [HOUSE, _REBUILDING])


def make_generation() -> State:
    """Make the empty table of a generation that nobody uses yet."""
    state = State(f"{STATE}_{time.time_ns()}", LAYOUT, analyzer_version())
    run(_STATE)
    run(SQL(_GENERATION).format(table=state.name))
    run(SQL(_STORAGE).format(table=state.name))
    run(SQL(_WORDS).format(words=state.words))
    return state


def finish_generation(state: State) -> None:
    """Make the indexes, which is quicker when the rows are there, and count what PostgreSQL plans with."""
    for statement in _INDEXES:
        run(SQL(statement).format(table=state.name))
    run(SQL("ANALYZE {table}, {words}").format(table=state.name, words=state.words))


def switch(state: State) -> None:
    """Make a generation the one in use, inside a transaction."""
    run(
        f"INSERT INTO {STATE} (generation, layout, analyzer) VALUES (%s, %s, %s) ON CONFLICT (only_one) DO UPDATE SET "  # noqa: S608
        "generation = EXCLUDED.generation, layout = EXCLUDED.layout, analyzer = EXCLUDED.analyzer",
        [state.table, state.layout, state.analyzer],
    )


def drop_others(state: State) -> None:
    """Remove the generations that are not in use; one that is still read, by a backup say, waits for the next time."""
    for (table,) in run(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename ~ %s"
        " AND tablename NOT IN (%s, %s)",
        [f"^{STATE}_[0-9]+(_words)?$", state.table, f"{state.table}_words"],
    ):
        try:
            with transaction.atomic():
                run("SELECT set_config('lock_timeout', %s, true)", [_LONGEST_DROP])
                run(SQL("DROP TABLE {table}").format(table=Identifier(table)))
        except DatabaseError:
            continue


def is_there() -> bool:
    """Is there any index at all?"""
    return bool(run("SELECT to_regclass(%s) IS NOT NULL", [STATE])[0][0])
