"""Answering one request without numpy: the same rules as `search.engines.whoosh.execute`, document by document.

This is the one to read when in doubt what a request means; the other is quicker.
"""

from __future__ import annotations

import heapq
from collections import Counter
from typing import TYPE_CHECKING

from search.engines.base import SETTLED, Clause, Hit, Phrase, SearchRequest, SearchResponse, Word, words_first
from search.engines.ranking import (
    COMMON,
    ENOUGH,
    EXACT_BONUS,
    FIRST,
    K1,
    MOST_PHRASE_CANDIDATES,
    PHRASE_BOOST,
    TITLE_BOOST,
    now,
    raised,
    rarity,
    saturation,
)
from search.engines.whoosh.plain.filters import Filters

if TYPE_CHECKING:
    from search.engines.whoosh.plain.snapshot import PlainSnapshot

Scores = dict[int, float]


def execute(snapshot: PlainSnapshot, request: SearchRequest) -> SearchResponse:
    """Answer a request; all words first, if nothing has them all, some."""
    run = _Run(snapshot, request)
    return words_first(request, lambda need_all: run.find(need_all=need_all))


class _Run:
    def __init__(self, snapshot: PlainSnapshot, request: SearchRequest) -> None:
        self.snapshot, self.request = snapshot, request
        self.capped = False
        self.title_matches: Counter[int] = Counter()
        self.filters = Filters(snapshot, request)
        # Unwanted phrases are looked for in everything that may be read: a choice must not decide what they leave out.
        self.allowed = self.looked_at = {n for n, may in enumerate(snapshot.readable(request.keys)) if may}
        self.filters.unwanted = {n for unwanted in request.must_not for n in self._scores(unwanted)}
        self.allowed, self.looked_at = self.filters.allowed(), self.filters.counted()
        self.title_matches.clear()
        self.clauses = [self._clause_scores(clause) for clause in request.must]

    def _clause_scores(self, clause: Clause) -> Scores:
        best = self._scores(clause[0])
        for other in clause[1:]:
            for n, score in self._scores(other).items():
                best[n] = max(best.get(n, 0.0), score)
        return best

    def _scores(self, part: Word | Phrase) -> Scores:
        return self._phrase_scores(part) if isinstance(part, Phrase) else self._word_scores(part)

    def _word_scores(self, word: Word) -> Scores:
        """Score a word by its best alternative in text and in title."""
        scores: Scores = {}
        if not word.title_only:
            scores = self._field_scores("text", word, 1.0)[0]
            if 0 < (number := self.snapshot.frequency("exact", word.exact)) < COMMON:
                bonus = EXACT_BONUS * self._rarity(number)
                for n, _ in self.snapshot.postings("exact", word.exact):
                    if n in self.looked_at:
                        scores[n] = scores.get(n, 0.0) + bonus
        in_title, strong = self._field_scores("title", word, TITLE_BOOST)
        for n, score in in_title.items():
            scores[n] = scores.get(n, 0.0) + score
        self.title_matches.update(strong)
        return scores

    def _field_scores(self, field: str, word: Word, boost: float) -> tuple[Scores, set[int]]:
        """Return the scores of one field, and where it has a base form of the word."""
        best: Scores = {}
        strong: set[int] = set()
        norm, seen = self.snapshot.body_norm if field == "text" else self.snapshot.title_norm, 0
        for term, weight in word.terms:
            if weight < 1.0 and seen >= ENOUGH:
                break
            seen = max(seen, self.snapshot.frequency(field, term))
            share = weight * boost * self._rarity(seen) if seen else 0.0
            for n, frequency in self.snapshot.postings(field, term):
                if n in self.looked_at:
                    if weight >= 1.0:
                        strong.add(n)
                    best[n] = max(best.get(n, 0.0), share * saturation(frequency, norm(n)))
        return best, strong

    def _rarity(self, documents: int) -> float:
        return rarity(self.snapshot.count, documents)

    def _phrase_scores(self, phrase: Phrase) -> Scores:
        """Score the documents where the words stand side by side; checked in the best candidates only."""
        snapshot = self.snapshot
        sums: Scores = {}
        everywhere: set[int] | None = None
        for word in dict.fromkeys(phrase.words):
            weight, here = self._rarity(snapshot.frequency("exact", word)), set()
            for n, _ in snapshot.postings("exact", word):
                if n in self.looked_at:
                    here.add(n)
                    sums[n] = sums.get(n, 0.0) + weight * (K1 + 1) / (1 + snapshot.body_norm(n))
            everywhere = here if everywhere is None else everywhere & here
        wanted = sorted(everywhere or ())
        if len(phrase.words) > 1:
            if len(wanted) > MOST_PHRASE_CANDIDATES:
                self.capped = self.capped or sum(n in self.allowed for n in wanted) > MOST_PHRASE_CANDIDATES
                # What meets every choice before what is only counted in a facet.
                worth = {n: sums[n] + (FIRST if n in self.allowed else 0.0) for n in wanted}
                wanted = heapq.nsmallest(MOST_PHRASE_CANDIDATES, wanted, key=lambda n: (-worth[n], n))
            wanted = snapshot.with_phrase(phrase.words, wanted)
        return {n: PHRASE_BOOST * sums[n] for n in wanted}

    def find(self, need_all: bool) -> SearchResponse:
        """Return the wanted slice of what has all the words, or some of them."""
        snapshot, request = self.snapshot, self.request
        having = self._together(need_all) if self.clauses else dict.fromkeys(self.looked_at, 0.0)
        scores = {n: score for n, score in having.items() if n in self.allowed}
        codes, kinds = snapshot.labels("kind")
        counts = dict(Counter(kinds[codes[n]] for n in scores))
        wanted = ({request.kind} if request.kind else set()) or request.kinds
        if request.kinds:
            counts = {kind: number for kind, number in counts.items() if kind in request.kinds}

        def is_of_kind(n: int) -> bool:
            return not wanted or kinds[codes[n]] in wanted

        scores = {n: score for n, score in scores.items() if is_of_kind(n)}
        hits = self._best(scores) if request.limit > 0 else ()
        weak = not need_all and bool(scores)
        facets = self.filters.facets(scores, set(having), is_of_kind)
        return SearchResponse(len(scores), hits, counts, facets, weak=weak, capped=self.capped)

    def _together(self, need_all: bool) -> Scores:
        """Return the scores over all words of what has all of them, or any."""
        found: Scores = {}
        matched: Counter[int] = Counter()
        for clause in self.clauses:
            for n, score in clause.items():
                found[n] = found.get(n, 0.0) + score
                matched[n] += 1
        if need_all:
            return {n: score for n, score in found.items() if matched[n] == len(self.clauses)}
        shares = {n: matched[n] / len(self.clauses) for n in found}
        return {n: score * (shares[n] * shares[n]) for n, score in found.items()}

    def _best(self, scores: Scores) -> tuple[Hit, ...]:
        snapshot, request, updated = self.snapshot, self.request, self.snapshot.numbers("updated")
        if request.newest_first or not self.clauses:
            ranks = {n: float(updated[n]) for n in scores}
        else:
            titles, at = snapshot.numbers("title_length"), now()
            cares, questions = snapshot.numbers("care"), snapshot.numbers("question")
            ranks = {
                n: raised(
                    score,
                    self.title_matches[n],
                    titles[n],
                    bool(cares[n] or questions[n]) and self.filters.state(n) in SETTLED,
                    snapshot.label("kind", n) == "post",
                    updated[n],
                    at,
                )
                for n, score in scores.items()
            }
        last = request.offset + request.limit
        best = heapq.nsmallest(last, ranks, key=lambda n: (-ranks[n], -updated[n], n))[request.offset :]
        return tuple(Hit(snapshot.uid(n), ranks[n]) for n in best)
