"""The Whoosh engine: one folder of files, one writer at a time, any number of readers. Only this package knows Whoosh."""

import contextlib
import logging
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from search import completing
from search.analysis import analyzer_version, surface
from search.completing import readings
from search.engines.base import (
    CatchUp,
    Document,
    Engine,
    Entry,
    Health,
    Hit,
    SearchAwayError,
    SearchRequest,
    SearchResponse,
)
from search.engines.whoosh import mmfile
from search.engines.whoosh.commits import Commits
from search.engines.whoosh.opening import ATTEMPTS, PAUSE, Beside, Opened, is_large, open_newest
from search.engines.whoosh.reading import Reading, Snapshot, choose
from search.engines.whoosh.schema import make_row, make_schema
from search.engines.whoosh.store import Manifest, Stamp, Store, is_sound

mmfile.install()
logger = logging.getLogger(__name__)

# So many documents are named before others may ask something: some milliseconds.
_MOST_AT_ONCE = 200
# What is read of the words of one segment.
_MOST_TERMS = 200_000
# Of more that are called so it is enough to look at these.
_MOST_NAMES = 100

Answer = TypeVar("Answer")
Told = TypeVar("Told")


class WhooshEngine(Engine):
    """An index in a folder. Safe for threads: reading takes turns, for Whoosh's files have one place to read from."""

    def __init__(self, folder: Path, reading: Reading | None = None) -> None:
        self.store = Store(folder)
        self._lock = threading.RLock()
        self._reading = reading or choose()
        self._commits = Commits(self._reading)
        self._opened: Opened | None = None
        self._beside: Beside | None = None
        self._broken: Stamp | None = None

    # How what is indexed lies in Whoosh's files; another kind of index (`records`) says it in its own way.
    make_schema = staticmethod(make_schema)
    make_row: Callable[[Any], dict[str, Any]] = staticmethod(make_row)

    # --- reading ---

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request; SearchAwayError whatever is wrong with the files."""
        return self._read(lambda snapshot: snapshot.search(request))

    def suggest(self, prefix: str, keys: frozenset[str], limit: int = 8, each: int = 0) -> list[Hit]:
        """Return what fits what was typed so far, short titles first."""
        asked = readings(prefix)
        return self._read(lambda snapshot: _first(snapshot, asked, keys, limit, each)) if asked else []

    def suggest_tags(self, prefix: str, keys: frozenset[str], limit: int = 5) -> list[tuple[str, int]]:
        """Return tags that begin so, with how many things that may be read carry them."""
        return self._read(lambda snapshot: snapshot.suggest_tags(surface(prefix), keys, limit))

    def warm_up(self) -> None:
        """Open the files and read the forms of titles: a second or two at 100,000 documents."""
        self.suggest("warm up", frozenset())

    def vocabulary_version(self) -> tuple[str, str]:
        """Return the generation and what tells its commits apart."""
        with self._lock:
            opened = self._try_to_open()
        return opened.generation, str(opened.stamp)

    def vocabulary(self, least: int, most: int, *, in_names: bool = False) -> list[str]:
        """Return the commonest terms; questions are answered between one segment and the next."""
        snapshot, field = self._read(lambda newest: newest), "title" if in_names else "text"
        found: Counter[str] = Counter()
        for segment in snapshot.segments:
            try:
                with self._lock:
                    read = segment.terms(field, b"", _MOST_TERMS)
            except Exception as error:
                raise SearchAwayError("the index could not answer") from error
            for term, number in read:
                if not term.startswith((b"~", b"^")):  # stems and bare forms are no words
                    found[term.decode("utf-8", "replace")] += number
        return [term for term, number in found.most_common(most) if number >= least]

    def readable_counts(self, terms: Sequence[str], keys: frozenset[str], *, in_names: bool = False) -> dict[str, int]:
        """Return how many documents that may be seen have each term; of names up to a hundred are looked at."""

        def count(snapshot: Snapshot, term: str) -> int:
            if not in_names:
                return len(snapshot.having("text", term, keys))
            uids = map(snapshot.uid, snapshot.having("title", term, keys)[:_MOST_NAMES])
            return sum(not uid.startswith("file:") for uid in uids)

        return self._read(lambda snapshot: {term: count(snapshot, term) for term in terms})

    def uids(self) -> dict[str, int]:
        """Return every uid with the time of its last change; questions are answered in between."""
        return self._told(lambda snapshot, numbers: snapshot.stamps(numbers))

    def entries(self) -> dict[str, Entry]:
        """Return every uid with what the index says of it; every byte of its files has a check sum beside."""
        return self._told(lambda snapshot, numbers: snapshot.entries(numbers))

    def _told(self, tell: Callable[[Snapshot, Sequence[int]], dict[str, Told]]) -> dict[str, Told]:
        """Return what is told of every document, asked in pieces."""
        snapshot, alive = self._read(lambda newest: (newest, newest.living()))
        found: dict[str, Told] = {}
        for start in range(0, len(alive), _MOST_AT_ONCE):
            try:
                with self._lock:
                    found |= tell(snapshot, alive[start : start + _MOST_AT_ONCE])
            except Exception as error:
                raise SearchAwayError("the index could not answer") from error
        return found

    def health(self, thorough: bool = False) -> Health:
        """Say whether the index is there, whole and of this version."""
        try:
            generation = self.store.current()
            manifest = Manifest.read(generation)
            for name, (size, check) in manifest.files.items():
                path = generation / name
                if path.stat().st_size != size or (thorough and not is_sound(path, size, check)):
                    return Health(reason="a file of the index is damaged", version=manifest.analyzer)
            documents = self._read(lambda snapshot: snapshot.count)
        except SearchAwayError as error:
            return Health(reason=str(error))
        except OSError:
            return Health(reason="the index cannot be read")
        if manifest.analyzer != analyzer_version():
            return Health(documents, manifest.analyzer, "the index was made by another version of the analysis")
        return Health(documents, manifest.analyzer)

    def _read(self, question: Callable[[Snapshot], Answer]) -> Answer:
        """Ask the newest snapshot; whatever goes wrong is SearchAwayError. Damaged files can raise anything."""
        with self._lock:
            opened = self._try_to_open()
            try:
                return question(opened.snapshot)
            except Exception as error:
                # Rotten files or a fault of ours: nobody else shall pay for one question.
                logger.exception("search: a question could not be answered")
                self._opened = None
                raise SearchAwayError("the index could not answer") from error

    def _try_to_open(self) -> Opened:
        for attempt in range(ATTEMPTS):
            stamp = self.store.stamp()
            if stamp == self._broken:
                break
            try:
                return self._newest(stamp)
            except Exception as error:
                logger.info("search: the index cannot be read, attempt %s: %r", attempt + 1, error)
                self._opened = None
            # A writer has removed files and not yet said which ones are new: a few milliseconds.
            time.sleep(PAUSE)
        else:
            self._broken = stamp
        raise SearchAwayError("the index is damaged")

    def _newest(self, stamp: Stamp) -> Opened:
        if self._opened and self._opened.is_cut():
            self._opened = None
        opened, beside = self._opened, self._beside
        if opened and opened.generation != stamp[0] and is_large(self.store, stamp):
            if beside is None or not (beside.is_alive() or beside.generation == stamp[0]):
                beside = self._beside = Beside(self.store, stamp[0], self._reading)
                beside.start()
            if beside.is_alive():
                return opened
            opened = beside.opened
        self._beside = None
        if opened is None or opened.stamp != stamp:
            opened = open_newest(self.store, stamp, self._reading, opened)
        self._opened = opened
        return opened

    # --- writing ---

    def upsert(self, documents: Iterable[Document], removed: Sequence[str] = ()) -> None:
        """Write a batch in one commit. A killed writer leaves the state before."""
        rows = {document.uid: self.make_row(document) for document in documents}
        if not rows and not removed:
            return
        try:
            with self.store.locked():
                self._commits.add(self.store.current(), rows.values(), [*rows, *removed])
        except SearchAwayError:
            raise
        except Exception as error:
            raise SearchAwayError("the index could not be written") from error

    def rebuild(self, documents: Iterable[Document], catch_up: CatchUp | None = None) -> int:
        """Make a new generation from all documents, add what changed meanwhile, and change over."""
        with self.store.locked("rebuild.lock", patience=3600):
            generation = self.store.new_generation()
            try:
                count = self._build(generation, documents, catch_up)
            except BaseException:
                shutil.rmtree(generation, ignore_errors=True)
                raise
        self._change_over()
        return count

    def _change_over(self) -> None:
        """Wait until questions of this process are answered by the newest generation, if there were any before."""
        self._look_again()
        if beside := self._beside:
            beside.join()
            self._look_again()

    def _look_again(self) -> None:
        with self._lock, contextlib.suppress(SearchAwayError):
            if self._opened:
                self._try_to_open()

    def _build(self, generation: Path, documents: Iterable[Document], catch_up: CatchUp | None) -> int:
        rows = (self.make_row(document) for document in documents)
        count = self._commits.begin(generation, self.make_schema(), rows)
        with self.store.locked():
            if catch_up:
                changed, gone = catch_up.changes()
                written = {document.uid: self.make_row(document) for document in changed}
                self._commits.add(generation, written.values(), [*written, *gone])
            self.store.switch(generation)
        return count


def _first(
    snapshot: Snapshot, asked: tuple[completing.Reading, ...], keys: frozenset[str], limit: int, each: int
) -> list[Hit]:
    """Return what fits the first reading that finds something for these keys: what others may read must not decide it."""
    return next((hits for one in asked if (hits := snapshot.suggest(one, keys, limit, each))), [])
