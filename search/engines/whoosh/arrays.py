"""Reading an index with numpy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from whoosh.reading import SegmentReader

from search import completing
from search.engines.base import Hit, SearchRequest, SearchResponse
from search.engines.whoosh import reading
from search.engines.whoosh.execute import execute
from search.engines.whoosh.lexicon import complete
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

    def suggest(self, asked: completing.Reading, keys: frozenset[str], limit: int, each: int) -> list[Hit]:
        """Return what fits every typed word, best first, of each kind at most `each` (0: however many)."""
        return complete(self, asked, keys, limit, each)

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
