"""How well a document fits: the same numbers and formulas for every engine that scores by itself. Pure, over arrays."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engines.base import Word

K1, B = 1.2, 0.75
TITLE_BOOST, EXACT_BONUS, WHOLE_TITLE_BONUS, PHRASE_BOOST = 2.5, 0.3, 1.5, 2.0
# Weak alternatives (stems, bare forms) are looked up only when the base forms find fewer documents than this.
ENOUGH = 1_000
# Exactness tells nothing about a word that so many documents have.
COMMON = 3_000
# A phrase is checked in this many best candidates; more would cost a fifth of a second and nobody reads them.
MOST_PHRASE_CANDIDATES = 3_000
# Posts fade with age, to this share.
FADED = 0.6
_YEAR = 365 * 86_400_000  # milliseconds

Floats = NDArray[Any]


def rarity(total: int, documents: int) -> float:
    """Return what a word is worth that `documents` of `total` documents have (the logarithm in BM25)."""
    total = max(total, documents)
    return float(np.log(1 + (total - documents + 0.5) / (documents + 0.5)))


def length_norm(lengths: Floats, mean: float) -> NDArray[np.float32]:
    """Return the length part of BM25."""
    return (K1 * (1 - B + B * lengths.astype(np.float32) / max(1.0, mean))).astype(np.float32)


def saturation(weights: Floats, norm: Floats) -> Floats:
    """Return the frequency part of BM25: a word that stands ten times is not worth ten times as much."""
    found: Floats = weights * (K1 + 1) / (weights + norm)
    return found


def raised(scores: Floats, title_matches: Floats, title_length: Floats, is_post: Floats, updated: Floats) -> Floats:
    """Return scores as they rank: whole titles rise, posts fade with age (`updated` in milliseconds)."""
    whole = (title_matches >= np.maximum(1, title_length)) & (title_length > 0)
    rank = scores * np.where(whole, WHOLE_TITLE_BONUS, 1.0)
    age = np.maximum(0, time.time() * 1000 - updated) / _YEAR
    return np.where(is_post, rank * np.maximum(FADED, 1 / (1 + age)), rank)


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
