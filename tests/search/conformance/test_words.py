"""What an engine tells `search.spelling`: its words, and how many documents of a reader have one."""

import pytest

from search.engines.base import Document, SearchRequest
from search.query import parse
from search.spelling import propose


def test_words_and_what_a_reader_may_see_of_them(engine):
    if not engine.vocabulary_version()[0]:
        pytest.skip("only on engines that propose words")
    engine.rebuild(
        Document(f"page:{number}", "page", frozenset({place}), f"Otsikko{number}", word)
        for number, (place, word) in enumerate(
            [("c:1", "kuutamo"), ("c:1", "kuutamo"), ("c:2", "kuutamo"), ("c:2", "revontuli"), ("c:2", "revontuli")]
        )
    )
    words = engine.vocabulary(2, 100)
    assert {"kuutamo", "revontuli"} <= set(words)
    assert "otsikko1" not in words
    assert len(engine.vocabulary(1, 1)) == 1
    assert engine.readable_counts(["kuutamo", "revontuli", "zzz"], frozenset({"c:1"})) == {
        "kuutamo": 2, "revontuli": 0, "zzz": 0,
    }  # fmt: skip
    assert engine.readable_counts([], frozenset({"c:1"})) == {}
    for typed, word, key in (("kuutmo", "kuutamo", "c:1"), ("revontli", "", "c:1"), ("revontli", "revontuli", "c:2")):
        query = parse(typed)
        request = SearchRequest(frozenset({key}), tuple(query.must))
        assert propose(engine, query, request, engine.search(request)) == word
