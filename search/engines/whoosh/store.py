"""The folder of an index: generations side by side, one of them current, each with a manifest of its files.

    search/
      CURRENT              the name of the generation in use, replaced in one step
      write.lock           held by whoever writes; waited for, where Whoosh's own lock gives up (21 of 61 writes kept)
      gen-1763768723/      Whoosh's files and MANIFEST: which table of contents, size and checksum of every file

Whoosh's files contain pickles: who can write one can run code. So the folder is for this user only and is not read
when others might have written into it; the manifest is signed with a key of the house, so that an index from elsewhere
(a backup of another house, say) is not one; and a file that is not exactly what the manifest says is never given to
Whoosh.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

from search.engines.base import SearchAwayError

CURRENT, MANIFEST = "CURRENT", "MANIFEST"
# Programs that make backups know it (bford.info/cachedir): what lies here is not worth keeping.
_TAG, _TAGGED = (
    "CACHEDIR.TAG",
    "Signature: 8a477f597d28d172789f06886806bc55\n# A search index: made anew from the database.\n",
)
_CHUNK = 1 << 20
Stamp = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation consists of: `files` maps names to (size, checksum)."""

    layout: int
    analyzer: str
    toc: str
    commits: int
    files: dict[str, tuple[int, str]]

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest of a generation; SearchAwayError when it is missing or not one."""
        try:
            raw = json.loads((folder / MANIFEST).read_bytes())
            body = raw["body"]
            if not constant_time_compare(raw["signature"], _signature(body)):
                raise ValueError("signature")
            files = {str(name): (int(size), str(check)) for name, (size, check) in body["files"].items()}
            return cls(int(body["layout"]), str(body["analyzer"]), str(body["toc"]), int(body["commits"]), files)
        except FileNotFoundError as error:
            raise SearchAwayError("the index is missing") from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise SearchAwayError("the manifest is damaged or another house's") from error

    def write(self, folder: Path) -> None:
        """Put this manifest in place in one step, on the disk before it is in use."""
        body = json.loads(json.dumps(asdict(self)))
        write_durably(folder / MANIFEST, json.dumps({"signature": _signature(body), "body": body}).encode())


def _signature(body: Any) -> str:
    return salted_hmac("search.index", json.dumps(body, sort_keys=True), algorithm="sha256").hexdigest()


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file in one step; after a loss of power it is the old or the new one, never half of it."""
    draft = path.with_name(path.name + ".new")
    with open(draft, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def seal(path: Path) -> tuple[int, str]:
    """Return size and checksum of a file just written, and see that it is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return _measure(path)


def _measure(path: Path) -> tuple[int, str]:
    size, check = 0, hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            check.update(chunk)
    return size, check.hexdigest()


def is_sound(path: Path, size: int, check: str) -> bool:
    """Say whether a file is what the manifest says, reading all of it."""
    try:
        return path.stat().st_size == size and _measure(path) == (size, check)
    except OSError:
        return False


def _look_who_writes(folder: Path) -> None:
    """SearchAwayError when somebody else than this user (or the machine's own) may have written into a folder."""
    state = folder.stat()
    if state.st_uid not in {0, os.geteuid()}:
        raise SearchAwayError("the folder of the index belongs to another user")
    if state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise SearchAwayError("others may write into the folder of the index")


class Store:
    """The folder; made on the first write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path:
        """Return the folder of the generation in use; SearchAwayError when there is none."""
        try:
            _look_who_writes(self.folder)
            name = (self.folder / CURRENT).read_text("ascii").strip()
        except FileNotFoundError as error:
            raise SearchAwayError("the index is missing") from error
        except (OSError, ValueError) as error:
            raise SearchAwayError("the index cannot be read") from error
        if not name.startswith("gen-") or not name[4:].isalnum():
            raise SearchAwayError("the index is damaged")
        return self.folder / name

    def stamp(self) -> Stamp:
        """Return what changes with every commit and every rebuild. Two looks at the disk: cheap enough per request."""
        generation = self.current()
        try:
            state = (generation / MANIFEST).stat()
        except OSError as error:
            raise SearchAwayError("the index is missing") from error
        return generation.name, state.st_mtime_ns, state.st_ino

    def new_generation(self) -> Path:
        """Make the folder of a generation that nobody uses yet. The caller is the only one who rebuilds."""
        self._make_folder()
        self._remove_others(self._current_name())  # of rebuilds that were killed: the disk may need the room
        generation = self.folder / f"gen-{time.time_ns()}"
        generation.mkdir(mode=0o700)
        (self.folder / _TAG).write_text(_TAGGED)
        return generation

    def _current_name(self) -> str:
        with contextlib.suppress(SearchAwayError):
            return self.current().name
        return ""

    def _remove_others(self, name: str) -> None:
        for other in self.folder.glob("gen-*"):
            if other.name != name:
                shutil.rmtree(other, ignore_errors=True)

    def switch(self, generation: Path) -> None:
        """Make a generation the current one and remove the others; who still reads them keeps the open files."""
        write_durably(self.folder / CURRENT, generation.name.encode())
        self._remove_others(generation.name)

    @contextlib.contextmanager
    def locked(self, name: str = "write.lock", patience: float = 60.0) -> Iterator[None]:
        """Hold a lock between processes and threads; SearchAwayError when it is not free within `patience` seconds."""
        self._make_folder()
        try:
            file = open(self.folder / name, "ab")  # noqa: SIM115  # the `with` below closes it
        except OSError as error:
            raise SearchAwayError("the index cannot be written") from error
        with file:
            deadline = time.monotonic() + patience
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError as error:
                    if time.monotonic() > deadline:
                        raise SearchAwayError("somebody else is writing the index") from error
                    time.sleep(0.02)
            yield

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self.folder.stat().st_mode & 0o077:
                self.folder.chmod(0o700)
            _look_who_writes(self.folder)
        except OSError as error:
            raise SearchAwayError("the index cannot be written") from error
