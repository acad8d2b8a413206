"""What the PostgreSQL engine promises about its tables and transactions; the contract of every engine is in `conformance`."""

import os
import signal
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.sql import SQL

from search.engines import SearchAwayError, open_engine
from search.engines.base import FACETS, CatchUp, SearchRequest
from search.engines.postgres import tables as storage
from search.engines.postgres import words
from tests.search.conformance.asking import KEYS, ask, document, word


def made():
    """Return an engine with an empty index, where PostgreSQL is the database."""
    if connection.vendor != "postgresql":
        pytest.skip("only on PostgreSQL: the index is a table of it")
    engine = open_engine("postgres://")
    engine.rebuild([])
    return engine


@pytest.fixture
def engine(db):
    return made()


@pytest.fixture
def lasting(transactional_db):
    """Return an engine whose index other connections see."""
    yield made()
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f'DROP TABLE "{table}"')


def tables() -> list[str]:
    return sorted(table for table in connection.introspection.table_names() if table.startswith("search_index"))


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return cursor.fetchone()[0]


def test_what_a_transaction_takes_back_was_never_written(engine):
    with transaction.atomic():
        engine.upsert([document("page:1", "Talvi")])
        assert ask(engine, "talvi") == ["page:1"]
        transaction.set_rollback(True)
    assert ask(engine, "talvi") == []


def test_batch_is_written_whole_or_not_at_all(engine, monkeypatch):
    from search.engines import postgres

    rows = postgres.row_of

    def spoilt(one):
        row = rows(one)
        return [*row[:3], None, *row[4:]] if one.uid == "page:7" else row

    monkeypatch.setattr(postgres, "row_of", spoilt)
    with pytest.raises(SearchAwayError), transaction.atomic():
        engine.upsert([document(f"page:{n}", "Talvi") for n in range(10)], ["page:99"])
    assert engine.uids() == {}


def state_of(engine) -> tuple[set[str], set[str], set[str]]:
    """Return the documents of an index, its words, and the words of its titles."""
    return set(engine.uids()), set(engine.vocabulary(1, 99)), set(engine.vocabulary(1, 99, in_names=True))


@pytest.mark.parametrize("broken", ["note", "write"])
def test_documents_are_not_written_without_their_words(engine, monkeypatch, broken):
    engine.upsert([document("page:1", "Talvi", "lunta")])
    before = state_of(engine)

    def fail(*_):
        raise DatabaseError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(words if broken == "note" else words.Words, broken, fail)
        with pytest.raises(SearchAwayError):
            engine.upsert([document("page:2", "Syksy", "sadetta")], ["page:1"])
        assert state_of(engine) == before
    engine.upsert([document("page:2", "Syksy", "sadetta")], ["page:1"])
    assert set(engine.uids()) == {"page:2"}
    assert {"syksy", "sade"} <= set(engine.vocabulary(1, 99))


@pytest.mark.parametrize(
    ("place", "name", "is_done"),
    [(words, "note", False), (words.Words, "write", False), (storage, "finish_generation", False),
     (storage, "switch", False), (storage, "drop_others", True)],
)  # fmt: skip
def test_process_killed_between_documents_and_words_leaves_the_one_state_or_the_other(
    lasting, monkeypatch, place, name, is_done
):
    first, second = document("page:1", "Talvi", "lunta"), document("page:2", "Syksy", "sadetta")
    lasting.rebuild([first])
    before = state_of(lasting)

    class Meanwhile(CatchUp):
        def changes(self):
            return [second], []

    def write():
        # What only a rebuild does is asked of one; the rest of writing alone.
        if name in {"note", "write"}:
            lasting.upsert([second])
        lasting.rebuild([first], Meanwhile())

    assert killed_at(monkeypatch, place, name, write)
    for _ in range(2):
        assert lasting.health(thorough=True).is_well
        documents, texts, names = state_of(lasting)
        assert ((documents, texts, names) == before) is not is_done
        assert documents == ({"page:1", "page:2"} if is_done else {"page:1"})
        assert ({"syksy", "sade"} <= texts, "syksy" in names) == (is_done, is_done)
        write()
        is_done = True
    assert len(tables()) == 3


