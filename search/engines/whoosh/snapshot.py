"""The index as it was after one commit: its segments in a row, and the columns over all of them."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engines.vectors import length_norm
from search.engines.whoosh.lexicon import BEGINNING
from search.engines.whoosh.reading import PostingCache, Snapshot
from search.engines.whoosh.segments import Ids, Postings, Segment

Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]
# A document's number and a place in it as one number.
_PLACE_BITS = 32


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

    def tags(self) -> tuple[Ids, Ids, list[str]]:
        """Return who has which tag, pair by pair, as document numbers and codes; and what each code means."""
        if "tags" not in self._columns:
            meanings: dict[bytes, int] = {}
            ids, codes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
            for segment, start in zip(self.segments, self._places, strict=False):
                own = segment.lexicon("tag")
                common = np.array([meanings.setdefault(tag, len(meanings)) for tag in own.forms], np.int64)
                ids.append(own.ids.astype(np.int64) + start)
                codes.append(np.repeat(common, np.diff(own.starts)))
            names = [tag.decode("utf-8", "replace") for tag in meanings]
            self._columns["tags"] = (np.concatenate(ids), np.concatenate(codes), names)
        return self._columns["tags"]  # type: ignore[no-any-return]

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

    def having(self, field: str, term: str, keys: frozenset[str]) -> list[int]:
        """Return the numbers of the living documents with a term that somebody with these keys may see."""
        found = self.postings(field, term)
        return found[0][self.readable(keys)[found[0]]].tolist() if found else []

    def with_phrase(self, words: tuple[str, ...], wanted: Ids) -> Ids:
        """Return those of the `wanted` documents where the words stand side by side."""
        keys = [word.encode("utf-8", "replace") for word in words]
        parts = [np.zeros(0, np.int64)]
        for segment, start in zip(self.segments, self._places, strict=False):
            inside = wanted[np.searchsorted(wanted, start) : np.searchsorted(wanted, start + segment.size)] - start
            if len(inside):
                parts.append(_side_by_side(segment, keys, inside) + start)
        return np.concatenate(parts)

    def beginning_so(self, form: bytes, *, is_whole: bool) -> Iterator[Ids]:
        """Yield the documents whose titles have this form, or one that begins so, segment by segment."""
        for segment, start in zip(self.segments, self._places, strict=False):
            lexicon = segment.lexicon(BEGINNING)
            found = lexicon.having(form) if is_whole else lexicon.beginning(form)
            if found is not None:
                yield found + start


def _side_by_side(segment: Segment, words: Sequence[bytes], wanted: Ids) -> Ids:
    """Return in which of the `wanted` documents of a segment the words stand side by side."""
    spots: dict[bytes, Ids] = {}
    # The rarest word first: what it does not have need not be looked up for the others.
    for word in sorted(set(words), key=lambda word: segment.frequency("exact", word)):
        mask = np.zeros(segment.size, bool)
        mask[wanted] = True
        numbers, places = segment.places("exact", word, mask)
        spots[word] = (numbers << _PLACE_BITS) + places
        wanted = np.unique(numbers)
    # A word that stands `shift` places behind the first begins where the first does.
    starts = spots[words[0]]
    for shift, word in enumerate(words):
        starts = starts[np.isin(starts + shift, spots[word])]
    return np.unique(starts >> _PLACE_BITS)
