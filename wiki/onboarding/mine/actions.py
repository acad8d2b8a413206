"""Doors that open without signing in: made anew, and closed."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import User
from intranet.people.models.people import is_current
from wiki.onboarding.locks import lock_enrolment
from wiki.onboarding.mine.early import early_pages
from wiki.onboarding.models import CalendarDoor, Enrolment, Welcome
from wiki.onboarding.models.doors import fresh_nonce
from wiki.onboarding.permissions import can_look_after
from wiki.onboarding.ways import day_of

# A link is for the weeks before the first day.
LONGEST = timedelta(days=120)


@transaction.atomic
def open_calendar(*, actor: User) -> CalendarDoor:
    """Make an address for the actor's calendar program; an earlier one is closed."""
    if not is_current(actor):
        raise PermissionDenied
    fresh = {"nonce": fresh_nonce(), "created_at": timezone.now()}
    door, _is_new = CalendarDoor.objects.update_or_create(person=actor, defaults=fresh)
    record(actor=actor, verb="token.issued", object=door, target=actor, data={"scope": "calendar"})
    return door


@transaction.atomic
def close_calendar(*, actor: User) -> None:
    """Close the address of the actor's calendar; closing twice is closing once."""
    door = CalendarDoor.objects.select_for_update().filter(person=actor).first()
    if door is not None:
        record(actor=actor, verb="token.revoked", object=door, target=actor, data={"scope": "calendar"})
        door.delete()


@transaction.atomic
def open_welcome(*, actor: User, enrolment: Enrolment, until_on: date) -> Welcome:
    """Make the link by which the person reads the early pages of the path; an earlier one is closed."""
    enrolment = _looked_after(actor, enrolment)
    today = day_of(enrolment.person)
    if enrolment.ended_at is not None:
        raise ValidationError(_("This person is no longer on the path."))
    if not today <= until_on <= today + LONGEST:
        raise ValidationError({"until_on": _("Choose a day from today on, at most four months ahead.")})
    if not early_pages(enrolment, actor):
        raise ValidationError(_("No step of this path has a page that is readable before the first day."))
    fresh = {"nonce": fresh_nonce(), "until_on": until_on, "created_by": actor, "created_at": timezone.now()}
    welcome, _is_new = Welcome.objects.update_or_create(enrolment=enrolment, defaults=fresh)
    record(actor=actor, verb="token.issued", object=welcome, target=enrolment, data={"scope": "welcome"})
    return welcome


@transaction.atomic
def close_welcome(*, actor: User, enrolment: Enrolment) -> None:
    """Close the link at once; closing twice is closing once."""
    enrolment = _looked_after(actor, enrolment)
    welcome = Welcome.objects.select_for_update().filter(enrolment=enrolment).first()
    if welcome is not None:
        record(actor=actor, verb="token.revoked", object=welcome, target=enrolment, data={"scope": "welcome"})
        welcome.delete()


def _looked_after(actor: User, enrolment: Enrolment) -> Enrolment:
    enrolment = lock_enrolment(enrolment)
    if not can_look_after(actor, enrolment):
        raise PermissionDenied
    return enrolment
