"""Steps that complete themselves when the act happens."""

from collections.abc import Sequence

from django.utils import timezone

from intranet.activity.models import Activity
from wiki.onboarding.actions import complete_step
from wiki.onboarding.models import Enrolment, Step

ACTS = frozenset({"post.published", "post.replied"})


def complete_by_act(activities: Sequence[Activity]) -> None:
    """Diary reader: a post or reply in the community a "post" step names completes that step.

    Safe to run twice: a step is completed once.
    """
    acts = [row for row in activities if row.verb in ACTS and row.actor_id is not None and row.community_id is not None]
    # Nearly everybody has no path to walk: asked once for all rows.
    walking = Enrolment.objects.filter(person_id__in={row.actor_id for row in acts}, finished_at__isnull=True)
    on_the_way = set(walking.values_list("person_id", flat=True)) if acts else set()
    for activity in acts:
        if activity.actor_id not in on_the_way:
            continue
        enrolments = Enrolment.objects.filter(
            person_id=activity.actor_id, finished_at__isnull=True, start_on__lte=timezone.localdate(activity.created_at)
        ).select_related("person")
        for enrolment in enrolments.exclude(completions__activity_id=activity.pk):
            steps = Step.objects.filter(
                path_id=enrolment.path_id, kind=Step.Kind.POST, community_id=activity.community_id or 0
            ).exclude(completions__enrolment=enrolment)
            # One post answers one step: the first open one.
            if step := steps.order_by("position").first():
                complete_step(
                    actor=enrolment.person,
                    enrolment=enrolment,
                    step=step,
                    activity_id=activity.pk,
                    at=activity.created_at,
                )
