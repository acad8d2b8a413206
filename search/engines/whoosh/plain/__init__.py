"""Reading an index without numpy, by Whoosh's own readers alone: nothing private to a format, nothing but Python."""

from collections.abc import Sequence
from typing import Any

from whoosh.reading import SegmentReader

from search.engines.whoosh import reading
from search.engines.whoosh.plain.segments import Segment
from search.engines.whoosh.plain.snapshot import PlainSnapshot


class PlainReading(reading.Reading):
    """Posting by posting. What a common word costs is told in `docs/decisions/0004-search.md`."""

    def segment(self, reader: SegmentReader) -> Segment:
        """Return a segment that Whoosh has opened."""
        return Segment(reader)

    def snapshot(self, segments: Sequence[Any]) -> PlainSnapshot:
        """Return segments in a row as one index."""
        return PlainSnapshot(segments, self.cache)
