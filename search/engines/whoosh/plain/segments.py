"""One segment through Whoosh's readers."""

from array import array
from collections.abc import Collection, Iterator
from typing import Any

from whoosh import formats
from whoosh.reading import SegmentReader, TermNotFound

from search.engines.whoosh import reading

# Document numbers and weights, in the order of documents.
Postings = tuple["array[int]", "array[float]"]
_PLACES = formats.Positions()


class Segment(reading.Segment):
    """A segment as Whoosh gives it."""

    def __init__(self, reader: SegmentReader) -> None:
        super().__init__(reader)
        self._columns: dict[str, Any] = {}

    def numbers(self, name: str) -> "array[int]":
        """Return a column of integers; documents without a value have 0."""
        if name not in self._columns:
            self._columns[name] = array("q", self.reader.column_reader(name))
        return self._columns[name]  # type: ignore[no-any-return]

    def labels(self, name: str) -> tuple["array[int]", list[str]]:
        """Return a column of labels as codes and what each code means."""
        if name not in self._columns:
            meanings: dict[bytes, int] = {}
            codes = array("L", (meanings.setdefault(label, len(meanings)) for label in self.reader.column_reader(name)))
            self._columns[name] = (codes, [meaning.decode() for meaning in meanings])
        return self._columns[name]  # type: ignore[no-any-return]

    def _matcher(self, field: str, term: bytes) -> Any:
        """Return Whoosh's walk through a posting list, None where the term is not; deleted documents may be left out."""
        try:
            return self.reader.postings(field, term)
        except TermNotFound:
            return None

    def postings(self, field: str, term: bytes) -> Postings | None:
        """Return the documents of a term (ascending) and its weight in each."""
        matcher = self._matcher(field, term)
        if matcher is None:
            return None
        ids, weights = array("L"), array("f")
        while matcher.is_active():
            ids.append(matcher.id())
            weights.append(matcher.weight())
            matcher.next()
        if ids and ids[-1] >= self.size:
            raise ValueError("a posting of no document")
        return ids, weights

    def places(self, field: str, term: bytes, wanted: Collection[int]) -> dict[int, "array[int]"]:
        """Return where a term stands in those of the `wanted` documents that have it."""
        matcher, found = self._matcher(field, term), {}
        while matcher is not None and matcher.is_active():
            if matcher.id() in wanted:
                found[matcher.id()] = array("I", matcher.value())
            matcher.next()
        return found

    def postings_of_all(self) -> Iterator[reading.Listed]:
        """Yield every posting list, for a segment that is joined into another."""
        placed = {name for name, kind in self.reader.schema.items() if kind.format == _PLACES}
        for (field, term), info in self.reader:
            if info.doc_frequency() == 1 and field not in placed:  # the dictionary says it all
                yield field, term, (info.min_id(),), (info.max_weight(),), (b"",)
                continue
            matcher = self._matcher(field, term)
            numbers, weights, values = [], [], []
            while matcher is not None and matcher.is_active():
                numbers.append(matcher.id())
                weights.append(matcher.weight())
                values.append(matcher.value() if field in placed else b"")
                matcher.next()
            yield field, term, numbers, weights, values

    def terms(self, field: str, prefix: bytes, most: int) -> list[tuple[bytes, int]]:
        """Return up to `most` terms that begin with `prefix`, in order, and how many documents have each."""
        found: list[tuple[bytes, int]] = []
        for (name, term), info in self.reader.iter_from(field, prefix):
            if name != field or not term.startswith(prefix) or len(found) >= most:
                break
            found.append((term, info.doc_frequency()))
        return found
