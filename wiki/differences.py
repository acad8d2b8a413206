"""Which pieces of two sequences are the same: patience diff with a bounded Myers below it.

difflib is quadratic, and worse where lines repeat (a wiki page is half blank lines). Here common ends are cut off, pieces that
are unique on both sides anchor the rest (B. Cohen's patience diff), and only what lies between the anchors is
compared with the greedy algorithm of Myers ("An O(ND) Difference Algorithm and Its Variations", 1986) with a bound on D.
Beyond the bound a gap counts as wholly different: correct, only less fine.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

MAX_EDITS = 300
EFFORT = 600_000


class Match(NamedTuple):
    """`size` equal pieces at `a` of the first and `b` of the second sequence."""

    a: int
    b: int
    size: int


class Change(NamedTuple):
    """`a[a_start:a_end]` was replaced by `b[b_start:b_end]`; one of them may be empty."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


def find_changes(a: Sequence[str], b: Sequence[str]) -> list[Change]:
    """What turns `a` into `b`, in order; between two changes at least one piece is equal."""
    changes: list[Change] = []
    i = j = 0
    for match in [*find_matches(a, b), Match(len(a), len(b), 0)]:
        if match.a > i or match.b > j:
            changes.append(Change(i, match.a, j, match.b))
        i, j = match.a + match.size, match.b + match.size
    return changes


def find_matches(a: Sequence[str], b: Sequence[str]) -> list[Match]:
    """Equal runs in order, neighbours joined. Linear for texts that resemble each other, bounded for all."""
    matches: list[Match] = []
    effort = EFFORT
    stack = [(0, len(a), 0, len(b))]
    while stack:
        a_low, a_high, b_low, b_high = stack.pop()
        size = 0
        while a_low + size < a_high and b_low + size < b_high and a[a_low + size] == b[b_low + size]:
            size += 1
        if size:
            matches.append(Match(a_low, b_low, size))
            a_low, b_low = a_low + size, b_low + size
        size = 0
        while a_high - size > a_low and b_high - size > b_low and a[a_high - size - 1] == b[b_high - size - 1]:
            size += 1
        if size:
            a_high, b_high = a_high - size, b_high - size
            matches.append(Match(a_high, b_high, size))
        if a_low == a_high or b_low == b_high:
            continue
        anchors = _find_anchors(a, a_low, a_high, b, b_low, b_high)
        if anchors:
            matches.extend(Match(i, j, 1) for i, j in anchors)
            ends = [*anchors, (a_high, b_high)]
            i, j = a_low, b_low
            for next_i, next_j in ends:
                if i < next_i and j < next_j:
                    stack.append((i, next_i, j, next_j))
                i, j = next_i + 1, next_j + 1
        elif effort > 0:
            found, spent = _find_by_edits(a[a_low:a_high], b[b_low:b_high], effort)
            effort -= spent
            matches.extend(Match(a_low + i, b_low + j, 1) for i, j in found)
    return _joined(matches)


def _joined(matches: list[Match]) -> list[Match]:
    joined: list[Match] = []
    for match in sorted(matches):
        last = joined[-1] if joined else None
        if last and last.a + last.size == match.a and last.b + last.size == match.b:
            joined[-1] = Match(last.a, last.b, last.size + match.size)
        else:
            joined.append(match)
    return joined


def _find_anchors(
    a: Sequence[str], a_low: int, a_high: int, b: Sequence[str], b_low: int, b_high: int
) -> list[tuple[int, int]]:
    """Pairs of pieces that occur once on either side, the longest series that keeps their order."""
    in_a, in_b = Counter(a[a_low:a_high]), Counter(b[b_low:b_high])
    at = {b[j]: j for j in range(b_low, b_high) if in_b[b[j]] == 1}
    pairs = [(i, at[a[i]]) for i in range(a_low, a_high) if in_a[a[i]] == 1 and a[i] in at]
    # Longest increasing subsequence by patience sorting, O(n log n).
    tops: list[int] = []
    piles: list[int] = []
    previous: list[int] = []
    for index, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        previous.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(j)
            piles.append(index)
        else:
            tops[pile] = j
            piles[pile] = index
    series: list[tuple[int, int]] = []
    index = piles[-1] if piles else -1
    while index >= 0:
        series.append(pairs[index])
        index = previous[index]
    return series[::-1]


def _find_by_edits(a: Sequence[str], b: Sequence[str], effort: int) -> tuple[list[tuple[int, int]], int]:
    """Equal pairs by the greedy algorithm of Myers and the steps it took; no pairs beyond its bounds."""
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    steps = 0
    for edits in range(min(MAX_EDITS, len(a) + len(b)) + 1):
        trace.append(furthest.copy())
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            y = x - k
            start = x
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x += 1
                y += 1
            furthest[k] = x
            steps += x - start + 1
            if x >= len(a) and y >= len(b):
                return _walk_back(trace, len(a), len(b)), steps
        if steps > effort:
            break
    return [], steps


def _walk_back(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for edits in range(len(trace) - 1, -1, -1):
        furthest = trace[edits]
        k = x - y
        down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        before = k + 1 if down else k - 1
        from_x = furthest[before]
        from_y = from_x - before
        while x > from_x and y > from_y and x > 0 and y > 0:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = from_x, from_y
    return pairs[::-1]
