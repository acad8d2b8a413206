"""A document as a row of a table."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from search.engines.base import Document, milliseconds
from search.engines.lexemes import BEGINNING, TAG, lexemes, pack, spoken_lines
from search.terms import Terms, document_terms

COLUMNS = (
    "uid", "kind", "keys", "community", "author", "tags", "updated", "care", "review", "question",
    "has_file", "language", "year", "length", "title_length",
    "digest", "seal", "marks", "words", "spoken", "weights",
)  # fmt: skip
# How columns that are not given as they are come to be.
MADE = {"words": "array_to_tsvector(%s::text[])", "marks": "array_to_tsvector(%s::text[])"}
# What a row's `seal` is made of, in SQL; `_seal` is the same in Python. A row that was changed in its table does not fit it.
SEALED = """sha256(convert_to(concat_ws(E'\\x01', uid, kind, array_to_string(tags, ' '), spoken,
    array_to_string(tsvector_to_array(words), ' '), array_to_string(tsvector_to_array(marks), ' ')), 'UTF8') || weights)"""
# A tsvector holds a megabyte; a longer text keeps what weighs most of its words.
_MOST_BYTES = 1_000_000


def row_of(document: Document) -> list[Any]:
    """Return a document's values in the order of COLUMNS."""
    terms = document_terms(document)
    words = _fitting(lexemes(terms))
    marks = _in_order({BEGINNING + form for form in terms.beginnings} | {TAG + tag for tag in document.tags})
    tags, spoken, weights = sorted(set(document.tags)), _spoken(terms), pack(terms)
    return [
        document.uid,
        document.kind,
        sorted(document.keys),
        document.community_id,
        document.author_id,
        tags,
        milliseconds(document.updated_at or document.created_at),
        document.care,
        document.review_on,
        document.question,
        document.has_file,
        terms.language,
        document.year,
        terms.length,
        terms.title_length,
        document.digest,
        _seal([document.uid, document.kind, " ".join(tags), spoken, " ".join(words), " ".join(marks)], weights),
        marks,
        words,
        spoken,
        weights,
    ]


def _fitting(found: Iterable[str]) -> list[str]:
    kept, size = [], 0
    for lexeme in found:
        size += len(lexeme.encode())
        if size > _MOST_BYTES:
            break
        kept.append(lexeme)
    return _in_order(kept)


def _in_order(found: Iterable[str]) -> list[str]:
    """Return lexemes in the order of a tsvector."""
    return sorted(set(found), key=str.encode)


def _seal(parts: list[str], weights: bytes) -> bytes:
    return sha256("\x01".join(parts).encode() + weights).digest()


def _spoken(terms: Terms) -> str:
    """Return the words as written in one line each for title and body, a space before and after each."""
    return "\n".join(f" {line} " for line in spoken_lines(terms)) or " "


def quoted(lexeme: str) -> str:
    """Return a lexeme as it stands in the text of a tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
