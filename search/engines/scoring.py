"""What each of some hundred candidates is worth: BM25 over the weights that came with their rows, as in every engine."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from search.engines.base import Clause, Hit, Phrase, SearchRequest, Word
from search.engines.figures import Figures
from search.engines.lexemes import EXACT, TEXT, TITLE, Frequency, hashed
from search.engines.ranking import (
    COMMON,
    EXACT_BONUS,
    K1,
    PHRASE_BOOST,
    TITLE_BOOST,
    alternatives,
    rarity,
)
from search.engines.vectors import Floats, length_norm, raised, saturation

_ENTRY = 6  # bytes of a weight: `lexemes.pack`


class Candidate(NamedTuple):
    """A document as it is weighed. `is_settled`: does it stand as one of SETTLED; `phrases`: which of the phrases it has."""

    uid: str
    kind: str
    updated: int
    length: int
    title_length: int
    weights: bytes
    is_settled: bool
    phrases: Sequence[bool]


class Weights:
    """The weights of the candidates' lexemes side by side: what one lexeme weighs in each."""

    def __init__(self, packed: Sequence[bytes]) -> None:
        counts = [len(one) // _ENTRY for one in packed]
        self._size = len(packed)
        self._hashes = np.frombuffer(b"".join(one[: 4 * n] for one, n in zip(packed, counts, strict=True)), "<u4")
        self._weights = np.frombuffer(b"".join(one[4 * n :] for one, n in zip(packed, counts, strict=True)), "<f2")
        self._owners = np.repeat(np.arange(self._size), counts)
        self._known: dict[str, Floats] = {}

    def of(self, lexeme: str) -> Floats:
        """Return what a lexeme weighs in each candidate, 0 where it is not."""
        if lexeme not in self._known:
            found = np.zeros(self._size, np.float32)
            places = np.flatnonzero(self._hashes == hashed(lexeme))
            found[self._owners[places]] = self._weights[places]
            self._known[lexeme] = found
        return self._known[lexeme]


class Scorer:
    """Scores the candidates of one request."""

    def __init__(
        self, request: SearchRequest, candidates: Sequence[Candidate], figures: Figures, frequency: Frequency
    ) -> None:
        self.request, self.candidates, self.figures, self.frequency = request, candidates, figures, frequency
        self.weights = Weights([one.weights for one in candidates])
        self.length = np.array([one.length for one in candidates], np.int64)
        self.title_length = np.array([one.title_length for one in candidates], np.int64)
        self.body_norm = length_norm(self.length, figures.length)
        self.title_norm = length_norm(self.title_length, figures.title_length)
        self.title_matches = np.zeros(len(candidates), np.int64)
        self._phrases = iter(range(len(candidates[0].phrases) if candidates else 0))

    def ranks(self, *, need_all: bool) -> Floats:
        """Return what each candidate is worth, in the order in which they were given."""
        scores: Floats = np.zeros(len(self.candidates), np.float32)
        matched = np.zeros(len(self.candidates), np.float32)
        for clause in self.request.must:
            one = self._clause(clause)
            scores = scores + one
            matched += one > 0
        if not need_all:
            scores = scores * (matched / len(self.request.must)) ** 2
        is_post = np.array([one.kind == "post" for one in self.candidates], bool)
        updated = np.array([one.updated for one in self.candidates], np.int64)
        is_settled = np.array([one.is_settled for one in self.candidates], bool)
        return raised(scores, self.title_matches, self.title_length, is_settled, is_post, updated)

    def _clause(self, clause: Clause) -> Floats:
        best = self._part(clause[0])
        for other in clause[1:]:
            best = np.maximum(best, self._part(other))
        return best

    def _part(self, part: Word | Phrase) -> Floats:
        return self._phrase(part) if isinstance(part, Phrase) else self._word(part)

    def _rarity(self, documents: int) -> float:
        return rarity(self.figures.documents, documents)

    def _word(self, word: Word) -> Floats:
        scores: Floats = np.zeros(len(self.candidates), np.float32)
        if not word.title_only:
            scores, _ = self._field(TEXT, word, self.body_norm, 1.0)
            if 0 < (number := self.frequency(EXACT + word.exact)) < COMMON:
                scores = scores + EXACT_BONUS * self._rarity(number) * (self.weights.of(EXACT + word.exact) > 0)
        in_title, strong = self._field(TITLE, word, self.title_norm, TITLE_BOOST)
        self.title_matches += strong
        return scores + in_title

    def _field(self, field: str, word: Word, norm: Floats, boost: float) -> tuple[Floats, Any]:
        """Return the scores of one field, and where it has a base form of the word."""
        best: Floats = np.zeros(len(self.candidates), np.float32)
        strong = np.zeros(len(self.candidates), bool)
        for term, weight, documents in alternatives(word, lambda term: self.frequency(field + term)):
            found = self.weights.of(field + term)
            if weight >= 1.0:
                strong |= found > 0
            best = np.maximum(best, weight * boost * self._rarity(documents) * saturation(found, norm))
        return best, strong

    def _phrase(self, phrase: Phrase) -> Floats:
        number = next(self._phrases)
        has = np.array([one.phrases[number] for one in self.candidates], bool)
        worth = sum(self._rarity(self.frequency(EXACT + word)) for word in dict.fromkeys(phrase.words))
        found: Floats = PHRASE_BOOST * worth * has * (K1 + 1) / (1 + self.body_norm)
        return found


def best_of(request: SearchRequest, found: Sequence[Candidate], ranks: Floats) -> tuple[Hit, ...]:
    """Return the wanted slice of the candidates, best first; what is worth the same by age, then as it was given."""
    updated = np.array([one.updated for one in found], np.int64)
    order = np.lexsort((np.arange(len(found)), -updated, -ranks))[request.offset : request.offset + request.limit]
    return tuple(Hit(found[place].uid, float(ranks[place])) for place in order.tolist())
