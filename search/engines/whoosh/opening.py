"""Opening an index: every byte of its files is compared with the manifest before Whoosh sees one of them.

Of a commit only what is new in it is read. A whole new generation is hundreds of megabytes in a large house, and what
completion keeps of it takes as long again: it is opened on a thread of its own, and questions go on being answered by
the old one, whose files stay readable for who has them open.
"""

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.reading import SegmentReader

from search.completing import readings
from search.engines.base import SearchAwayError
from search.engines.whoosh.reading import Reading, Snapshot
from search.engines.whoosh.schema import LAYOUT
from search.engines.whoosh.store import Manifest, Stamp, Store, is_sound

log = logging.getLogger(__name__)

ATTEMPTS, PAUSE = 4, 0.05
# So many bytes are read, and known by heart, in half a second: what is larger is opened beside.
LARGE = 32 << 20


@dataclass(frozen=True, slots=True)
class Opened:
    """An index as it was after one commit. `files`: how large each should be."""

    stamp: Stamp
    files: dict[Path, int]
    snapshot: Snapshot
    reading: Reading

    @property
    def generation(self) -> str:
        """Return the name of the folder it lies in."""
        return self.stamp[0]

    def is_cut(self) -> bool:
        """Say whether a file has another size than it should; a removed one is still whole for us.

        A look behind the end of a mapped file that was cut kills the process.
        """
        return any(_is_cut(*file) for file in self.files.items())


def _is_cut(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size != size
    except FileNotFoundError:
        return False


def open_newest(store: Store, stamp: Stamp, reading: Reading, before: Opened | None = None) -> Opened:
    """Open what the manifest names; of `before`, an earlier commit of the same generation, what has not changed."""
    generation = store.folder / stamp[0]
    manifest = Manifest.read(generation)
    if manifest.layout != LAYOUT:
        raise SearchAwayError("the index has another layout")
    # Names of segments are drawn by lot: in another generation the same name may be another segment.
    if before and before.generation != stamp[0]:
        before = None
    reading = before.reading if before else reading.anew()
    sizes = before.files if before else {}
    for name, (size, check) in manifest.files.items():
        path = generation / name
        # Segments that are open are not read again; the table of contents is.
        if (name == manifest.toc or sizes.get(path) != size) and not is_sound(path, size, check):
            raise SearchAwayError("a file of the index is damaged")
    known = {segment.name: segment for segment in before.snapshot.segments} if before else {}
    storage = FileStorage(str(generation))
    toc = TOC.read(storage, "MAIN", gen=int(manifest.toc.split("_")[-1].removesuffix(".toc")))
    segments = []
    for stored in toc.segments:
        segment = known.get(stored.segment_id())
        if segment is None:
            segment = reading.segment(SegmentReader(storage, toc.schema, stored))
        else:
            segment.reader._segment = stored  # the newer list of its deleted documents
        segments.append(segment)
    files = {generation / name: size for name, (size, _) in manifest.files.items()}
    return Opened(stamp, files, reading.snapshot(segments), reading)


def is_large(store: Store, stamp: Stamp) -> bool:
    """Say whether nobody should wait for a generation to be opened."""
    return sum(size for size, _ in Manifest.read(store.folder / stamp[0]).files.values()) > LARGE


class Beside(threading.Thread):
    """Opens a generation beside the questions; `opened` is None where that failed: the next question says what is wrong."""

    def __init__(self, store: Store, generation: str, reading: Reading) -> None:
        super().__init__(name="index", daemon=True)
        self.generation = generation
        self.opened: Opened | None = None
        self._store, self._reading = store, reading

    def run(self) -> None:
        """Open it, and read what completion keeps, as its first question would."""
        for _ in range(ATTEMPTS):
            try:
                stamp = self._store.stamp()
                self.generation = stamp[0]  # meanwhile it may be the next one
                opened = open_newest(self._store, stamp, self._reading)
                opened.snapshot.suggest(readings("warm up")[0], frozenset(), 1, 0)
            except Exception as error:
                log.info("search: a new index cannot be read yet: %r", error)
                time.sleep(PAUSE)
            else:
                self.opened = opened
                return
