"""Three-way merge of Markdown: two people changed the same page, and nothing that either typed is lost.

Lines are the pieces (in Markdown mostly a paragraph, a list item or a row each). Changes to different pieces merge silently, also
to neighbours, unless the neighbours are lines of one hard-wrapped paragraph. Changes to the same piece, or different
text put at the same place, are a conflict that a person decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.differences import Change, find_changes

Choice = Literal["mine", "theirs"]

# More characters than lines have that people write again and again.
SENTENCE = 12

# A line that begins something of its own: blank, heading, list item, quote, table row, rule, fence.
_BEGINS = re.compile(r"\s*(?:$|#{1,6}\s|[-+*]\s|[0-9]{1,9}[.)]\s|>|\||`{3}|~{3}|---)")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A part that both changed: the text each has there, "" where it was deleted. Whole lines with their line ends."""

    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The result in order of the page: agreed texts (str) and Conflicts.

    `ends_with_newline` tells whether the page ends with a line end; every part but the last does anyway.
    """

    parts: list[str | Conflict]
    ends_with_newline: bool = True

    @property
    def conflicts(self) -> list[Conflict]:
        """The parts to decide; empty after a silent merge."""
        return [part for part in self.parts if isinstance(part, Conflict)]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.conflicts

    @property
    def text(self) -> str | None:
        """The merged page, or None while there are conflicts: half a merge must not be saved by mistake."""
        return self.resolve([]) if self.is_clean else None

    def resolve(self, decisions: Sequence[str]) -> str:
        """The page with the conflicts replaced, in order, by the texts decided on. Raises ValueError on a wrong count.

        A decided text gets the line end it lacks, so that the following part stays on its own line.
        """
        if len(decisions) != len(self.conflicts):
            raise ValueError(f"{len(self.conflicts)} decisions are needed, {len(decisions)} were given.")
        left = iter(decisions)
        texts: list[str] = []
        for part in self.parts:
            text = next(left) if isinstance(part, Conflict) else part
            texts.append(text if not text or text.endswith("\n") else text + "\n")
        joined = "".join(texts)
        return joined if self.ends_with_newline else joined.removesuffix("\n")

    def choose(self, choices: Sequence[Choice]) -> str:
        """The page with "mine" or "theirs" for each conflict in order. Raises ValueError on a wrong count."""
        if len(choices) != len(self.conflicts):
            raise ValueError(f"{len(self.conflicts)} choices are needed, {len(choices)} were given.")
        pairs = zip(self.conflicts, choices, strict=True)
        return self.resolve([conflict.mine if choice == "mine" else conflict.theirs for conflict, choice in pairs])


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Merge `mine` and `theirs`, which both began as `base`.

    Line ends must be LF (see `intranet.text.clean_text`). `merge(b, b, t).text == t`, `merge(b, m, b).text == m`, and the
    two sides may be swapped without changing what conflicts. Takes a fraction of a second for 1 MB of text.
    """
    newline = mine.endswith("\n") if mine.endswith("\n") != base.endswith("\n") else theirs.endswith("\n")
    for agreed, other in ((mine, theirs), (theirs, base), (mine, base)):
        if agreed == other:
            text = theirs if mine == base else mine
            return Merged([text], text.endswith("\n"))
    base_lines, my_lines, their_lines = _lines(base), _lines(mine), _lines(theirs)
    regions = _regions(base_lines, find_changes(base_lines, my_lines), find_changes(base_lines, their_lines))
    parts, agreed_lines = _decide(base_lines, my_lines, their_lines, regions)
    if doubled := _doubled(agreed_lines, my_lines, their_lines):
        parts, _lines_again = _decide(base_lines, my_lines, their_lines, _join(regions, doubled, my_lines, their_lines))
    return Merged(parts or [""], newline)


def _decide(
    base: list[str], mine: list[str], theirs: list[str], regions: list[_Region]
) -> tuple[list[str | Conflict], list[str]]:
    """The page in parts, and all its agreed lines."""
    parts: list[str | Conflict] = []
    agreed: list[str] = []
    told = at = 0
    for region in regions:
        agreed.extend(base[at : region.start])
        at = region.end
        ours, others = region.side(mine, region.mine), region.side(theirs, region.theirs)
        was = base[region.start : region.end]
        if not region.theirs or ours == others:
            agreed.extend(ours)
        elif not region.mine:
            agreed.extend(others)
        elif (settled := _settle(was, ours, others)) is not None:
            agreed.extend(settled)
        else:
            if told < len(agreed):
                parts.append("".join(agreed[told:]))
                told = len(agreed)
            parts.append(Conflict("".join(was), "".join(ours), "".join(others)))
    agreed.extend(base[at:])
    if told < len(agreed):
        parts.append("".join(agreed[told:]))
    return parts, agreed


