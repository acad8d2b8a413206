"""Two versions of a page beside each other: lines first, then the words of changed lines."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import takewhile
from operator import eq
from typing import Literal

from wiki.differences import Change, find_changes, find_matches

SegmentKind = Literal["equal", "insert", "delete"]
RowKind = Literal["equal", "insert", "delete", "change"]

CONTEXT = 3
MAX_WORDS = 40_000
MAX_PAIRING = 40
MAX_ROWS = 4_000
MIN_LIKENESS = 0.3
# A changed line that shares fewer of its words than this is shown as two: the few would only be in the way.
MIN_SHARED = 0.15

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line: text both have, or text of one of them."""

    kind: SegmentKind
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the comparison.

    `old` and `new` are the two sides (no "insert" in `old`, no "delete" in `new`; empty where the side has no such line), `inline`
    is both in one. Numbers count from 1 and are None where the side has no such line.
    """

    kind: RowKind
    old_number: int | None
    new_number: int | None
    old: list[Segment]
    new: list[Segment]
    inline: list[Segment]


@dataclass(frozen=True, slots=True)
class Hunk:
    """Changed lines with a little of their surroundings; `skipped` equal lines were left out before it."""

    skipped: int
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that changed. `added` and `removed` are words; `skipped` equal lines follow the last hunk.

    Where `is_coarse`, there were too many changes to tell them apart: the last row of the last hunk holds all that was
    and all that is from there on, as one text each.
    """

    hunks: list[Hunk] = field(default_factory=list)
    added: int = 0
    removed: int = 0
    skipped: int = 0
    is_coarse: bool = False

    @property
    def is_equal(self) -> bool:
        """Whether the two versions are the same."""
        return not self.hunks


def compare(old: str, new: str, *, context: int = CONTEXT) -> Comparison:
    """The differences of two texts with LF line ends, `context` equal lines around each.

    A tenth of a second for pages of 6,000 words, a third for the worst of them. Bounded for any input: many changed
    words are shown by the line, and many changed lines as one block.
    """
    old_lines, new_lines = _lines(old), _lines(new)
    changes = find_changes(old_lines, new_lines)
    if not changes:
        return Comparison(skipped=len(old_lines))
    builder = _Builder(old_lines, new_lines, context)
    for change in changes:
        builder.add(change)
    return builder.finish()


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


