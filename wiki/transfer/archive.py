"""A zip file somebody brings is unpacked into a folder of its own: nothing lands outside of it, nothing fills the disk."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from django.utils.translation import gettext as _

MAX_ENTRIES = 200_000
MAX_FILE = 64 * 1024 * 1024
MAX_TOTAL = 8 * 1024 * 1024 * 1024
MAX_DEPTH = 100  # folders in folders; Python walks a few hundred at most
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How many files an archive may hold, and how many bytes when it is unpacked."""

    entries: int = MAX_ENTRIES
    total: int = MAX_TOTAL


class ArchiveRefused(ValueError):  # noqa: N818
    """The archive is none, or holds what no export holds; the words say what."""


@contextmanager
def unpacked(path: Path, *, into: Path | None = None) -> Iterator[Path]:
    """Give the folder an archive was unpacked to; it is gone afterwards. Raises ArchiveRefused before anything is used."""
    with TemporaryDirectory(prefix="import-", dir=into) as place:
        with path.open("rb") as stream:
            extract(stream, Path(place))
        yield Path(place)


def extract(stream: IO[bytes], folder: Path, limits: Limits = Limits()) -> None:  # it never changes
    """Unpack an archive into a folder. Raises ArchiveRefused."""
    try:
        with zipfile.ZipFile(stream) as archive:
            _unpack(archive, folder, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
        UnicodeError,
    ) as error:
        raise ArchiveRefused(_("This cannot be read as a zip file.")) from error


def _unpack(archive: zipfile.ZipFile, folder: Path, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise ArchiveRefused(_("It holds more than %(n)d files.") % {"n": limits.entries})
    paths = [safe_path(entry) for entry in entries]
    if len({above for path in paths for above in path.parents}) > limits.entries:
        raise ArchiveRefused(_("It holds more than %(n)d files.") % {"n": limits.entries})
    left = limits.total
    for entry, path in zip(entries, paths, strict=True):
        place = folder / path
        if entry.is_dir():
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        left -= _copy(archive, entry, place, min(MAX_FILE, left))


def shown(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name as a sentence can show it."""
    return entry.filename.encode("utf-8", "replace").decode().replace("\x00", "")[:120]


def safe_path(entry: zipfile.ZipInfo) -> PurePosixPath:
    """Return where inside its folder an entry goes. Raises ArchiveRefused for one that leads out of it, or elsewhere."""
    name = entry.filename.replace("\\", "/")
    path = PurePosixPath(name)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\x00" in name or ":" in path.parts[0]:
        raise ArchiveRefused(_("“%(name)s” leads out of the archive.") % {"name": shown(entry)})
    if len(path.parts) > MAX_DEPTH:
        raise ArchiveRefused(_("“%(name)s” lies too deep.") % {"name": shown(entry)})
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise ArchiveRefused(_("“%(name)s” is no ordinary file.") % {"name": shown(entry)})
    if entry.flag_bits & 0x1:
        raise ArchiveRefused(_("The archive is locked with a password."))
    return path


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Path, limit: int) -> int:
    """Unpack one file and return its size, counted while it is written: what an archive says of itself may be wrong."""
    size = 0
    with archive.open(entry) as packed, place.open("xb") as out:
        while chunk := packed.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise ArchiveRefused(_("“%(name)s” is too large when it is unpacked.") % {"name": shown(entry)})
            out.write(chunk)
    return size
