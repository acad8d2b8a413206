"""Whoosh without numpy: the same files, hits, order, counts and completions, from random documents and questions."""

import os
import subprocess
import sys
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engines.base import CARES, FACETS, QUESTIONS, STATES, Document, Phrase, SearchRequest, Some, Word
from search.engines.whoosh import WhooshEngine, reading
from search.engines.whoosh.arrays import ArrayReading
from search.engines.whoosh.plain import PlainReading

ROOT = Path(__file__).parents[2]
# The full number is for a night: `LOIKKA_EXAMPLES=3000 pytest tests/search/test_plain.py`.
EXAMPLES = int(os.environ.get("LOIKKA_EXAMPLES", "20"))
WORDS = ["talo", "talossa", "punainen", "kissa", "koira", "vene", "saunat", "järvi", "jarvi", "ab-12", "x"]
TAGS = ["talo", "tapa", "kissa", "äiti"]
KEYS = ["c:1", "c:2", "m:1", "people", "u:7"]
DAY = datetime(2026, 3, 1, tzinfo=UTC)

texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
moments = st.integers(0, 900).map(lambda days: DAY - timedelta(days=days))
documents = st.builds(
    Document,
    uid=st.tuples(st.sampled_from(["page", "post", "person"]), st.integers(1, 12)).map("{0[0]}:{0[1]}".format),
    kind=st.just(""),
    keys=st.frozensets(st.sampled_from(KEYS), max_size=3),
    title=texts.map(lambda text: text[:20]),
    body=texts,
    headings=texts,
    tags=st.lists(st.sampled_from(TAGS), max_size=3, unique=True).map(tuple),
    language=st.sampled_from(["", "fi", "sv", "en"]),
    community_id=st.integers(0, 3),
    author_id=st.integers(0, 3),
    created_at=moments,
    updated_at=st.none() | moments,
    care=st.sampled_from(CARES),
    review_on=st.none() | st.integers(0, 60).map(lambda days: date(2026, 11, 1) + timedelta(days=days)),
    question=st.sampled_from(QUESTIONS),
    has_file=st.booleans(),
)
single = st.builds(
    lambda word, weak, title_only: Word(((word, 1.0), *((one, share) for one, share in weak)), word, title_only),
    st.sampled_from(WORDS),
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([1.0, 0.6, 0.3])), max_size=2),
    st.booleans(),
)
parts = single | st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda words: Phrase(tuple(words)))
few = st.frozensets(st.integers(0, 3), max_size=3)
kinds = st.frozensets(st.sampled_from(["page", "post", "person"]), max_size=2)
languages = st.frozensets(st.sampled_from(["fi", "sv", "xx"]), max_size=2)
states = st.frozensets(st.sampled_from([*STATES, "nonsense"]), max_size=3)
somes = st.lists(
    st.builds(
        Some,
        kinds=kinds,
        communities=few,
        authors=few,
        tags=st.frozensets(st.sampled_from(TAGS), max_size=2),
        languages=languages,
        states=states,
        uids=st.frozensets(st.sampled_from(["page:1", "post:2", "person:3"]), max_size=2),
    ),
    max_size=2,
).map(tuple)
some_numbers = st.none() | few
REQUEST = {
    "keys": st.frozensets(st.sampled_from(KEYS), max_size=5),
    "must": st.lists(st.lists(parts, min_size=1, max_size=3).map(tuple), max_size=4).map(tuple),
    "must_not": st.lists(parts, max_size=2).map(tuple),
    "kind": st.sampled_from(["", "page", "post"]),
    "kinds": kinds,
    "communities": some_numbers,
    "authors": some_numbers,
    "tags": st.frozensets(st.sampled_from(TAGS), max_size=2),
    "after": st.none() | moments,
    "before": st.none() | moments,
    "languages": languages,
    "years": st.frozensets(st.integers(2023, 2026), max_size=2),
    "has_file": st.none() | st.booleans(),
    "states": states,
    "also": somes,
    "never": somes,
    "today": st.just(date(2026, 11, 22)),
    "lead": st.sampled_from([timedelta(), timedelta(days=14)]),
    "facets": st.just(FACETS) | st.lists(st.sampled_from(FACETS), unique=True).map(tuple),
    "newest_first": st.booleans(),
    "some_will_do": st.booleans(),
    "offset": st.integers(0, 5),
    "limit": st.integers(0, 40),
}
# Filters are rare: most questions have none, or they would find nothing.
requests = st.builds(
    lambda every, chosen: SearchRequest(**{name: every[name] for name in every if name in chosen}),
    st.fixed_dictionaries(REQUEST),
    st.frozensets(st.sampled_from(sorted(REQUEST)), max_size=6).map(
        lambda few: few | {"keys", "must", "facets", "limit", "today"}
    ),
)
steps = st.lists(st.lists(documents, min_size=1, max_size=12), min_size=1, max_size=5)


def test_every_field_of_a_request_is_asked():
    assert {field.name for field in fields(SearchRequest)} == set(REQUEST)


def same(one, other) -> None:
    """Hold two answers against each other: nothing but the last digits of a score may differ."""
    assert [hit.uid for hit in one.hits] == [hit.uid for hit in other.hits]
    assert [hit.score for hit in one.hits] == pytest.approx([hit.score for hit in other.hits], rel=1e-9)
    assert (one.total, one.counts, one.facets) == (other.total, other.counts, other.facets)
    assert (one.weak, one.capped) == (other.weak, other.capped)


