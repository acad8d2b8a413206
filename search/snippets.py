"""The part of a text that shows why it was found, with the words marked in the form they have there."""

import itertools
import re
from collections.abc import Callable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.analysis import index_terms, name_terms, tokens

WIDTH, LEAD = 220, 60
# What is looked through of a long text, and how many marks are enough to choose the best place.
_LOOKED_THROUGH, _ENOUGH = 60_000, 40
_SPACES = re.compile(r"\s+")
# A line without a full stop is a heading, a cell, an item: shown in one line they need something between them.
_OPEN_LINE = re.compile(r"(?<=[^\s.!?:;,…])[ \t]*\n\s*")

Span = tuple[int, int]


def _matcher(marks: frozenset[str], language: str, is_name: bool) -> Callable[[str], bool]:
    known: dict[str, bool] = {}

    def matches(word: str) -> bool:
        if word not in known:
            terms = name_terms(word) if is_name else index_terms(word, language)
            known[word] = not marks.isdisjoint(term for term, _ in terms)
        return known[word]

    return matches


def mark(text: str, marks: frozenset[str], language: str = "fi", is_name: bool = False) -> SafeString:
    """Return a whole short text, escaped, with its found words marked."""
    return _marked(text, _spans(text, marks, language, is_name)) if marks else escape(text)


def snippet(text: str, marks: frozenset[str], language: str = "fi") -> SafeString:
    """Return about two lines around the most different found words; the beginning when none is found."""
    text = _SPACES.sub(" ", _OPEN_LINE.sub(" · ", text[:_LOOKED_THROUGH].strip()))
    spans = _spans(text, marks, language) if marks else []
    start = max(0, _best(text, spans) - LEAD) if spans else 0
    if start:
        start = text.find(" ", start, start + LEAD) + 1 or start
    end = min(len(text), start + WIDTH)
    if end < len(text):
        end = max(text.rfind(" ", start + WIDTH // 2, end), start + WIDTH // 2)
    inside = [(a - start, b - start) for a, b in spans if a >= start and b <= end]
    head, tail = ("… " if start else ""), (" …" if end < len(text) else "")
    return mark_safe(head + _marked(text[start:end], inside) + tail)  # escaped piece by piece


def _spans(text: str, marks: frozenset[str], language: str, is_name: bool = False) -> list[Span]:
    matches = _matcher(marks, language, is_name)
    found = ((token.start, token.end) for token in tokens(text) if matches(token.text))
    return list(itertools.islice(found, _ENOUGH))


def _best(text: str, spans: list[Span]) -> int:
    """Return where the window begins that has the most different words."""

    def variety(index: int) -> int:
        start = spans[index][0]
        return len({text[a:b].lower()[:5] for a, b in spans[index : index + 8] if b <= start + WIDTH - LEAD})

    return spans[max(range(len(spans)), key=variety)][0]


def _marked(text: str, spans: list[Span]) -> SafeString:
    parts, place = [], 0
    for start, end in spans:
        # Escaped before the marks are added: a found word is somebody's text like any other.
        parts += [escape(text[place:start]), "<mark>", escape(text[start:end]), "</mark>"]
        place = end
    return mark_safe("".join([*parts, escape(text[place:])]))