class _Builder:
    """Collects rows into hunks."""

    def __init__(self, old: list[str], new: list[str], context: int) -> None:
        self.old, self.new, self.context = old, new, context
        self.hunks: list[Hunk] = []
        self.old_at = self.new_at = 0
        self.added = self.removed = 0
        self.words_left = MAX_WORDS
        self.rows = 0
        # The changes that are too many to be told apart: from here on one block.
        self.block: Change | None = None

    def add(self, change: Change) -> None:
        """Rows of one change, and of the equal lines between it and the one before."""
        if self.block:
            self.block = Change(self.block.a_start, change.a_end, self.block.b_start, change.b_end)
            return
        between = change.a_start - self.old_at
        if self.hunks and between <= 2 * self.context:
            self._equal(between)
        else:
            skipped = between
            if self.hunks:
                self._equal(self.context)
                skipped -= self.context
            lead = min(self.context, skipped)
            self.hunks.append(Hunk(skipped - lead, []))
            self.old_at, self.new_at = change.a_start - lead, change.b_start - lead
            self._equal(lead)
        self.rows += change.a_end - change.a_start + change.b_end - change.b_start
        if self.rows > MAX_ROWS:
            self.block = change
            return
        for old_index, new_index in self._pairs(change):
            self._row(old_index, new_index)
        self.old_at, self.new_at = change.a_end, change.b_end

    def _show_block(self, change: Change) -> None:
        """Show all that was and all that is in a stretch of lines, undivided."""
        gone = "\n".join(self.old[change.a_start : change.a_end])
        come = "\n".join(self.new[change.b_start : change.b_end])
        before = [Segment("delete", gone)] if change.a_end > change.a_start else []
        after = [Segment("insert", come)] if change.b_end > change.b_start else []
        kind: RowKind = "change" if before and after else "delete" if before else "insert"
        old_number = change.a_start + 1 if before else None
        new_number = change.b_start + 1 if after else None
        self.removed += _count(gone)
        self.added += _count(come)
        self.hunks[-1].rows.append(Row(kind, old_number, new_number, before, after, [*before, *after]))
        self.old_at, self.new_at = change.a_end, change.b_end

    def finish(self) -> Comparison:
        """The context after the last change, and the sums."""
        if self.block:
            self._show_block(self.block)
        left = len(self.old) - self.old_at
        trail = min(self.context, left)
        self._equal(trail)
        return Comparison(self.hunks, self.added, self.removed, left - trail, self.block is not None)

    def _equal(self, count: int) -> None:
        for _ in range(count):
            segments = [Segment("equal", self.old[self.old_at])]
            row = Row("equal", self.old_at + 1, self.new_at + 1, segments, segments, segments)
            self.hunks[-1].rows.append(row)
            self.old_at += 1
            self.new_at += 1

    def _row(self, old_index: int | None, new_index: int | None) -> None:
        rows = self.hunks[-1].rows
        if old_index is None and new_index is not None:
            inserted = [Segment("insert", self.new[new_index])]
            self.added += _count(self.new[new_index])
            rows.append(Row("insert", None, new_index + 1, [], inserted, inserted))
        elif new_index is None and old_index is not None:
            deleted = [Segment("delete", self.old[old_index])]
            self.removed += _count(self.old[old_index])
            rows.append(Row("delete", old_index + 1, None, deleted, [], deleted))
        elif old_index is not None and new_index is not None:
            inline = self._words(self.old[old_index], self.new[new_index])
            before = [segment for segment in inline if segment.kind != "insert"]
            after = [segment for segment in inline if segment.kind != "delete"]
            self.removed += sum(_count(segment.text) for segment in before if segment.kind == "delete")
            self.added += sum(_count(segment.text) for segment in after if segment.kind == "insert")
            rows.append(Row("change", old_index + 1, new_index + 1, before, after, inline))

    def _pairs(self, change: Change) -> list[tuple[int | None, int | None]]:
        """Which old line became which new one: the pairing in order with the greatest likeness in all."""
        olds, news = range(change.a_start, change.a_end), range(change.b_start, change.b_end)
        if not olds or not news:
            return [*((i, None) for i in olds), *((None, j) for j in news)]
        if len(olds) > MAX_PAIRING or len(news) > MAX_PAIRING:
            paired = min(len(olds), len(news))
            head: list[tuple[int | None, int | None]] = list(zip(olds, news, strict=False))
            return [*head, *((i, None) for i in olds[paired:]), *((None, j) for j in news[paired:])]
        likeness = [[_likeness(self.old[i], self.new[j]) for j in news] for i in olds]
        return _align(likeness, change.a_start, change.b_start)

    def _words(self, old: str, new: str) -> list[Segment]:
        """Segments of a changed line, by words."""
        a, b = _TOKEN.findall(old), _TOKEN.findall(new)
        # A long line with few changes costs little; what counts is what lies between its equal ends.
        same = sum(1 for _ in takewhile(bool, map(eq, a, b)))
        same += sum(1 for _ in takewhile(bool, map(eq, reversed(a[same:]), reversed(b[same:]))))
        self.words_left -= len(a) + len(b) - 2 * same
        if self.words_left < 0:
            return _whole(old, new)
        matches = find_matches(a, b)
        shared = sum(bool(_WORD.match(a[at])) for match in matches for at in range(match.a, match.a + match.size))
        if shared * 2 < MIN_SHARED * (_count(old) + _count(new)):
            return _whole(old, new)
        segments: list[Segment] = []
        i = j = 0
        for match in [*matches, None]:
            to_i, to_j = (match.a, match.b) if match else (len(a), len(b))
            if to_i > i:
                segments.append(Segment("delete", "".join(a[i:to_i])))
            if to_j > j:
                segments.append(Segment("insert", "".join(b[j:to_j])))
            if match:
                segments.append(Segment("equal", "".join(a[to_i : to_i + match.size])))
                i, j = to_i + match.size, to_j + match.size
        return segments


def _whole(old: str, new: str) -> list[Segment]:
    """Segments of a line that was replaced altogether."""
    both: list[tuple[SegmentKind, str]] = [("delete", old), ("insert", new)]
    return [Segment(kind, text) for kind, text in both if text]


def _count(text: str) -> int:
    """Return the number of words in a text."""
    return sum(1 for _ in _WORD.finditer(text))


def _likeness(old: str, new: str) -> float:
    """Share of words two lines have in common, 0 to 1 (Dice's coefficient); 0 when it is too small to mean anything."""
    a, b = Counter(old[:2000].lower().split()), Counter(new[:2000].lower().split())
    total = a.total() + b.total()
    share = 2 * (a & b).total() / total if total else 0.0
    return share if share >= MIN_LIKENESS else 0.0


def _align(likeness: list[list[float]], old_start: int, new_start: int) -> list[tuple[int | None, int | None]]:
    """The order-keeping pairing with the greatest sum (Needleman-Wunsch without gap costs).

    A single line against a single line is always a pair, however different: that is a rewritten line.
    """
    rows, columns = len(likeness), len(likeness[0])
    if rows == columns == 1:
        return [(old_start, new_start)]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            pair = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] else -1.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], pair)
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < rows and j < columns:
        if likeness[i][j] and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((old_start + i, new_start + j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((old_start + i, None))
            i += 1
        else:
            pairs.append((None, new_start + j))
            j += 1
    pairs.extend((old_start + k, None) for k in range(i, rows))
    pairs.extend((None, new_start + k) for k in range(j, columns))
    return pairs
