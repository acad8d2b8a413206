"""Keeping the index true: what differs from the database is found at night and after a start, and written again.

The diary keeps it true by itself; this is for what passed by the diary: a row changed by hand, a restored backup, a
fault of ours. After a start the times of the last change are compared, at night who may find each document and what
stands in it as well. `manage.py search_check` asks the same.
"""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from search.admin_backend import following
from search.documents import all_documents, all_stamps, load_documents
from search.engines import Engine, engine
from search.engines.base import Entry
from search.readers import rebuild
from search.warming import warm_up_worker

log = logging.getLogger(__name__)

# The dictionaries are read so many seconds after a start, for the first pages (0.2 s of theirs when it was at once), and
# before somebody has written something; long after it the index is checked.
_WARM_AFTER, _CHECK_AFTER = 2.0, 120.0
_NIGHT = range(2, 5)
# What differs is written in commits of this size; more than so many in all are a new index's work.
_BATCH, MOST_REPAIRS = 50, 2_000
_PIECE = 500


@dataclass(frozen=True, slots=True)
class Drift:
    """How index and database differ: `missing` or old in the index, `surplus` in it.

    Of the same time but found by others than may see it: `opened`; with other words: `unlike`.
    """

    documents: int
    missing: list[str]
    surplus: list[str]
    opened: list[str] = field(default_factory=list)
    unlike: list[str] = field(default_factory=list)

    @property
    def uids(self) -> list[str]:
        """Return everything that differs."""
        return [*self.missing, *self.surplus, *self.opened, *self.unlike]


def compare(index: Engine | None = None) -> Drift:
    """Compare the index (this process's own or another) with the database: what is there, and when it was changed."""
    # The index first: what is written into it meanwhile is written once more, not taken out.
    inside, outside = (index or engine()).uids(), all_stamps()
    missing = sorted(uid for uid, stamp in outside.items() if inside.get(uid) != stamp)
    return Drift(len(inside), missing, sorted(inside.keys() - outside.keys()))


def compare_contents(index: Engine | None = None) -> Drift:
    """Compare as well who may find each document and what stands in it: every text of the house is read."""
    index = index or engine()
    inside, suspects, there = index.entries(), set[str](), set[str]()
    for document in all_documents():
        there.add(document.uid)
        if inside.get(document.uid) != document.entry:
            suspects.add(document.uid)
    if suspects := suspects | (inside.keys() - there):
        # Reading the house takes a while: what was written meanwhile differs at the first look only.
        inside = index.entries()
    return _sorted_out(inside, sorted(suspects))


def _sorted_out(inside: Mapping[str, Entry], suspects: list[str]) -> Drift:
    drift = Drift(len(inside), [], [])
    for start in range(0, len(suspects), _PIECE):
        uids = suspects[start : start + _PIECE]
        outside = {document.uid: document.entry for document in load_documents(uids)}
        for uid in uids:
            has, wanted = inside.get(uid), outside.get(uid)
            if has == wanted:
                continue
            if wanted is None:
                drift.surplus.append(uid)
            elif has is None or has.updated != wanted.updated:
                drift.missing.append(uid)
            else:
                (drift.unlike if has.keys == wanted.keys else drift.opened).append(uid)
    return drift


def repair(uids: Sequence[str], index: Engine | None = None) -> None:
    """Write what those are in the database now, and take out what is not there."""
    for start in range(0, len(uids), _BATCH):
        batch = uids[start : start + _BATCH]
        # Read and written at once: what changes in between comes by the diary again.
        documents = load_documents(batch)
        (index or engine()).upsert(documents, sorted(set(batch) - {document.uid for document in documents}))


def check(*, is_thorough: bool = True) -> None:
    """Read every byte of the index, compare it with the database and put right what is wrong.

    `is_thorough` compares contents as well, see `compare_contents`.
    """
    health = engine().health(thorough=True)
    if not health.is_well:
        log.warning("search: %s; rebuilding", health.reason)
        rebuild()
        return
    drift = compare_contents() if is_thorough else compare()
    if not drift.uids:
        return
    log.warning(
        "search: %s documents were missing or old, %s too many, %s with wrong keys, %s with other words",
        *map(len, (drift.missing, drift.surplus, drift.opened, drift.unlike)),
    )
    if len(drift.uids) > MOST_REPAIRS:
        rebuild()
    else:
        repair(drift.uids)


@dataclass(slots=True)
class _Course:
    """What was done since the start of this process, and when."""

    began: float | None = None
    is_warm: bool = False
    checked_on: date | None = None


_course = _Course()


def keep_index_true() -> None:
    """Check the index once after a start and once a night; called by the worker every few seconds."""
    if _course.began is None:
        _course.began = time.monotonic()
    uptime, now = time.monotonic() - _course.began, timezone.localtime()
    if not _course.is_warm:
        # On a thread of its own: the first change after a start would wait for the dictionaries, other duties as well.
        _course.is_warm = True
        warming = threading.Timer(_WARM_AFTER, warm_up_worker)
        warming.daemon = True
        warming.start()
    is_new = _course.checked_on is None and uptime >= _CHECK_AFTER
    if is_new or (now.hour in _NIGHT and _course.checked_on not in (None, now.date())):
        # Noted first: a check that fails is not tried again every few seconds.
        _course.checked_on = now.date()
        try:
            check(is_thorough=not is_new)
        finally:
            following.check()
