"""Steps of others that somebody is to do: a colleague's tasks, without the rest of the person's way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from intranet.people.models import Community
from intranet.people.models.people import is_current
from wiki.onboarding.models import Completion, Enrolment, Role, RoleHolder, Step
from wiki.onboarding.ways import load, with_people

# Nobody has more open tasks than she can look through.
MOST = 300


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do for somebody who is on a path."""

    enrolment: Enrolment
    step: Step
    due_on: date
    is_overdue: bool
    is_waiting: bool
    completion: Completion | None


def concerning(user: Any) -> QuerySet[Enrolment]:
    """Return the enrolments that may hold a task for `user`, in communities `user` may read."""
    if not is_current(user):
        return Enrolment.objects.none()
    tasks = Step.objects.filter(kind=Step.Kind.TASK, path_id=OuterRef("path_id"))
    of_role = Role.objects.filter(holder_id=user.pk).values("path_id")
    held = RoleHolder.objects.filter(person_id=user.pk).values("enrolment_id")
    mine = (
        Q(buddy_id=user.pk)
        | Q(manager_id=user.pk)
        | Q(manager__isnull=True, person__manager_id=user.pk)
        | Q(path_id__in=of_role)
        | Q(pk__in=held)
        | Exists(tasks.filter(person_id=user.pk))
    )
    readable = Community.objects.visible_to(user).values("pk")
    found: QuerySet[Enrolment] = Enrolment.objects.filter(
        mine, Exists(tasks), ended_at__isnull=True, path__community_id__in=readable
    )
    return found


def tasks_for(user: Any, enrolment: int | None = None, *, done: bool = False) -> list[Task]:
    """Return the open tasks of `user` (with `done` the others), the earliest first; nine queries at most."""
    chosen = concerning(user)
    if enrolment is not None:
        chosen = chosen.filter(pk=enrolment)
    found = []
    for way in load(with_people(chosen).order_by("-pk")[:MOST]):
        spread, is_paused = way.windows(), way.is_paused
        for line in way.lines:
            step, window = line.step, spread[line.step.pk]
            doer = way.doer(step)
            if step.kind != Step.Kind.TASK or doer is None or doer.pk != user.pk or way.is_skipped(step.pk):
                continue
            completion = way.completions.get(step.pk)
            if (completion is not None) == done:
                late = completion is None and not is_paused and window.due_on < way.today
                found.append(Task(way.enrolment, step, window.due_on, late, window.is_waiting, completion))
    return sorted(found, key=lambda task: (task.due_on, task.enrolment.pk, task.step.pk))
