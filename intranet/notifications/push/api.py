"""By which ways one hears of things, and the browsers that are told, for programs.

A browser is switched on by itself alone: only it has the key that a message is sealed for, and its sign-in ends it.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from intranet.api import Problem
from intranet.notifications.actions import set_preferences, set_quiet_hours
from intranet.notifications.channels import KINDS, Ways, choices_of
from intranet.notifications.models import PushSubscription, QuietHours
from intranet.notifications.push import actions

router = Router(tags=["notifications"])
BIGGEST = 2**63 - 1


class WaysIn(Schema):
    """By which ways; what is left out stays. `mail` and `digest` are kept until the house sends mail."""

    model_config = ConfigDict(extra="forbid")

    in_app: bool | None = None
    push: bool | None = None
    mail: bool | None = None
    digest: bool | None = None


class WaysOut(Schema):
    """By which ways one hears of a kind, and what the kind is called."""

    kind: str
    label: str
    in_app: bool
    push: bool
    mail: bool
    digest: bool


class QuietHoursOut(Schema):
    """When browsers are told nothing, in your time zone."""

    begins_at: time
    ends_at: time


class PreferencesOut(Schema):
    """All kinds; whether mail is sent at all; quiet hours, if there are any."""

    mail_is_sent: bool
    quiet_hours: QuietHoursOut | None
    kinds: list[WaysOut]


class PreferencesIn(Schema):
    """The kinds to change."""

    model_config = ConfigDict(extra="forbid")

    kinds: dict[str, WaysIn] = Field({}, max_length=50)


class QuietHoursIn(Schema):
    """When browsers are told nothing; null for both ends it."""

    model_config = ConfigDict(extra="forbid")

    begins_at: time | None
    ends_at: time | None


class BrowserOut(Schema):
    """A browser that is told things; `tells_all` is whether a message says what happened or only how much."""

    id: int
    name: str
    tells_all: bool
    created_at: datetime
    sent_at: datetime | None


class BrowserIn(Schema):
    """How much a message says."""

    model_config = ConfigDict(extra="forbid")

    tells_all: bool


def _shown(me: Any, ways: dict[str, Ways]) -> dict[str, Any]:
    kinds = [{"kind": kind, "label": str(KINDS[kind].label), **chosen._asdict()} for kind, chosen in ways.items()]
    return {"mail_is_sent": False, "quiet_hours": QuietHours.objects.visible_to(me).first(), "kinds": kinds}


@router.get("/preferences", response=PreferencesOut)
def show_preferences(request: HttpRequest) -> Any:
    """Show by which ways you hear of what."""
    return _shown(request.user, choices_of(request.user))


@router.patch("/preferences", response={200: PreferencesOut, 422: Problem})
def change_preferences(request: HttpRequest, data: PreferencesIn) -> Any:
    """Choose by which ways you hear of what."""
    me: Any = request.user
    now = choices_of(me)
    wanted = {kind: now.get(kind, Ways())._replace(**ways.dict(exclude_none=True)) for kind, ways in data.kinds.items()}
    return _shown(me, set_preferences(actor=me, choices=wanted))


@router.put("/quiet-hours", response={200: PreferencesOut, 422: Problem})
def put_quiet_hours(request: HttpRequest, data: QuietHoursIn) -> Any:
    """Choose when browsers are told nothing."""
    me: Any = request.user
    times = [
        one.replace(second=0, microsecond=0, tzinfo=None) if one else None for one in (data.begins_at, data.ends_at)
    ]
    set_quiet_hours(actor=me, begins_at=times[0], ends_at=times[1])
    return _shown(me, choices_of(me))


@router.get("/browsers", response=list[BrowserOut])
def list_browsers(request: HttpRequest) -> Any:
    """List the browsers that are told things."""
    return PushSubscription.objects.visible_to(request.user)


@router.patch("/browsers/{int:pk}", response={200: BrowserOut, 404: Problem})
def change_browser(request: HttpRequest, pk: int, data: BrowserIn) -> Any:
    """Choose how much a message says in a browser."""
    me: Any = request.user
    try:
        return actions.choose_words(actor=me, browser=min(pk, BIGGEST), tells_all=data.tells_all)
    except ObjectDoesNotExist:
        raise Http404 from None


@router.delete("/browsers/{int:pk}", response={204: None, 404: Problem})
def delete_browser(request: HttpRequest, pk: int) -> Any:
    """Tell a browser nothing any more."""
    me: Any = request.user
    try:
        actions.switch_off(actor=me, browser=min(pk, BIGGEST))
    except ObjectDoesNotExist:
        raise Http404 from None
    return Status(204, None)
