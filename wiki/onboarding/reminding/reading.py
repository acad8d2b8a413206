"""What a bundle of reminders still says: of what is open now, as its reader may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from intranet.people.models import Community
from intranet.people.models.people import is_current
from wiki.onboarding.models import Enrolment, Reminder, Step
from wiki.onboarding.ways import Way, load, with_people


@dataclass(slots=True)
class Said:
    """A reminder that still means something."""

    reminder: Reminder
    enrolment: Enrolment
    step: Step
    is_own: bool  # the reader is to do it, and is not told about somebody else
    is_task: bool  # for somebody else


def still_said(user: Any, bundles: Iterable[int]) -> dict[int, list[Said]]:
    """Return by bundle of `user` what in it is still open, and still her business: done, skipped and moved is left out."""
    if not is_current(user):
        return {}
    rows = list(Reminder.objects.filter(bundle__in=list(bundles), bundle__person_id=user.pk).order_by("due_on", "pk"))
    readable = Community.objects.visible_to(user).values("pk")
    mine = Q(pk__in={row.enrolment_id for row in rows}, path__community_id__in=readable)
    ways = {way.enrolment.pk: way for way in load(with_people(Enrolment.objects.open().filter(mine)))}
    found: dict[int, list[Said]] = defaultdict(list)
    for row in rows:
        way = ways.get(row.enrolment_id)
        line = way.line(row.step_id) if way else None
        if way is None or line is None or not way.is_open(row.step_id) or way.is_paused:
            continue
        doer = way.doer(line.step)
        is_own = doer is not None and doer.pk == user.pk
        if is_own or _looks_after(way, user):
            found[row.bundle_id].append(Said(row, way.enrolment, line.step, is_own, line.step.kind == Step.Kind.TASK))
    return found


def _looks_after(way: Way, user: Any) -> bool:
    return user.pk in {way.enrolment.buddy_id, way.enrolment.boss_id}
