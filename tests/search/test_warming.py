"""What is loaded before somebody waits for it, and that it is loaded once and without holding others up."""

import ctypes
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from simplemma.strategies.dictionaries import StreamDictionaryFactory

from search import analysis, dictionaries, upkeep
from search.voikko import load_voikko

needs_voikko = pytest.mark.skipif(load_voikko() is None, reason="libvoikko is not installed")


@pytest.fixture
def read(monkeypatch):
    """Return which dictionaries are read from now on, in a process that has read none."""
    languages = []

    def read(self, language):
        languages.append(language)
        time.sleep(0.05)  # so that others come while it is being read
        return {"a": language}

    monkeypatch.setattr(StreamDictionaryFactory, "_get_dictionary_uncached", read)
    kept = (analysis._dictionaries, analysis.finnish, analysis._read, analysis.query_terms)
    for memo in kept:
        memo.cache_clear()
    yield languages
    for memo in kept:
        memo.cache_clear()


def test_dictionary_is_read_once_however_many_threads_ask_for_it(read):
    strategy = dictionaries.make_strategy()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _number: strategy.get_lemma("a", "sv"), range(8)))
    assert found == ["sv"] * 8
    assert read == ["sv"]


@needs_voikko
def test_dictionary_that_libvoikko_stands_in_for_is_not_read(read):
    analysis.warm_up()
    assert sorted(read) == ["en", "sv"]


def test_without_libvoikko_all_three_are_read(read, monkeypatch):
    monkeypatch.setenv("LOIKKA_VOIKKO", "0")
    analysis.warm_up()
    assert sorted(read) == ["en", "fi", "sv"]


def test_worker_loads_once_what_its_first_document_needs(read, monkeypatch):
    monkeypatch.setattr(upkeep, "_course", upkeep._Course())
    monkeypatch.setattr(upkeep, "_WARM_AFTER", 0.01)
    for _ in range(2):
        upkeep.keep_index_true()
        for thread in threading.enumerate():
            if isinstance(thread, threading.Timer):
                thread.join(10)
        assert {"en", "sv"} <= set(read)
        assert len(read) == len(set(read))


@needs_voikko
def test_libvoikko_is_called_without_giving_pythons_lock_away():
    """Beside two busy threads a word took ten times as long; how long a thread waits is chance, so the kind is looked at."""
    assert type(load_voikko()._library) is ctypes.PyDLL
