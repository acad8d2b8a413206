"""How a document lies in OpenSearch. Everything is analysed before: the server compares terms and numbers.

    loikka                        an alias: the generation in use
    loikka-1763768723000000000    an index, made anew by a rebuild, deleted when the alias has left it

Each says in its mapping whose it is, of which layout, and by which version of the analysis.
"""

from base64 import b64encode
from typing import Any

from django.utils.crypto import salted_hmac

from search.analysis import analyzer_version
from search.engines.base import Document, milliseconds
from search.engines.lexemes import lexemes, pack, spoken_lines
from search.terms import document_terms, is_word

# Raised whenever the mapping below changes: an index of another layout cannot be read.
LAYOUT = 2
# What the server tells of a hit when it is to be weighed; all else is only looked up.
WEIGHED = ("kind", "updated", "length", "title_length", "weights", "care", "review", "question")
_LOOKED_UP = ("words", "spoken", "beginnings", "meant", "names")

_TERM = {"type": "keyword"}
# Looked up and never sorted or counted by.
_ONLY_TERM = {"type": "keyword", "doc_values": False}
# Counted and never looked up.
_ONLY_COUNTED = {"type": "keyword", "index": False}
_NUMBER = {"type": "long"}
_STORED = {"type": "integer", "index": False}
_PROPERTIES: dict[str, Any] = {
    "uid": _TERM,
    "kind": _TERM,
    "keys": _ONLY_TERM,
    # As text, so that the server breaks a tie between two of the same number as the other engines do.
    "community": _TERM,
    "author": _TERM,
    "tags": _TERM,
    "updated": _NUMBER,
    "digest": {"type": "long", "index": False},
    "care": _ONLY_TERM,
    "review": {"type": "integer"},  # days since year 1, 0 for none
    "question": _ONLY_TERM,
    "has_file": {"type": "boolean"},
    "language": _TERM,
    "year": _TERM,
    "length": _STORED,
    "title_length": _STORED,
    # The lexemes of `search.engines.lexemes`, and what they weigh.
    "words": _ONLY_TERM,
    "weights": {"type": "binary"},
    # The words as written, a line for the title and one for the body, far apart.
    "spoken": {"type": "text", "analyzer": "whitespace", "norms": False},
    "beginnings": _ONLY_TERM,
    # The words of the text, and of the title alone, that somebody may be asked whether they are meant.
    "meant": _ONLY_COUNTED,
    "names": _ONLY_COUNTED,
    # One over the root of the length of the title: short titles are completed first.
    "shortness": {"type": "float", "index": False},
}


def house() -> str:
    """Return what tells this house's index from that of another house in the same cluster."""
    return salted_hmac("search.engines.opensearch", "house", algorithm="sha256").hexdigest()[:20]


def index_body(building: str) -> dict[str, Any]:
    """Return what makes the index of a generation. `building`: the alias by which it is filled."""
    return {
        "settings": {
            # One shard: counts are exact, and a house's text is small.
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            # A batch is seen when it is whole: who writes says when.
            "refresh_interval": "-1",
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"loikka": {"house": house(), "layout": LAYOUT, "analyzer": analyzer_version()}},
            # What is looked up is kept once, in the index.
            "_source": {"excludes": list(_LOOKED_UP)},
            "properties": _PROPERTIES,
        },
        "aliases": {building: {}},
    }


def row_of(document: Document) -> dict[str, Any]:
    """Return a document as the server is given it."""
    terms = document_terms(document)
    return {
        "uid": document.uid,
        "kind": document.kind,
        "keys": sorted(document.keys),
        "community": str(document.community_id),
        "author": str(document.author_id),
        "tags": sorted(set(document.tags)),
        "updated": milliseconds(document.updated_at or document.created_at),
        "digest": document.digest,
        "care": document.care,
        "review": document.review_on.toordinal() if document.review_on else 0,
        "question": document.question,
        "has_file": document.has_file,
        "language": terms.language,
        "year": str(document.year),
        "length": terms.length,
        "title_length": terms.title_length,
        "words": list(dict.fromkeys(lexemes(terms))),
        "weights": b64encode(pack(terms)).decode(),
        "spoken": spoken_lines(terms),
        "beginnings": sorted(terms.beginnings),
        "meant": sorted(filter(is_word, terms.text)),
        "names": sorted(filter(is_word, terms.title)),
        "shortness": round(max(1, terms.title_length) ** -0.5, 7),
    }
