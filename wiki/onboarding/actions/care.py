"""What buddy, manager and owner do for one person: nudge, skip, choose a day, add a step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import User
from wiki.onboarding.actions.structure import CONTENT, write_content
from wiki.onboarding.locks import lock_enrolment, settle, share
from wiki.onboarding.models import Enrolment, Step, StepState
from wiki.onboarding.permissions import can_look_after
from wiki.onboarding.versions import STEPS_AT_MOST, forget_unused
from wiki.onboarding.ways import Line, Way, day_of, way_of

# So long after a nudge the next one about the same step is none.
NUDGE_AGAIN = timedelta(hours=20)


@transaction.atomic
def skip_step(*, actor: User, enrolment: Enrolment, step: Step, reason: str) -> None:
    """Let a person be without a step, and say why. What is done cannot be skipped; skipping twice is once."""
    way, _line = _look_after(actor, enrolment, step)
    if not (reason := reason.strip()[:300]):
        raise ValidationError({"reason": _("Say why the step is skipped.")})
    if step.pk in way.completions:
        raise ValidationError(_("This step is done already."))
    if way.is_skipped(step.pk):
        return
    _write(way, step, skipped_at=timezone.now(), skipped_by=actor, reason=reason)
    record(actor=actor, verb="step.skipped", object=step, target=way.enrolment)
    settle([way.enrolment], actor=actor)


@transaction.atomic
def unskip_step(*, actor: User, enrolment: Enrolment, step: Step) -> None:
    """Ask for a skipped step after all."""
    way, _line = _look_after(actor, enrolment, step)
    if not way.is_skipped(step.pk):
        return
    _write(way, step, skipped_at=None, skipped_by=None, reason="")
    record(actor=actor, verb="step.unskipped", object=step, target=way.enrolment)
    settle([way.enrolment], actor=actor)


@transaction.atomic
def set_due(*, actor: User, enrolment: Enrolment, step: Step, due_on: date | None) -> None:
    """Choose the day a step is due for one person; no day is the day of the path."""
    way, _line = _look_after(actor, enrolment, step)
    today = day_of(way.enrolment.person)
    if due_on is not None and abs(due_on - today) > timedelta(days=730):
        raise ValidationError({"due_on": _("Choose a day within two years from today.")})
    state = way.states.get(step.pk)
    if due_on == (state.due_on if state else None):
        return
    _write(way, step, due_on=due_on, due_set_on=today if due_on else None)
    record(actor=actor, verb="step.rescheduled", object=step, target=way.enrolment)
    settle([way.enrolment], actor=actor)


@transaction.atomic
def add_step_for(*, actor: User, enrolment: Enrolment, due_days: int = 0, **content: Any) -> Step:
    """Add a step for one person alone; the path does not change, and nobody else's list does."""
    if unknown := content.keys() - CONTENT:
        raise TypeError(f"a step has no {sorted(unknown)}")
    enrolment = _open(actor, enrolment)
    way = way_of(enrolment)
    if len(way.lines) >= STEPS_AT_MOST:
        raise ValidationError(_("A path has at most %(count)s steps.") % {"count": STEPS_AT_MOST})
    last = max((line.position for line in way.lines), default=0)
    step = Step(only_for=enrolment, added_by=actor, position=last + 1, due_days=due_days, path=enrolment.path)
    write_content(step, enrolment.path, content)
    record(actor=actor, verb="step.added", object=step, target=enrolment)
    share([way_of(enrolment)])
    settle([enrolment], actor=actor)
    return step


@transaction.atomic
def take_step_back(*, actor: User, enrolment: Enrolment, step: Step) -> None:
    """Take a step that was added for one person off the list again, unless it is done."""
    way, line = _look_after(actor, enrolment, step)
    if line.origin != "own":
        raise PermissionDenied
    if step.pk in way.completions:
        raise ValidationError(_("This step is done already."))
    _write(way, step, dropped_at=timezone.now())
    record(actor=actor, verb="step.skipped", object=step, target=way.enrolment)
    forget_unused([step])
    settle([way.enrolment], actor=actor)


@transaction.atomic
def nudge(*, actor: User, enrolment: Enrolment, step: Step) -> bool:
    """Remind whoever is to do the step, at most once a day whoever presses; return whether this reminded."""
    way, _line = _look_after(actor, enrolment, step)
    if not way.is_open(step.pk) or way.doer(step) is None:
        raise ValidationError(_("There is nothing to remind of."))
    state = way.states.get(step.pk)
    if state and state.nudged_at and timezone.now() - state.nudged_at < NUDGE_AGAIN:
        return False
    _write(way, step, nudged_at=timezone.now())
    record(actor=actor, verb="step.nudged", object=step, target=way.enrolment)
    return True


def _open(actor: User, enrolment: Enrolment) -> Enrolment:
    enrolment = lock_enrolment(enrolment)
    if not can_look_after(actor, enrolment):
        raise PermissionDenied
    if enrolment.ended_at is not None:
        raise ValidationError(_("This person is no longer on the path."))
    return enrolment


def _look_after(actor: User, enrolment: Enrolment, step: Step) -> tuple[Way, Line]:
    way = way_of(_open(actor, enrolment))
    line = way.line(step.pk)
    if line is None:
        raise PermissionDenied
    return way, line


def _write(way: Way, step: Step, **values: Any) -> None:
    StepState.objects.update_or_create(enrolment=way.enrolment, step=step, defaults=values)
