"""Brings diary rows to their readers after the commit, at least once each; a reader is safe to run twice.

A row is due while `dispatched_at` is empty. Nothing else remembers it, so a killed process loses nothing: the next
look finds the row again, and the readers that had it already are named in `delivered`.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from intranet.activity.models import Activity
from intranet.locks import only_one

Reader = Callable[[Sequence[Activity]], None]

BATCH = 50
# How long a row waits after its first, second, ... failure; after one more it is parked. Together more than a day, so
# that what fails on a Friday evening is still tried on Saturday night.
WAITS = (timedelta(seconds=10), timedelta(minutes=5), timedelta(hours=2), timedelta(hours=22))
ATTEMPTS = len(WAITS) + 1
AWAY = timedelta(seconds=15)
# What /readyz still calls healthy.
MAX_LAG = 60.0
MAX_PARKED = 100

log = logging.getLogger(__name__)
news = threading.Event()


class ReaderAwayError(Exception):
    """Raised by a reader when what it writes to cannot be reached: tried again soon, and no mark against the row."""


@dataclass(frozen=True)
class Figures:
    """How the diary is doing: age in seconds of the oldest row nobody tried yet, rows tried again later, rows parked."""

    lag: float
    retrying: int
    parked: int


def wake() -> None:
    """Say that there is a new row; only for speed, and only in this process."""
    news.set()


def load_readers() -> dict[str, Reader]:
    """Import the readers named in `settings.ACTIVITY_READERS`; one that is not there stops the start."""
    return {name: import_string(path) for name, path in settings.ACTIVITY_READERS.items()}


def due() -> models.QuerySet[Activity]:
    """Return the rows to bring round now, oldest first."""
    return (
        Activity.objects.filter(dispatched_at__isnull=True, parked_at__isnull=True)
        .filter(Q(retry_at__isnull=True) | Q(retry_at__lte=timezone.now()))
        .order_by("id")
    )


def dispatch_due(readers: Mapping[str, Reader] | None = None, *, keep_going: Callable[[], bool] = lambda: True) -> int:
    """Bring every due row to its readers and return how many were tried; 0 when another process is at it.

    Ends: each row tried is either done, waits for a later time, or is parked.
    """
    readers = load_readers() if readers is None else readers
    tried = 0
    if not due().exists():  # asked twice a second in an idle house: no lock for that
        return tried
    with only_one("dispatch") as mine:
        while mine and keep_going() and (batch := list(due()[:BATCH])):
            _deliver(batch, readers)
            tried += len(batch)
    return tried


def _deliver(batch: Sequence[Activity], readers: Mapping[str, Reader]) -> None:
    """Call each reader with the rows it has not had, then write down how it went."""
    failures: dict[int, list[tuple[str, Exception]]] = {}
    for name, reader in readers.items():
        for row, error in _call(reader, [row for row in batch if name not in row.delivered]):
            failures.setdefault(row.pk, []).append((name, error))
    with transaction.atomic():
        done = [row.pk for row in batch if row.pk not in failures]
        Activity.objects.filter(pk__in=done).update(dispatched_at=timezone.now(), delivered=list(readers))
        for row in batch:
            if row.pk in failures:
                _note_failure(row, failures[row.pk], readers)


def _call(reader: Reader, rows: Sequence[Activity]) -> list[tuple[Activity, Exception]]:
    """Call a reader with all rows at once, and one by one when that fails, so that a bad row stands alone."""
    if not rows:
        return []
    try:
        reader(rows)
    except ReaderAwayError as error:
        return [(row, error) for row in rows]
    except Exception as error:  # whatever a reader raises must not stop the others
        if len(rows) == 1:
            return [(rows[0], error)]
        return [failure for row in rows for failure in _call(reader, [row])]
    return []


def _note_failure(row: Activity, failed: Sequence[tuple[str, Exception]], readers: Mapping[str, Reader]) -> None:
    """Keep who has had the row and when to try again; park it after the last attempt."""
    now = timezone.now()
    names = {name for name, _ in failed}
    counted = [(name, error) for name, error in failed if not isinstance(error, ReaderAwayError)]
    row.delivered = [name for name in readers if name not in names]
    row.last_error = "\n".join(f"{name}: {type(error).__name__}: {error}" for name, error in failed)[:2000]
    row.last_error = row.last_error.replace("\x00", "")  # PostgreSQL keeps no NUL in a text
    row.retry_at = now + AWAY
    if counted:
        row.attempts += 1
        row.retry_at = now + WAITS[min(row.attempts, len(WAITS)) - 1]
        row.parked_at = now if row.attempts >= ATTEMPTS else None
        log.error(
            "diary row %s %s, attempt %s of %s: %s", row.pk, row.verb, row.attempts, ATTEMPTS, row.last_error,
            exc_info=counted[0][1],
        )  # fmt: skip
    row.save(update_fields=["delivered", "last_error", "attempts", "retry_at", "parked_at"])


def replay_parked() -> int:
    """Give every parked row its attempts back, and return how many there were."""
    count = Activity.objects.filter(parked_at__isnull=False).update(parked_at=None, attempts=0, retry_at=None)
    wake()
    return count


def figures() -> Figures:
    """Return how the diary is doing, from its undelivered rows alone."""
    found = Activity.objects.filter(dispatched_at__isnull=True).aggregate(
        oldest=Min("created_at", filter=Q(attempts=0, parked_at__isnull=True)),
        retrying=Count("id", filter=Q(attempts__gt=0, parked_at__isnull=True)),
        parked=Count("id", filter=Q(parked_at__isnull=False)),
    )
    lag = (timezone.now() - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    return Figures(lag=max(lag, 0.0), retrying=found["retrying"], parked=found["parked"])


def is_keeping_up() -> bool:
    """Return whether rows are delivered about as fast as they come, and few are parked (for /readyz)."""
    now = figures()
    return now.lag <= MAX_LAG and now.parked <= MAX_PARKED
