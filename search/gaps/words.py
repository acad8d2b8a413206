"""Which questions are the same."""

from __future__ import annotations

from search.engines.base import Word
from search.query import Query
from search.words.kept import bases


def key_of(query: Query) -> str:
    """Return what a question is counted under: each word's shortest base form, in alphabetical order."""
    words = [clause[0].exact for clause in query.must if isinstance(clause[0], Word)]
    return " ".join(sorted(min(bases(word) or {word}, key=lambda term: (len(term), term)) for word in words))
