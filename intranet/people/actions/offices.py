"""Offices: where people work, and so whose public holidays they have."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intranet.activity.actions import record
from intranet.calendar import countries, subdivision_of
from intranet.people.actions.rules import bump_rights, refuse, require
from intranet.people.countries import country_name, part_name
from intranet.people.models import Office, User
from intranet.people.permissions import can_keep_offices

OFFICE_FIELDS = ("name", "country", "subdivision", "time_zone")
# What decides on which days somebody works there.
CALENDAR_FIELDS = frozenset({"country", "subdivision"})
MOST_PARTS_NAMED = 60


def clean_office(name: str, country: str, subdivision: str = "", time_zone: str = "") -> dict[str, str]:
    """Return an office's columns; a part of the country may be named. Raises ValidationError by field."""
    name, country = " ".join(name.split()), country.strip().upper()
    if not name:
        raise refuse(_("Give it a name."), field="name")
    if country not in countries():
        raise refuse(_("Choose a country whose public holidays we know."), field="country")
    part = subdivision_of(country, subdivision) if subdivision.strip() else ""
    if part is None:
        raise refuse(_parts_words(country), field="subdivision")
    zone = time_zone or settings.TIME_ZONE
    if zone not in available_timezones():
        raise refuse(_("Choose a time zone from the list."), field="time_zone")
    return {"name": name, "country": country, "subdivision": part, "time_zone": zone}


def _parts_words(country: str) -> str:
    parts = countries()[country]
    if not parts:
        return _("In %(country)s all parts have the same public holidays. Leave this empty.") % {
            "country": country_name(country)
        }
    names = ", ".join(
        code if (name := part_name(country, code)) == code else f"{name} ({code})" for code in parts[:MOST_PARTS_NAMED]
    )
    return _("We know these parts of %(country)s: %(names)s.") % {"country": country_name(country), "names": names}


@transaction.atomic
def add_office(*, actor: User, name: str, country: str, subdivision: str = "", time_zone: str = "") -> Office:
    """Add a place of work. The same one again is the one that is there."""
    require(can_keep_offices(actor), _("Only administrators keep the offices."))
    columns = clean_office(name, country, subdivision, time_zone)
    if there := Office.objects.filter(**columns).first():
        return there
    office = Office(**columns)
    _save(office)
    record(actor=actor, verb="office.added", object=office)
    return office


@transaction.atomic
def change_office(*, actor: User, office: Office, **changes: str) -> Office:
    """Change name, country, part of the country or time zone.

    With the country the public holidays of everybody who works there change, and with them the days that count: what is
    worked out from them moves, what somebody chose stays.
    """
    require(can_keep_offices(actor), _("Only administrators keep the offices."))
    if unknown := set(changes) - set(OFFICE_FIELDS):
        raise ValueError(f"{sorted(unknown)} are not changed here")
    locked: Office = Office.objects.select_for_update().get(pk=office.pk)
    if changes.get("country", locked.country).upper() != locked.country:
        changes.setdefault("subdivision", "")  # parts belong to their country
    columns = clean_office(**({field: getattr(locked, field) for field in OFFICE_FIELDS} | changes))
    changed = sorted(field for field, value in columns.items() if getattr(locked, field) != value)
    for field in changed:
        setattr(locked, field, columns[field])
    if changed:
        _save(locked)
        if CALENDAR_FIELDS & set(changed):
            bump_rights(User.objects.get_queryset().filter(office=locked).values_list("pk", flat=True))
        record(actor=actor, verb="office.changed", object=locked, data={"fields": changed})
    return locked


@transaction.atomic
def remove_office(*, actor: User, office: Office) -> None:
    """Remove an office where nobody works any more; removing twice is removing once."""
    require(can_keep_offices(actor), _("Only administrators keep the offices."))
    locked = Office.objects.select_for_update().filter(pk=office.pk).first()
    if locked is None:
        return
    here = User.objects.get_queryset().filter(office=locked)
    if number := here.filter(is_active=True).count():
        words = ngettext(
            "%(n)d person works at %(name)s. Choose another office for that person first.",
            "%(n)d people work at %(name)s. Choose another office for them first.",
            number,
        )
        raise refuse(words % {"n": number, "name": locked.name})
    here.update(office=None)  # whose account is closed
    try:
        with transaction.atomic():
            locked.delete()
    except ProtectedError as error:
        raise refuse(
            _("%(name)s is still in use, by the rule of a path for instance.") % {"name": locked.name}
        ) from error
    record(actor=actor, verb="office.removed", object=office, data={"name": office.name})


def _save(office: Any) -> None:
    taken = Office.objects.filter(name__iexact=office.name).exclude(pk=office.pk)
    words = refuse(_("There is an office of this name already."), field="name")
    if taken.exists():
        raise words
    try:
        with transaction.atomic():
            office.save()
    except IntegrityError as error:  # two administrators at the same moment
        raise words from error
