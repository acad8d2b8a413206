"""Addresses that open without signing in: made, read, and kept from being tried by machines.

An address says which row it is of and carries a signature made with the secret key of the house over the row's nonce. So
the database alone opens nothing, a new nonce closes every earlier address, and what has run out stays shut.
"""

from __future__ import annotations

import re
from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from intranet.people.models.people import is_current
from wiki.onboarding.models import CalendarDoor, Welcome
from wiki.onboarding.permissions import can_be_enrolled
from wiki.onboarding.ways import PEOPLE, day_of

_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{64})")


def _signature(kind: str, *parts: object) -> str:
    return salted_hmac(f"onboarding.{kind}", ":".join(map(str, parts)), algorithm="sha256").hexdigest()


def calendar_token(door: CalendarDoor) -> str:
    """Return what stands in the address of somebody's calendar."""
    return f"{door.pk}-{_signature('calendar', door.pk, door.person_id, door.nonce)}"


def welcome_token(welcome: Welcome) -> str:
    """Return what stands in the link before the first day; its last day is signed with it."""
    parts = (welcome.pk, welcome.enrolment_id, welcome.nonce, welcome.until_on.isoformat())
    return f"{welcome.pk}-{_signature('welcome', *parts)}"


def _number(token: str) -> int:
    found = _TOKEN.fullmatch(token)
    return int(found[1]) if found else 0


def calendar_of(token: str) -> CalendarDoor | None:
    """Return the calendar an address opens; nothing once it is revoked, renewed or the account is closed."""
    door = CalendarDoor.objects.select_related("person").filter(pk=_number(token)).first()
    if door is None or not constant_time_compare(calendar_token(door), token) or not is_current(door.person):
        return None
    return door


def welcome_of(token: str) -> Welcome | None:
    """Return the link of an address; nothing once it has run out, is revoked, or the person is not expected there."""
    rows = Welcome.objects.select_related(*(f"enrolment__{name}" for name in PEOPLE), "created_by")
    welcome = rows.filter(pk=_number(token)).first()
    if welcome is None or not constant_time_compare(welcome_token(welcome), token):
        return None
    found = welcome.enrolment
    if found.ended_at is not None or not can_be_enrolled(found.person, found.path):
        return None
    return welcome if day_of(found.person) <= welcome.until_on else None


def is_too_often(request: HttpRequest) -> bool:
    """Count a try at such an address; by the client's address, as signing in is (`settings.ACCOUNT_RATE_LIMITS`)."""
    return not ratelimit.consume(request, app="allauth.account", action="path_link", limit_get=True)


def shut_in(response: Any, *, has_form: bool = False) -> HttpResponseBase:
    """Add what keeps an answer with a secret address out of search engines, caches and other sites' logs.

    A page with a form tells the house where it was sent from, as all do: browsers would send it from "null" otherwise,
    and no form from there is let in.
    """
    answer: HttpResponseBase = response
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer.headers["Cache-Control"] = "private, no-store"
    if not has_form:
        answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
