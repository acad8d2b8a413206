"""Answering one request from a snapshot: BM25 over arrays, permission and filters as masks, counts by kind."""

import numpy as np

from search.engines.base import (
    CARES,
    MOST_VALUES,
    Clause,
    Facets,
    Hit,
    Phrase,
    SearchRequest,
    SearchResponse,
    Word,
    commonest,
    milliseconds,
)
from search.engines.ranking import (
    COMMON,
    ENOUGH,
    EXACT_BONUS,
    K1,
    MOST_PHRASE_CANDIDATES,
    PHRASE_BOOST,
    TITLE_BOOST,
    raised,
    rarity,
    saturation,
)
from search.engines.whoosh.segments import Ids
from search.engines.whoosh.snapshot import Mask, Scores, Snapshot


def execute(snapshot: Snapshot, request: SearchRequest) -> SearchResponse:
    """Answer a request; all words first, if nothing has them all, some."""
    run = _Run(snapshot, request)
    answer = run.find(need_all=True)
    if answer.total or len(request.must) < 2:
        return answer
    return run.find(need_all=False)


class _Run:
    def __init__(self, snapshot: Snapshot, request: SearchRequest) -> None:
        self.snapshot, self.request = snapshot, request
        self.capped = False
        self.title_matches = np.zeros(snapshot.size, np.int16)
        self.allowed: Mask = snapshot.readable(request.keys)
        self.allowed = self._allowed()
        self.title_matches[:] = 0
        self.clauses = [self._clause_scores(clause) for clause in request.must]

    def _allowed(self) -> Mask:
        """Return the documents that permission and filters leave, whatever their kind."""
        snapshot, request = self.snapshot, self.request
        mask = snapshot.readable(request.keys).copy()
        if request.communities is not None:
            mask &= np.isin(snapshot.numbers("community"), list(request.communities))
        if request.authors is not None:
            mask &= np.isin(snapshot.numbers("author"), list(request.authors))
        if request.after:
            mask &= snapshot.numbers("updated") >= milliseconds(request.after)
        if request.before:
            mask &= snapshot.numbers("updated") < milliseconds(request.before)
        if request.standing:
            mask &= self._standing()
        for tag in request.tags:
            mask &= self._having("tag", tag)
        for unwanted in request.must_not:
            mask[self._scores(unwanted) > 0] = False
        return mask

    def _standing(self) -> Mask:
        """Return the pages that stand as wanted on the day of the question: `wiki.care.schedule.status_of`, in arrays."""
        care, review = self.snapshot.numbers("care"), self.snapshot.numbers("review")
        today = self.request.today.toordinal()
        soon = today + self.request.lead.days
        owned, dated = care >= CARES.index("waiting"), review > 0
        overdue = owned & dated & (review < today)
        due = owned & ~overdue & ((care == CARES.index("waiting")) | (dated & (review < soon)))
        found = {"unowned": care == CARES.index("nobody"), "overdue": overdue, "due": due,
                 "verified": owned & ~overdue & ~due}  # fmt: skip
        mask = np.zeros(self.snapshot.size, bool)
        for name in self.request.standing & found.keys():
            mask |= found[name]
        return mask

    def _having(self, field: str, term: str) -> Mask:
        mask = np.zeros(self.snapshot.size, bool)
        if (found := self.snapshot.postings(field, term)) is not None:
            mask[found[0]] = True
        return mask

    def _clause_scores(self, clause: Clause) -> Scores:
        best = self._scores(clause[0])
        for other in clause[1:]:
            np.maximum(best, self._scores(other), out=best)
        return best

    def _scores(self, part: Word | Phrase) -> Scores:
        return self._phrase_scores(part) if isinstance(part, Phrase) else self._word_scores(part)

    def _word_scores(self, word: Word) -> Scores:
        """Score a word by its best alternative in text and in title; 0 where it is not."""
        scores = np.zeros(self.snapshot.size, np.float32)
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
        best = np.zeros(self.snapshot.size, np.float32)
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
        sums, everywhere = np.zeros(snapshot.size, np.float32), self.allowed
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
                self.capped = True
                best = np.argpartition(-sums[wanted], MOST_PHRASE_CANDIDATES)[:MOST_PHRASE_CANDIDATES]
                wanted = np.sort(wanted[best])
            wanted = snapshot.with_phrase(phrase.words, wanted)
        scores = np.zeros(snapshot.size, np.float32)
        scores[wanted] = PHRASE_BOOST * sums[wanted]
        return scores

    def find(self, need_all: bool) -> SearchResponse:
        """Return the wanted slice of what has all the words, or some of them."""
        snapshot, request = self.snapshot, self.request
        mask, scores = self.allowed, np.zeros(snapshot.size, np.float32)
        if self.clauses:
            had = [clause > 0 for clause in self.clauses]
            scores = np.sum(self.clauses, axis=0, dtype=np.float32)
            if need_all:
                mask = mask & np.logical_and.reduce(had)
            else:
                matched = np.sum(had, axis=0, dtype=np.float32)
                mask = mask & (matched > 0)
                scores *= (matched / len(had)) ** 2
        codes, kinds = snapshot.labels("kind")
        tally = np.bincount(codes[mask], minlength=len(kinds))
        counts = {kind: int(tally[code]) for code, kind in enumerate(kinds) if tally[code]}
        wanted = ({request.kind} if request.kind else set()) or request.kinds
        if request.kinds:
            counts = {kind: number for kind, number in counts.items() if kind in request.kinds}
        if wanted:
            mask = mask & np.isin(codes, [code for code, kind in enumerate(kinds) if kind in wanted])
        ids = np.flatnonzero(mask)
        hits = self._best(ids, scores) if request.limit > 0 else ()
        weak = not need_all and bool(len(ids))
        return SearchResponse(len(ids), hits, counts, self._facets(mask), weak=weak, capped=self.capped)

    def _facets(self, mask: Mask) -> Facets:
        """Count the values of the wanted facets in what was found."""
        found: Facets = {}
        for name in self.request.facets:
            if name == "tag":
                found[name] = self._tags(mask)
                continue
            values, numbers = np.unique(self.snapshot.numbers(name)[mask], return_counts=True)
            pairs = zip(values.tolist(), numbers.tolist(), strict=True)
            found[name] = commonest((str(value), number) for value, number in pairs if value)
        return found

    def _tags(self, mask: Mask) -> tuple[tuple[str, int], ...]:
        found: list[int] = []
        pairs = []
        # The commonest first: what fewer documents have than the last that is shown counts cannot get into the list.
        for tag, most in sorted(self.snapshot.terms("tag", "").items(), key=lambda item: -item[1]):
            if len(found) >= MOST_VALUES and most < sorted(found)[-MOST_VALUES]:
                break
            postings = self.snapshot.postings("tag", tag)
            if postings is not None and (number := int(mask[postings[0]].sum())):
                found.append(number)
                pairs.append((tag, number))
        return commonest(pairs)

    def _best(self, ids: Ids, scores: Scores) -> tuple[Hit, ...]:
        request, updated = self.request, self.snapshot.numbers("updated")[ids]
        rank = scores[ids]
        if self.clauses:
            codes, kinds = self.snapshot.labels("kind")
            is_post = codes[ids] == kinds.index("post") if "post" in kinds else np.zeros(len(ids), bool)
            title_length = self.snapshot.numbers("title_length")[ids]
            rank = raised(rank, self.title_matches[ids], title_length, is_post, updated)
        if request.newest_first or not self.clauses:
            rank = updated.astype(np.float64)
        last = request.offset + request.limit
        if len(ids) > last:
            # With all that are worth the same as the last: who comes in then must not depend on where the page ends.
            best = np.flatnonzero(rank >= -np.partition(-rank, last - 1)[last - 1])
            ids, rank, updated = ids[best], rank[best], updated[best]
        order = np.lexsort((ids, -updated, -rank))[request.offset : last]
        return tuple(Hit(self.snapshot.uid(int(ids[place])), float(rank[place])) for place in order)
