"""The wire contract: what the engine sends and what it makes of the answers, exchange by exchange, kept in `wire/`.

Recorded from what plays the server (`wire/README.md` says from what, and what that proves); never from OpenSearch itself.
`OPENSEARCH_RECORD=1` records anew, from OPENSEARCH_TEST_URL where one is given.
"""

import json
import os
import urllib.error
import urllib.request
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from search.engines import SearchAwayError, open_engine
from search.engines.base import FACETS, CatchUp, Document, Phrase, SearchRequest, Word
from tests.search.opensearch.fake import serving

pytest.importorskip("opensearchpy")
pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

FOLDER = Path(__file__).parent / "wire"
RECORDS = bool(os.environ.get("OPENSEARCH_RECORD"))
KEYS = frozenset({"c:1", "people"})
DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)
MORE = {"community_id": 1, "author_id": 5, "created_at": DAY}


def numbers(uid: str, body: str, **more) -> Document:
    """Return a document of numbers: its terms are the same whatever dictionaries a machine has."""
    return Document(uid, uid.split(":")[0], frozenset({"c:1"}), "4711", body, **{**MORE, **more})


def word(text: str) -> tuple[Word]:
    return (Word(((text, 1.0),), text),)


class Meanwhile(CatchUp):
    def changes(self):
        return [numbers("page:3", "2001 2002")], ["page:8"]


def found(answer) -> list[str]:
    return [hit.uid for hit in answer.hits]


def rebuild(engine):
    person = Document("person:1", "person", frozenset({"people"}), "Aino Esimerkki", "", **MORE)
    page = numbers("page:1", "2001 2002 2003", tags=("kesä",), care="confirmed", review_on=date(2027, 1, 1))
    assert engine.rebuild([person, page], Meanwhile()) == 2


def write(engine):
    engine.upsert([numbers("page:2", "2001 2003", has_file=True), numbers("post:4", "3001")], ["page:9"])


def words(engine):
    answer = engine.search(SearchRequest(KEYS, (word("2001"), word("2003")), facets=FACETS, today=date(2026, 2, 1)))
    assert set(found(answer)) == {"page:1", "page:2"}
    assert (answer.total, answer.counts, answer.weak) == (2, {"page": 2}, False)
    assert answer.facets["community"] == (("1", 2),)
    assert answer.facets["state"] == (("verified", 1),)
    assert answer.facets["year"] == (("2026", 2),)


def phrase_and_choices(engine):
    request = SearchRequest(
        KEYS, ((Phrase(("2002", "2003")),), word("2001")), must_not=word("9999"), kind="page", communities=frozenset({1, 2}),
        tags=frozenset({"kesä"}), years=frozenset({2026}), has_file=False, states=frozenset({"verified"}),
        today=date(2026, 2, 1), lead=timedelta(days=14), after=DAY - timedelta(1), before=DAY + timedelta(1),
        facets=("community", "tag"),
    )  # fmt: skip
    answer = engine.search(request)
    assert found(answer) == ["page:1"]
    assert answer.facets == {"community": (("1", 1),), "tag": (("kesä", 1),)}


def some_will_do(engine):
    answer = engine.search(SearchRequest(KEYS, (word("2002"), word("3001"))))
    assert (set(found(answer)), answer.weak) == ({"page:1", "page:3", "post:4"}, True)


def newest(engine):
    answer = engine.search(SearchRequest(KEYS, newest_first=True, offset=1, limit=2))
    assert (len(answer.hits), answer.total) == (2, 5)


def completion(engine):
    assert [hit.uid for hit in engine.suggest("12 34", KEYS)] == []
    assert [hit.uid for hit in engine.suggest("471", KEYS, 20, 5)] == ["page:1", "page:2", "page:3"]
    assert engine.suggest_tags("ke", KEYS) == [("kesä", 1)]


def meant(engine):
    assert engine.vocabulary(1, 10, in_names=True) == ["aino", "esimerkki"]
    assert engine.vocabulary(2, 10) == []
    assert engine.readable_counts(["2001", "9999"], KEYS) == {"2001": 3, "9999": 0}
    assert engine.readable_counts(["4711", "aino"], KEYS, in_names=True) == {"4711": 4, "aino": 1}


