"""Who may see what and what was narrowed to, document by document: the rules of `search.engines.whoosh.filters`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from search.engines.base import (
    ANY_WILL_DO,
    CARES,
    QUESTIONS,
    STATES,
    Facets,
    SearchRequest,
    Some,
    commonest,
    milliseconds,
    state_of,
)

if TYPE_CHECKING:
    from search.engines.whoosh.plain.snapshot import PlainSnapshot

Test = Callable[[int], bool]


class Filters:
    """What one request leaves: by permission and filters, and as if nothing were chosen in one facet."""

    def __init__(self, snapshot: PlainSnapshot, request: SearchRequest) -> None:
        self.snapshot, self.request = snapshot, request
        # By facet: does a document have one of its chosen values?
        self._chosen = self._of_facets()
        tests = self._of_all()
        readable = [n for n, may in enumerate(snapshot.readable(request.keys)) if may]
        self._rest = [n for n in readable if all(test(n) for test in tests)]
        self.unwanted: Collection[int] = ()

    def allowed(self, leave_out: str = "") -> set[int]:
        """Return the documents that are left, whatever their kind; without what was chosen in the facet `leave_out`."""
        return self._without({leave_out})

    def counted(self) -> set[int]:
        """Return the documents that may be counted in one of the wanted facets."""
        return self._without(self.request.facets)

    def _without(self, facets: Collection[str]) -> set[int]:
        tests = [test for name, test in self._chosen.items() if name not in facets]
        return {n for n in self._rest if n not in self.unwanted and all(test(n) for test in tests)}

    def _of_facets(self) -> dict[str, Test]:
        request = self.request
        found: dict[str, Test] = {}
        if request.communities is not None:
            found["community"] = self._numbered("community", request.communities)
        if request.authors is not None:
            found["author"] = self._numbered("author", request.authors)
        if request.years:
            found["year"] = self._numbered("year", request.years)
        if request.languages:
            found["language"] = self._labelled("language", request.languages)
        if request.states:
            found["state"] = self._standing(request.states)
        return found

    def _of_all(self) -> list[Test]:
        request, updated = self.request, self.snapshot.numbers("updated")
        found: list[Test] = []
        if request.after:
            begin = milliseconds(request.after)
            found.append(lambda n: updated[n] >= begin)
        if request.before:
            end = milliseconds(request.before)
            found.append(lambda n: updated[n] < end)
        if request.has_file is not None:
            file = self.snapshot.numbers("file")
            found.append(lambda n: (file[n] > 0) == request.has_file)
        found += [self._having("tag", tag) for tag in request.tags]
        found += [self._meeting(some) for some in request.also]
        found += [self._not(self._meeting(some)) for some in request.never]
        return found

    def _not(self, test: Test) -> Test:
        return lambda n: not test(n)

    def _meeting(self, some: Some) -> Test:
        """Say what meets at least one of these."""
        tests: list[Test] = []
        for name, numbers in (("community", some.communities), ("author", some.authors)):
            tests += [self._numbered(name, numbers)] if numbers else []
        for field, terms in (("tag", some.tags), ("uid", some.uids)):
            tests += [self._having(field, term) for term in terms]
        for name, labels in (("kind", some.kinds), ("language", some.languages)):
            tests += [self._labelled(name, labels)] if labels else []
        if some.states:
            tests.append(self._standing(some.states))
        return lambda n: any(test(n) for test in tests)

    def _numbered(self, name: str, wanted: frozenset[int]) -> Test:
        values = self.snapshot.numbers(name)
        return lambda n: values[n] in wanted

    def _labelled(self, name: str, wanted: frozenset[str]) -> Test:
        codes, meanings = self.snapshot.labels(name)
        right = {code for code, meaning in enumerate(meanings) if meaning in wanted}
        return lambda n: codes[n] in right

    def _having(self, field: str, term: str) -> Test:
        having = {n for n, _ in self.snapshot.postings(field, term)}
        return lambda n: n in having

    def _standing(self, wanted: frozenset[str]) -> Test:
        return lambda n: bool(state := self.state(n)) and state in wanted

    def state(self, n: int) -> str:
        """Say how a thing stands on the day of the question: `wiki.care.schedule.status_of`, or as a question."""
        numbers = self.snapshot.numbers
        care, question = CARES[numbers("care")[n]], QUESTIONS[numbers("question")[n]]
        return state_of(care, numbers("review")[n], question, self.request)

    def facets(self, found: Collection[int], has_words: set[int], is_of_kind: Test) -> Facets:
        """Count the values of the wanted facets: in what was `found`, or where a facet's own choice does not count.

        `has_words`: what has the words of the question, whatever else.
        """
        told: Facets = {}
        for name in self.request.facets:
            counted = found
            if name in ANY_WILL_DO and name in self._chosen:
                counted = {n for n in self.allowed(leave_out=name) if n in has_words and is_of_kind(n)}
            told[name] = commonest(self._values(name, counted))
        return told

    def _values(self, name: str, counted: Collection[int]) -> list[tuple[str, int]]:
        snapshot, inside = self.snapshot, set(counted)
        if name == "tag":
            tags = snapshot.terms("tag", "")
            numbers = ((tag, sum(n in inside for n, _ in snapshot.postings("tag", tag))) for tag in tags)
            return [(tag, number) for tag, number in numbers if number]
        if name == "language":
            tally = Counter(snapshot.label(name, n) for n in inside)
        elif name == "state":
            tally = Counter(self.state(n) for n in inside)
            tally = Counter({state: number for state, number in tally.items() if state in STATES})
        else:
            values = snapshot.numbers(name)
            tally = Counter(str(values[n] or "") for n in inside)
        return [(value, number) for value, number in tally.items() if value]
