"""The index as it was after one commit: its segments in a row, and the columns over all of them."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engines.vectors import length_norm
from search.engines.whoosh.reading import PostingCache, Snapshot, stands_at
from search.engines.whoosh.segments import Ids, Postings, Segment

Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]


class Columns(Snapshot):
    """Columns and posting lists over all segments."""

    def __init__(self, segments: Sequence[Segment], cache: PostingCache) -> None:
        super().__init__(segments, cache)
        self.starts = np.array(self._places)
        self.alive: Mask = np.ones(self.size, bool)
        for segment, start in zip(segments, self.starts, strict=False):
            self.alive[segment.deleted() + start] = False
        self.count = int(self.alive.sum())
        self._columns: dict[str, Any] = {}
        self._opened_by: list[list[str]] | None = None
        self.body_norm = self._norm("length")
        self.title_norm = self._norm("title_length")

    def _norm(self, name: str) -> Scores:
        """Return the length part of BM25 for every document."""
        lengths = self.numbers(name)
        mean = int(lengths[self.alive].sum()) / self.count if self.count else 1.0
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

    def make_mask(self, keys: frozenset[str]) -> Mask:
        """Return which living documents somebody with these keys may see."""
        codes, meanings = self.labels("keys")
        if self._opened_by is None:
            self._opened_by = [meaning.split(" ") for meaning in meanings]
        opens = np.array([not keys.isdisjoint(any_of) for any_of in self._opened_by] or [False], bool)
        mask: Mask = self.alive & opens[codes]
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
            found += [int(start) + number for number in inside.tolist() if stands_at(number, keys, places)]
        return np.array(found, np.int64)

    def beginning_so(self, form: bytes, *, is_whole: bool) -> Iterator[Ids]:
        """Yield the documents whose titles have this form, or one that begins so, segment by segment."""
        for segment, start in zip(self.segments, self._places, strict=False):
            lexicon = segment.lexicon()
            found = lexicon.having(form) if is_whole else lexicon.beginning(form)
            if found is not None:
                yield found + start
