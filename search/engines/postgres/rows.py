"""A document as a row, and its lexemes: a letter for the field, then the term."""

from collections.abc import Iterator
from typing import Any
from zlib import crc32

import numpy as np

from search.engines.base import Document, milliseconds
from search.engines.ranking import K1, length_norm, saturation
from search.terms import Terms, document_terms

TEXT, TITLE, EXACT, STRIKING, VERY_STRIKING, BEGINNING, TAG = "xtedDbg"
COLUMNS = (
    "uid", "kind", "keys", "community", "author", "tags", "updated", "care", "review", "question",
    "has_file", "language", "year", "length", "title_length",
    "words", "marks", "spoken", "weights",
)  # fmt: skip
# How columns that are not given as they are come to be.
MADE = {"words": "array_to_tsvector(%s::text[])", "marks": "array_to_tsvector(%s::text[])"}
# A tsvector holds a megabyte; a longer text keeps what weighs most of its words.
_MOST_BYTES = 1_000_000
# What marks a word that a document is likely to be about: the share of what the word could weigh at most.
_STRIKING, _VERY_STRIKING, _MEAN_LENGTH = 0.7, 0.85, 200.0


def row_of(document: Document) -> list[Any]:
    """Return a document's values in the order of COLUMNS."""
    terms = document_terms(document)
    words = _fitting(_lexemes(terms))
    marks = {BEGINNING + form for form in terms.beginnings} | {TAG + tag for tag in document.tags}
    return [
        document.uid,
        document.kind,
        sorted(document.keys),
        document.community_id,
        document.author_id,
        sorted(set(document.tags)),
        milliseconds(document.updated_at or document.created_at),
        document.care,
        document.review_on,
        document.question,
        document.has_file,
        terms.language,
        document.year,
        terms.length,
        terms.title_length,
        words,
        sorted(marks),
        _spoken(terms),
        pack(terms),
    ]


def _lexemes(terms: Terms) -> Iterator[str]:
    """Yield the lexemes of a document, the weightiest first."""
    yield from (TITLE + term for term in terms.title)
    yield from (TEXT + term for term in sorted(terms.text, key=lambda term: -terms.text[term]))
    yield from (EXACT + word for word in terms.places)
    norm = length_norm(np.array([terms.length]), _MEAN_LENGTH)
    shares = saturation(np.array(list(terms.text.values()), np.float32), norm) / (K1 + 1)
    for term, share in zip(terms.text, shares.tolist(), strict=True):
        if share >= _STRIKING:
            yield STRIKING + term
        if share >= _VERY_STRIKING:
            yield VERY_STRIKING + term


def _fitting(lexemes: Iterator[str]) -> list[str]:
    kept, size = [], 0
    for lexeme in lexemes:
        size += len(lexeme.encode())
        if size > _MOST_BYTES:
            break
        kept.append(lexeme)
    return kept


def _spoken(terms: Terms) -> str:
    """Return the words as written in one line each for title and body, a space before and after each."""
    placed = sorted((place, word) for word, places in terms.places.items() for place in places)
    parts, before = [" "], -1
    for place, word in placed:
        parts.append(f"{word} " if place == before + 1 else f"\n {word} ")
        before = place
    return "".join(parts)


def pack(terms: Terms) -> bytes:
    """Return the weights of a document's lexemes: 32-bit hashes, then as many 16-bit floats.

    Which documents have a word is asked of the index; a hash that two words of a question share only moves a hit.
    """
    found = {TEXT + term: weight for term, weight in terms.text.items()}
    found |= {TITLE + term: weight for term, weight in terms.title.items()}
    found |= dict.fromkeys((EXACT + word for word in terms.places), 1.0)
    hashes = np.fromiter(map(hashed, found), "<u4", len(found))
    weights = np.minimum(np.fromiter(found.values(), np.float64, len(found)), 60_000).astype("<f2")
    return hashes.tobytes() + weights.tobytes()


def hashed(lexeme: str) -> int:
    """Return the hash under which the weight of a lexeme is kept."""
    return crc32(lexeme.encode())


def quoted(lexeme: str) -> str:
    """Return a lexeme as it stands in the text of a tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
