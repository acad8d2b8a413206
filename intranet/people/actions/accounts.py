"""Accounts: who has one, until when, and what ends with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.calendar import digits_of, house_calendar, weekdays_of
from intranet.people import mails
from intranet.people.actions.rules import bump_rights, refuse, require
from intranet.people.handles import HANDLE, RESERVED, make_handle
from intranet.people.models import AccessToken, Community, JoinRequest, Membership, Office, User
from intranet.people.permissions import can_add_people

# What an administrator may change about somebody's account, and nothing else.
ACCOUNT_FIELDS = {
    "name", "title", "team", "manager", "active_until", "is_staff", "may_announce", "office", "working_days"
}  # fmt: skip


def clean_email(email: str) -> str:
    """Return the mail address as it is stored: lower case, plain ascii (no look-alike letters); else ValidationError."""
    address = email.strip()
    if not address.isascii():
        raise ValidationError(_("Enter a mail address."))
    validate_email(address)
    return address.lower()


def clean_working_days(digits: str) -> str:
    """Return weekdays as they are stored ("1234"), "" for those of the house, which change with it."""
    weekdays = weekdays_of(digits)
    return "" if weekdays == house_calendar().weekdays else digits_of(weekdays)


@transaction.atomic
def add_person(
    *,
    actor: User | None,
    email: str,
    name: str,
    handle: str = "",
    password: str | None = None,
    is_guest: bool = False,
    is_staff: bool = False,
    active_until: date | None = None,
    send_link: bool = False,
    **profile: Any,
) -> User:
    """Open an account. Employees are in Everyone from the first moment; guests are in nothing yet.

    Without a password nobody can sign in until one is set through the link that `send_link` mails. `profile`: columns
    of User that the person may change too (title, team, manager, about, languages, phone, language, time_zone), office
    and working days. Who is added with an office begins with its time zone.
    """
    require(actor is None or can_add_people(actor), _("Only administrators add people."))
    if "working_days" in profile:
        profile["working_days"] = clean_working_days(profile["working_days"])
    if isinstance(office := profile.get("office"), Office):
        profile.setdefault("time_zone", office.time_zone)
    address = clean_email(email)
    if handle and (not HANDLE.fullmatch(handle) or handle in RESERVED):
        raise refuse(_("A handle is made of small letters a to z, digits, dots and hyphens."), field="handle")
    taken = refuse(_("Somebody with this mail address or handle is here already."), field="email")
    if User.objects.get_queryset().filter(email=address).exists():
        raise taken
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                address,
                password,
                name=name.strip(),
                handle=handle or make_handle(name, address),
                is_guest=is_guest,
                is_staff=is_staff,
                is_superuser=is_staff,
                active_until=active_until,
                **profile,
            )
    except IntegrityError as error:  # two administrators at the same moment
        raise taken from error
    record(actor=actor, verb="user.joined", object=user, data={"guest": is_guest})
    if not is_guest:
        _put_into_everyone(user)
    if send_link:
        mails.queue_welcome(user)
    return user


def _put_into_everyone(user: User) -> None:
    everyone = Community.objects.filter(is_everyone=True).first()
    if everyone is None:
        return
    _row, new = Membership.objects.get_or_create(
        user=user, community=everyone, defaults={"origin": Membership.Origin.DIRECTORY}
    )
    if new:
        record(actor=user, verb="community.joined", object=everyone, target=user, community_id=everyone.pk)
        bump_rights([user.pk])


@transaction.atomic
def change_account(*, actor: User, person: User, **changes: Any) -> User:
    """Change what the house decides about a person: name, title, team, manager, last day, what she may, where she works.

    With office and working days the days that count for her change, and with them what is worked out from them.
    """
    require(can_add_people(actor), _("Only administrators change accounts."))
    if unknown := set(changes) - ACCOUNT_FIELDS:
        raise ValueError(f"{sorted(unknown)} are not changed here")
    if person.pk == actor.pk and changes.get("is_staff") is False:
        raise refuse(_("You cannot stop being an administrator yourself; ask another one."), field="is_staff")
    if changes.get("is_staff") and person.is_guest:
        raise refuse(_("A guest cannot be an administrator."), field="is_staff")
    if changes.get("may_announce") and person.is_guest:
        raise refuse(_("A guest cannot speak for the house."), field="may_announce")
    if isinstance(manager := changes.get("manager"), User) and manager.pk == person.pk:
        raise refuse(_("Nobody is their own manager."), field="manager")
    if "working_days" in changes:
        changes["working_days"] = clean_working_days(changes["working_days"])
    changed = sorted(key for key, value in changes.items() if getattr(person, key) != value)
    # Whose manager somebody is decides what she sees of people: the one before, and the one from now on.
    concerned = {person.pk} | (
        {person.manager_id, getattr(changes["manager"], "pk", None)} if "manager" in changed else set()
    )
    for key in changed:
        setattr(person, key, changes[key])
    if changed:
        person.is_superuser = person.is_staff
        person.save(update_fields=[*changed, "folded_name", "is_superuser"])
        bump_rights(sorted(pk for pk in concerned if pk))
        record(actor=actor, verb="user.changed", object=person, data={"fields": changed})
    return person


@transaction.atomic
def close_account(*, actor: User | None, person: User) -> User:
    """Close an account at once: sessions, keys, memberships and requests end; what was written stays under the name."""
    require(actor is None or can_add_people(actor), _("Only administrators close accounts."))
    if actor is not None and actor.pk == person.pk:
        raise refuse(_("You cannot close your own account."))
    now = timezone.now()
    AccessToken.objects.filter(user=person, revoked_at__isnull=True).update(revoked_at=now)
    JoinRequest.objects.filter(user=person, decided_at__isnull=True).update(decided_at=now)
    left = list(Membership.objects.filter(user=person).values_list("community_id", flat=True))
    Membership.objects.filter(user=person).delete()
    person.is_active = False
    person.save(update_fields=["is_active"])
    _end_sessions(person)
    bump_rights([person.pk])
    record(actor=actor, verb="user.left", object=person, data={"communities": left})
    return person


@transaction.atomic
def reopen_account(*, actor: User, person: User) -> User:
    """Open a closed account again; an employee is back in Everyone, other communities are joined anew."""
    require(can_add_people(actor), _("Only administrators open accounts."))
    person.is_active = True
    person.save(update_fields=["is_active"])
    bump_rights([person.pk])
    record(actor=actor, verb="user.joined", object=person, data={"guest": person.is_guest, "again": True})
    if not person.is_guest:
        _put_into_everyone(person)
    return person


@transaction.atomic
def sign_out_everywhere(*, actor: User, person: User) -> User:
    """End all sessions of a person, wherever they are kept. Keys for programs go on."""
    require(actor.pk == person.pk or can_add_people(actor))
    _end_sessions(person)
    record(actor=actor, verb="user.signed_out_everywhere", object=person)
    return person


def _end_sessions(person: User) -> None:
    """Make every session's check fail; the lists of sessions go with it."""
    User.objects.get_queryset().filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    person.refresh_from_db(fields=["session_epoch"])
    UserSession.objects.filter(user=person).delete()


@transaction.atomic
def note_sign_in(*, actor: User, method: str) -> None:
    """Write down that somebody signed in, and how: "password" or "sso"."""
    record(actor=actor, verb="user.signed_in", object=actor, data={"method": method})


@transaction.atomic
def set_password(*, actor: User, person: User, password: str) -> None:
    """Set a password; every session but the one that does it ends, because it is bound to the old one."""
    person.set_password(password)
    person.save(update_fields=["password"])
    UserSession.objects.filter(user=person).delete()
    record(actor=actor, verb="user.password_changed", object=person)
