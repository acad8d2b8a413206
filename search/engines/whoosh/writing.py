"""Writing Whoosh's files by arrays: the postings of a commit are gathered per term and written block by block.

Whoosh's own writer pickles, sorts and writes posting by posting, and joins segments the same way: 75 documents a
second of processor time here, and twelve seconds to join a thousand. This does 3 to 10 times as many and leaves the
same files, which any Whoosh reads.
"""

import pickle
import struct
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import md5
from typing import Any

from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3FieldWriter
from whoosh.filedb.filetables import OrderedHashWriter
from whoosh.index import TOC, FileIndex
from whoosh.system import pack_ushort
from whoosh.writing import SegmentWriter

from search.engines.whoosh.reading import Reading, Segment

_BLOCK = 1024
# Below this many postings a compressed block is not smaller.
_WORTH_COMPRESSING = 16
# `W3TermInfo` as bytes: not inlined, weight, documents, shortest and longest (unused), heaviest, first, last; and where.
_TERM, _PLACE = struct.Struct("!BfIBBfII"), struct.Struct("!qi")
_LENGTHS = struct.Struct("!ii")
_AT_ONCE = 5_000


class Codec(W3Codec):
    """Whoosh's own, with long blocks (fewer steps to read a common word) and without lengths, which are columns."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=_BLOCK, compression=1)


class _List:
    """The postings of one term, in the order of documents."""

    __slots__ = ("ids", "values", "weights")

    def __init__(self, number: int, weight: float, value: bytes) -> None:
        self.ids, self.weights = array("I", (number,)), array("f", (weight,))
        self.values: list[bytes] = [value] if value else []


# Most terms stand in one document of a commit: these are (number, weight, places), and no list is made for them.
_One = tuple[int, float, bytes]


def _block(
    steps: Sequence[int], weights: Any, values: tuple[bytes, ...], last: int, heaviest: float
) -> tuple[bytes, int]:
    """Return a block with its summary, as Whoosh's third format has it, and how long it is."""
    content = pickle.dumps((steps, weights, values), 3)  # 2 has no bytes: each would be a call to read
    compression = 1 if len(steps) >= _WORTH_COMPRESSING else 0
    content = zlib.compress(content, compression) if compression else content
    summary = pickle.dumps((len(steps), last, heaviest, compression, 0, 0), 2)
    return summary + content, len(summary) + len(content)


@lru_cache(maxsize=4_096)
def _encode_one(number: int, weight: float, value: bytes) -> bytes:
    """Return the list of a term of one document; a commit of one page has a thousand of them and few different ones."""
    block, length = _block((number,), None if weight == 1.0 else weight, (value,) if value else (), number, weight)
    head: bytes = WHOOSH3_HEADER_MAGIC + (-length).to_bytes(4, "big", signed=True)
    return head + block


def _encode(found: _One | _List) -> tuple[bytes, bytes]:
    """Return a posting list as Whoosh's third format has it, a mark and then blocks, and what the dictionary says of it."""
    if isinstance(found, tuple):
        number, weight, _value = found
        return _encode_one(*found), _TERM.pack(0, weight, 1, 0, 0, weight, number, number)
    parts = [WHOOSH3_HEADER_MAGIC]
    ids, weights, values = found.ids, found.weights, found.values
    for start in range(0, len(ids), _BLOCK):
        end = min(start + _BLOCK, len(ids))
        shares = weights[start:end]
        steps = (ids[start], *(ids[place] - ids[place - 1] for place in range(start + 1, end)))
        heaviest = max(shares)
        share: Any = tuple(shares) if min(shares) != heaviest else None if heaviest == 1.0 else heaviest
        block, length = _block(steps, share, tuple(values[start:end]), ids[end - 1], heaviest)
        parts += ((-length if end == len(ids) else length).to_bytes(4, "big", signed=True), block)
    return b"".join(parts), _TERM.pack(0, sum(weights), len(ids), 0, 0, max(weights), ids[0], ids[-1])


