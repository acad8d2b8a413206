"""A document as terms: what any engine stores. Pure."""

from collections import defaultdict
from dataclasses import dataclass, field

from search.analysis import Token, fold, guess_language, index_terms, name_terms, surface, tokens
from search.engines.base import Document

TITLE_WEIGHT, TAGS_WEIGHT, HEADINGS_WEIGHT = 3.0, 2.5, 0.5  # headings stand in the body already and weigh 1.5 in all
MOST_WORDS = 50_000
LONGEST_BODY = 1_000_000
# Between title and body, so that no phrase runs from one into the other.
_GAP = 100


@dataclass(slots=True)
class Terms:
    """Weighted terms of the whole text and of the title, places of the exact words, and what completion offers."""

    text: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    title: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    beginnings: set[str] = field(default_factory=set)
    length: int = 0
    title_length: int = 0


def document_terms(document: Document) -> Terms:
    """Return the terms of a document; names of people are taken as they are, everything else is analysed."""
    terms, place = Terms(), 0
    body = document.body[:LONGEST_BODY]
    language = guess_language(body or document.title, document.language)
    is_name = document.kind == "person"
    title_words = list(tokens(document.title[:1000]))
    for token in title_words:
        found = name_terms(token.text) if is_name else index_terms(token.text, language)
        for term, weight in found:
            terms.text[term] += weight * TITLE_WEIGHT
            terms.title[term] += weight
        terms.places[surface(token.text)].append(place)
        place += 1
    for text, weight in ((document.tag_names, TAGS_WEIGHT), (document.headings, HEADINGS_WEIGHT)):
        for token in _some(text):
            _add(terms.text, token, language, weight)
    place += _GAP
    for token in _some(body):
        _add(terms.text, token, language, 1.0)
        terms.places[surface(token.text)].append(place)
        place += 1
    terms.title_length = len(title_words)
    terms.length = max(1, place - _GAP)
    if document.kind != "post":
        terms.beginnings = {form for token in title_words for form in _forms(token.text)}
    return terms


def _some(text: str) -> list[Token]:
    return [token for _, token in zip(range(MOST_WORDS), tokens(text), strict=False)]


def _add(target: dict[str, float], token: Token, language: str, weight: float) -> None:
    for term, share in index_terms(token.text, language):
        target[term] += share * weight


def _forms(word: str) -> set[str]:
    """Return what completion compares: the word and its pieces, with and without the marks of its letters."""
    plain = surface(word)
    pieces = {plain, *(term for term, _ in name_terms(word) if term[0] != "^")}
    return pieces | {fold(piece) for piece in pieces}