def killed_at(monkeypatch, place, name: str, write) -> bool:
    """Let a process of its own write; return whether it was killed, with -9, where it calls `place.name`."""
    connection.close()  # each has its own
    child = os.fork()
    if not child:
        try:
            monkeypatch.setattr(place, name, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            write()
        finally:
            os._exit(1)
    return os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def test_index_whose_words_are_gone_is_made_anew(engine):
    engine.upsert([document("page:1", "Talvi")])
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE "{next(name for name in tables() if name.endswith("_words"))}"')
    assert engine.health().reason == "the index is missing"
    with pytest.raises(SearchAwayError):
        engine.upsert([document("page:2", "Kesä")])
    engine.rebuild([document("page:2", "Kesä")])
    assert engine.health(thorough=True).is_well
    assert ask(engine, "kesä") == ["page:2"]


def test_question_leaves_the_transaction_around_it_as_it_was(engine):
    names = ("statement_timeout", "enable_seqscan", "lock_timeout")
    before = [setting(name) for name in names]
    engine.upsert([document("page:1", "Talvi")])
    assert ask(engine, "talvi") == ["page:1"]
    assert [setting(name) for name in names] == before
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE search_index")
        with pytest.raises(SearchAwayError):
            ask(engine, "talvi")
        with pytest.raises(SearchAwayError):
            engine.upsert([document("page:2", "Talvi")])
        assert [setting(name) for name in names] == before
        transaction.set_rollback(True)
    assert ask(engine, "talvi") == ["page:1"]


def test_damaged_table_is_away_and_made_anew(engine):
    engine.upsert([document("page:1", "Talvi")])
    table = next(name for name in tables() if name != "search_index")
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" DROP COLUMN weights')
    with pytest.raises(SearchAwayError):
        ask(engine, "talvi")
    assert "could not answer" in engine.health(thorough=True).reason
    engine.rebuild([document("page:1", "Talvi")])
    assert ask(engine, "talvi") == ["page:1"]


def test_index_of_another_layout_is_not_read(engine):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE search_index SET layout = 999")
    assert engine.health().reason == "the index has another layout"
    with pytest.raises(SearchAwayError):
        ask(engine, "talvi")


def test_only_the_generation_in_use_is_kept(engine):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE search_index_123 (left_by text)")  # of a rebuild that was killed
    for _ in range(3):
        engine.rebuild([document("page:1", "Talvi")])
    assert len(tables()) == 3
    assert "search_index_123" not in tables()


def test_question_that_takes_too_long_is_ended(engine, monkeypatch):
    from search.engines.postgres import tables as these

    monkeypatch.setattr(these, "_LONGEST_QUESTION", "1")
    engine.upsert(document(f"page:{n}", "Talvi", "sana " * 50) for n in range(20))
    monkeypatch.setattr(engine, "_measured", lambda state: these.run("SELECT pg_sleep(5)"))
    with pytest.raises(SearchAwayError):
        ask(engine, "talvi")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_where_more_is_found_than_weighed_the_likeliest_are_weighed(engine, monkeypatch, tmp_path):
    from search.engines import lexemes
    from search.engines.postgres import question

    for module in (lexemes, question):
        monkeypatch.setattr(module, "MOST_CANDIDATES", 20)
    documents = [
        document(f"page:{n}", "Sana" if n % 50 == 7 else "Muu", "täyte " * 20 + "sana " * (30 if n % 50 == 8 else 1))
        for n in range(400)
    ]
    engine.upsert(documents)
    whoosh = open_engine(f"whoosh://{tmp_path}/search")
    whoosh.rebuild(documents)
    likely = {f"page:{n}" for n in range(400) if n % 50 in (7, 8)}
    for typed in (["sana"], ["sana", "täyte"]):
        assert set(ask(engine, *typed, limit=16)) == set(ask(whoosh, *typed, limit=16)) == likely
        answer = engine.search(SearchRequest(KEYS, tuple(map(word, typed)), facets=FACETS))
        assert (answer.total, answer.counts) == (400, {"page": 400})
    assert set(ask(engine, "sana", "olematon", limit=16)) == likely


def test_number_of_statements_is_the_same_for_three_and_for_three_hundred_hits(engine):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert engine.search(SearchRequest(KEYS, (word("sana"), word("sivu")), facets=FACETS)).total
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    engine.upsert(document(f"page:{n}", f"Sivu {n}", "sana") for n in range(3))
    before = count()
    engine.upsert(document(f"page:{n}", f"Sivu {n}", "sana") for n in range(300))
    assert count() == before == 5


def test_check_of_everything_takes_the_time_it_needs(engine, monkeypatch):
    from search.engines import postgres
    from search.engines.postgres import tables as these

    engine.upsert([document("page:1", "Talvi")])
    monkeypatch.setattr(these, "_LONGEST_QUESTION", "50")
    monkeypatch.setattr(postgres, "_EVERY_BYTE", SQL("SELECT count(*), pg_sleep(0.3)::text FROM {}"))
    assert engine.health(thorough=True).is_well


def in_threads(*calls) -> list[Exception]:
    """Call everything at the same time, each with a connection of its own; return what went wrong."""
    wrong, start = [], threading.Barrier(len(calls))

    def go(call):
        try:
            start.wait(10)
            call()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return wrong


def test_writers_of_the_same_documents_wait_for_each_other(lasting):
    documents = [document(f"page:{n}", f"Sivu {n}", "sana " * 20) for n in range(60)]

    def write(batch):
        for _ in range(5):
            lasting.upsert(batch, ["page:99"])

    assert in_threads(lambda: write(documents), lambda: write(documents[::-1]), lambda: write(documents[::3])) == []
    assert len(lasting.uids()) == 60


def test_searches_and_writes_go_on_during_a_rebuild_and_nothing_is_lost(lasting):
    first = [document(f"page:{n}", f"Sivu {n}", "sana") for n in range(300)]
    lasting.rebuild(first)
    written, ended = [], threading.Event()

    class Meanwhile(CatchUp):
        def changes(self):
            return list(written), []

    def rebuild():
        try:
            for _ in range(4):
                lasting.rebuild(first, Meanwhile())
        finally:
            ended.set()

    def search():
        while not ended.is_set():
            assert lasting.search(SearchRequest(KEYS, (word("sana"),), limit=1)).total >= 300

    def write():
        number = 1_000
        while not ended.is_set():
            one = document(f"page:{number}", f"Sivu {number}", "sana")
            # As the diary has it: what is told of first, written then.
            written.append(one)
            lasting.upsert([one])
            number += 1

    assert in_threads(rebuild, search, write) == []
    assert set(lasting.uids()) == {one.uid for one in [*first, *written]}


def test_error_of_the_database_is_never_more_than_a_missing_index(engine, monkeypatch):
    def broken(*arguments):
        raise DatabaseError("gone")

    monkeypatch.setattr("search.engines.postgres.tables.run", broken)
    monkeypatch.setattr("search.engines.postgres.run", broken)
    for question in (lambda: ask(engine, "a"), engine.uids, lambda: engine.upsert([document("page:1", "a")])):
        with pytest.raises(SearchAwayError):
            question()
    assert not engine.health().is_well