def check(engine):
    stamp = int(DAY.timestamp() * 1000)
    assert engine.uids() == dict.fromkeys(["page:1", "page:2", "page:3", "person:1", "post:4"], stamp)
    assert engine.health(thorough=True).is_well
    assert engine.health().documents == 5


def once_more(engine):
    assert engine.rebuild([numbers("page:1", "2001")]) == 1
    assert set(engine.uids()) == {"page:1"}


def gone(engine):
    engine.server.tell("indices.delete", index="loikka-1800000000000000009")
    with pytest.raises(SearchAwayError):
        engine.search(SearchRequest(KEYS, word("2001")))
    with pytest.raises(SearchAwayError):
        engine.upsert([numbers("page:1", "2001")])


STEPS = [rebuild, write, words, phrase_and_choices, some_will_do, newest, completion, meant, check, once_more, gone]


@pytest.fixture
def still(monkeypatch):
    """Stop clocks and what differs between machines."""
    from search.engines import opensearch
    from search.engines.opensearch import generations, layout

    moments = iter(range(1_800_000_000_000_001, 1_900_000_000_000_000))
    indices = iter([1_800_000_000_000_000_001, 1_800_000_000_000_000_009])
    monkeypatch.setattr(opensearch, "now", lambda: next(moments))
    monkeypatch.setattr(generations, "time", SimpleNamespace(time_ns=lambda: next(indices)))
    for module in (generations, layout):
        monkeypatch.setattr(module, "house", lambda: "a-house")
    for module in (opensearch, layout):
        monkeypatch.setattr(module, "analyzer_version", lambda: "an-analysis")


def path_of(step) -> Path:
    return FOLDER / f"{STEPS.index(step) + 1:02}-{step.__name__.replace('_', '-')}.json"


def plain(text: str):
    """Return a body as it is compared: JSON, or lines of it."""
    lines = [json.loads(line) for line in text.splitlines()]
    return lines[0] if len(lines) == 1 else lines


def asked_of(asked) -> dict:
    """Return a request as it is kept."""
    kept = {"method": asked.method, "path": asked.path, "query": sorted(filter(None, asked.query.split("&")))}
    return {**kept, **({"body": plain(asked.text)} if asked.text else {})}


@pytest.mark.skipif(RECORDS, reason="recording")
def test_every_exchange_is_the_recorded_one(still):
    exchanges = [(step, one) for step in STEPS for one in json.loads(path_of(step).read_text())]
    waiting, wrong = iter(exchanges), []

    def answer(asked):
        step, kept = next(waiting, (None, {"request": None, "status": 500, "response": {}}))
        if asked_of(asked) != kept["request"]:
            wrong.append((step, asked_of(asked), kept["request"]))
        return kept["status"], kept["response"]

    with serving(answer) as served:
        engine = open_engine(f"opensearch://{served.place}")
        for step in STEPS:
            try:
                step(engine)
            finally:
                assert wrong == []
        assert len(served.asked) == len(exchanges) > 30


@pytest.mark.skipif(not RECORDS, reason="only on request: OPENSEARCH_RECORD=1 records the exchanges anew")
def test_record(still):
    from tests.search.opensearch.servers import imitation

    place = (os.environ.get("OPENSEARCH_TEST_URL") or imitation()).replace("opensearch", "http", 1).rstrip("/")
    exchanges: list[dict] = []

    def answer(asked):
        url = f"{place}{asked.path}{'?' * bool(asked.query)}{asked.query}"
        headers = {"Content-Type": asked.headers.get("Content-Type", "application/json")}
        request = urllib.request.Request(url, asked.text.encode() or None, headers, method=asked.method)
        try:
            with urllib.request.urlopen(request) as told:
                status, body = told.status, told.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        response = json.loads(body or b"{}")
        exchanges.append({"request": asked_of(asked), "status": status, "response": response})
        return status, response

    with serving(answer) as served:
        engine = open_engine(f"opensearch://{served.place}")
        for step in STEPS:
            exchanges.clear()
            step(engine)
            path_of(step).write_text(json.dumps(exchanges, ensure_ascii=False, indent=1) + "\n")
