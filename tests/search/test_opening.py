"""A new generation is opened beside the old one, which answers until the new one can."""

import gc
import shutil
import threading
import weakref

import pytest

from search.engines import SearchAwayError, open_engine
from search.engines.whoosh import opening
from tests.search.conformance.asking import KEYS, ask, document


@pytest.fixture
def gate(monkeypatch):
    """Hold every opening beside until this is set; every index is a large one."""
    gate = threading.Event()

    class Held(opening.Beside):
        def run(self):
            assert gate.wait(30)
            super().run()

    monkeypatch.setattr(opening, "LARGE", 0)
    monkeypatch.setattr("search.engines.whoosh.Beside", Held)
    yield gate
    gate.set()


@pytest.fixture
def writer(tmp_path):
    """Return the engine of the process that writes; it never asks."""
    made = open_engine(f"whoosh://{tmp_path}/search")
    made.rebuild([document("page:1", "Talvi")])
    return made


@pytest.fixture
def reader(writer):
    """Return the engine of a process that answers questions."""
    made = open_engine(f"whoosh://{writer.store.folder}")
    assert ask(made, "talvi") == ["page:1"]
    return made


def arrived(reader):
    """Wait until what is being opened is open."""
    reader._beside.join(30)
    assert not reader._beside.is_alive()


def test_questions_are_answered_by_the_old_generation_until_the_new_one_is_open(writer, reader, gate):
    writer.rebuild([document("page:2", "Talvi")])
    for _ in range(3):
        assert ask(reader, "talvi") == ["page:1"]
        assert [hit.uid for hit in reader.suggest("tal", KEYS)] == ["page:1"]
    gate.set()
    arrived(reader)
    assert ask(reader, "talvi") == ["page:2"]
    assert [hit.uid for hit in reader.suggest("tal", KEYS)] == ["page:2"]


def test_what_is_written_while_a_generation_is_opened_is_found_in_it(writer, reader, gate):
    writer.rebuild([document("page:2", "Talvi")])
    assert ask(reader, "talvi") == ["page:1"]
    gate.set()
    arrived(reader)
    writer.upsert([document("page:3", "Talvi")])
    assert sorted(ask(reader, "talvi")) == ["page:2", "page:3"]


def test_old_generation_is_let_go_when_the_new_one_answers(writer, reader, gate):
    before = weakref.ref(reader._opened.snapshot)
    writer.rebuild([document("page:2", "Talvi")])
    ask(reader, "talvi")
    gate.set()
    arrived(reader)
    ask(reader, "talvi")
    gc.collect()
    assert before() is None
    assert reader._beside is None


def test_generation_that_is_replaced_while_it_is_opened_is_never_answered_from(writer, reader, gate):
    for number in (2, 3):
        writer.rebuild([document(f"page:{number}", "Talvi")])
        assert ask(reader, "talvi") == ["page:1"]
    gate.set()
    arrived(reader)
    assert ask(reader, "talvi") == ["page:3"]


def test_new_generation_that_is_damaged_or_gone_is_unavailable_as_ever(writer, reader, gate):
    writer.rebuild([document("page:2", "Talvi")])
    assert ask(reader, "talvi") == ["page:1"]
    segment = next(writer.store.current().glob("*.seg"))
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)
    gate.set()
    arrived(reader)
    for _ in range(2):
        with pytest.raises(SearchAwayError):
            ask(reader, "talvi")
    shutil.rmtree(writer.store.folder)
    with pytest.raises(SearchAwayError):
        ask(reader, "talvi")
    writer.rebuild([document("page:3", "Talvi")])
    assert ask(reader, "talvi") == ["page:3"]


def test_words_are_those_of_the_generation_that_answers(writer, reader, gate):
    before = reader.vocabulary_version()
    writer.rebuild([document("page:2", "Kesä"), document("page:3", "Kesä")])
    assert reader.vocabulary_version() == before
    assert "kesä" not in reader.vocabulary(1, 10)
    gate.set()
    arrived(reader)
    assert reader.vocabulary_version()[0] == writer.store.current().name
    assert "kesä" in reader.vocabulary(1, 10)


def test_process_that_rebuilt_has_the_new_generation_when_it_is_done(reader, gate):
    gate.set()
    reader.rebuild([document("page:2", "Talvi")])
    assert reader._opened.generation == reader.store.current().name
    assert ask(reader, "talvi") == ["page:2"]
