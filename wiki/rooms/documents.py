"""Shared documents as bytes: a text in them, what turns one text into another, what is none. Pure.

A document is a Yjs document with one text called "body". Its positions here are bytes of UTF-8, those in browsers are
UTF-16 units; the updates that travel know neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wiki.differences import find_changes

# The library is imported where it is used: a tenth of a second that a start without a room need not wait for.
if TYPE_CHECKING:
    from pycrdt import Doc

BODY = "body"
# One small edit must not replace a paragraph: the cursors in it would lose their place. Beyond this many it may.
FINE = 4_000
TOKEN = re.compile(r"\w+|\s+|.", re.DOTALL)
# An update that changes nothing.
NOTHING = b"\x00\x00"


class BadDocument(ValueError):  # noqa: N818
    """Bytes that are no update of a shared text."""


def check_update(update: bytes) -> None:
    """Raise BadDocument for what cannot be read as an update."""
    from pycrdt import get_state

    # The library makes room for as many as an update says it has, before it looks: half a second for eight bytes.
    if _writers(update) > len(update):
        raise BadDocument("more writers than bytes")
    try:
        get_state(update)
    except Exception as error:
        raise BadDocument(str(error)) from error
    except BaseException as error:  # what a panic in the library below arrives as
        if type(error).__name__ != "PanicException":
            raise
        raise BadDocument(str(error)) from error


def _writers(update: bytes) -> int:
    """Return of how many writers an update has something: the number it begins with, seven bits a byte, lowest first."""
    number = 0
    for place, byte in enumerate(update):
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80 or number > len(update):
            break
    return number


def join_updates(updates: Sequence[bytes]) -> list[bytes]:
    """Make one update of several, where that can be done."""
    from pycrdt import merge_updates

    try:
        return [merge_updates(*updates)] if len(updates) > 1 else list(updates)
    except Exception:
        return list(updates)


class Document:
    """A document in memory, to be used in the thread that made it."""

    def __init__(self, *updates: bytes) -> None:
        from pycrdt import Doc, Text

        self._doc: Doc = Doc()
        self._text = self._doc.get(BODY, type=Text)
        self.apply(updates)

    def apply(self, updates: Iterable[bytes]) -> None:
        """Take in what others wrote. Raises BadDocument for what is none, or holds something that is no text."""
        try:
            for update in updates:
                self._doc.apply_update(bytes(update))
            whole = len(self._text) == len(str(self._text).encode())
        except Exception as error:
            raise BadDocument(str(error)) from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            raise BadDocument(str(error)) from error
        if not whole:
            raise BadDocument("something that is no text")

    @property
    def text(self) -> str:
        """The text as it stands."""
        return str(self._text)

    @property
    def update(self) -> bytes:
        """The whole document as one update."""
        update: bytes = self._doc.get_update()
        return update

    def since(self, other: Document) -> bytes:
        """Return what this document has and the other has not."""
        update: bytes = self._doc.get_update(other._doc.get_state())
        return update

    def write(self, text: str) -> bytes:
        """Turn the text into another one by the smallest edits; returns them as an update."""
        before = self._doc.get_state()
        with self._doc.transaction():
            for start, end, words in reversed(edits(self.text, text)):
                if end > start:
                    del self._text[start:end]
                if words:
                    self._text.insert(start, words)
        update: bytes = self._doc.get_update(before)
        return update


def edits(old: str, new: str) -> list[tuple[int, int, str]]:
    """Return (start, end, words) in bytes of `old`, in order: what is to be replaced by what."""
    if old == new:
        return []
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    at = _offsets(old_lines)
    found: list[tuple[int, int, str]] = []
    for change in find_changes(old_lines, new_lines):
        before = TOKEN.findall("".join(old_lines[change.a_start : change.a_end]))
        after = TOKEN.findall("".join(new_lines[change.b_start : change.b_end]))
        base = at[change.a_start]
        if len(before) > FINE or len(after) > FINE:
            found.append((base, at[change.a_end], "".join(after)))
            continue
        inside = _offsets(before)
        for part in find_changes(before, after):
            words = "".join(after[part.b_start : part.b_end])
            found.append((base + inside[part.a_start], base + inside[part.a_end], words))
    return found


def _offsets(pieces: list[str]) -> list[int]:
    total, offsets = 0, [0]
    for piece in pieces:
        total += len(piece.encode())
        offsets.append(total)
    return offsets
