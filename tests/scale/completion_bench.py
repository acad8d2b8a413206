"""Completion alone, at one size: `python -m tests.scale.completion_bench 100000`, with `--postgres` the other engine.

Of the documents 10,000 are people, 1,000 communities, a third of the rest posts (without a title); the reader has 1,000
keys of 1,200. CPU times of this process, with `--postgres` of the server as well.
"""

import itertools
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from search.engines.base import Document, Engine
from search.engines.whoosh import WhooshEngine
from tests.scale.search_bench import Corpus, _measure, private_memory_mb

PEOPLE, COMMUNITIES, READABLE, TIMES = 10_000, 1_000, 1_000, 200
KEYS = frozenset({"people", "listed", *(f"c:{number}" for number in range(READABLE))})


def documents(corpus: Corpus, size: int) -> Iterator[Document]:
    """Yield people and communities with names of real words, then pages and posts."""
    for number in range(PEOPLE):
        yield Document(f"person:{number}", "person", frozenset({"people"}), title=corpus.text("fi", 2).title())
    for number in range(COMMUNITIES):
        name = corpus.text("fi", 2).capitalize()
        yield Document(f"community:{number}", "community", frozenset({"listed"}), title=name, community_id=number)
    for document in corpus.documents(size - PEOPLE - COMMUNITIES):
        place = corpus.random.randrange(READABLE + 200)
        yield replace(document, keys=frozenset({f"c:{place}"}), body=document.body[:200])


def questions(corpus: Corpus) -> dict[str, list[str]]:
    """Return what is typed, by sort."""
    dice = random.Random(3)
    words = [corpus.text("fi", 1) for _ in range(TIMES)]
    pairs = [corpus.text("fi", 2).split() for _ in range(TIMES)]
    letters = "abcdefghijklmnoprstuvyäö"
    return {
        "one letter": list(letters) * (TIMES // len(letters)),
        "two letters": [first + second for first, second in itertools.product("aehijklmnoprstuv", "aeiouyhkä")][:TIMES],
        "three letters": [word[:3] for word in words],
        "a whole word": words,
        "two words, reversed": [f"{second} {first[:4]}" for first, second in pairs],
        "a word and a letter": [f"{first} {second[:1]}" for first, second in pairs],
        "no hit": ["".join(dice.choices(letters, k=9)) for _ in range(TIMES)],
        "eight words": [corpus.text("fi", 8) for _ in range(TIMES)],
    }


def measure(engine: Engine, corpus: Corpus, server: int = 0) -> list[dict[str, Any]]:
    """Return a row for each sort of question."""
    rows = []
    for name, typed in questions(corpus).items():
        ask = lambda number, typed=typed: engine.suggest(typed[number], KEYS, 24, 5)  # noqa: E731
        rows.append({"what": name, **_measure(ask, len(typed), server)})
    tags = lambda number: engine.suggest_tags(f"tag{number % 10}", KEYS, 5)  # noqa: E731
    rows.append({"what": "tags", **_measure(tags, 50, server)})
    return rows


def whoosh(size: int) -> list[dict[str, Any]]:
    """Measure the engine in the process, opened anew after the writing."""
    folder = Path(tempfile.mkdtemp(prefix="completion-bench-"))
    try:
        corpus = Corpus()
        WhooshEngine(folder / "search").rebuild(documents(corpus, size))
        engine, before, start = WhooshEngine(folder / "search"), private_memory_mb(), time.process_time()
        engine.suggest("tieto", KEYS)
        rows = [{"what": "the first of all", "max": round((time.process_time() - start) * 1000, 1)}]
        rows += measure(engine, corpus)
        rows.append({"what": "private memory, MB", "max": round(private_memory_mb() - before, 1)})

        def write_and_complete(number: int) -> None:
            engine.upsert([Document(f"page:n{number}", "page", frozenset({"c:1"}), title="Tietoa uudesta")])
            start = time.process_time()
            engine.suggest("tieto", KEYS, 24, 5)
            after.append((time.process_time() - start) * 1000)

        after: list[float] = []
        _measure(write_and_complete, 60)
        after.sort()
        rows.append({"what": "the first after a write", "p50": after[30], "p95": after[57], "max": after[-1]})
        return rows
    finally:
        shutil.rmtree(folder)


def postgres(size: int) -> list[dict[str, Any]]:
    """Measure PostgreSQL: the empty database that DATABASE_URL names."""
    import django

    django.setup()
    from django.db import connection

    from search.engines.postgres import PostgresEngine

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = int(cursor.fetchone()[0])
    corpus, engine = Corpus(), PostgresEngine()
    engine.rebuild(documents(corpus, size))
    return measure(engine, corpus, server)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
    wanted = next((int(size) for size in sys.argv[1:] if size.isdigit()), 20_000)
    for row in postgres(wanted) if "--postgres" in sys.argv else whoosh(wanted):
        print(
            f"{row['what']:>26}",
            *(
                f"{row.get(key, ''):>9.6}" if isinstance(row.get(key), str) else f"{row.get(key, 0):>9.2f}"
                for key in ("p50", "p95", "max")
            ),
        )
