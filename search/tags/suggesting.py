"""Tags that a text speaks of: `tietoturvaohjeessa` proposes #tietoturva, `hiljaista tietoa` #hiljainen-tieto.

The words of tags are analysed like those of documents and kept for a moment in the process; who asks is shown only
what the database says she may see now, by its present name.
"""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from taggit.models import Tag

from intranet.people.models import TagSynonym
from search.analysis import LANGUAGES, PART_WEIGHT, guess_language, index_terms, words
from wiki.linkcards import visible_tags

LONGEST, MOST_WORDS = 20_000, 2_500
MOST, CANDIDATES = 6, 60
# Seconds for which a process remembers the vocabulary: a new tag is proposed a little later.
KEPT = 30.0
MOST_TAGS = 50_000
# Shorter words are too many things.
SHORTEST = 3
_WRITTEN = re.compile(r"#([^\W_][\w-]{0,63})")
_JOINTS = re.compile(r"[-_\s]+")


@dataclass(slots=True)
class _Word:
    """A name of a tag: which tag, by which synonym if it is one, and the words it is made of, as alternatives."""

    tag: int
    synonym: int
    parts: tuple[frozenset[str], ...]


@dataclass(slots=True)
class _Vocabulary:
    by_term: dict[str, list[_Word]] = field(default_factory=lambda: defaultdict(list))
    until: float = 0.0


_kept = _Vocabulary()
_making = threading.Lock()


def forget() -> None:
    """Read the vocabulary anew with the next question; for tests."""
    _kept.until = 0.0
    _bases.cache_clear()


@lru_cache(maxsize=MOST_TAGS)
def _bases(word: str) -> frozenset[str]:
    """Return the base forms of a word, whichever language it is in; kept, since tags hardly change."""
    terms: set[str] = {word}
    for language in LANGUAGES:
        terms |= {term for term, weight in index_terms(word, language) if weight == 1.0 and term[0] not in "~^"}
    return frozenset(terms)


def _vocabulary() -> _Vocabulary:
    global _kept  # replaced whole: readers have the old one or the new one
    if time.monotonic() < _kept.until:
        return _kept
    with _making:
        if time.monotonic() < _kept.until:
            return _kept
        made = _Vocabulary(until=time.monotonic() + KEPT)
        names = [(pk, 0, name) for pk, name in Tag.objects.order_by("-pk").values_list("pk", "name")[:MOST_TAGS]]
        synonyms = TagSynonym.objects.order_by("-pk").values_list("tag_id", "pk", "name")[:MOST_TAGS]
        for tag, synonym, name in [*names, *synonyms]:
            pieces = [piece for piece in _JOINTS.split(name.lower()) if piece]
            if not pieces or len(name) < SHORTEST:
                continue
            word = _Word(tag, synonym, tuple(_bases(piece) for piece in pieces))
            for term in word.parts[0]:
                made.by_term[term].append(word)
        _kept = made
    return _kept


def _terms(text: str) -> list[dict[str, float]]:
    """Return for each word of a text its terms with how surely they are meant: a compound's parts less."""
    found = words(text)[:MOST_WORDS]
    language = guess_language(found)
    return [
        {term: weight for term, weight in index_terms(word, language) if term[0] not in "~^" and weight >= PART_WEIGHT}
        | {word.lower(): 1.0}
        for word in found
    ]


def _matches(text: str) -> dict[tuple[int, int], float]:
    """Return {(tag, synonym): score} of the names that occur in a text."""
    vocabulary, places = _vocabulary().by_term, _terms(text)
    scores: dict[tuple[int, int], float] = defaultdict(float)
    for place, terms in enumerate(places):
        seen: set[int] = set()
        for term, weight in terms.items():
            for word in vocabulary.get(term, ()):
                if id(word) in seen or place + len(word.parts) > len(places):
                    continue
                following = places[place + 1 : place + len(word.parts)]
                if all(part & there.keys() for part, there in zip(word.parts[1:], following, strict=True)):
                    seen.add(id(word))
                    # Two words that belong together say more than one.
                    scores[word.tag, word.synonym] += weight * (2 * len(word.parts) - 1)
    return scores


def suggested(user: Any, text: str, *, given: str = "") -> list[Tag]:
    """Return the tags that `user` may see and `text` speaks of, best first, without those it has (`given`, #written)."""
    scores = _matches(text[:LONGEST])
    if not scores:
        return []
    best = sorted(scores, key=lambda key: -scores[key])[:CANDIDATES]
    words_ = {synonym for _tag, synonym in best if synonym}
    known = (
        set(TagSynonym.objects.visible_to(user).filter(pk__in=words_).values_list("pk", flat=True)) if words_ else set()
    )
    ranked: dict[int, float] = defaultdict(float)
    for tag, synonym in best:
        if not synonym or synonym in known:
            ranked[tag] += scores[tag, synonym]
    has = {name.lower() for name in _WRITTEN.findall(text)} | {one.strip(" #").lower() for one in given.split(",")}
    tags = visible_tags(user).filter(pk__in=list(ranked))
    fresh = [tag for tag in tags if tag.name.lower() not in has]
    return sorted(fresh, key=lambda tag: (-ranked[tag.pk], tag.name))[:MOST]
