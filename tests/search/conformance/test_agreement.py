"""Two engines over the same documents: the same hits, counts and facets, and nearly the same order as Whoosh's."""

import functools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from search.engines import open_engine
from search.engines.base import CARES, FACETS, QUESTIONS, Document, SearchRequest, Some
from search.query import parse
from tests.scale.search_bench import Corpus
from tests.search.conformance.conftest import OTHERS, opener

SIZE, READABLE, TOP = 400, 60, 10
MOST = 1_000
OVERLAP = 0.8
DAY = datetime(2026, 3, 1, tzinfo=UTC)


@functools.cache
def corpus() -> tuple[list[Document], list[str]]:
    """Return documents of real word forms and the questions that are asked about them."""
    made, dice = Corpus(seed=11), random.Random(11)
    documents = [_standing(number, document) for number, document in enumerate(made.documents(SIZE))]
    texts = [document.body.split() for document in documents]
    people = [
        Document(
            f"person:{n}", "person", frozenset({"people", f"u:{n}", f"m:{n}"}), f"{name} {texts[n][0].title()}", ""
        )
        for n, name in enumerate(("Äijälä", "Åke", "Matti", "Maija", "Mattila"), 1)
    ]
    places = [
        Document(f"community:{n}", "community", frozenset({f"c:{n}", "listed"}), " ".join(texts[n][:2]), community_id=n)
        for n in range(1, 20)
    ]

    def part(length: int) -> str:
        words = texts[dice.randrange(SIZE)]
        start = dice.randrange(len(words) - length)
        return " ".join(words[start : start + length])

    singles = [made.text(language, 1) for language in ("fi", "fi", "fi", "sv", "en") for _ in range(8)]
    questions = [
        *singles,
        *(part(2) for _ in range(15)),
        *(part(3) for _ in range(10)),
        *(made.text("fi", 3) for _ in range(10)),  # hardly ever all in one: some will do
        *(f'"{part(2)}"' for _ in range(10)),
        *(f'"{part(3)}" {part(1)}' for _ in range(5)),
        *(f"{part(1)} -{made.common}" for _ in range(5)),
        *(f"{part(1)} OR {part(1)}" for _ in range(5)),
        *(f'{part(1)} OR "{part(2)}"' for _ in range(5)),
        *(f"title:{document.title.split()[0]}" for document in documents[1:60:7] if document.title),
        *(document.title for document in documents[1:60:7] if document.title),
        made.common, f"{made.common} {made.words['fi'][1]}", "mattila", "aijala", "äijälä", "olematonsana",
    ]  # fmt: skip
    return [*documents, *people, *places], questions


def _standing(number: int, document: Document) -> Document:
    """Return a document with a state, every few of them with a file."""
    if document.kind == "post":
        return replace(document, question=QUESTIONS[number % len(QUESTIONS)], has_file=number % 4 == 0, language="")
    care, day = CARES[1 + number % 3], DAY.date() + timedelta(days=number % 30 - 10) if number % 5 else None
    return replace(document, care=care, review_on=day, has_file=number % 7 == 0)


