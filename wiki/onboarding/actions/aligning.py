"""Bringing people who are on a path up to date with it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from intranet.activity.actions import record, record_many
from intranet.people.models import User
from wiki.onboarding.actions.paths import may_edit
from wiki.onboarding.alignment import Change, alignable, change_of
from wiki.onboarding.locks import lock_path, lock_people, settle, share
from wiki.onboarding.models import Enrolment, Path, StepState, VersionStep
from wiki.onboarding.ways import Line, Way, lines_of_versions, load, with_people


@transaction.atomic
def align(*, actor: User, path: Path, enrolments: Iterable[Enrolment] | None = None) -> list[Change]:
    """Bring everybody on a path whom the actor sees, or these of them, to its present version; return what that did.

    The same as `alignment.preview_alignment` said, if nothing happened in between; it is worked out anew under the lock.
    Aligning somebody who is on the present version changes nothing.
    """
    path = lock_path(path)
    may_edit(actor, path)
    chosen = alignable(actor, path, enrolments).exclude(version=path.present_id)
    people = set(chosen.values_list("person_id", flat=True))
    if not people:
        return []
    found = bring_up(actor=actor, path=path, chosen=chosen, people=people)
    record(actor=actor, verb="path.aligned", object=path, data={"people": len(found)})
    return found


def bring_up(
    *,
    actor: User,
    path: Path,
    chosen: QuerySet[Enrolment],
    people: Iterable[int],
    lines: dict[int, list[Line]] | None = None,
) -> list[Change]:
    """Bring these enrolments of a locked path to its present version; `people` are those who are on them.

    `lines` are those of its versions, where they are known to be as they were (`ways.load`).
    """
    lock_people(people)
    found = list(with_people(chosen).order_by("pk"))
    lines = {} if lines is None else lines
    ways = load(found, lines=lines)
    target = _target(path, lines)
    changes = [change_of(way, target) for way in ways]
    _write(ways, changes)
    Enrolment.objects.filter(pk__in=[one.pk for one in found]).update(version=path.present)
    for one in found:
        one.version = path.present
    noticed = [change.enrolment for change in changes if not change.is_nothing]
    record_many(actor=actor, verb="enrolment.aligned", objects=noticed, targets=[one.person for one in noticed])
    ways = load(found, lines=lines)
    changed = share(ways)
    settle(found, actor=actor, ways=None if changed else ways)
    return changes


def _target(path: Path, lines: dict[int, list[Line]]) -> list[Line]:
    present = path.present_id or 0
    if present not in lines:
        lines |= lines_of_versions({present})
    return lines[present]


def _write(ways: list[Way], changes: list[Change]) -> None:
    """Note what was dropped, so that it never comes back, and what stays though the version has it no more."""
    now = timezone.now()
    keeping = {way.enrolment.version_id for way, change in zip(ways, changes, strict=True) if change.kept}
    rows = {(row.version_id, row.step_id): row for row in VersionStep.objects.filter(version__in=keeping)}
    states = []
    for way, change in zip(ways, changes, strict=True):
        enrolment = way.enrolment
        states += [StepState(enrolment=enrolment, step=step, dropped_at=now) for step in change.dropped]
        for line in change.kept:
            if line.origin == "path":
                kept = rows[enrolment.version_id or 0, line.step.pk]
                states.append(StepState(enrolment=enrolment, step=line.step, kept=kept))
    # What was said about a step before (a day, a reason) stays as it is.
    for column in ("dropped_at", "kept"):
        some = [state for state in states if (state.dropped_at is not None) == (column == "dropped_at")]
        StepState.objects.bulk_create(
            some, update_conflicts=True, unique_fields=["enrolment", "step"], update_fields=[column]
        )
