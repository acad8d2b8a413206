"""How an index is read: as arrays where numpy is installed, else by Whoosh's own readers. Both give the same answers.

Without numpy a question costs several times as much, and nothing else changes: the files, the hits, their order, the
counts are the same (`tests/search/test_plain.py`).
"""

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import accumulate
from typing import Any, Self

from whoosh.reading import SegmentReader

from search import completing
from search.engines.base import Entry, Hit, SearchRequest, SearchResponse

# Of a term: its field, itself, and of each of its documents the number, the weight and the places in it.
Listed = tuple[str, bytes, Sequence[int], Sequence[float], Sequence[bytes]]

_CACHE_BYTES = 32 << 20
# What somebody may read is remembered for so many sets of keys of one commit.
MOST_MASKS = 64
# Tags that begin so are read of a segment up to so many.
_MOST_TERMS = 2_000


class Segment(ABC):
    """One segment: never changes on the disk, except for which of its documents are deleted."""

    def __init__(self, reader: SegmentReader) -> None:
        self.reader = reader
        self.name: str = reader.segment().segment_id()
        self.size: int = reader.doc_count_all()

    @abstractmethod
    def postings(self, field: str, term: bytes) -> Any:
        """Return the documents of a term (ascending) and its weight in each, None where the term is not."""

    @abstractmethod
    def postings_of_all(self) -> Iterator[Listed]:
        """Yield every posting list, in parts or whole, for a segment that is joined into another."""

    @abstractmethod
    def terms(self, field: str, prefix: bytes, most: int) -> list[tuple[bytes, int]]:
        """Return up to `most` terms that begin with `prefix`, in order, and how many documents have each."""

    def frequency(self, field: str, term: bytes) -> int:
        """Return how many documents have a term, without reading them; deleted ones count until they are written out."""
        try:
            return int(self.reader._terms.doc_frequency(field, term))
        except KeyError:
            return 0

    def uid(self, number: int) -> str:
        """Return which document a number is."""
        return str(self.reader.stored_fields(number)["uid"])


class PostingCache:
    """The posting lists used last, by segment and term, up to 32 MB. The caller holds the engine's lock."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, bytes], Any] = OrderedDict()
        self._size = 0

    def get(self, segment: Segment, field: str, term: bytes) -> Any:
        """Return document numbers within the segment and weights, None where the term is not."""
        key = (segment.name, field, term)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        found = segment.postings(field, term)
        self._kept[key] = found
        self._size += _weight_of(found)
        while self._size > _CACHE_BYTES:
            self._size -= _weight_of(self._kept.popitem(last=False)[1])
        return found


def _weight_of(found: Any) -> int:
    return 300 + sum(int(part.itemsize) * len(part) for part in found or ())


class Snapshot(ABC):
    """The index as it was after one commit. Document number = place of the segment + number within it."""

    def __init__(self, segments: Sequence[Any], cache: PostingCache) -> None:
        self.segments, self._cache = segments, cache
        self._places = [0, *accumulate(segment.size for segment in segments)]
        self.size = self._places[-1]
        self.count = self.size  # how many are not deleted
        self._masks: OrderedDict[frozenset[str], Any] = OrderedDict()

    @abstractmethod
    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request."""

    @abstractmethod
    def suggest(self, asked: completing.Reading, keys: frozenset[str], limit: int, each: int) -> list[Hit]:
        """Return what fits every typed word, best first, of each kind at most `each` (0: however many)."""

    @abstractmethod
    def suggest_tags(self, prefix: str, keys: frozenset[str], limit: int) -> list[tuple[str, int]]:
        """Return the tags that begin so and how many documents with one of the keys have each."""

    @abstractmethod
    def living(self) -> Sequence[int]:
        """Return the numbers of all documents."""

    @abstractmethod
    def stamps(self, numbers: Sequence[int]) -> dict[str, int]:
        """Return uid and time of the last change of these documents."""

    @abstractmethod
    def numbers(self, name: str) -> Any:
        """Return a column of integers over all documents."""

    @abstractmethod
    def labels(self, name: str) -> tuple[Any, list[str]]:
        """Return a column of labels over all documents: codes, and what each means."""

    def entries(self, numbers: Sequence[int]) -> dict[str, Entry]:
        """Return what the index says of these documents, by uid."""
        updated, digests, (codes, keys) = self.numbers("updated"), self.numbers("digest"), self.labels("keys")
        return {
            self.uid(number): Entry(int(updated[number]), keys[codes[number]], int(digests[number]))
            for number in numbers
        }

    @abstractmethod
    def make_mask(self, keys: frozenset[str]) -> Any:
        """Return which living documents somebody with these keys may see."""

    @abstractmethod
    def having(self, field: str, term: str, keys: frozenset[str]) -> Sequence[int]:
        """Return the numbers of the living documents with a term that somebody with these keys may see."""

    def readable(self, keys: frozenset[str]) -> Any:
        """Return which living documents somebody with these keys may see. Do not change the answer."""
        if keys in self._masks:
            self._masks.move_to_end(keys)
            return self._masks[keys]
        mask = self._masks[keys] = self.make_mask(keys)
        if len(self._masks) > MOST_MASKS:
            self._masks.popitem(last=False)
        return mask

    def frequency(self, field: str, term: str) -> int:
        """Return how many documents have a term, without reading them."""
        key = term.encode("utf-8", "replace")
        return sum(segment.frequency(field, key) for segment in self.segments)

    def terms(self, field: str, prefix: str, most: int = _MOST_TERMS) -> dict[str, int]:
        """Return the terms that begin with `prefix`, of each segment the first ones, and how many documents have each."""
        found: dict[bytes, int] = {}
        for segment in self.segments:
            for term, number in segment.terms(field, prefix.encode("utf-8", "replace"), most):
                found[term] = found.get(term, 0) + number
        return {term.decode("utf-8", "replace"): number for term, number in found.items()}

    def uid(self, number: int) -> str:
        """Return which document a number is."""
        place = bisect_right(self._places, number) - 1
        return str(self.segments[place].uid(number - self._places[place]))


def stands_at(number: int, words: Sequence[bytes], places: dict[bytes, dict[int, Any]]) -> bool:
    """Say whether words stand side by side in a document; `places`: where each stands in each document."""
    starts: set[int] | None = None
    for shift, word in enumerate(words):
        here = {int(place) - shift for place in places[word][number]}
        starts = here if starts is None else starts & here
        if not starts:
            return False
    return True


class Reading(ABC):
    """One way to read. Keeps what was read last of one generation; the caller holds the engine's lock."""

    def __init__(self) -> None:
        self.cache = PostingCache()

    def anew(self) -> Self:
        """Return the same way to read, with nothing kept."""
        return type(self)()

    @abstractmethod
    def segment(self, reader: SegmentReader) -> Segment:
        """Return a segment that Whoosh has opened."""

    @abstractmethod
    def snapshot(self, segments: Sequence[Any]) -> Snapshot:
        """Return segments in a row as one index."""


def choose() -> Reading:
    """Return the quickest way to read that this machine has."""
    if find_spec("numpy"):
        from search.engines.whoosh.arrays import ArrayReading

        return ArrayReading()
    from search.engines.whoosh.plain import PlainReading

    return PlainReading()
