"""The formulas of `search.engines.ranking` over arrays, for engines that have numpy. The same results, digit by digit."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engines.ranking import FADED, K1, SETTLED_BONUS, WHOLE_TITLE_BONUS, YEAR, B, now

Floats = NDArray[Any]


def length_norm(lengths: Floats, mean: float) -> NDArray[np.float64]:
    """Return the length part of BM25."""
    found: NDArray[np.float64] = K1 * (1 - B + B * lengths / max(1.0, mean))
    return found


def saturation(weights: Floats, norm: Floats) -> NDArray[np.float64]:
    """Return the frequency part of BM25: a word that stands ten times is not worth ten times as much."""
    wide = weights.astype(np.float64)
    found: NDArray[np.float64] = wide * (K1 + 1) / (wide + norm)
    return found


def raised(
    scores: Floats, title_matches: Floats, title_length: Floats, is_settled: Floats, is_post: Floats, updated: Floats
) -> Floats:
    """Return scores as they rank: whole titles and what is settled rise, posts fade (`updated` in milliseconds)."""
    whole = (title_matches >= title_length) & (title_length > 0)
    rank = scores * np.where(whole, WHOLE_TITLE_BONUS, 1.0) * np.where(is_settled, SETTLED_BONUS, 1.0)
    age = np.maximum(0.0, now() - updated) / YEAR
    return np.where(is_post, rank * np.maximum(FADED, 1 / (1 + age)), rank)
