"""Bringing many people up to date, some at a time, so that nobody waits for the database meanwhile.

Whoever is brought up to date is not among those who are left: a worker that dies loses the few it had in hand, and the
next one goes on with them. Running twice does nothing twice.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from intranet.activity.actions import record
from intranet.locks import turn_to_write
from intranet.people.models.people import is_current
from wiki.onboarding.actions.aligning import bring_up
from wiki.onboarding.locks import lock_path
from wiki.onboarding.making.actions import left_to_align
from wiki.onboarding.making.words import structure_mark
from wiki.onboarding.models import Alignment, Path, VersionStep
from wiki.onboarding.permissions import can_edit_path
from wiki.onboarding.ways import Line

log = logging.getLogger(__name__)

# So long one change may hold the database, in seconds; SQLite lets nobody else write meanwhile.
HOLD = 0.1
# Fewer at a time are no shorter change: what is asked for all of them takes as long as these.
LEAST, MOST = 5, 25
# The worker's other errands wait for this one no longer.
AT_A_TIME = 10.0
ATTEMPTS = 3


def bring_people_up() -> None:
    """Go on with what is under way (`settings.WORKER_ERRANDS`), the oldest first."""
    going = Alignment.objects.filter(state=Alignment.State.GOING).order_by("pk")
    end = time.monotonic() + AT_A_TIME
    for pk in list(going.values_list("pk", flat=True)):
        size, goes_on, known = LEAST, True, Known()
        while goes_on and time.monotonic() < end:
            try:
                goes_on, took = bring_some_up(pk, size, known)
            except Exception:
                failed(pk)
                raise
            # As many as the machine brings up in that time just now.
            size = max(LEAST, min(MOST, 2 * size, int(size * HOLD / max(took, 0.001))))


@dataclass
class Known:
    """The steps of versions from one handful to the next, as long as nobody changes what aligning looks at."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    lines: dict[int, list[Line]] = field(default_factory=dict)

    def check(self, path: Path) -> str:
        """Forget them when they have changed, and return how the path is built (`words.structure_mark`)."""
        rows = VersionStep.objects.filter(version__path=path).order_by("version", "position", "pk")
        now = list(rows.values_list("version_id", "step_id", "due_days", "waits_for", "step__key"))
        if now != self.rows:
            self.rows, self.lines = now, {}
        return structure_mark(
            [VersionStep(step_id=row[1], due_days=row[2], waits_for=row[3]) for row in now if row[0] == path.present_id]
        )


def bring_some_up(pk: int, size: int, known: Known) -> tuple[bool, float]:
    """Bring up to `size` people up to date; return whether some are left, and how long the database was held."""
    with turn_to_write(), transaction.atomic():
        began = time.monotonic()
        path = Path.objects.filter(alignments=pk).first()
        if path is None:
            return False, 0.0
        path = lock_path(path)
        row = Alignment.objects.select_for_update(of=("self",)).select_related("actor").filter(pk=pk).first()
        if row is None or not row.is_going:
            return False, 0.0
        if not (is_current(row.actor) and can_edit_path(row.actor, path)):
            return _end(row, "rights"), 0.0
        if known.check(path) != row.seen:
            return _end(row, "changed"), 0.0
        some = dict(left_to_align(row.actor, path, row.chosen).values_list("pk", "person_id")[:size])
        if not some:
            record(actor=row.actor, verb="path.aligned", object=path, data={"people": row.done})
            return _end(row, ""), 0.0
        chosen = left_to_align(row.actor, path, list(some))
        bring_up(actor=row.actor, path=path, chosen=chosen, people=set(some.values()), lines=known.lines)
        row.done, row.attempts = row.done + len(some), 0
        row.save(update_fields=["done", "attempts"])
    return True, time.monotonic() - began


def failed(pk: int) -> None:
    """Count a try that ended with an error; after some it is left, and the page says so."""
    Alignment.objects.filter(pk=pk).update(attempts=F("attempts") + 1)
    row = Alignment.objects.filter(pk=pk, state=Alignment.State.GOING, attempts__gte=ATTEMPTS).first()
    if row is not None:
        log.error("alignment %s is given up", pk)
        _end(row, "error")


def _end(row: Alignment, words: str) -> bool:
    row.state, row.words = (Alignment.State.STOPPED if words else Alignment.State.DONE), words
    row.finished_at = timezone.now()
    row.save(update_fields=["state", "words", "finished_at"])
    return False