def fill(engine):
    """Make the index of all documents, then change it the way changes come: some again, some gone."""
    documents, _ = corpus()
    engine.rebuild(documents)
    engine.upsert(documents[::2], ["page:1", "post:3"])
    return engine


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Return Whoosh with all documents."""
    return fill(open_engine(f"whoosh://{tmp_path_factory.mktemp('reference')}/search"))


@pytest.fixture(scope="module")
def apart(tmp_path_factory):
    """Return a function: engine outside the database -> that engine with all documents, filled once."""
    return functools.cache(lambda name: fill(opener(name, tmp_path_factory.mktemp(name))()))


@pytest.fixture(params=["plain", *OTHERS])
def both(request, reference, apart, tmp_path, db):
    """Return Whoosh and another engine with the same documents."""
    in_database = request.param == "postgres"
    return reference, fill(opener(request.param, tmp_path)()) if in_database else apart(request.param)


def asked(question: str, keys: frozenset[str], **more) -> SearchRequest:
    query = parse(question)
    more = {"today": DAY.date(), "lead": timedelta(days=7), **more}
    return SearchRequest(keys, tuple(query.must), tuple(query.must_not), kinds=frozenset(query.kinds), **more)


KEYS = {
    "some": frozenset({"people", "listed", *(f"c:{n}" for n in range(READABLE))}),
    "one": frozenset({"c:7"}),
    "nothing": frozenset(),
}
FILTERS = {
    "none": {},
    "kind": {"kind": "page"},
    "newest": {"newest_first": True},
    "place": {"communities": frozenset(range(20)), "tags": frozenset({"tag7"})},
    "time": {"after": DAY - timedelta(days=200), "before": DAY, "authors": frozenset(range(0, 2_000, 2))},
    "chosen": {"years": frozenset({2025}), "languages": frozenset({"fi", "sv"}), "states": frozenset({"due", "open"})},
    "files": {"has_file": True, "communities": frozenset(range(40)), "never": (Some(tags=frozenset({"tag3"})),)},
    "also": {"also": (Some(authors=frozenset(range(99)), states=frozenset({"verified", "answered"})),), "kind": "post"},
}


def overlap(one, other) -> float:
    """Return how much of the first hits two answers share; what is worth the same as the last may stand for it."""
    if not one.hits:
        return 1.0
    last = min(hit.score for hit in one.hits[:TOP])
    good = {hit.uid for hit in one.hits if hit.score >= last * 0.999}
    top = [hit.uid for hit in other.hits[:TOP]]
    return sum(uid in good for uid in top) / len(top)


def test_all_questions_find_the_same_and_count_the_same(both):
    reference, engine = both
    found, shares = 0, []
    for question in corpus()[1]:
        for whose, keys in KEYS.items():
            for name, more in FILTERS.items():
                if name != "none" and whose != "some":
                    continue
                request = asked(question, keys, facets=FACETS, limit=MOST, **more)
                one, other = reference.search(request), engine.search(request)
                where = (question, whose, name)
                assert {hit.uid for hit in one.hits} == {hit.uid for hit in other.hits}, where
                assert (one.total, one.counts, one.weak, one.capped) == (other.total, other.counts, other.weak, other.capped), where  # fmt: skip
                assert one.facets == other.facets, where
                assert len(one.hits) == one.total, where
                found += bool(one.total)
                if one.total:
                    shares.append(overlap(one, other))
                    assert shares[-1] >= OVERLAP, where
    assert found > 300
    assert sum(shares) / len(shares) >= 0.97


def test_filters_alone_find_the_same(both):
    reference, engine = both
    for more in FILTERS.values():
        request = asked("", KEYS["some"], facets=FACETS, limit=MOST, **more)
        one, other = reference.search(request), engine.search(request)
        assert [hit.score for hit in one.hits] == [hit.score for hit in other.hits]
        assert {hit.uid for hit in one.hits} == {hit.uid for hit in other.hits}
        assert (one.total, one.counts, one.facets) == (other.total, other.counts, other.facets)
        assert one.total


def test_completion_is_the_same(both):
    reference, engine = both
    words = {word for document in corpus()[0] for word in document.title.split()}
    beginnings = sorted({word[:length] for word in words for length in (2, 3, 5)} | words)[::9]
    assert len(beginnings) > 100
    for beginning in beginnings:
        one, other = (each.suggest(beginning, KEYS["some"], 100) for each in both)
        assert {hit.uid for hit in one} == {hit.uid for hit in other}, beginning
        assert [round(hit.score, 4) for hit in one] == [round(hit.score, 4) for hit in other], beginning
        tags = [each.suggest_tags(beginning[:1], KEYS["some"], 50) for each in both]
        assert tags[0] == tags[1], beginning
    assert reference.suggest_tags("tag", KEYS["some"], 50) == engine.suggest_tags("tag", KEYS["some"], 50) != []


def test_nothing_is_told_to_who_has_none_of_its_keys(both):
    _, engine = both
    keys_of = {document.uid: document.keys for document in corpus()[0]}
    dice = random.Random(5)
    for question in dice.sample(corpus()[1], 40):
        keys = frozenset(f"c:{dice.randrange(200)}" for _ in range(dice.choice((1, 5, 50))))
        answer = engine.search(asked(question, keys, facets=FACETS, limit=MOST))
        for hit in answer.hits:
            assert keys_of[hit.uid] & keys, question
        assert sum(answer.counts.values()) == answer.total == len(answer.hits)
        assert {value for value, _ in answer.facets["community"]} <= {key[2:] for key in keys}


def test_index_holds_the_same(both):
    reference, engine = both
    assert reference.uids() == engine.uids()
    assert len(engine.uids()) == SIZE + 22
