"""Steps that complete themselves when the act happens, and rules that hear of people (`settings.ACTIVITY_READERS`)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from intranet.activity.models import Activity
from wiki.onboarding.actions import complete_step
from wiki.onboarding.acts import ACTS, HANDED_OVER, is_done_by
from wiki.onboarding.leaving import complete_hand_overs
from wiki.onboarding.models import Completion, Enrolment, Step
from wiki.onboarding.rules import follow_people
from wiki.onboarding.tasks import forget_lost_links, live_links
from wiki.onboarding.ways import Way, way_of, with_people

# What gives tasks to somebody else without a word to paths: another manager by the profile, a community that was left.
MOVED = frozenset({"user.changed", "user.left", "community.left", "community.member_removed"})


def follow(activities: Sequence[Activity]) -> None:
    """Diary reader: acts complete steps, changed people fulfil rules. Safe to run twice."""
    complete_by_act(activities)
    if any(activity.verb in HANDED_OVER for activity in activities):
        complete_hand_overs()
    follow_people(activities)
    if any(activity.verb in MOVED for activity in activities):
        forget_lost_links(live_links())


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
    # What was done before somebody was put on the path is not an answer to it.
    mine = mine.filter(created_at__lte=activity.created_at)
    for enrolment in mine.order_by("pk"):
        # Done by it already, here or on a path before this one, from where it came along.
        done = Q(activity_id=activity.pk) | Q(same_as__activity_id=activity.pk)
        if Completion.objects.filter(done, enrolment=enrolment).exists():
            continue
        step = _first(way_of(enrolment), activity)
        if step is not None and not _taken_back(step, enrolment, activity):
            complete_step(
                actor=enrolment.person,
                enrolment=enrolment,
                step=step,
                activity_id=activity.pk,
                at=activity.created_at,
            )


def _first(way: Way, activity: Activity) -> Step | None:
    """Return the open step the act is for: what asks for just this act comes before what any post completes."""
    # One act answers one step of a path.
    steps = [line.step for line in way.lines if way.is_open(line.step.pk) and is_done_by(line.step, activity)]
    return min(steps, key=lambda step: step.kind == Step.Kind.POST and not step.act, default=None)


def _taken_back(step: Step, enrolment: Enrolment, activity: Activity) -> bool:
    """Has the person taken the step back since? Then an old act that is read once more does not bring it back."""
    return Activity.objects.filter(
        verb="step.reopened",
        object_type="onboarding.step",
        object_id=str(step.pk),
        target_id=str(enrolment.pk),
        created_at__gte=activity.created_at,
    ).exists()
