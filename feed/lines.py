"""Lines of other things among the threads of a list, each at its time: what was moved away, what the floors above add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from feed.querysets import ORDER_COLUMN, Cursor
from feed.rows import Feed, Item


@dataclass(frozen=True, slots=True)
class Line:
    """What is shown, made by the floor that knows what it is, and when it was."""

    at: datetime
    html: SafeString


def among(items: Sequence[Item], lines: Sequence[Line], column: str) -> list[Item | Line]:
    """Put `lines`, newest first, between the threads whose times are in `column`."""
    shown: list[Item | Line] = []
    waiting = list(lines)
    for item in items:
        while waiting and waiting[0].at >= item.row[column]:
            shown.append(waiting.pop(0))
        shown.append(item)
    return [*shown, *waiting]


def with_lines(request: HttpRequest, feed: Feed, items: Sequence[Item], before: Cursor | None) -> list[Item | Line]:
    """Put the lines of `settings.FEED_LINES` among a page of home, which begins behind the cursor `before`."""
    until, after = before[0] if before else None, feed.after[0] if feed.after else None
    lines = [line for path in settings.FEED_LINES for line in import_string(path)(request, after, until)]
    lines.sort(key=lambda line: line.at, reverse=True)
    return among(items, lines, ORDER_COLUMN[feed.order]) if lines else list(items)
