"""How a document lies in a Whoosh index. Everything is analysed before: Whoosh sees terms, weights and numbers."""

from array import array
from collections.abc import Iterator
from typing import Any

from whoosh import columns, fields, formats

from search.engines.base import CARES, QUESTIONS, Document, milliseconds
from search.terms import document_terms

# Raised whenever the layout below changes: an index of another layout cannot be read.
LAYOUT = 5
INTEGERS = ("community", "author", "created", "updated", "length", "title_length", "care", "review",
            "question", "file", "year", "digest")  # fmt: skip
LABELS = ("kind", "keys", "language")


class Prepared(fields.FieldType):
    """A field given ready terms: {term: weight}, {term: places} or an iterable of terms."""

    def __init__(self, with_places: bool = False, stored: bool = False) -> None:
        super().__init__(formats.Positions() if with_places else formats.Existence(), None, stored=stored)

    def index(self, value: Any, **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, frequency, weight, places) as Whoosh's writer wants them."""
        if not isinstance(value, dict):
            value = dict.fromkeys((value,) if isinstance(value, str) else value, 1.0)
        for term, content in value.items():
            key = term.encode("utf-8", "replace")
            if isinstance(content, list):
                yield key, 1, 1.0, array("I", content).tobytes()
            else:
                yield key, 1, float(content), b""


def make_schema() -> fields.Schema:
    """Return the schema of a new index."""
    return fields.Schema(
        uid=Prepared(stored=True),
        text=Prepared(),
        title=Prepared(),
        exact=Prepared(with_places=True),
        tag=Prepared(),
        beginning=Prepared(),
        **{name: fields.COLUMN(columns.NumericColumn("q")) for name in INTEGERS},
        **{name: fields.COLUMN(columns.RefBytesColumn()) for name in LABELS},
    )


def make_row(document: Document) -> dict[str, Any]:
    """Return what Whoosh's `add_document` is given for a document."""
    terms = document_terms(document)
    return {
        "uid": document.uid,
        "text": terms.text,
        "title": terms.title,
        "exact": terms.places,
        "tag": document.tags,
        "beginning": terms.beginnings,
        "kind": document.kind.encode(),
        "keys": " ".join(sorted(document.keys)).encode(),
        "community": document.community_id,
        "author": document.author_id,
        "created": milliseconds(document.created_at),
        "updated": milliseconds(document.updated_at or document.created_at),
        "length": terms.length,
        "title_length": terms.title_length,
        "care": CARES.index(document.care),
        "review": document.review_on.toordinal() if document.review_on else 0,
        "language": terms.language.encode(),
        "question": QUESTIONS.index(document.question),
        "file": int(document.has_file),
        "year": document.year,
        "digest": document.digest,
    }
