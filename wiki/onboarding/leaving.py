"""Who leaves hands over the pages she looks after: the step that is done when none is left."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from intranet.people.models import User
from wiki.models import WikiPage
from wiki.onboarding.actions.walking import complete_step
from wiki.onboarding.models import Enrolment, Step
from wiki.onboarding.ways import load, with_people


def pages_to_hand_over(viewer: Any, person: User) -> QuerySet[WikiPage]:
    """Return the pages somebody looks after, as far as the viewer may read them; `wiki.care` hands them over."""
    pages: QuerySet[WikiPage] = WikiPage.objects.visible_to(viewer).filter(owner_person=person).order_by("title", "pk")
    return pages


def complete_hand_overs() -> int:
    """Complete the steps that ask to hand over pages for everybody who has none left; return how many. Idempotent."""
    asking = Step.objects.filter(act=Step.Act.HAND_OVER)
    if not asking.exists():
        return 0
    keeping = WikiPage.objects.filter(owner_person__isnull=False).values("owner_person_id")
    free = Enrolment.objects.open().filter(path__steps__in=asking).exclude(person_id__in=keeping).distinct()
    done = 0
    for way in load(with_people(free).order_by("pk")):
        for line in way.lines:
            if line.step.act == Step.Act.HAND_OVER and way.is_open(line.step.pk) and not _waits(way, line.step):
                complete_step(actor=way.enrolment.person, enrolment=way.enrolment, step=line.step)
                done += 1
    return done


def _waits(way: Any, step: Step) -> bool:
    return bool(way.windows()[step.pk].is_waiting)
