"""Which parts of a long thread its page shows: what is new, the end, and what was asked for; the rest is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

# Up to so many replies a thread is shown whole.
WHOLE = 40
# Of a longer one: so many of the first that are new, so many of the last, so many around one that was asked for.
NEW, LAST, AROUND = 40, 20, 3
# So many are opened at a time.
PART = 40


class Line(NamedTuple):
    """As much of a reply as decides whether it is shown."""

    pk: int
    parent: int | None
    created_at: datetime
    author: int
    author_name: str
    is_gone: bool
    # Hidden by a moderator: its place is marked, whatever hangs on it.
    is_hidden: bool


@dataclass(slots=True)
class Gap:
    """Replies that are not on the page, one after the other: the first one, and how many there are."""

    first: int
    count: int


@dataclass(slots=True)
class Branch:
    """A reply of the first level and what answers it, as they stand on the page."""

    top: Line
    below: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """A thread's replies in the order of the page."""

    branches: list[Branch]
    # Whom a reply of the second level answers, where that is not the one above it.
    answers: dict[int, str]

    @property
    def flow(self) -> list[Line]:
        """Return all lines, one below the other."""
        return [line for branch in self.branches for line in (branch.top, *branch.below)]


def outline_of(lines: Sequence[Line]) -> Outline:
    """Put replies, in order of time, under what they answer, two levels deep; a stub only where something hangs on it."""
    known = {line.pk: line for line in lines}
    top: dict[int, int] = {}
    branches: dict[int, Branch] = {}
    answers: dict[int, str] = {}
    for line in lines:
        if line.parent not in known:
            top[line.pk] = line.pk
            branches[line.pk] = Branch(line)
            continue
        # Parents are older than their children, so theirs is known already.
        over = top[line.pk] = top[line.parent]
        if line.parent != over:
            answers[line.pk] = known[line.parent].author_name
        if not line.is_gone or line.is_hidden:
            branches[over].below.append(line)
    shown = [one for one in branches.values() if one.below or not one.top.is_gone or one.top.is_hidden]
    return Outline(shown, answers)


def chosen(outline: Outline, *, reader: int, seen: datetime | None, at: int = 0, part: int = 0) -> set[int]:
    """Return which replies the page of a thread shows; `at` is one that is linked to, `part` the first of a part."""
    flow = outline.flow
    if len(flow) <= WHOLE:
        return {line.pk for line in flow}
    by_time = sorted((line for line in flow if not line.is_gone), key=lambda line: (line.created_at, line.pk))
    wanted = {line.pk for line in by_time[-LAST:]}
    if seen is not None:
        fresh = [line.pk for line in by_time if line.author != reader and line.created_at > seen]
        wanted.update(fresh[:NEW])
    place = {line.pk: n for n, line in enumerate(flow)}
    if at in place:
        wanted.update(line.pk for line in flow[max(0, place[at] - AROUND) : place[at] + AROUND + 1])
    if part in place:
        wanted.update(line.pk for line in flow[place[part] : place[part] + PART])
    for branch in outline.branches:
        if any(line.pk in wanted for line in branch.below):
            wanted.add(branch.top.pk)
    return wanted


def slice_of(outline: Outline, first: int, count: int) -> list[Line]:
    """Return the lines of a gap that begins with `first`, at most `PART` of them."""
    flow = outline.flow
    start = next((n for n, line in enumerate(flow) if line.pk == first), len(flow))
    return flow[start : start + max(0, min(count, PART))]
