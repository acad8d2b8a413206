"""Keeping pages right, for programs: the same actions, the same visibility."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text, page_of
from intranet.people.models import Community, User
from wiki.care import actions
from wiki.care.confirming import house_day
from wiki.care.facts import beside, brief_status
from wiki.care.models import PageFlag
from wiki.care.reading import FILTERS
from wiki.models import WikiPage

router = Router()
MAX_ID = 2**63 - 1
# What a change of a page may say about its care; null takes an owner away.
FIELDS = frozenset({"owner", "owner_community", "interval", "review_on"})


class CareOut(Schema):
    """How a page stands. `owner` is a handle, `owner_community` a slug; at most one of them is there."""

    owner: str | None
    owner_community: str | None
    interval: str
    review_on: date | None
    status: str
    confirmed_at: datetime | None
    flags: int


class FlagOut(Schema):
    """What a reader says is outdated."""

    id: int
    by: str | None
    reason: str
    created_at: datetime
    resolved_at: datetime | None
    outcome: str
    answer: str


class FlagsOut(Schema):
    """A page of flags."""

    items: list[FlagOut]
    next_cursor: str | None


class FlagIn(Schema):
    """What is outdated."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(max_length=actions.MAX_REASON * 4)


class AnswerIn(Schema):
    """What became of a flag."""

    model_config = ConfigDict(extra="forbid")

    answer: Text = Field("", max_length=actions.MAX_REASON * 4)


class FlagsIn(Schema):
    """Which flags."""

    cursor: Text = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)
    open: bool = False


def with_care(pages: Any, user: Any) -> Any:
    """Add to a queryset of pages what `summary` asks."""
    return pages.select_related("owner_person").annotate(**beside(user))


def summary(page: WikiPage) -> dict[str, Any]:
    """Return how a page of `with_care` stands, as programs know it."""
    row = {name: getattr(page, name) for name in ("owner_person_id", "owner_community_id", "review_on", "confirmed_at")}
    return {
        "owner": page.owner_person.handle if page.owner_person else None,
        "owner_community": page.owner_slug,  # type: ignore[attr-defined]
        "interval": page.review_every, "review_on": page.review_on, "status": brief_status(row, house_day()),
        "confirmed_at": page.confirmed_at, "flags": page.open_flags,
    }  # fmt: skip


def narrow(pages: QuerySet[Any], user: Any, status: str, owner: str) -> QuerySet[Any]:
    """Return those of these pages that stand so (one of `reading.FILTERS`) and are this person's (a handle)."""
    if status:
        if status not in FILTERS:
            raise ValidationError({"status": _("Choose one of: %(names)s.") % {"names": ", ".join(FILTERS)}})
        pages = pages.filter(FILTERS[status](house_day()))
    return pages.filter(owner_person__handle=owner.lower().lstrip("@")) if owner else pages


def change(user: Any, page: int, data: dict[str, Any]) -> None:
    """Change what of `FIELDS` is in `data`. Raises what `actions.change_care` raises."""
    if not data:
        return
    changes: dict[str, Any] = {}
    if data.get("owner") and data.get("owner_community"):
        raise ValidationError({"owner": _("A page has one owner: a person or a community.")})
    if data.get("owner"):
        handle = data["owner"].lower().lstrip("@")
        changes["owner"] = User.objects.visible_to(user).active().filter(handle=handle).first()
    elif data.get("owner_community"):
        changes["owner"] = Community.objects.listed_for(user).filter(slug=data["owner_community"]).first()
    elif "owner" in data or "owner_community" in data:
        changes["owner"] = None
    named = "owner" if data.get("owner") else "owner_community"
    if data.get(named) and changes["owner"] is None:
        raise ValidationError({named: _("Nobody is known by “%(text)s”.") % {"text": data[named][:100]}})
    if data.get("review_on") and data.get("interval", "date") != "date":
        raise ValidationError({"review_on": _("A day goes with the interval “date” only.")})
    if data.get("interval") or data.get("review_on"):
        changes["review_every"], changes["review_date"] = data.get("interval") or "date", data.get("review_on")
    actions.change_care(actor=user, page=page, **changes)


def _id(pk: int) -> int:
    if not 0 < pk <= MAX_ID:
        raise Http404
    return pk


def _flag(flag: PageFlag) -> dict[str, Any]:
    return {
        "id": flag.pk, "by": flag.person.handle if flag.person else None, "reason": flag.reason,
        "created_at": flag.created_at, "resolved_at": flag.resolved_at, "outcome": flag.outcome, "answer": flag.answer,
    }  # fmt: skip


def _stands(request: HttpRequest, pk: int) -> dict[str, Any]:
    pages = WikiPage.objects.visible_to(request.user)
    return summary(get_object_or_404(with_care(pages, request.user), pk=pk))


@router.post("/{pk}/confirm", response={200: CareOut, 403: Problem, 404: Problem}, tags=["pages"])
def confirm_page(request: HttpRequest, pk: int) -> Any:
    """Say that a page is right as it is; its owner does."""
    page = get_object_or_404(WikiPage.objects.visible_to(request.user), pk=_id(pk))
    actions.confirm_page(actor=request.user, page=page)  # type: ignore[arg-type]
    return _stands(request, pk)


@router.get("/{pk}/flags", response={200: FlagsOut, 400: Problem, 404: Problem}, tags=["pages"])
def list_flags(request: HttpRequest, pk: int, which: Query[FlagsIn]) -> Any:
    """List what readers say is outdated on a page, the newest first; with `open` only what nobody has answered."""
    get_object_or_404(WikiPage.objects.visible_to(request.user), pk=_id(pk))
    rows = PageFlag.objects.visible_to(request.user).select_related("person").filter(page_id=pk)
    if which.open:
        rows = rows.filter(resolved_at__isnull=True)
    items, cursor = page_of(rows, ("-created_at", "-pk"), types=(datetime, int), cursor=which.cursor, limit=which.limit)
    return {"items": [_flag(flag) for flag in items], "next_cursor": cursor}


@router.post("/{pk}/flags", response={201: FlagOut, 404: Problem, 422: Problem}, tags=["pages"])
def flag_page(request: HttpRequest, pk: int, data: FlagIn) -> Any:
    """Say that a page is outdated, and why. Saying it again changes your reason."""
    page = get_object_or_404(WikiPage.objects.visible_to(request.user), pk=_id(pk))
    flag = actions.flag_page(actor=request.user, page=page, reason=data.reason)  # type: ignore[arg-type]
    return Status(201, _flag(flag))


@router.post(
    "/{pk}/flags/{flag_pk}/resolve", response={200: FlagOut, 403: Problem, 404: Problem, 422: Problem}, tags=["pages"]
)
def resolve_flag(request: HttpRequest, pk: int, flag_pk: int, data: AnswerIn) -> Any:
    """Answer a flag; without an answer you take back your own."""
    flags = PageFlag.objects.visible_to(request.user)
    flag = get_object_or_404(flags, pk=_id(flag_pk), page_id=_id(pk))
    return _flag(actions.resolve_flag(actor=request.user, flag=flag.pk, answer=data.answer))  # type: ignore[arg-type]
