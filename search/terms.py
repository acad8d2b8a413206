"""A document as terms: what any engine stores. Pure."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from search.analysis import guess_language, index_terms, name_terms, surface, words
from search.completing import forms_of
from search.engines.base import Document

TITLE_WEIGHT, TAGS_WEIGHT, HEADINGS_WEIGHT = 3.0, 2.5, 0.5  # headings stand in the body already and weigh 1.5 in all
MOST_WORDS = 50_000
WRITTEN = frozenset({"page", "post", "file"})
LONGEST_BODY = 1_000_000
# Letters; a name may be joined of several: O'Brien, Mäki-Torkko. What is longer is nobody's word.
_WORD, _SHORTEST_WORD, _LONGEST_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*"), 3, 30
# Between title and body, so that no phrase runs from one into the other.
_GAP = 100


@dataclass(slots=True)
class Terms:
    """Weighted terms of the whole text and of the title, places of the exact words, and what completion offers."""

    text: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    title: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    places: dict[str, list[int]] = field(default_factory=dict)
    beginnings: set[str] = field(default_factory=set)
    length: int = 0
    title_length: int = 0
    language: str = ""  # what it is written in; of people and communities nothing


def document_terms(document: Document) -> Terms:
    """Return the terms of a document; names of people and of tags are taken as they are, everything else is analysed."""
    terms = Terms()
    title, body = words(document.title[:1000]), words(document.body[:LONGEST_BODY])[:MOST_WORDS]
    language = guess_language(body or title, document.language)
    if document.kind in WRITTEN:
        terms.language = document.language or language
    for word, count in Counter(title).items():
        for term, weight in name_terms(word) if document.kind in {"person", "tag"} else index_terms(word, language):
            terms.text[term] += weight * TITLE_WEIGHT * count
            terms.title[term] += weight * count
    _add(terms.text, Counter(words(document.tag_names)), language, TAGS_WEIGHT)
    _add(terms.text, Counter(words(document.headings)), language, HEADINGS_WEIGHT)
    _add(terms.text, Counter(body), language, 1.0)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(title):
        places[word].append(place)
    for place, word in enumerate(body, len(title) + _GAP):
        places[word].append(place)
    for word, found in places.items():
        plain = surface(word)
        terms.places[plain] = sorted(terms.places[plain] + found) if plain in terms.places else found
    terms.title_length, terms.length = len(title), max(1, len(title) + len(body))
    if document.kind not in {"post", "tag"}:  # tags are completed by what carries them
        terms.beginnings = forms_of(document.title[:1000], language, is_name=document.kind == "person")
    return terms


def is_word(term: str) -> bool:
    """Is this a term that somebody can be asked about: a word, neither a stem nor a bare form nor a code?"""
    return _SHORTEST_WORD <= len(term) <= _LONGEST_WORD and _WORD.fullmatch(term) is not None


def _add(target: dict[str, float], counts: Counter[str], language: str, weight: float) -> None:
    for word, count in counts.items():
        for term, share in index_terms(word, language):
            target[term] += share * weight * count
