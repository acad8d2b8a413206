"""What the editor of paths changes: only what is still as its editor saw it, so that two people lose nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import User
from wiki.onboarding.actions import align, change_path, save_step
from wiki.onboarding.actions.paths import may_edit
from wiki.onboarding.actions.structure import arrange_steps
from wiki.onboarding.alignment import Change, alignable
from wiki.onboarding.locks import lock_path, refresh_menus
from wiki.onboarding.making.words import PHASES, into_phase, path_mark, phase_of, step_mark, structure_mark
from wiki.onboarding.models import Alignment, Enrolment, Path, PathVersion, Role, Step, VersionStep
from wiki.onboarding.versions import lines_of

# More people than these are brought up to date by the worker: one change would keep everybody else from writing.
AT_ONCE = 10


class OvertakenError(Exception):
    """Somebody else changed it since it was looked at; nothing was written."""


@transaction.atomic
def change_step(*, actor: User, path: Path, step: Step, seen: str, **fields: Any) -> Step:
    """Change a step that is still as `seen` says (`words.step_mark`). Raises OvertakenError for one that is not."""
    path = lock_path(path)
    line = next((line for line in lines_of(path) if line.step_id == step.pk), None)
    if line is None or step_mark(line) != seen:
        raise OvertakenError
    return save_step(actor=actor, path=path, step=line.step, **fields)


@transaction.atomic
def change_settings(*, actor: User, path: Path, seen: str, **fields: Any) -> Path:
    """Change title, purpose, language and owner of a path that are still as `seen` says (`words.path_mark`)."""
    path = lock_path(path)
    if path_mark(path) != seen:
        raise OvertakenError
    return change_path(actor=actor, path=path, **fields)


def in_phases(lines: list[VersionStep]) -> list[VersionStep]:
    """Return steps as the editor shows them: by span of time, and in their order within one."""
    spans = [phase[0] for phase in PHASES]
    return sorted(lines, key=lambda line: spans.index(phase_of(line.due_days)))


@transaction.atomic
def place_step(*, actor: User, path: Path, step: Step, phase: str, after: int = 0) -> Path:
    """Put a step into a span of time (`words.PHASES`), behind another of it (0: first), as the path is now.

    A step that comes from another span is due on the nearest day of the new one.
    """
    path = lock_path(path)
    may_edit(actor, path)
    lines = in_phases(lines_of(path))
    line = next((line for line in lines if line.step_id == step.pk), None)
    if line is None or (after and after not in {one.step_id for one in lines}) or after == step.pk:
        raise ValidationError(_("Somebody changed the path meanwhile. This is how it is now; nothing was moved."))
    if phase != phase_of(line.due_days):
        line.due_days = into_phase(line.due_days, phase)
        save_step(actor=actor, path=path, step=line.step, due_days=line.due_days)
    lines.remove(line)
    spans = [one[0] for one in PHASES]
    at = 1 + next((n for n, one in enumerate(lines) if one.step_id == after), -1)
    if not after:
        at = sum(spans.index(phase_of(one.due_days)) < spans.index(phase) for one in lines)
    lines.insert(at, line)
    return arrange_steps(actor=actor, path=path, order=[one.step_id for one in lines])


def next_place(lines: list[VersionStep], step: Step, *, up: bool) -> tuple[str, int] | None:
    """Return span and predecessor of a step one place up or down: first within its span, then into the next one."""
    shown = in_phases(lines)
    line = next(line for line in shown if line.step_id == step.pk)
    phase, spans = phase_of(line.due_days), [one[0] for one in PHASES]
    mates = [one.step_id for one in shown if phase_of(one.due_days) == phase]
    at = mates.index(step.pk)
    if up and at > 0:
        return phase, mates[at - 2] if at > 1 else 0
    if not up and at < len(mates) - 1:
        return phase, mates[at + 1]
    to = spans.index(phase) + (-1 if up else 1)
    if not 0 <= to < len(spans):
        return None
    there = [one.step_id for one in shown if phase_of(one.due_days) == spans[to]]
    return spans[to], there[-1] if up and there else 0


@transaction.atomic
def archive_path(*, actor: User, path: Path, at: datetime | None = None) -> Path:
    """Let nobody new go on a path; whoever is on it walks it to its end. Archiving twice is once."""
    path = lock_path(path)
    may_edit(actor, path)
    if path.archived_at is None:
        _archived(actor, path, at or timezone.now())
    return path


@transaction.atomic
def reopen_path(*, actor: User, path: Path) -> Path:
    """Let people go on an archived path again."""
    path = lock_path(path)
    may_edit(actor, path)
    if path.archived_at is not None:
        _archived(actor, path, None)
    return path


def _archived(actor: User, path: Path, at: datetime | None) -> None:
    path.archived_at = at
    path.save(update_fields=["archived_at"])
    record(actor=actor, verb="path.changed", object=path, community_id=path.community_id)


@transaction.atomic
def remove_role(*, actor: User, role: Role) -> None:
    """Take a role away that no step of the path as it is now needs."""
    path = lock_path(role.path)
    may_edit(actor, path)
    if any(line.step.role_id == role.pk for line in lines_of(path)):
        raise ValidationError(_("A step needs this role. Give the step to somebody else first."))
    before = [role.holder_id, *role.holders.values_list("person_id", flat=True)]
    path.roles.filter(pk=role.pk).delete()
    record(actor=actor, verb="path.changed", object=path, community_id=path.community_id)
    refresh_menus(path.enrolments.select_related("person"), also=before)


@transaction.atomic
def align_seen(*, actor: User, path: Path, seen: str, enrolments: Iterable[Enrolment]) -> list[Change]:
    """Bring people up to date with a path that is still as `seen` says (`words.structure_mark`), else OvertakenError."""
    path = lock_path(path)
    if structure_mark(lines_of(path)) != seen:
        raise OvertakenError
    return align(actor=actor, path=path, enrolments=enrolments)


@transaction.atomic
def start_alignment(
    *, actor: User, path: Path, seen: str, enrolments: Iterable[Enrolment] | None = None
) -> Alignment | None:
    """Have people brought up to date by the worker, some at a time: these, or everybody who is on the path.

    For more people than fit into one change: nobody else should wait until all are done. While one is under way, it is
    that one which comes back. None when nobody is behind. Raises OvertakenError as `align_seen` does.
    """
    path = lock_path(path)
    may_edit(actor, path)
    if there := path.alignments.filter(state=Alignment.State.GOING).first():
        return there
    if structure_mark(lines_of(path)) != seen:
        raise OvertakenError
    chosen = None if enrolments is None else sorted(one.pk for one in enrolments)
    total = left_to_align(actor, path, chosen).count()
    if not total:
        return None
    path.alignments.all().delete()  # what became of the one before
    made: Alignment = Alignment.objects.create(path=path, actor=actor, seen=seen, chosen=chosen, total=total)
    return made


def left_to_align(actor: User, path: Path, chosen: list[int] | None) -> QuerySet[Enrolment]:
    """Return those of them who are not on the present version yet."""
    some = None if chosen is None else [Enrolment(pk=pk) for pk in chosen]
    found: QuerySet[Enrolment] = alignable(actor, path, some).exclude(version=path.present_id).order_by("pk")
    return found


@transaction.atomic
def keep_to_new(*, actor: User, path: Path, seen: str) -> None:
    """Decide that the path as it is now, if still as `seen` says, is for new people only; else OvertakenError."""
    path = lock_path(path)
    may_edit(actor, path)
    if structure_mark(lines_of(path)) != seen:
        raise OvertakenError
    PathVersion.objects.filter(pk=path.present_id or 0).update(is_for_new_only=True)
    record(actor=actor, verb="path.changed", object=path, community_id=path.community_id)
