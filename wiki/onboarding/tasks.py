"""Steps of others that somebody is to do: a colleague's tasks, without the rest of the person's way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from intranet.people.models import Community, User
from intranet.people.models.people import is_current
from wiki.onboarding.models import Completion, Enrolment, Role, RoleHolder, Step, TaskLink
from wiki.onboarding.ways import Way, load, with_people

# Nobody has more open tasks than she can look through: the longest on their way come first.
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
    today: date

    @property
    def person(self) -> User:
        """Return for whom it is."""
        return self.enrolment.person


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
        | Q(path_id__in=Step.objects.filter(kind=Step.Kind.TASK, person_id=user.pk).values("path_id"))
    )
    readable = Community.objects.visible_to(user).values("pk")
    found: QuerySet[Enrolment] = Enrolment.objects.filter(
        mine, Exists(tasks), ended_at__isnull=True, path__community_id__in=readable
    )
    return found


def with_open_tasks(user: Any) -> QuerySet[Enrolment]:
    """Return those of them on which a task that may be `user`'s is not done: of a long list the few that matter."""
    done = Completion.objects.filter(enrolment=OuterRef(OuterRef("pk")), step=OuterRef("pk"))
    held = RoleHolder.objects.filter(person_id=user.pk, enrolment=OuterRef(OuterRef("pk"))).values("role_id")
    of_role = Role.objects.filter(holder_id=user.pk).values("pk")
    whose = (
        Q(whom=Step.Whom.PERSON, person_id=user.pk)
        | Q(whom=Step.Whom.ROLE, role_id__in=of_role)
        | Q(whom=Step.Whom.ROLE, role_id__in=held)
        | Q(whom__in=[Step.Whom.BUDDY, Step.Whom.MANAGER])
    )
    steps = Step.objects.filter(whose, kind=Step.Kind.TASK, path_id=OuterRef("path_id")).exclude(Exists(done))
    open_ones = concerning(user).filter(finished_at__isnull=True, person__in=User.objects.active())
    return open_ones.filter(Exists(steps))


def tasks_for(user: Any, enrolment: int | None = None, *, done: bool = False) -> list[Task]:
    """Return the open tasks of `user` (with `done` the others), the earliest first; nine queries at most.

    What is open waits while the clock of its person stands.
    """
    chosen = concerning(user) if done else with_open_tasks(user)
    if enrolment is not None:
        chosen = chosen.filter(pk=enrolment)
    order = ("-pk",) if done else ("start_on", "pk")
    found = []
    for way in load(with_people(chosen).order_by(*order)[:MOST], kinds={Step.Kind.TASK}):
        if done or not way.is_paused:
            found += [task for task in tasks_on(way, user) if (task.completion is not None) == done]
    return sorted(found, key=lambda task: (task.due_on, task.enrolment.pk, task.step.pk))


def tasks_on(way: Way, user: Any) -> list[Task]:
    """Return what is for `user` to do on somebody's way, done or not, but what was skipped."""
    steps = [line.step for line in way.lines if line.step.kind == Step.Kind.TASK]
    hers = [step for step in steps if (doer := way.doer(step)) and doer.pk == user.pk and not way.is_skipped(step.pk)]
    spread, found = way.windows() if hers else {}, []
    for step in hers:
        window = spread[step.pk]
        completion = way.completions.get(step.pk)
        late = completion is None and not way.is_paused and window.due_on < way.today
        found.append(Task(way.enrolment, step, window.due_on, late, window.is_waiting, completion, way.today))
    return found


def task_for(user: Any, pk: int, step_pk: int) -> Task | None:
    """Return one task of `user`, done or not; None for everything that is not hers to do."""
    if max(pk, step_pk) >= 2**63:
        return None
    ways = load(with_people(concerning(user).filter(pk=pk)), kinds={Step.Kind.TASK})
    return next((task for way in ways for task in tasks_on(way, user) if task.step.pk == step_pk), None)


def live_links() -> QuerySet[TaskLink]:
    """Return the links to tasks that may still work."""
    return TaskLink.objects.filter(used_at__isnull=True, expires_at__gt=timezone.now())


def forget_lost_links(links: QuerySet[TaskLink]) -> None:
    """Throw links away whose task is done, skipped or not the colleague's any more: given back to her, they stay dead.

    One query where there are none, which is nearly always. Safe to run twice.
    """
    found = list(links.select_related("colleague"))
    if not found:
        return
    here = Enrolment.objects.filter(pk__in={link.enrolment_id for link in found}, ended_at__isnull=True)
    ways = {way.enrolment.pk: way for way in load(with_people(here))}
    hers = {one.pk: set(concerning(one).values_list("pk", flat=True)) for one in {link.colleague for link in found}}
    lost = [
        link.pk
        for link in found
        if link.enrolment_id not in hers[link.colleague_id] or not _is_hers(ways.get(link.enrolment_id), link)
    ]
    TaskLink.objects.filter(pk__in=lost).delete()


def _is_hers(way: Way | None, link: TaskLink) -> bool:
    line = way.line(link.step_id) if way else None
    if way is None or line is None or line.step.kind != Step.Kind.TASK or not way.is_open(link.step_id):
        return False
    doer = way.doer(line.step)
    return doer is not None and doer.pk == link.colleague_id


def first_name(person: User) -> str:
    """Return how somebody is called who is named to people that need no more."""
    return person.name.split()[0] if person.name.split() else person.name
