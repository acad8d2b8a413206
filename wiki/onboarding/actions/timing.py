"""The clock of an enrolment: another start date, pauses."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import User
from wiki.onboarding.locks import lock_enrolment, refresh_menus
from wiki.onboarding.models import Enrolment, Pause
from wiki.onboarding.permissions import can_manage
from wiki.onboarding.ways import day_of

FARTHEST = timedelta(days=730)


def check_start(enrolment: Enrolment, start_on: date) -> None:
    """Refuse a start date that is ages away: somebody's slip of the hand, and years of working days to count."""
    if abs(start_on - day_of(enrolment.person)) > FARTHEST:
        raise ValidationError({"start_on": _("Choose a day within two years from today.")})


@transaction.atomic
def move_start(*, actor: User, enrolment: Enrolment, start_on: date) -> Enrolment:
    """Begin on another day: what is open moves along; done steps and days set by hand stay (`alignment.start_preview`)."""
    enrolment = _managed(actor, enrolment)
    check_start(enrolment, start_on)
    if enrolment.start_on != start_on:
        was, enrolment.start_on = enrolment.start_on, start_on
        enrolment.save(update_fields=["start_on"])
        record(
            actor=actor, verb="enrolment.moved", object=enrolment, target=enrolment.person,
            data={"from": was.isoformat(), "to": start_on.isoformat()},
        )  # fmt: skip
        refresh_menus([enrolment])
    return enrolment


@transaction.atomic
def pause(*, actor: User, enrolment: Enrolment, until_on: date | None = None) -> Pause:
    """Stop the clock and the reminders from today on, until a day or until `resume`. Pausing twice is pausing once."""
    enrolment = _managed(actor, enrolment)
    today = day_of(enrolment.person)
    if until_on is not None and not today < until_on <= today + FARTHEST:
        raise ValidationError({"until_on": _("Choose a day after today, within two years.")})
    running = [one for one in enrolment.pauses.all() if one.until_on is None or one.until_on > today]
    if running:
        return running[0]
    made: Pause = Pause.objects.create(enrolment=enrolment, from_on=today, until_on=until_on, by=actor)
    record(actor=actor, verb="enrolment.paused", object=enrolment, target=enrolment.person)
    refresh_menus([enrolment])
    return made


@transaction.atomic
def resume(*, actor: User, enrolment: Enrolment) -> Enrolment:
    """Let the clock go again from today on; what is open has moved by the working days that passed."""
    enrolment = _managed(actor, enrolment)
    today = day_of(enrolment.person)
    running = [one for one in enrolment.pauses.all() if one.until_on is None or one.until_on > today]
    for one in running:
        one.until_on = max(today, one.from_on)
        one.save(update_fields=["until_on"])
    if running:
        record(actor=actor, verb="enrolment.resumed", object=enrolment, target=enrolment.person)
        refresh_menus([enrolment])
    return enrolment


def _managed(actor: User, enrolment: Enrolment) -> Enrolment:
    enrolment = lock_enrolment(enrolment)
    if not can_manage(actor, enrolment):
        raise PermissionDenied
    if enrolment.ended_at is not None:
        raise ValidationError(_("This person is no longer on the path."))
    return enrolment
