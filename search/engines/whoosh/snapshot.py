"""The index as it was after one commit: its segments in a row, and the columns over all of them."""

import heapq
from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engines.ranking import length_norm
from search.engines.whoosh.segments import Ids, PostingCache, Postings, Segment

Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]
_MOST_MASKS = 64
# Completion reads so many terms of a segment, looks up so many of them, and remembers so many answers.
_MOST_TERMS, _MOST_BEGINNINGS, _MOST_KEPT = 2_000, 64, 1_000


class Snapshot:
    """Document number = place of the segment + number within it."""

    def __init__(self, segments: list[Segment], cache: PostingCache) -> None:
        self.segments, self._cache = segments, cache
        self.starts = np.cumsum([0, *(segment.size for segment in segments)])
        self.size = int(self.starts[-1])
        self.alive: Mask = np.ones(self.size, bool)
        for segment, start in zip(segments, self.starts, strict=False):
            self.alive[segment.deleted() + start] = False
        self.count = int(self.alive.sum())
        self._columns: dict[str, Any] = {}
        self._opened_by: list[list[str]] | None = None
        self._masks: OrderedDict[frozenset[str], Mask] = OrderedDict()
        self._beginnings: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self.body_norm = self._norm("length")
        self.title_norm = self._norm("title_length")

    def _norm(self, name: str) -> Scores:
        """Return the length part of BM25 for every document."""
        lengths = self.numbers(name).astype(np.float32)
        mean = float(lengths[self.alive].mean()) if self.count else 1.0
        return length_norm(lengths, mean)

    def numbers(self, name: str) -> Ids:
        """Return a column of integers over all documents."""
        if name not in self._columns:
            parts = [segment.numbers(name) for segment in self.segments]
            self._columns[name] = np.concatenate(parts) if parts else np.zeros(0, np.int64)
        return self._columns[name]  # type: ignore[no-any-return]

    def labels(self, name: str) -> tuple[Ids, list[str]]:
        """Return a column of labels over all documents: codes, and what each means."""
        if name not in self._columns:
            meanings: dict[str, int] = {}
            parts = [np.zeros(0, np.int64)]
            for segment in self.segments:
                codes, own = segment.labels(name)
                common = np.array([meanings.setdefault(meaning, len(meanings)) for meaning in own], np.int64)
                parts.append(common[codes] if len(codes) else codes)
            self._columns[name] = (np.concatenate(parts), list(meanings))
        return self._columns[name]  # type: ignore[no-any-return]

    def readable(self, keys: frozenset[str]) -> Mask:
        """Return which living documents somebody with these keys may see. Do not change the answer."""
        if keys in self._masks:
            self._masks.move_to_end(keys)
            return self._masks[keys]
        codes, meanings = self.labels("keys")
        if self._opened_by is None:
            self._opened_by = [meaning.split(" ") for meaning in meanings]
        opens = np.array([not keys.isdisjoint(any_of) for any_of in self._opened_by] or [False], bool)
        mask: Mask = self.alive & opens[codes]
        self._masks[keys] = mask
        if len(self._masks) > _MOST_MASKS:
            self._masks.popitem(last=False)
        return mask

    def postings(self, field: str, term: str) -> Postings | None:
        """Return document numbers and weights of a term over all segments, None where no document has it."""
        key, ids, weights = term.encode("utf-8", "replace"), [], []
        for segment, start in zip(self.segments, self.starts, strict=False):
            found = self._cache.get(segment, field, key)
            if found is not None:
                ids.append(found[0] + start)
                weights.append(found[1])
        if not ids:
            return None
        return (ids[0], weights[0]) if len(ids) == 1 else (np.concatenate(ids), np.concatenate(weights))

    def frequency(self, field: str, term: str) -> int:
        """Return how many documents have a term, without reading them."""
        key = term.encode("utf-8", "replace")
        return sum(segment.frequency(field, key) for segment in self.segments)

    def with_phrase(self, words: tuple[str, ...], wanted: Ids) -> Ids:
        """Return those of the `wanted` documents where the words stand side by side."""
        keys = [word.encode("utf-8", "replace") for word in words]
        found: list[int] = []
        for segment, start in zip(self.segments, self.starts, strict=False):
            inside = wanted[(wanted >= start) & (wanted < start + segment.size)] - start
            # The rarest word first: what it does not have need not be looked up for the others.
            places = {}
            for key in sorted(set(keys), key=lambda key: segment.frequency("exact", key)):
                if not len(inside):
                    break
                places[key] = segment.places("exact", key, inside)
                inside = np.array(sorted(places[key]), np.int64)
            found += [int(start) + number for number in inside.tolist() if _stands_at(number, keys, places)]
        return np.array(found, np.int64)

    def terms(self, field: str, prefix: str) -> dict[str, int]:
        """Return the terms that begin with `prefix`, of each segment the first 2,000, and how many documents have each."""
        found: dict[bytes, int] = {}
        for segment in self.segments:
            for term, number in segment.terms(field, prefix.encode("utf-8", "replace"), _MOST_TERMS):
                found[term] = found.get(term, 0) + number
        return {term.decode("utf-8", "replace"): number for term, number in found.items()}

    def beginnings(self, word: str) -> tuple[str, ...]:
        """Return the commonest words of titles that begin like `word`, itself among them when it is one."""
        if word in self._beginnings:
            self._beginnings.move_to_end(word)
            return self._beginnings[word]
        found = self.terms("beginning", word)
        chosen = set(heapq.nlargest(_MOST_BEGINNINGS, found, key=found.__getitem__)) | ({word} & found.keys())
        self._beginnings[word] = tuple(chosen)
        if len(self._beginnings) > _MOST_KEPT:
            self._beginnings.popitem(last=False)
        return self._beginnings[word]

    def uid(self, number: int) -> str:
        """Return which document a number is."""
        place = int(np.searchsorted(self.starts, number, side="right")) - 1
        return self.segments[place].uid(number - int(self.starts[place]))


def _stands_at(number: int, keys: list[bytes], places: dict[bytes, dict[int, Any]]) -> bool:
    starts: set[int] | None = None
    for shift, key in enumerate(keys):
        here = {int(place) - shift for place in places[key][number]}
        starts = here if starts is None else starts & here
        if not starts:
            return False
    return True
