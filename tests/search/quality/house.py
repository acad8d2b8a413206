"""The sets of quality: a house in three languages, what people ask it, and how well search answers."""

import tomllib
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean

from search.engines.base import Document, Engine, SearchRequest
from search.query import parse
from search.spelling import propose

FOLDER = Path(__file__).parent
KEYS = frozenset({"c:1", "people"})
LANGUAGES = {"finnish": "fi", "swedish": "sv", "english": "en"}
_NOW = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks and which documents answer it. Kept aside: nothing was tuned while looking at it."""

    language: str
    kind: str
    text: str
    relevant: frozenset[str]
    is_aside: bool


def _read(name: str) -> dict:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text())


def documents() -> Iterator[Document]:
    """Yield the house: pages, posts and people; everything in one place, a few days old."""
    for name, language in LANGUAGES.items():
        found = _read(name)
        for key, (title, body) in found["pages"].items():
            yield _made(key, "page", title, body, language)
        for key, body in found["posts"].items():
            yield _made(key, "post", "", body, "")
    for key, (name, title, about) in _read("people")["people"].items():
        yield _made(key, "person", name, f"{title}\n{about}", "")


def _made(key: str, kind: str, title: str, body: str, language: str) -> Document:
    moment = _NOW - timedelta(hours=zlib.crc32(key.encode()) % 2_000)
    keys = frozenset({"people" if kind == "person" else "c:1"})
    return Document(
        f"{kind}:{key}",
        kind,
        keys,
        title,
        body,
        language=language,
        community_id=1,
        created_at=moment,
        updated_at=moment,
    )


def questions() -> list[Question]:
    """Return all questions."""
    return [
        Question(language, kind, text.removeprefix("*"), frozenset(relevant), text.startswith("*"))
        for language, kinds in _read("queries").items()
        for kind, asked in kinds.items()
        for text, relevant in asked.items()
    ]


def request(text: str) -> SearchRequest:
    """Return a question as the engine gets it."""
    query = parse(text)
    return SearchRequest(KEYS, tuple(query.must), tuple(query.must_not), kinds=frozenset(query.kinds))


def answered_by(engine: Engine, text: str, *, follows: bool = False) -> list[str]:
    """Return the keys of the first ten documents; who `follows` takes what is proposed when nothing is found."""
    response = engine.search(request(text))
    if follows and not response.total and (meant := propose(engine, parse(text), request(text), response)):
        response = engine.search(request(meant))
    return [hit.uid.partition(":")[2] for hit in response.hits]


@dataclass(frozen=True, slots=True)
class Mark:
    """How well one question was answered."""

    question: Question
    recall: float
    reciprocal: float
    found: tuple[str, ...]


def marks(ask: Callable[[str], list[str]]) -> list[Mark]:
    """Return recall in the first ten and the reciprocal place of the first right answer, for every question."""
    given = []
    for question in questions():
        found = ask(question.text)
        recall = len(question.relevant & set(found)) / min(10, len(question.relevant))
        first = next((1 / place for place, key in enumerate(found, 1) if key in question.relevant), 0.0)
        given.append(Mark(question, recall, first, tuple(found)))
    return given


def table(given: list[Mark]) -> str:
    """Return recall@10 and MRR as text: of all, by language, by kind, by both, and of what was kept aside."""
    groups: dict[str, list[Mark]] = defaultdict(list)
    for mark in given:
        asked = mark.question
        either = "aside" if asked.is_aside else "seen"
        for name in ("all", asked.language, asked.kind, f"{asked.language} {asked.kind}", either):
            groups[name].append(mark)
    rows = [f"{'':12} questions recall@10   MRR"]
    for name, those in sorted(groups.items()):
        recall, rank = mean(mark.recall for mark in those), mean(mark.reciprocal for mark in those)
        rows.append(f"{name:12} {len(those):9} {recall:9.3f} {rank:5.3f}")
    return "\n".join(rows)
