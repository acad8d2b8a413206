"""Reads are counted in the memory of each web process and written together, so that reading a page writes nothing.

A process that is killed loses what it counted in its last seconds, and nothing else. That somebody has read a page is
remembered for half an hour, in memory alone, so that she is counted once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from datetime import date
from typing import Any

from django.db import DatabaseError, close_old_connections, connections
from django.http import HttpRequest

from wiki.care.facts import today
from wiki.front.actions import add_reads

WRITTEN_EVERY = 10.0  # seconds
AGAIN_AFTER = 30 * 60.0
MOST_REMEMBERED = 50_000

log = logging.getLogger(__name__)
_lock = threading.Lock()
_counts: Counter[tuple[int, date]] = Counter()
_seen: dict[tuple[int, int], float] = {}


def note_read(request: HttpRequest, row: dict[str, Any]) -> None:
    """Count that somebody reads a page (its row): not who wrote it last, nobody twice in half an hour, no prefetching."""
    user = int(request.user.pk or 0)
    if request.method != "GET" or row["edited_by_id"] == user or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return
    key, now = (user, row["pk"]), time.monotonic()
    with _lock:
        if now - _seen.pop(key, -AGAIN_AFTER) < AGAIN_AFTER:
            _seen[key] = now
            return
        _seen[key] = now  # at the end: the first ones are the oldest
        if len(_seen) > MOST_REMEMBERED:
            del _seen[next(iter(_seen))]
        _counts[row["pk"], today()] += 1


def write_counts() -> None:
    """Write what was counted; what could not be written is counted on."""
    with _lock:
        counts = dict(_counts)
        _counts.clear()
    if not counts:
        return
    try:
        add_reads(counts=counts)
    except DatabaseError:
        with _lock:
            _counts.update(counts)
        raise


def forget() -> None:
    """Begin with nothing counted and nobody remembered, for tests."""
    with _lock:
        _counts.clear()
        _seen.clear()


def keep_counts() -> None:
    """Write the counts of this web process now and then, as long as it lives."""
    while True:
        time.sleep(WRITTEN_EVERY)
        try:
            close_old_connections()
            write_counts()
        except Exception:
            log.exception("reads could not be written and are counted on")
            connections.close_all()
