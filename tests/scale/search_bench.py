"""The engine of search alone, at one size: rows for `make bench`. CPU times, so a busy machine matters less.

`python -m tests.scale.search_bench 20000` measures Whoosh, with `--keep=FOLDER` an index that stays there. With
`--postgres` it measures the PostgreSQL that DATABASE_URL names (an empty one: its index is made anew), where the times
are those of both processes together.
"""

import itertools
import os
import random
import shutil
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from search.analysis import query_terms, surface
from search.engines.base import FACETS, Clause, Document, Engine, Phrase, SearchRequest, Word
from search.engines.whoosh import WhooshEngine
from search.query import parse
from search.snippets import Marker
from search.spelling import propose
from search.spelling.known import dictionary

COMMUNITIES, READABLE, AUTHORS, QUERIES = 200, 40, 2_000, 100
_SHARES = (("fi", 0.7), ("en", 0.2), ("sv", 0.1))


class Corpus:
    """Documents of real word forms, Zipf's law, 203 words on average; the same for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamMap

        self.random = random.Random(seed)
        self.words = {}
        for language, _ in _SHARES:
            forms = [form for form in itertools.islice(iter(StreamMap(language)), 0, None, 7) if form.isalpha()]
            self.random.shuffle(forms)
            self.words[language] = forms[:30_000]
        self.weights = list(itertools.accumulate(1 / rank for rank in range(3, 30_003)))
        self.common = self.words["fi"][0]
        self.texts: dict[str, str] = {}

    def text(self, language: str, length: int) -> str:
        forms = self.words[language]
        return " ".join(self.random.choices(forms, cum_weights=self.weights[: len(forms)], k=length))

    def documents(self, count: int) -> Iterator[Document]:
        """Yield `count` documents; a third of them posts, every second one with the commonest word."""
        now = datetime(2026, 11, 1, tzinfo=UTC)
        for number in range(count):
            language = self.random.choices([name for name, _ in _SHARES], [share for _, share in _SHARES])[0]
            is_post, community = number % 3 == 0, self.random.randrange(COMMUNITIES)
            body = self.text(language, self.random.randint(20, 140) if is_post else self.random.randint(60, 470))
            if number % 2:
                body += " " + self.common
            moment = now - timedelta(minutes=self.random.randrange(1_000_000))
            uid = f"{'post' if is_post else 'page'}:{number}"
            self.texts[uid] = body
            yield Document(
                uid,
                "post" if is_post else "page",
                frozenset({f"c:{community}"}),
                title="" if is_post else self.text(language, 4),
                body=body,
                tags=(f"tag{community % 50}",),
                language=language,
                community_id=community,
                author_id=self.random.randrange(AUTHORS),
                created_at=moment,
                updated_at=moment,
            )


def _word(word: str) -> Clause:
    return (Word(query_terms(word), surface(word)),)


def _spent(server: int) -> float:
    """Return the seconds of CPU that this process, and the process of the server behind it, have used."""
    behind = int(Path(f"/proc/{server}/schedstat").read_text().split()[0]) / 1e9 if server else 0.0
    return time.process_time() + behind


def _measure(ask: Callable[[int], Any], times: int, server: int = 0) -> dict[str, float]:
    costs = []
    for number in range(times):
        start = _spent(server)
        ask(number)
        costs.append((_spent(server) - start) * 1000)
    costs.sort()
    return {
        "p50": round(statistics.median(costs), 2),
        "p95": round(costs[int(len(costs) * 0.95)], 2),
        "max": round(costs[-1], 2),
    }


def private_memory_mb() -> float:
    """Return the memory that only this process holds, in MB (Linux)."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty")) / 1024


def _questions(corpus: Corpus, engine: Engine) -> dict[str, Callable[[int], Any]]:
    keys = frozenset(f"c:{number}" for number in range(READABLE))
    words = [corpus.text("fi", 1) for _ in range(QUERIES)]
    triples = [corpus.text("fi", 3).split() for _ in range(QUERIES)]

    def ask(*clauses: Clause, **more: Any) -> Any:
        return engine.search(SearchRequest(keys, clauses, **more))

    def page(number: int, facets: tuple[str, ...] = FACETS[:3], **more: Any) -> None:
        """Ask what a page of results asks: some facets, and ten texts with the words marked."""
        clause = _word(words[number])
        marker = Marker(term for part in clause if isinstance(part, Word) for term, _ in part.terms)
        for hit in ask(clause, facets=facets, **more).hits:
            marker.snippet(corpus.texts[hit.uid])

    return {
        "one word": lambda number: ask(_word(words[number])),
        "three words": lambda number: ask(*map(_word, triples[number])),
        "phrase": lambda number: ask((Phrase(tuple(map(surface, triples[number][:2]))),)),
        "commonest phrase": lambda _: ask((Phrase((surface(corpus.words["fi"][1]), surface(corpus.common))),)),
        "word, 3 facets, 10 snippets": page,
        "word, all facets, 10 snippets": lambda number: page(number, FACETS),
        "the same, two chosen": lambda number: page(
            number, FACETS, communities=frozenset({3, 4}), languages=frozenset({"fi"})
        ),
        "commonest word": lambda _: ask(_word(corpus.common)),
        "sixteen common words": lambda _: ask(*map(_word, corpus.words["fi"][:16])),
        "community and tag": lambda number: ask(
            _word(words[number]), communities=frozenset({3}), tags=frozenset({"tag3"})
        ),
        "newest": lambda _: ask(newest_first=True),
        "suggest": lambda number: engine.suggest(words[number][:3], keys),
    }


