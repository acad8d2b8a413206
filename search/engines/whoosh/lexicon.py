"""All terms of one field of a segment in order, and which documents have each: for completion, and to count tags.

A segment never changes, so a lexicon is made once: 50 ms for 5,000 titles, the first time somebody completes a word
after a start. What begins like a word then lies side by side, however many that are.
"""

import struct
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from search.completing import Reading
from search.engines.base import Hit
from search.engines.whoosh.segments import Segment

if TYPE_CHECKING:
    from search.engines.whoosh.snapshot import Columns

Numbers = NDArray[np.int32]
BEGINNING = "beginning"
# A record of the dictionary of terms: lengths of key and value, the field's number and the term; then `W3TermInfo`, of
# which the number of documents and the first of them matter here.
_LENGTHS, _FIELD_NUMBER = struct.Struct("!ii"), 2
_COUNT, _FIRST = struct.Struct("!I"), struct.Struct("!I")
_COUNT_AT, _FIRST_AT = 5, 15
# Sorts behind everything a form can go on with.
_END = b"\xff"


class Lexicon:
    """The terms ("forms") of a field of a segment. `ids[starts[n]:starts[n + 1]]` are the documents of the n-th form."""

    def __init__(self, segment: Segment, field: str) -> None:
        self.forms: list[bytes] = []
        starts, ids = [0], []
        for form, documents in _records(segment, field):
            self.forms.append(form)
            ids.extend(documents)
            starts.append(len(ids))
        self.starts, self.ids = starts, np.array(ids, np.int32)
        if len(ids) and not 0 <= int(self.ids.min()) <= int(self.ids.max()) < segment.size:
            raise ValueError("a form of no document")

    def having(self, form: bytes) -> Numbers | None:
        """Return the documents that have exactly this form."""
        place = bisect_left(self.forms, form)
        if place == len(self.forms) or self.forms[place] != form:
            return None
        return self.ids[self.starts[place] : self.starts[place + 1]]

    def beginning(self, form: bytes) -> Numbers | None:
        """Return the documents with forms that begin so; one with several of them comes several times."""
        first, last = bisect_left(self.forms, form), bisect_left(self.forms, form + _END)
        return self.ids[self.starts[first] : self.starts[last]] if first < last else None


def _records(segment: Segment, field: str) -> Any:
    """Yield the forms in order with their documents; where there is one, the dictionary says which."""
    terms = segment.reader._terms
    if field not in terms._fieldmap:
        return
    index = terms._tindex
    key = terms._keycoder(field, b"")
    place, buffer = index.closest_key_pos(key), index.dbfile._buf
    while place is not None and place < index.endofdata:
        length, size = _LENGTHS.unpack_from(buffer, place)
        begin = place + _LENGTHS.size
        end = begin + length
        if bytes(buffer[begin : begin + len(key)]) != key:
            break
        form = bytes(buffer[begin + _FIELD_NUMBER : end])
        if _COUNT.unpack_from(buffer, end + _COUNT_AT)[0] == 1:
            yield form, _FIRST.unpack_from(buffer, end + _FIRST_AT)
        else:
            found = segment.postings(field, form)
            yield form, found[0].tolist() if found else ()
        place = end + size


def complete(snapshot: "Columns", asked: Reading, keys: frozenset[str], limit: int, each: int) -> list[Hit]:
    """Return what fits every typed word, best first, of each kind at most `each` (0: however many)."""
    scores = np.zeros(snapshot.size)
    mask = snapshot.readable(keys)
    for steps in asked:
        here = np.zeros(snapshot.size)
        # From the weakest: what fits better writes over it.
        for step in reversed(steps):
            for form in step.forms:
                for numbers in snapshot.beginning_so(form.encode("utf-8", "replace"), is_whole=step.is_whole):
                    here[numbers] = step.weight
        scores += here
        mask = mask & (here > 0)
        if not mask.any():
            return []
    ids = np.flatnonzero(mask)
    rank = scores[ids] / np.sqrt(np.maximum(1, snapshot.numbers("title_length")[ids]))
    order = np.lexsort((ids, -rank))
    if each:
        order = _first_of_each(order, snapshot.labels("kind")[0][ids], each)
    return [Hit(snapshot.uid(int(ids[place])), float(rank[place])) for place in order[:limit]]


def _first_of_each(order: NDArray[np.int64], kinds: NDArray[np.int64], each: int) -> NDArray[np.int64]:
    """Return of an order the first `each` of every kind."""
    sorted_kinds = kinds[order]
    kept = [np.flatnonzero(sorted_kinds == kind)[:each] for kind in np.unique(kinds)]
    return order[np.sort(np.concatenate(kept))] if kept else order
