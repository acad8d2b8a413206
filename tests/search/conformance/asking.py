"""Documents to write, and a short way to ask for them."""

from datetime import UTC, datetime

from search.analysis import query_terms, surface
from search.engines.base import Clause, Document, Engine, SearchRequest, Word

KEYS = frozenset({"c:1"})


def document(uid: str, title: str = "", body: str = "", keys: str = "c:1", **more) -> Document:
    more.setdefault("created_at", datetime(2026, 1, 1, tzinfo=UTC))
    return Document(uid, more.pop("kind", uid.split(":")[0]), frozenset(keys.split()), title, body, **more)


def word(typed: str, **more) -> Clause:
    return (Word(query_terms(typed), surface(typed), **more),)


def ask(engine: Engine, *typed: str, keys=KEYS, **more) -> list[str]:
    must = tuple(map(word, typed))
    return [hit.uid for hit in engine.search(SearchRequest(keys, must, **more)).hits]


def found(engine, *must, keys=KEYS, **more):
    return engine.search(SearchRequest(keys, must, **more))


def uids(answer) -> set[str]:
    return {hit.uid for hit in answer.hits}
