"""The editors' words in the memory of a process, so that a question costs no look at the database for them.

A token in the cache says which edition it is; whoever changes something makes a new one. A process that cannot see the
others' cache (several without Redis) reads everything again once a minute.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import permutations

from django.core.cache import cache
from django.db import transaction

from search.analysis import query_terms, words
from search.engines.base import Clause, Word
from search.query import Query
from search.words.models import Pin, WordGroup

EDITION = "search:words"
KEPT = 60.0
# A synonym weighs less than the word itself, so that what has the word comes first.
SYNONYM_WEIGHT = 0.8
# Of one word; whoever keeps longer lists finds with the first ones.
MOST_ALTERNATIVES = 24
MOST_GROUPS, MOST_PINS = 1_000, 5_000
MOST_PINNED_WORDS = 4

Terms = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Pinned:
    """What is pinned, and the words that bring it: for each the base forms any of which will do."""

    pk: int
    uid: str
    parts: tuple[frozenset[str], ...]


@dataclass(slots=True)
class _Edition:
    token: str = ""
    until: float = 0.0
    synonyms: dict[str, Terms] = field(default_factory=dict)
    pins: dict[str, list[Pinned]] = field(default_factory=dict)


_edition = _Edition()
_making = threading.Lock()


def bases(word: str) -> frozenset[str]:
    """Return the base forms of a word in all languages; two words are the same word when they share one."""
    return frozenset(term for term, weight in query_terms(word) if weight == 1.0 and term[0] not in "~^")


def renew() -> None:
    """Let every process read the words again: now for who changed them, and for the others after the commit."""
    _new_token()
    transaction.on_commit(_new_token)


def _new_token() -> None:
    cache.set(EDITION, uuid.uuid4().hex, None)


def _current() -> _Edition:
    global _edition  # replaced whole: readers have the old one or the new one
    token, now = cache.get(EDITION), time.monotonic()
    if token is not None and token == _edition.token and now < _edition.until:
        return _edition
    with _making:
        if token is None:
            cache.add(EDITION, uuid.uuid4().hex, None)
            token = cache.get(EDITION)  # still none where the cache is away: the clock alone says when
        if (token or "") == _edition.token and now < _edition.until:
            return _edition
        # The token first, then the rows: what changes in between has a newer one.
        _edition = _Edition(token or "", now + KEPT, _read_synonyms(), _read_pins())
        return _edition


def _read_synonyms() -> dict[str, Terms]:
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for group in WordGroup.objects.order_by("pk").values_list("words", flat=True)[:MOST_GROUPS]:
        forms = [bases(word) for word in group]
        for own in forms:
            others = frozenset().union(*forms) - own
            for term in own:
                found[term].update(dict.fromkeys(sorted(others), SYNONYM_WEIGHT))
    return {term: tuple(others.items())[:MOST_ALTERNATIVES] for term, others in found.items()}


def _read_pins() -> dict[str, list[Pinned]]:
    found: defaultdict[str, list[Pinned]] = defaultdict(list)
    rows = Pin.objects.order_by("pk").values_list("pk", "words", "page_id", "post_id")
    for pk, typed, page, post in rows[:MOST_PINS]:
        parts = tuple(bases(word) for word in words(typed)[:MOST_PINNED_WORDS])
        pinned = Pinned(pk, f"page:{page}" if page else f"post:{post}", parts)
        for term in parts[0] if parts else ():
            found[term].append(pinned)
    return dict(found)


def with_synonyms(query: Query) -> Query:
    """Return the question with the synonyms of its words as further alternatives; phrases and `-word` are as they are."""
    synonyms = _current().synonyms
    if not synonyms or not query.must:
        return query
    return replace(query, must=[_clause(clause, synonyms) for clause in query.must])


def _clause(clause: Clause, synonyms: dict[str, Terms]) -> Clause:
    return tuple(_word(part, synonyms) if isinstance(part, Word) else part for part in clause)


def _word(word: Word, synonyms: dict[str, Terms]) -> Word:
    have = {term for term, _weight in word.terms}
    more: dict[str, float] = {}
    for term, weight in word.terms:
        if weight == 1.0:
            more.update((other, share) for other, share in synonyms.get(term, ()) if other not in have)
    return replace(word, terms=(*word.terms, *list(more.items())[:MOST_ALTERNATIVES])) if more else word


def meaning_the_same(terms: Iterable[str]) -> frozenset[str]:
    """Return the synonyms of all these terms."""
    synonyms = _current().synonyms
    return frozenset(other for term in terms for other, _weight in synonyms.get(term, ()))


def pinned_to(query: Query) -> list[str]:
    """Return the uids of what is pinned to just these words, in any form and order, the oldest pin first."""
    pins = _current().pins
    # Plain words and nothing else: who narrows a question down has seen what is pinned.
    if not pins or not query.must or query != Query(text=query.text, must=query.must):
        return []
    asked: list[frozenset[str]] = []
    for clause in query.must:
        if len(clause) != 1 or not isinstance(clause[0], Word) or clause[0].title_only:
            return []
        asked.append(frozenset(term for term, weight in clause[0].terms if weight >= SYNONYM_WEIGHT))
    if len(asked) > MOST_PINNED_WORDS:
        return []
    candidates = {pin.pk: pin for terms in asked for term in terms for pin in pins.get(term, ())}
    fitting = [pin for _pk, pin in sorted(candidates.items()) if _fits(pin.parts, asked)]
    return list(dict.fromkeys(pin.uid for pin in fitting))


def _fits(parts: tuple[frozenset[str], ...], asked: list[frozenset[str]]) -> bool:
    if len(parts) != len(asked):
        return False
    return any(all(part & terms for part, terms in zip(parts, order, strict=True)) for order in permutations(asked))