def _meant(corpus: Corpus, engine: Engine, size: int, server: int = 0) -> list[dict[str, Any]]:
    """Return the rows of did you mean: what its dictionary takes, and proposals for words with two letters swapped."""
    keys = frozenset(f"c:{number}" for number in range(READABLE))
    before, start = private_memory_mb(), _spent(server)
    words = dictionary(engine).words
    took, held = (_spent(server) - start) * 1000, private_memory_mb() - before
    slips = []
    while len(slips) < QUERIES:
        word = corpus.text("fi", 1)
        if len(word) > 5:
            slips.append(f"{word[:2]}{word[3]}{word[2]}{word[4:]}")
    queries = [parse(slip) for slip in slips]
    asked = [(query, SearchRequest(keys, tuple(query.must))) for query in queries]
    answers = [engine.search(request) for _, request in asked]

    def ask(number: int) -> None:
        propose(engine, *asked[number], answers[number])

    return [
        {"size": size, "what": "words to be meant", "p50": len(words)},
        {"size": size, "what": "their dictionary, CPU ms", "p50": round(took)},
        {"size": size, "what": "their dictionary, MB", "p50": round(held, 1)},
        {"size": size, "what": "did you mean, CPU ms", **_measure(ask, QUERIES, server)},
    ]


def measure(size: int, kept: Path | None = None) -> list[dict[str, Any]]:
    """Build an index of `size` documents in a temporary folder and return one row per kind of question.

    A folder to keep it in is filled the first time, and asked as it is from then on.
    """
    folder = kept or Path(tempfile.mkdtemp(prefix="search-bench-"))
    try:
        corpus, rows = Corpus(), list[dict[str, Any]]()
        if (folder / "search").exists():
            deque(corpus.documents(size), maxlen=0)
        else:
            start = time.process_time()
            WhooshEngine(folder / "search").rebuild(corpus.documents(size))
            speed = size / (time.process_time() - start)
            rows.append({"size": size, "what": "rebuild, documents per CPU second", "p50": round(speed, 1)})
        disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
        rows.append({"size": size, "what": "index on disk, MB", "p50": round(disk, 1)})
        # A second process's view: nothing cached, nothing of the writer's memory.
        engine, before = WhooshEngine(folder / "search"), private_memory_mb()
        start = time.process_time()
        engine.search(SearchRequest(frozenset({"c:1"}), (_word("tieto"),)))
        rows.append({"size": size, "what": "open, ms", "p50": round((time.process_time() - start) * 1000, 1)})
        for name, ask in _questions(corpus, engine).items():
            rows.append({"size": size, "what": f"{name}, CPU ms", **_measure(ask, QUERIES)})
        rows.append({"size": size, "what": "private memory, MB", "p50": round(private_memory_mb() - before, 1)})
        rows += _meant(corpus, engine, size)
        fresh = list(corpus.documents(50))

        def write_and_find(number: int) -> None:
            engine.upsert([fresh[number % 50]])
            engine.search(SearchRequest(frozenset({"c:1"}), (_word("tieto"),)))

        rows.append({"size": size, "what": "write one and find it, CPU ms", **_measure(write_and_find, 60)})
        return rows
    finally:
        if kept is None:
            shutil.rmtree(folder)


def measure_postgres(size: int) -> list[dict[str, Any]]:
    """Build an index of `size` documents in PostgreSQL and return one row per kind of question."""
    import django

    django.setup()
    from django.db import connection

    from search.engines.postgres import PostgresEngine

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = int(cursor.fetchone()[0])
    corpus, engine = Corpus(), PostgresEngine()
    start = _spent(server)
    engine.rebuild(corpus.documents(size))
    rows = [
        {"size": size, "what": "rebuild, documents per CPU second", "p50": round(size / (_spent(server) - start), 1)}
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(generation::regclass) / 1e6 FROM search_index")
        rows.append({"size": size, "what": "index on disk, MB", "p50": round(float(cursor.fetchone()[0]), 1)})
    for name, ask in _questions(corpus, engine).items():
        rows.append({"size": size, "what": f"{name}, CPU ms", **_measure(ask, QUERIES, server)})
    rows += _meant(corpus, engine, size, server)
    fresh = list(corpus.documents(50))
    rows.append(
        {"size": size, "what": "write one, CPU ms", **_measure(lambda n: engine.upsert([fresh[n]]), len(fresh), server)}
    )
    return rows


def run(sizes: Sequence[int] = (1_000, 20_000)) -> list[dict[str, Any]]:
    """Return the rows of all sizes. The house's settings say in which zone a year begins."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
    return [row for size in sizes for row in measure(size)]


if __name__ == "__main__":
    import sys

    wanted = [int(size) for size in sys.argv[1:] if size.isdigit()] or [1_000]
    if "--postgres" in sys.argv:
        found = map(measure_postgres, wanted)
    elif kept := [Path(name.removeprefix("--keep=")) for name in sys.argv if name.startswith("--keep=")]:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
        found = map(measure, wanted, kept)
    else:
        found = iter([run(wanted)])
    for row in itertools.chain.from_iterable(found):
        print(
            *(
                f"{row.get(key, '')!s:>{width}}"
                for key, width in (("size", 7), ("what", 36), ("p50", 9), ("p95", 9), ("max", 9))
            )
        )
