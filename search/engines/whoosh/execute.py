"""Answering one request from a snapshot: BM25 over arrays, permission and filters as masks, counts by kind."""

from typing import Any

import numpy as np

from search.engines.base import Clause, Hit, Phrase, SearchRequest, SearchResponse, Word, words_first
from search.engines.ranking import (
    COMMON,
    ENOUGH,
    EXACT_BONUS,
    FIRST,
    K1,
    MOST_PHRASE_CANDIDATES,
    PHRASE_BOOST,
    TITLE_BOOST,
    rarity,
)
from search.engines.vectors import raised, saturation
from search.engines.whoosh.filters import Filters
from search.engines.whoosh.segments import Ids
from search.engines.whoosh.snapshot import Columns, Mask, Scores


def execute(snapshot: Columns, request: SearchRequest) -> SearchResponse:
    """Answer a request; all words first, if nothing has them all, some."""
    run = _Run(snapshot, request)
    return words_first(request, lambda need_all: run.find(need_all=need_all))


class _Run:
    def __init__(self, snapshot: Columns, request: SearchRequest) -> None:
        self.snapshot, self.request = snapshot, request
        self.capped = False
        self.title_matches = np.zeros(snapshot.size, np.int16)
        self.filters = Filters(snapshot, request)
        # Unwanted phrases are looked for in everything that may be read: a choice must not decide what they leave out.
        self.allowed: Mask = snapshot.readable(request.keys)
        self.looked_at: Mask = self.allowed
        self.filters.unwanted = self._having_unwanted()
        self.allowed, self.looked_at = self.filters.allowed(), self.filters.counted()
        self.title_matches[:] = 0
        self.clauses = [self._clause_scores(clause) for clause in request.must]

    def _having_unwanted(self) -> Mask | None:
        """Return what has an unwanted word, None where there is no such word in the question."""
        found: Mask | None = None
        for unwanted in self.request.must_not:
            here = self._scores(unwanted) > 0
            found = here if found is None else found | here
        return found

    def _clause_scores(self, clause: Clause) -> Scores:
        best = self._scores(clause[0])
        for other in clause[1:]:
            np.maximum(best, self._scores(other), out=best)
        return best

    def _scores(self, part: Word | Phrase) -> Scores:
        return self._phrase_scores(part) if isinstance(part, Phrase) else self._word_scores(part)

    def _word_scores(self, word: Word) -> Scores:
        """Score a word by its best alternative in text and in title; 0 where it is not."""
        scores = np.zeros(self.snapshot.size, np.float64)
        if not word.title_only:
            self._add_field(scores, "text", word, self.snapshot.body_norm, 1.0)
            if 0 < self.snapshot.frequency("exact", word.exact) < COMMON:
                found = self.snapshot.postings("exact", word.exact)
                if found is not None:
                    scores[found[0]] += EXACT_BONUS * self._rarity(len(found[0]))
        in_title = self._add_field(scores, "title", word, self.snapshot.title_norm, TITLE_BOOST)
        self.title_matches += in_title
        return scores

    def _add_field(self, scores: Scores, field: str, word: Word, norm: Scores, boost: float) -> Mask:
        """Add the scores of one field; return where it has a base form of the word."""
        best = np.zeros(self.snapshot.size, np.float64)
        strong, seen = np.zeros(self.snapshot.size, bool), 0
        for term, weight in word.terms:
            if weight < 1.0 and seen >= ENOUGH:
                break
            found = self.snapshot.postings(field, term)
            if found is None:
                continue
            ids, frequency = found
            seen = max(seen, len(ids))
            if weight >= 1.0:
                strong[ids] = True
            share = weight * boost * self._rarity(seen)
            best[ids] = np.maximum(best[ids], share * saturation(frequency, norm[ids]))
        scores += best
        return strong

    def _rarity(self, documents: int) -> float:
        return rarity(self.snapshot.count, documents)

    def _phrase_scores(self, phrase: Phrase) -> Scores:
        """Score the documents where the words stand side by side; checked in the best candidates only."""
        snapshot = self.snapshot
        sums, everywhere = np.zeros(snapshot.size, np.float64), self.looked_at
        for word in dict.fromkeys(phrase.words):
            found = snapshot.postings("exact", word)
            here = np.zeros(snapshot.size, bool)
            if found is not None:
                here[found[0]] = True
                sums[found[0]] += self._rarity(len(found[0])) * (K1 + 1) / (1 + snapshot.body_norm[found[0]])
            everywhere = everywhere & here
        wanted: Ids = np.flatnonzero(everywhere)
        if len(phrase.words) > 1:
            if len(wanted) > MOST_PHRASE_CANDIDATES:
                first = self.allowed[wanted]
                self.capped = self.capped or int(first.sum()) > MOST_PHRASE_CANDIDATES
                # What meets every choice before what is only counted in a facet.
                worth = sums[wanted] + np.where(first, FIRST, 0)
                wanted = wanted[_best_of(worth, MOST_PHRASE_CANDIDATES)]
            wanted = snapshot.with_phrase(phrase.words, wanted)
        scores = np.zeros(snapshot.size, np.float64)
        scores[wanted] = PHRASE_BOOST * sums[wanted]
        return scores

    def find(self, need_all: bool) -> SearchResponse:
        """Return the wanted slice of what has all the words, or some of them."""
        snapshot, request = self.snapshot, self.request
        has_words: Any = np.ones(snapshot.size, bool)
        scores: Scores = np.zeros(snapshot.size, np.float64)
        if self.clauses:
            had = [clause > 0 for clause in self.clauses]
            scores = np.sum(self.clauses, axis=0, dtype=np.float64)
            if need_all:
                has_words = np.logical_and.reduce(had)
            else:
                matched = np.sum(had, axis=0, dtype=np.float64)
                has_words = matched > 0
                scores *= (matched / len(had)) ** 2
        mask = self.allowed & has_words
        codes, kinds = snapshot.labels("kind")
        tally = np.bincount(codes[mask], minlength=len(kinds))
        counts = {kind: int(tally[code]) for code, kind in enumerate(kinds) if tally[code]}
        wanted = ({request.kind} if request.kind else set()) or request.kinds
        if request.kinds:
            counts = {kind: number for kind, number in counts.items() if kind in request.kinds}
        in_kinds = np.isin(codes, [code for code, kind in enumerate(kinds) if kind in wanted]) if wanted else None
        mask = mask if in_kinds is None else mask & in_kinds
        ids = np.flatnonzero(mask)
        hits = self._best(ids, scores) if request.limit > 0 else ()
        weak = not need_all and bool(len(ids))
        facets = self.filters.facets(mask, has_words, in_kinds)
        return SearchResponse(len(ids), hits, counts, facets, weak=weak, capped=self.capped)

    def _best(self, ids: Ids, scores: Scores) -> tuple[Hit, ...]:
        request, updated = self.request, self.snapshot.numbers("updated")[ids]
        rank = scores[ids]
        if self.clauses:
            codes, kinds = self.snapshot.labels("kind")
            is_post = codes[ids] == kinds.index("post") if "post" in kinds else np.zeros(len(ids), bool)
            title_length = self.snapshot.numbers("title_length")[ids]
            is_settled = self.filters.settled(ids)
            rank = raised(rank, self.title_matches[ids], title_length, is_settled, is_post, updated)
        if request.newest_first or not self.clauses:
            rank = updated.astype(np.float64)
        last = request.offset + request.limit
        if len(ids) > last:
            # With all that are worth the same as the last: who comes in then must not depend on where the page ends.
            best = np.flatnonzero(rank >= -np.partition(-rank, last - 1)[last - 1])
            ids, rank, updated = ids[best], rank[best], updated[best]
        order = np.lexsort((ids, -updated, -rank))[request.offset : last]
        return tuple(Hit(self.snapshot.uid(int(ids[place])), float(rank[place])) for place in order)


def _best_of(worth: Scores, number: int) -> Mask:
    """Return which are the best so many; of those that are worth the same the first."""
    least = -np.partition(-worth, number - 1)[number - 1]
    best: Mask = worth > least
    best[np.flatnonzero(worth == least)[: number - int(best.sum())]] = True
    return best
