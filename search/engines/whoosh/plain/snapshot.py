"""The index as it was after one commit, in lists and dictionaries."""

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from math import sqrt
from typing import Any

from search import completing
from search.engines.base import Hit, SearchRequest, SearchResponse
from search.engines.ranking import length_norm
from search.engines.whoosh import reading
from search.engines.whoosh.plain.execute import execute
from search.engines.whoosh.plain.segments import Segment

# No title has more forms.
_FORMS_OF_ONE = 10_000


class PlainSnapshot(reading.Snapshot):
    """Columns over all segments, and what can be asked of them."""

    def __init__(self, segments: Sequence[Segment], cache: reading.PostingCache) -> None:
        super().__init__(segments, cache)
        self.alive = bytearray(b"\1" * self.size)
        for segment, start in zip(segments, self._places, strict=False):
            for number in segment.reader.segment().deleted_docs():
                self.alive[start + number] = 0
        self.count = sum(self.alive)
        self._columns: dict[str, Any] = {}
        self._opened_by: list[list[str]] | None = None
        self.body_mean, self.title_mean = self._mean("length"), self._mean("title_length")

    def _mean(self, name: str) -> float:
        total = sum(length for length, lives in zip(self.numbers(name), self.alive, strict=True) if lives)
        return total / self.count if self.count else 1.0

    def body_norm(self, number: int) -> float:
        """Return the length part of BM25 for a document's text."""
        return length_norm(self.numbers("length")[number], self.body_mean)

    def title_norm(self, number: int) -> float:
        """Return the length part of BM25 for a document's title."""
        return length_norm(self.numbers("title_length")[number], self.title_mean)

    def numbers(self, name: str) -> "array[int]":
        """Return a column of integers over all documents."""
        if name not in self._columns:
            found = array("q")
            for segment in self.segments:
                found.extend(segment.numbers(name))
            self._columns[name] = found
        return self._columns[name]  # type: ignore[no-any-return]

    def labels(self, name: str) -> tuple["array[int]", list[str]]:
        """Return a column of labels over all documents: codes, and what each means."""
        if name not in self._columns:
            meanings: dict[str, int] = {}
            codes = array("L")
            for segment in self.segments:
                own_codes, own = segment.labels(name)
                common = [meanings.setdefault(meaning, len(meanings)) for meaning in own]
                codes.extend(common[code] for code in own_codes)
            self._columns[name] = (codes, list(meanings))
        return self._columns[name]  # type: ignore[no-any-return]

    def label(self, name: str, number: int) -> str:
        """Return a label of a document."""
        codes, meanings = self.labels(name)
        return meanings[codes[number]]

    def make_mask(self, keys: frozenset[str]) -> bytearray:
        """Return which living documents somebody with these keys may see: a byte each, 1 or 0."""
        codes, meanings = self.labels("keys")
        if self._opened_by is None:
            self._opened_by = [meaning.split(" ") for meaning in meanings]
        opens = bytes(not keys.isdisjoint(any_of) for any_of in self._opened_by)
        return bytearray(lives & opens[code] for lives, code in zip(self.alive, codes, strict=True))

    def postings(self, field: str, term: str) -> Iterator[tuple[int, float]]:
        """Yield document numbers and weights of a term over all segments."""
        key = term.encode("utf-8", "replace")
        for segment, start in zip(self.segments, self._places, strict=False):
            found = self._cache.get(segment, field, key)
            if found is not None:
                yield from ((start + number, weight) for number, weight in zip(*found, strict=True))

    def having(self, field: str, term: str, keys: frozenset[str]) -> list[int]:
        """Return the numbers of the living documents with a term that somebody with these keys may see."""
        mask = self.readable(keys)
        return [number for number, _weight in self.postings(field, term) if mask[number]]

    def with_phrase(self, words: Sequence[str], wanted: Collection[int]) -> list[int]:
        """Return those of the `wanted` documents where the words stand side by side."""
        keys = [word.encode("utf-8", "replace") for word in words]
        found: list[int] = []
        for segment, start in zip(self.segments, self._places, strict=False):
            inside: Collection[int] = {number - start for number in wanted if start <= number < start + segment.size}
            places: dict[bytes, Any] = {}
            # The rarest word first: what it does not have need not be looked up for the others.
            for key in sorted(set(keys), key=lambda key: segment.frequency("exact", key)):
                if not inside:
                    break
                places[key] = segment.places("exact", key, inside)
                inside = places[key].keys()
            found += [start + number for number in sorted(inside) if reading.stands_at(number, keys, places)]
        return found

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request."""
        return execute(self, request)

    def suggest(self, asked: completing.Reading, keys: frozenset[str], limit: int, each: int) -> list[Hit]:
        """Return what fits every typed word, best first, of each kind at most `each` (0: however many)."""
        readable, titles = self.readable(keys), self.numbers("title_length")
        scores: dict[int, float] | None = None
        for steps in asked:
            here: dict[int, float] = {}
            # From the weakest: what fits better writes over it.
            for step in reversed(steps):
                here.update((number, step.weight) for number in self._fitting(step) if readable[number])
            scores = here if scores is None else {n: scores[n] + worth for n, worth in here.items() if n in scores}
        ranked = ((score / sqrt(max(1, titles[number])), number) for number, score in (scores or {}).items())
        counts: Counter[str] = Counter()
        best: list[Hit] = []
        for rank, number in sorted(ranked, key=lambda pair: (-pair[0], pair[1])):
            kind = self.label("kind", number)
            counts[kind] += 1
            if not each or counts[kind] <= each:
                best.append(Hit(self.uid(number), rank))
            if len(best) >= limit:
                break
        return best

    def _fitting(self, step: completing.Step) -> Iterator[int]:
        """Yield the documents whose titles have one of the forms of a step."""
        for form in step.forms:
            terms = (form,) if step.is_whole else self.terms("beginning", form, self.size * _FORMS_OF_ONE)
            for term in terms:
                yield from (number for number, _ in self.postings("beginning", term))

    def suggest_tags(self, prefix: str, keys: frozenset[str], limit: int) -> list[tuple[str, int]]:
        """Return the tags that begin so and how many documents with one of the keys have each."""
        readable, found = self.readable(keys), []
        for term in self.terms("tag", prefix):
            if total := sum(readable[number] for number, _ in self.postings("tag", term)):
                found.append((term, total))
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def living(self) -> list[int]:
        """Return the numbers of all documents."""
        return [number for number, lives in enumerate(self.alive) if lives]

    def stamps(self, numbers: Sequence[int]) -> dict[str, int]:
        """Return uid and time of the last change of these documents."""
        updated = self.numbers("updated")
        return {self.uid(number): updated[number] for number in numbers}
