"""Reading an index with numpy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from whoosh.reading import SegmentReader

from search.engines.base import Hit, SearchRequest, SearchResponse
from search.engines.whoosh import reading
from search.engines.whoosh.execute import execute
from search.engines.whoosh.segments import Segment
from search.engines.whoosh.snapshot import Columns


class ArrayReading(reading.Reading):
    """Whole posting lists and columns as arrays."""

    def segment(self, reader: SegmentReader) -> Segment:
        """Return a segment that Whoosh has opened."""
        return Segment(reader)

    def snapshot(self, segments: Sequence[Any]) -> "ArraySnapshot":
        """Return segments in a row as one index."""
        return ArraySnapshot(segments, self.cache)


class ArraySnapshot(Columns):
    """The columns over all segments, and what can be asked of them."""

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request."""
        return execute(self, request)

    def suggest(self, words: list[str], keys: frozenset[str], limit: int) -> list[Hit]:
        """Return what has words beginning like each of these, short titles first."""
        scores = np.zeros(self.size, np.float32)
        mask = self.readable(keys).copy()
        for word in words:
            here = np.zeros(self.size, np.float32)
            for term in self.beginnings(word):
                found = self.postings("beginning", term)
                if found is not None:
                    here[found[0]] = np.maximum(here[found[0]], 1.5 if term == word else 1.0)
            scores += here
            mask &= here > 0
        ids = np.flatnonzero(mask)
        rank = scores[ids] / np.sqrt(np.maximum(1, self.numbers("title_length")[ids]))
        order = np.lexsort((ids, -rank))[:limit]
        return [Hit(self.uid(int(ids[place])), float(rank[place])) for place in order]

    def suggest_tags(self, prefix: str, keys: frozenset[str], limit: int) -> list[tuple[str, int]]:
        """Return the tags that begin so and how many documents with one of the keys have each."""
        readable, found = self.readable(keys), []
        for term in self.terms("tag", prefix):
            postings = self.postings("tag", term)
            if postings is not None and (number := int(readable[postings[0]].sum())):
                found.append((term, number))
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def living(self) -> list[int]:
        """Return the numbers of all documents."""
        return [int(number) for number in np.flatnonzero(self.alive)]

    def stamps(self, numbers: Sequence[int]) -> dict[str, int]:
        """Return uid and time of the last change of these documents."""
        updated = self.numbers("updated")
        return {self.uid(number): int(updated[number]) for number in numbers}