def _doubled(agreed: list[str], mine: list[str], theirs: list[str]) -> set[str]:
    """Sentences that stand in the merge more often than in either text: both brought them in, at different places.

    Short lines (a rule, a fence, "- yes") are left alone; they are written again and again.
    """
    once = {line for line in set(mine) & set(theirs) if len(line) > SENTENCE}
    counts = [Counter(line for line in lines if line in once) for lines in (agreed, mine, theirs)]
    return {line for line, times in counts[0].items() if times > max(counts[1][line], counts[2][line])}


def _join(regions: list[_Region], doubled: set[str], mine: list[str], theirs: list[str]) -> list[_Region]:
    """Make one stretch of everything from the first to the last place that brings in a doubled line: a person decides."""
    hit = [
        n for n, region in enumerate(regions)
        if doubled & {*region.side(mine, region.mine), *region.side(theirs, region.theirs)}
    ]  # fmt: skip
    if len(hit) < 2:
        return regions
    first, last = hit[0], hit[-1]
    part = regions[first : last + 1]
    one = _Region(
        part[0].start, part[-1].end, [change for region in part for change in region.mine],
        [change for region in part for change in region.theirs],
    )  # fmt: skip
    return [*regions[:first], one, *regions[last + 1 :]]


def _lines(text: str) -> list[str]:
    """Lines with their ends; a last line without one gets it, so that appending is not a change of that line."""
    lines = text.split("\n")
    if lines[-1] == "" and len(lines) > 1:
        lines.pop()
    return [line + "\n" for line in lines]


@dataclass(slots=True)
class _Region:
    """A stretch of the base that one or both sides changed."""

    start: int
    end: int
    mine: list[Change]
    theirs: list[Change]

    def side(self, lines: list[str], changes: list[Change]) -> list[str]:
        """The lines one side has for this stretch."""
        if not changes:
            return []
        first, last = changes[0], changes[-1]
        return lines[first.b_start - (first.a_start - self.start) : last.b_end + (self.end - last.a_end)]


def _regions(base: list[str], mine: list[Change], theirs: list[Change]) -> list[_Region]:
    """The changes of both sides, those that meet put together."""
    regions: list[_Region] = []
    both = [(change, False) for change in mine] + [(change, True) for change in theirs]
    for change, is_theirs in sorted(both):
        region = regions[-1] if regions else None
        if region is None or not _meets(base, region, change):
            region = _Region(change.a_start, change.a_end, [], [])
            regions.append(region)
        region.end = max(region.end, change.a_end)
        (region.theirs if is_theirs else region.mine).append(change)
    return regions


def _settle(base: list[str], ours: list[str], others: list[str]) -> list[str] | None:
    """The lines of a stretch that both changed, if one side did all that the other did and more; else None.

    So it is when somebody's text arrives a second time, after it was merged with a change next to it. What is left of one
    side without the lines both have at the ends has to stand in the base as it is, and to be more than blank lines.
    """
    shorter = min(len(ours), len(others))
    head = next((n for n in range(shorter) if ours[n] != others[n]), shorter)
    tail = next((n for n in range(shorter - head) if ours[-1 - n] != others[-1 - n]), shorter - head)
    if not head and not tail:
        return None
    unchanged: list[list[str]] = []
    for one, other in ((ours, others), (others, ours)):
        rest = one[head : len(one) - tail]
        spare = len(base) - len(rest)
        places: Iterable[int] = [0] if not head else [spare] if not tail else range(spare + 1)
        if any(line.strip() for line in rest) and any(base[at : at + len(rest)] == rest for at in places if at >= 0):
            unchanged.append(other)
    return unchanged[0] if len(unchanged) == 1 else None


def _meets(base: list[str], region: _Region, change: Change) -> bool:
    """Whether a change (sorted by place) touches the same text as the region before it."""
    if change.a_start != region.end:
        return change.a_start < region.end
    if region.start == region.end or change.a_start == change.a_end:
        # Something is put in exactly where the other side works: the order is a person's to say.
        return True
    return not (_BEGINS.match(base[change.a_start]) or _BEGINS.match(base[change.a_start - 1]))
