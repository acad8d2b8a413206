"""Who may see what and what was narrowed to, as masks over a snapshot; and what was found counted by its values."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from search.engines.base import (
    ANY_WILL_DO,
    CARES,
    QUESTIONS,
    SETTLED,
    STATES,
    Facets,
    SearchRequest,
    Some,
    commonest,
    milliseconds,
)
from search.engines.whoosh.segments import Ids
from search.engines.whoosh.snapshot import Columns, Mask

# Numbers up to this are counted by place, which is quicker than sorting them.
_SMALL = 1_000_000


class Filters:
    """The masks of one request: what permission and filters leave, and that as if nothing were chosen in one facet."""

    def __init__(self, snapshot: Columns, request: SearchRequest) -> None:
        self.snapshot, self.request = snapshot, request
        self._states: NDArray[np.int8] | None = None
        # By facet: what its chosen values leave.
        self._chosen = self._of_facets()
        self._rest = self._of_all()
        self.unwanted: Mask | None = None

    def allowed(self, leave_out: str = "") -> Mask:
        """Return the documents that are left, whatever their kind; without what was chosen in the facet `leave_out`."""
        return self._without({leave_out})

    def counted(self) -> Mask:
        """Return the documents that may be counted in one of the wanted facets."""
        return self._without(self.request.facets)

    def _without(self, facets: Collection[str]) -> Mask:
        mask = self._rest.copy()
        for name, chosen in self._chosen.items():
            if name not in facets:
                mask &= chosen
        if self.unwanted is not None:
            mask &= ~self.unwanted
        return mask

    def narrows(self, facet: str) -> bool:
        """Was something chosen in a facet of which any value will do?"""
        return facet in self._chosen

    def _of_facets(self) -> dict[str, Mask]:
        request, snapshot = self.request, self.snapshot
        found: dict[str, Mask] = {}
        for name, wanted in (("community", request.communities), ("author", request.authors)):
            if wanted is not None:
                found[name] = np.isin(snapshot.numbers(name), list(wanted))
        if request.years:
            found["year"] = np.isin(snapshot.numbers("year"), list(request.years))
        if request.languages:
            found["language"] = self._labelled("language", request.languages)
        if request.states:
            found["state"] = self._in_states(request.states)
        return found

    def _of_all(self) -> Mask:
        snapshot, request = self.snapshot, self.request
        mask: Mask = snapshot.readable(request.keys).copy()
        if request.after:
            mask &= snapshot.numbers("updated") >= milliseconds(request.after)
        if request.before:
            mask &= snapshot.numbers("updated") < milliseconds(request.before)
        if request.has_file is not None:
            mask &= (snapshot.numbers("file") > 0) == request.has_file
        for tag in request.tags:
            mask &= self._having("tag", tag)
        for some in request.also:
            mask &= self._meeting(some)
        for some in request.never:
            mask &= ~self._meeting(some)
        return mask

    def _meeting(self, some: Some) -> Mask:
        """Return what meets at least one of these."""
        snapshot = self.snapshot
        mask = np.zeros(snapshot.size, bool)
        for name, wanted in (("community", some.communities), ("author", some.authors)):
            if wanted:
                mask |= np.isin(snapshot.numbers(name), list(wanted))
        for field, terms in (("tag", some.tags), ("uid", some.uids)):
            for term in terms:
                mask |= self._having(field, term)
        for name, labels in (("kind", some.kinds), ("language", some.languages)):
            if labels:
                mask |= self._labelled(name, labels)
        return mask | self._in_states(some.states) if some.states else mask

    def _having(self, field: str, term: str) -> Mask:
        mask = np.zeros(self.snapshot.size, bool)
        if (found := self.snapshot.postings(field, term)) is not None:
            mask[found[0]] = True
        return mask

    def _labelled(self, name: str, wanted: frozenset[str]) -> Mask:
        codes, meanings = self.snapshot.labels(name)
        return np.isin(codes, [code for code, meaning in enumerate(meanings) if meaning in wanted])

    def _in_states(self, wanted: frozenset[str]) -> Mask:
        return np.isin(self.states(), [STATES.index(name) for name in wanted if name in STATES[1:]])

    def settled(self, ids: Ids) -> Mask:
        """Return which of these documents can be relied on."""
        return np.isin(self.states()[ids], [STATES.index(name) for name in SETTLED])

    def states(self) -> NDArray[np.int8]:
        """Return how everything stands on the day of the question: `wiki.care.schedule.status_of`, in arrays."""
        if self._states is None:
            care, review = self.snapshot.numbers("care"), self.snapshot.numbers("review")
            question, today = self.snapshot.numbers("question"), self.request.today.toordinal()
            owned, dated = care >= CARES.index("waiting"), review > 0
            overdue = owned & dated & (review < today)
            soon = dated & (review < today + self.request.lead.days)
            due = owned & ~overdue & ((care == CARES.index("waiting")) | soon)
            found = np.zeros(self.snapshot.size, np.int8)
            for name, mask in (
                ("unowned", care == CARES.index("nobody")), ("verified", owned & ~overdue & ~due), ("due", due),
                ("overdue", overdue), *((name, question == QUESTIONS.index(name)) for name in QUESTIONS[1:]),
            ):  # fmt: skip
                found[mask] = STATES.index(name)
            self._states = found
        return self._states

    def facets(self, found: Mask, has_words: Mask, in_kinds: Mask | None) -> Facets:
        """Count the values of the wanted facets: in what was `found`, or where a facet's own choice does not count.

        `has_words`: what has the words of the question, whatever else; `in_kinds`: what is of the wanted kinds.
        """
        told: Facets = {}
        for name in self.request.facets:
            mask = found
            if name in ANY_WILL_DO and self.narrows(name):
                mask = has_words & self.allowed(leave_out=name)
                mask = mask if in_kinds is None else mask & in_kinds
            told[name] = commonest(self._values(name, mask))
        return told

    def _values(self, name: str, mask: Mask) -> list[tuple[str, int]]:
        if name == "tag":
            return self._tags(mask)
        if name == "language":
            codes, meanings = self.snapshot.labels(name)
            return [(meanings[code], number) for code, number in _tally(codes[mask]) if meanings[code]]
        if name == "state":
            return [(STATES[code], number) for code, number in _tally(self.states()[mask]) if code]
        return [(str(value), number) for value, number in _tally(self.snapshot.numbers(name)[mask]) if value]

    def _tags(self, mask: Mask) -> list[tuple[str, int]]:
        ids, codes, names = self.snapshot.tags()
        return [(names[code], number) for code, number in _tally(codes[mask[ids]])]


def _tally(values: Ids | NDArray[np.int8]) -> list[tuple[int, int]]:
    """Return how often each value occurs."""
    if not len(values):
        return []
    if int(values.min()) >= 0 and int(values.max()) < _SMALL:
        numbers = np.bincount(values)
        places = np.flatnonzero(numbers)
        return list(zip(places.tolist(), numbers[places].tolist(), strict=True))
    found, counts = np.unique(values, return_counts=True)
    return list(zip(found.tolist(), counts.tolist(), strict=True))
