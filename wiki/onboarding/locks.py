"""Locks and what follows every change of somebody's way. One order everywhere: path, enrolments by number, people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from intranet.activity.actions import record_many
from intranet.people.models import User
from wiki.onboarding.models import Completion, Enrolment, Path, Role, RoleHolder, Step
from wiki.onboarding.tasks import forget_lost_links, live_links
from wiki.onboarding.ways import Way, load, with_people

# What was done longer ago on another path is asked again: pages change, and so does what people remember.
COUNTS_FOR = timedelta(days=365)


def lock_path(path: Path) -> Path:
    """Return the path, locked until the transaction ends: nobody else changes it or puts people on it."""
    locked: Path = Path.objects.select_for_update(of=("self",)).select_related("community", "present").get(pk=path.pk)
    return locked


def lock_people(person_ids: Iterable[int]) -> list[Enrolment]:
    """Return all enrolments of these people, locked, by number: what is done on one may count on another."""
    ids = list(
        Enrolment.objects.select_for_update()
        .filter(person_id__in=list(person_ids)).order_by("pk").values_list("pk", flat=True)
    )  # fmt: skip
    return list(with_people(Enrolment.objects.filter(pk__in=ids)).order_by("pk"))


def lock_enrolment(enrolment: Enrolment) -> Enrolment:
    """Return one enrolment as it is now, with all of the person's locked."""
    return next(one for one in lock_people([enrolment.person_id]) if one.pk == enrolment.pk)


def share(ways: Sequence[Way]) -> bool:
    """Count on these ways what the same people have done on others; return whether that changed anything.

    The same step is asked once. Neither notes nor answers come along: they were written for other eyes.
    """
    wanted: dict[tuple[int, str], list[tuple[Way, int]]] = {}
    for way in ways:
        for line in way.lines:
            if way.is_open(line.step.pk) and line.step.key:
                wanted.setdefault((way.enrolment.person_id, line.step.key), []).append((way, line.step.pk))
    if not wanted:
        return False
    # Only those who are or were on another path have done anything there: nearly always nobody.
    done = (
        Completion.objects.filter(
            enrolment__person__in={person for person, _key in wanted},
            completed_at__gte=timezone.now() - COUNTS_FOR,
            same_as__isnull=True,
        )
        .exclude(step__key="")
        .values_list("pk", "enrolment__person_id", "step__key", "completed_at", "completed_by_id", "enrolment_id")
    )
    fresh = []
    for pk, person, key, at, by, enrolment_id in done.order_by("pk"):
        elsewhere = [one for one in wanted.get((person, key), []) if one[0].enrolment.pk != enrolment_id]
        for way, step in elsewhere:
            wanted[person, key].remove((way, step))
            fresh.append(
                Completion(enrolment=way.enrolment, step_id=step, completed_at=at, completed_by_id=by, same_as_id=pk)
            )
    Completion.objects.bulk_create(fresh, ignore_conflicts=True)
    return bool(fresh)


def settle(
    enrolments: Iterable[Enrolment],
    *,
    actor: User | None,
    at: datetime | None = None,
    ways: Sequence[Way] | None = None,
) -> None:
    """Write down who has finished and who has not, and let the menus of everybody concerned count again.

    `ways` are those of the enrolments, where they are known as they are now.
    """
    found = list(enrolments)
    if not found:
        return
    ways = ways or load(found)
    finished = [way.enrolment for way in ways if way.is_finished and way.enrolment.finished_at is None]
    reopened = [way.enrolment for way in ways if not way.is_finished and way.enrolment.finished_at is not None]
    if finished:
        now = at or timezone.now()
        Enrolment.objects.filter(pk__in=[one.pk for one in finished]).update(finished_at=now)
        for one in finished:
            one.finished_at = now
        going = [one for one in finished if one.ended_at is None]
        record_many(actor=actor, verb="enrolment.finished", objects=going, targets=[one.person for one in going])
    if reopened:
        Enrolment.objects.filter(pk__in=[one.pk for one in reopened]).update(finished_at=None)
        for one in reopened:
            one.finished_at = None
    refresh_menus(found)


def refresh_menus(enrolments: Iterable[Enrolment], also: Iterable[int | None] = ()) -> None:
    """Let what is cached for the people of these enrolments pass by: the ring in the menu, what waits at home.

    `also` are people who were concerned until now and are not any more.
    Called after every change, so links to tasks that went to somebody else die here too.
    """
    # The ring in the menu, and what waits at home, are cached by this number.
    found = list(enrolments)
    forget_lost_links(live_links().filter(enrolment__in=found))
    people = {pk for one in found for pk in (one.person_id, one.buddy_id, one.boss_id) if pk} | {
        pk for pk in also if pk
    }
    roles = Q(path__in={one.path_id for one in found})
    people |= set(Role.objects.filter(roles, holder__isnull=False).values_list("holder_id", flat=True))
    people |= set(RoleHolder.objects.filter(enrolment__in=found).values_list("person_id", flat=True))
    tasks = Step.objects.filter(roles, kind=Step.Kind.TASK, person__isnull=False)
    people |= set(tasks.values_list("person_id", flat=True))
    ids = list(User.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk", flat=True))
    User.objects.filter(pk__in=ids).update(rights_version=F("rights_version") + 1)
