"""What an engine tells `search.spelling`: its words, and how many documents of a reader have one."""

from search.engines.base import Document, SearchRequest
from search.query import parse
from search.spelling import propose


def test_names_are_told_apart_from_texts(engine):
    engine.rebuild([
        Document("page:1", "page", frozenset({"c:1"}), "Revontulet", "kuutamo"),
        Document("person:1", "person", frozenset({"c:2"}), "Siobhan O'Brien"),
        Document("file:1", "file", frozenset({"c:1"}), "Kaamosraportti.pdf"),
    ])  # fmt: skip
    engine.upsert([Document("page:2", "page", frozenset({"c:1"}), "Hämäräretki", "kuutamo")])
    names, texts = engine.vocabulary(1, 100, in_names=True), engine.vocabulary(2, 100)
    assert {"siobhan", "o'brien", "hämäräretki"} <= set(names)
    assert "kuutamo" not in names
    assert "kuutamo" in texts
    assert "siobhan" not in texts
    asked = ["siobhan", "hämäräretki", "kaamosraportti", "kuutamo"]
    assert list(engine.readable_counts(asked, frozenset({"c:1"}), in_names=True).values()) == [0, 1, 0, 0]
    assert engine.readable_counts(["siobhan"], frozenset({"c:2"}), in_names=True) == {"siobhan": 1}
    assert engine.readable_counts(["kaamosraportti.pdf"], frozenset({"c:1"})) == {"kaamosraportti.pdf": 1}


def test_words_and_what_a_reader_may_see_of_them(engine):
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