@pytest.mark.parametrize("most", [None, 2], ids=["whole", "capped"])
def test_both_ways_of_reading_give_the_same_answers(tmp_path_factory, monkeypatch, most):
    from search.engines import ranking
    from search.engines.whoosh import execute
    from search.engines.whoosh.plain import execute as plain_execute

    monkeypatch.setattr(ranking.time, "time", lambda: DAY.timestamp())
    if most:  # the numbers from which on less is looked at
        for module in (execute, plain_execute):
            monkeypatch.setattr(module, "MOST_PHRASE_CANDIDATES", most)
            monkeypatch.setattr(module, "ENOUGH", most)
            monkeypatch.setattr(module, "COMMON", most + 3)
    folder = tmp_path_factory.mktemp("same")
    engines = [WhooshEngine(folder / "search", way()) for way in (ArrayReading, PlainReading)]
    found = []

    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(steps, st.lists(requests, min_size=1, max_size=12), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
    def check(steps, asked, typed):
        engines[len(found) % 2].rebuild([])
        for number, step in enumerate(steps):
            named = [Document(**{**as_dict(one), "kind": one.uid.split(":")[0]}) for one in step]
            engines[number % 2].upsert(named, [step[0].uid] if number % 3 == 2 else [])
        for request in asked:
            one, other = (engine.search(request) for engine in engines)
            same(one, other)
            found.append(one.total)
        for keys in ({"c:1"}, {"c:2", "people"}, set(KEYS)):
            for beginning in (typed[0][:2], " ".join(typed)[:-1]):
                completed, tagged = (
                    [engine.suggest(beginning, frozenset(keys), 5) for engine in engines],
                    [engine.suggest_tags(beginning[:1], frozenset(keys)) for engine in engines],
                )
                assert completed[0] == completed[1]
                assert tagged[0] == tagged[1]
        assert engines[0].uids() == engines[1].uids()

    check()
    assert sum(total > 0 for total in found) > len(found) / 10


def as_dict(one: Document) -> dict:
    return {field.name: getattr(one, field.name) for field in fields(one)}


@pytest.mark.parametrize("writer", [ArrayReading, PlainReading])
def test_segments_are_joined_the_same_by_both(tmp_path, writer):
    engine = WhooshEngine(tmp_path / "search", writer())
    engine.rebuild([])
    wanted = {}
    for number in range(70):
        uid = f"page:{number % 30}"
        wanted[uid] = number
        engine.upsert(
            [Document(uid, "page", frozenset({"c:1"}), f"Sivu {number}", f"yhteinen sana{number} sana{number}")]
        )
    assert len(list(engine.store.current().glob("*.seg"))) < 25
    for way in (ArrayReading, PlainReading):
        reader = WhooshEngine(tmp_path / "search", way())
        assert set(reader.uids()) == set(wanted)
        for uid, number in wanted.items():
            clause = (Word(((f"sana{number}", 1.0),), f"sana{number}"),)
            answer = reader.search(
                SearchRequest(frozenset({"c:1"}), (clause, (Phrase(("yhteinen", f"sana{number}")),)))
            )
            assert [hit.uid for hit in answer.hits] == [uid]


WITHOUT = """
import sys
sys.modules["numpy"] = None  # as if it were not there
from datetime import date
from search.engines import open_engine
from search.engines.whoosh.plain import PlainReading
from search.engines.base import FACETS, Phrase, SearchRequest
from tests.search.conformance.asking import KEYS, ask, document
engine = open_engine(f"whoosh://{sys.argv[1]}")
assert isinstance(engine._reading, PlainReading)
engine.rebuild(document(f"page:{n}", f"Sivu {n}", "punainen talo", tags=("talo",)) for n in range(30))
for n in range(50):
    engine.upsert([document(f"page:{n}", f"Sivu {n}", f"sininen talo{n}")], ["page:29"])
assert len(engine.uids()) == 49
assert ask(engine, "talo7") == ["page:7"]
assert engine.search(SearchRequest(KEYS, ((Phrase(("sininen", "talo9")),),), facets=FACETS)).total == 1
assert engine.suggest("siv", KEYS) and engine.suggest_tags("ta", KEYS) == []
assert not [name for name in sys.modules if name.startswith("numpy") and sys.modules[name]]
from django.core.exceptions import ImproperlyConfigured
from django.conf import settings
settings.DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
try:
    open_engine("postgres://")
except ImproperlyConfigured as error:
    print(error)
"""


def test_house_without_numpy_searches_and_writes(tmp_path):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "intranet.settings", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", WITHOUT, str(tmp_path / "search")]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "SEARCH_URL='postgres://' needs numpy: install loikka[fast] or numpy itself."


def test_machine_with_numpy_reads_with_it():
    assert isinstance(reading.choose(), ArrayReading)


@pytest.mark.parametrize("way", [ArrayReading, PlainReading])
def test_what_a_reader_may_see_is_remembered_for_one_commit_and_not_for_everybody(tmp_path, way):
    engine = WhooshEngine(tmp_path / "search", way())
    engine.rebuild(Document(f"page:{n}", "page", frozenset({f"c:{n}"}), "Talo") for n in range(20))

    def snapshot():
        return engine._read(lambda newest: newest)

    first, keys = snapshot(), frozenset({"c:1", "c:2"})
    mask = first.readable(keys)
    assert (sum(mask), snapshot().readable(keys) is mask) == (2, True)
    for number in range(10 * reading.MOST_MASKS):
        first.readable(frozenset({f"c:{number}"}))
        first.readable(keys)
    assert len(first._masks) == reading.MOST_MASKS
    assert first.readable(keys) is mask, "what is asked all the time is kept"
    engine.upsert([Document("page:1", "page", frozenset({"c:99"}), "Talo")])
    assert sum(snapshot().readable(keys)) == 1
    engine.rebuild([Document("page:1", "page", frozenset({"c:1"}), "Talo")])
    assert sum(snapshot().readable(keys)) == 1
    assert len(snapshot()._masks) == 1