def _add_sorted(dictionary: OrderedHashWriter, rows: list[tuple[bytes, bytes]]) -> None:
    """Add rows to a dictionary as its `add` does one by one, at a third of the time."""
    place, buckets, index = dictionary.dbfile.tell(), dictionary.buckets, dictionary.index
    parts: list[bytes] = []
    for key, value in rows:
        index.append(place)
        check = int.from_bytes(md5(key, usedforsecurity=False).digest()[-4:], "big")
        buckets[check & 255].append((check, place))
        parts += (_LENGTHS.pack(len(key), len(value)), key, value)
        place += _LENGTHS.size + len(key) + len(value)
    dictionary.dbfile.write(b"".join(parts))
    dictionary.lastkey = rows[-1][0]


class Pool:
    """The postings of a commit, field by field and term by term."""

    def __init__(self) -> None:
        self._fields: defaultdict[str, dict[bytes, _One | _List]] = defaultdict(dict)

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Add a posting; called by Whoosh for every term of every document."""
        field, term, number, weight, value = item
        terms = self._fields[field]
        found = terms.get(term)
        if found is None:
            terms[term] = (number, weight, value)
            return
        if isinstance(found, tuple):
            found = terms[term] = _List(*found)
        found.ids.append(number)
        found.weights.append(weight)
        if value:
            found.values.append(value)

    def add_segment(self, segment: Segment, start: int, renumbered: dict[int, int] | None) -> None:
        """Add everything of a segment whose documents are numbered from `start`, or as `renumbered` says."""
        new = list(range(start, start + segment.size))
        if renumbered is not None:
            new = [renumbered.get(old, -1) for old in range(segment.size)]
        add = self.add
        for field, term, numbers, weights, values in segment.postings_of_all():
            for old, weight, value in zip(numbers, weights, values, strict=True):
                if (number := new[old]) >= 0:
                    add((field, term, number, weight, value))

    def write_to(self, writer: W3FieldWriter, schema: Any) -> None:
        """Write all posting lists in order: the blocks to one file, where each begins to the dictionary of terms."""
        file, dictionary = writer._postfile, writer._tindex
        start = file.tell()
        for field in sorted(self._fields):
            writer.start_field(field, schema[field])
            number, lists = pack_ushort(writer._fieldid), self._fields[field]
            terms = sorted(lists)
            for first in range(0, len(terms), _AT_ONCE):
                blocks, rows = [], []
                for term in terms[first : first + _AT_ONCE]:
                    block, info = _encode(lists[term])
                    rows.append((number + term, info + _PLACE.pack(start, len(block))))
                    blocks.append(block)
                    start += len(block)
                file.write(b"".join(blocks))
                _add_sorted(dictionary, rows)
            writer.finish_field()

    def iter_postings(self) -> Iterator[Any]:
        """Nothing: Whoosh's slow way is not taken."""
        return iter(())

    def cleanup(self) -> None:
        """Free the memory."""
        self._fields.clear()


class ArrayWriter(SegmentWriter):
    """A writer that gathers and joins by arrays. The caller holds the lock of the folder."""

    def __init__(self, index: FileIndex, reading: Reading) -> None:
        super().__init__(index, _lk=False, codec=Codec())
        self.pool, self._reading = Pool(), reading
        self.written: TOC

    def add_postings_to_pool(self, reader: Any, startdoc: int, docmap: dict[int, int] | None) -> None:
        """Take over the postings of a segment that is joined into the new one."""
        self.pool.add_segment(self._reading.segment(reader), startdoc, docmap)

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        self.pool.write_to(self.fieldwriter, self.schema)
        self.fieldwriter.close()

    def _commit_toc(self, segments: list[Any]) -> None:
        """Write the new table of contents beside the old one. Whoosh takes the old files away here: a reader's."""
        self.written = TOC(self.schema, segments, self.generation)
        self.written.write(self.storage, self.indexname)
