"""Which versions of a page stand under one line of its history. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

Row = dict[str, Any]

# Who saves again within this time is still at the same piece of work.
QUICK = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history: its newest version, and those folded under it, newest first."""

    latest: Row
    folded: list[Row]

    @property
    def rows(self) -> list[Row]:
        """All versions of the line, newest first."""
        return [self.latest, *self.folded]

    @property
    def oldest(self) -> Row:
        """The version the piece of work began with."""
        return self.rows[-1]

    @property
    def before(self) -> int:
        """Number of the version it was done upon, 0 for the first."""
        return int(self.oldest["number"]) - 1

    @property
    def added(self) -> int:
        """Words that came, taken over all of them."""
        return sum(row["added"] for row in self.rows)

    @property
    def removed(self) -> int:
        """Words that went, taken over all of them."""
        return sum(row["removed"] for row in self.rows)


def fold(rows: list[Row]) -> list[Entry]:
    """Return versions (newest first) by line: quick saves of one person in a row, and minor changes in a row, share one.

    Bringing an earlier version back and deleting one are lines of their own: they are never folded away.
    """
    entries: list[Entry] = []
    for row in rows:
        if entries and _belongs(entries[-1].oldest, row):
            entries[-1].folded.append(row)
        else:
            entries.append(Entry(row, []))
    return entries


def _belongs(newer: Row, older: Row) -> bool:
    if any(row["is_gone"] or row["restored_from__number"] for row in (newer, older)):
        return False
    if newer["is_minor"] and older["is_minor"]:
        return True
    same = newer["author"] is not None and older["author"] is not None and newer["author"].pk == older["author"].pk
    return same and newer["created_at"] - older["created_at"] <= QUICK
