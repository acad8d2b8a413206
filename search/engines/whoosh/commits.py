"""Commits: what is written is in use when the manifest names it, all of it or nothing.

A writer begins with what the manifest names, whatever a killed one left beside it, and takes old files away when the
manifest no longer names them. So at every moment there is a whole index, and a killed writer costs nothing but its batch,
which the diary brings again.
"""

import contextlib
import itertools
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader, TermNotFound

from search.analysis import analyzer_version
from search.engines.base import SearchAwayError
from search.engines.whoosh.reading import Reading
from search.engines.whoosh.schema import LAYOUT
from search.engines.whoosh.store import MANIFEST, Manifest, is_sound, seal
from search.engines.whoosh.writing import ArrayWriter

# Small segments are joined when there are this many (25 of them cost a query 8 times as much as one).
MOST_SEGMENTS = 20
# Segments of this size stay as they are until the next rebuild: joining them would hold up the writes behind.
LARGE_SEGMENT = 5_000

Row = dict[str, Any]


class Commits:
    """Writes into generations. The caller holds the lock of the folder."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        # Files that this process found to be what the manifest says.
        self._sound: set[tuple[Path, str]] = set()

    def begin(self, generation: Path, schema: Schema, rows: Iterable[Row]) -> int:
        """Fill a new generation; return how many rows there were."""
        TOC.create(FileStorage(str(generation)), schema, "MAIN")
        return self._write(generation, Manifest(LAYOUT, analyzer_version(), "", 0, {}), rows, [])

    def add(self, generation: Path, rows: Iterable[Row], replaced: Sequence[str]) -> None:
        """Commit rows over what has the `replaced` uids."""
        manifest = Manifest.read(generation)
        if manifest.layout != LAYOUT:
            raise SearchAwayError("the index has another layout")
        # The table of contents each time, a segment once and again before it is joined: nothing else is given to Whoosh.
        for name in manifest.files:
            self._look_at(generation, manifest, name, again=name == manifest.toc)
        _tidy(generation, manifest)
        self._write(generation, manifest, rows, replaced)

    def _look_at(self, generation: Path, manifest: Manifest, name: str, *, again: bool = False) -> None:
        path, (size, check) = generation / name, manifest.files[name]
        if again or (path, check) not in self._sound or path.stat().st_size != size:
            if not is_sound(path, size, check):
                raise SearchAwayError("a file of the index is damaged")
            self._sound.add((path, check))

    def _write(self, generation: Path, manifest: Manifest, rows: Iterable[Row], replaced: Sequence[str]) -> int:
        """Commit rows, then write the manifest; return how many rows there were.

        What is more than a large segment's worth becomes several segments, so that a rebuild needs little memory.
        """
        count, waiting = 0, iter(rows)

        def join_small(writer: ArrayWriter, segments: list[Any]) -> list[Any]:
            staying, joined = _choose(segments)
            for segment in joined:
                if (name := _file_of(segment)) in manifest.files:
                    self._look_at(generation, manifest, name, again=True)
                reader = SegmentReader(writer.storage, writer.schema, segment)
                writer.add_reader(reader)
                reader.close()
            return staying

        while True:
            writer, added = ArrayWriter(FileIndex(FileStorage(str(generation)), indexname="MAIN"), self._reading), 0
            try:
                if replaced and not count and writer.segments:
                    _delete(writer, replaced)
                for row in itertools.islice(waiting, LARGE_SEGMENT):
                    writer.add_document(**row)
                    added += 1
                writer.commit(mergetype=join_small)
            except BaseException:
                with contextlib.suppress(Exception):
                    writer.cancel()
                raise
            count += added
            if added < LARGE_SEGMENT:
                break
        _tidy(generation, _seal(generation, manifest, writer.written))
        return count


def _file_of(segment: Any) -> str:
    return str(segment.make_filename(segment.COMPOUND_EXT))


def _seal(generation: Path, before: Manifest, toc: TOC) -> Manifest:
    """Write the manifest of what Whoosh has just committed."""
    name = TOC._filename("MAIN", toc.generation)
    files = {name: seal(generation / name)}
    for path in map(_file_of, toc.segments):
        files[path] = before.files.get(path) or seal(generation / path)
    made = Manifest(LAYOUT, before.analyzer, name, before.commits + 1, files)
    made.write(generation)
    return made


def _tidy(generation: Path, manifest: Manifest) -> None:
    """Take away what the manifest does not name: files that are no longer in use, or that a killed writer left."""
    for path in generation.iterdir():
        if path.name == MANIFEST or path.name in manifest.files:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _delete(writer: ArrayWriter, uids: Sequence[str]) -> None:
    reader = writer.reader()
    try:
        for leaf, start in reader.leaf_readers():
            for uid in uids:
                with contextlib.suppress(TermNotFound):
                    for number in leaf.postings("uid", uid.encode()).all_ids():
                        writer.delete_document(start + number)
    finally:
        reader.close()


def _choose(segments: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return the segments that stay, and those that are joined into the new one: the smaller half when there are many.

    Large segments stay, however many there are. Another that is much larger than all the smaller ones together is left
    alone, so that every document is rewritten only a few times in its life.
    """
    living = [segment for segment in segments if segment.doc_count_all() > segment.deleted_count()]
    waiting = [segment for segment in living if segment.doc_count_all() < LARGE_SEGMENT]
    if len(waiting) < MOST_SEGMENTS:
        return living, []
    waiting.sort(key=lambda segment: int(segment.doc_count_all()))
    joined: list[Any] = []
    size = 0
    for segment in waiting:
        if len(joined) >= MOST_SEGMENTS // 2 and segment.doc_count_all() > size:
            break
        size += segment.doc_count_all()
        joined.append(segment)
    return [segment for segment in living if segment not in joined], joined
