"""How well a document fits: the same numbers and formulas for every engine that scores by itself. Pure, for one document.

`search.engines.vectors` has the formulas over arrays; both give the same to the last digit, so that an order does not
depend on which of them an engine has.
"""

import math
import time
from collections.abc import Callable

from search.engines.base import Word

K1, B = 1.2, 0.75
TITLE_BOOST, EXACT_BONUS, WHOLE_TITLE_BONUS, PHRASE_BOOST = 2.5, 0.3, 1.5, 2.0
# Weak alternatives (stems, bare forms) are looked up only when the base forms find fewer documents than this.
ENOUGH = 1_000
# Exactness tells nothing about a word that so many documents have.
COMMON = 3_000
# A phrase is checked in this many best candidates; more would cost a fifth of a second and nobody reads them.
MOST_PHRASE_CANDIDATES = 3_000
# What meets every choice is checked before what is only counted in a facet; more than the words of any phrase are worth.
FIRST = 1e4
# Posts fade with age, to this share.
FADED = 0.6
# Pages that somebody keeps right and answered questions rise by so much: enough among equals, not over a better match.
SETTLED_BONUS = 1.15
YEAR = 365 * 86_400_000  # milliseconds


def now() -> float:
    """Return this moment in milliseconds, as documents have theirs."""
    return time.time() * 1000


def rarity(total: int, documents: int) -> float:
    """Return what a word is worth that `documents` of `total` documents have (the logarithm in BM25)."""
    total = max(total, documents)
    return math.log(1 + (total - documents + 0.5) / (documents + 0.5))


def length_norm(length: int, mean: float) -> float:
    """Return the length part of BM25."""
    return K1 * (1 - B + B * length / max(1.0, mean))


def saturation(weight: float, norm: float) -> float:
    """Return the frequency part of BM25: a word that stands ten times is not worth ten times as much."""
    return weight * (K1 + 1) / (weight + norm)


def raised(
    score: float, title_matches: int, title_length: int, is_settled: bool, is_post: bool, updated: int, at: float
) -> float:
    """Return a score as it ranks `at` a moment: whole titles and what is settled rise, posts fade (in milliseconds)."""
    whole = title_matches >= title_length > 0
    rank = score * (WHOLE_TITLE_BONUS if whole else 1.0) * (SETTLED_BONUS if is_settled else 1.0)
    return rank * max(FADED, 1 / (1 + max(0.0, at - updated) / YEAR)) if is_post else rank


def alternatives(word: Word, frequency: Callable[[str], int]) -> list[tuple[str, float, int]]:
    """Return which terms of a word are looked for, each with its weight and how many documents make it common.

    `frequency` says how many documents of the index have a term, whoever may see them.
    """
    found, seen = [], 0
    for term, weight in word.terms:
        if weight < 1.0 and seen >= ENOUGH:
            break
        if number := frequency(term):
            seen = max(seen, number)
            found.append((term, weight, seen))
    return found
