"""Steps that complete themselves when the act happens, and rules that hear of people (`settings.ACTIVITY_READERS`)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from intranet.activity.models import Activity
from wiki.onboarding.actions import complete_step
from wiki.onboarding.acts import ACTS, HANDED_OVER, is_done_by
from wiki.onboarding.leaving import complete_hand_overs
from wiki.onboarding.models import Enrolment
from wiki.onboarding.rules import follow_people
from wiki.onboarding.ways import way_of, with_people


def follow(activities: Sequence[Activity]) -> None:
    """Diary reader: acts complete steps, changed people fulfil rules. Safe to run twice."""
    complete_by_act(activities)
    if any(activity.verb in HANDED_OVER for activity in activities):
        complete_hand_overs()
    follow_people(activities)


def complete_by_act(activities: Sequence[Activity]) -> None:
    """Let what people said and wrote complete the steps that ask for it; a step is completed once."""
    acts = [row for row in activities if row.verb in ACTS and row.actor_id is not None and row.community_id is not None]
    # Nearly everybody has no path to walk: asked once for all rows.
    walking = Enrolment.objects.open().filter(person_id__in={row.actor_id for row in acts})
    on_the_way = set(walking.values_list("person_id", flat=True)) if acts else set()
    for activity in acts:
        if activity.actor_id in on_the_way:
            _complete(activity)


def _complete(activity: Activity) -> None:
    day = timezone.localdate(activity.created_at)
    mine = with_people(Enrolment.objects.open().filter(person_id=activity.actor_id, start_on__lte=day))
    for enrolment in mine.exclude(completions__activity_id=activity.pk).order_by("pk"):
        way = way_of(enrolment)
        for line in way.lines:
            # One act answers one step of a path: the first open one.
            if way.is_open(line.step.pk) and is_done_by(line.step, activity):
                complete_step(
                    actor=enrolment.person,
                    enrolment=enrolment,
                    step=line.step,
                    activity_id=activity.pk,
                    at=activity.created_at,
                )
                break
