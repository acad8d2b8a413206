"""Handing over everything somebody keeps right, for programs."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text
from intranet.people.models import User
from wiki.care.forms import find_person
from wiki.care.handing.actions import hand_over as hand_over_pages
from wiki.care.handing.reading import can_hand_over, plan_for

router = Router(tags=["pages"])
REFUSED: Any = {403: Problem, 404: Problem, 422: Problem}


class PlaceOut(Schema):
    """The pages of one community. `stays` is "" where they go, "to" or "actor" by whose not being a member they stay."""

    community: str
    pages: list[int]
    number: int
    stays: str


class HandOverIn(Schema):
    """Who gets the pages, as a handle or a mail address."""

    model_config = ConfigDict(extra="forbid")

    to: Text = Field(min_length=1, max_length=254)


class HandedOut(Schema):
    """How many pages changed hands, and how many are left that could."""

    handed: int
    left: int


def _person(request: HttpRequest, handle: str) -> User:
    person = get_object_or_404(User.objects.visible_to(request.user), handle=handle)
    if not can_hand_over(request.user, person):
        raise PermissionDenied
    return person


def _to(request: HttpRequest, text: str) -> User:
    found = find_person(request.user, text)  # type: ignore[arg-type]
    if found is None:
        raise ValidationError({"to": _("Nobody is known by “%(text)s”.") % {"text": text[:100]}})
    return found


@router.get("/{handle}", response={200: list[PlaceOut], **REFUSED})
def preview_hand_over(request: HttpRequest, handle: Text, to: Text = "") -> Any:
    """Say what somebody keeps right, by community; with `to` what would go and what would stay. Nothing is changed."""
    person = _person(request, handle)
    plan = plan_for(request.user, person, _to(request, to) if to else None)  # type: ignore[arg-type]
    return [
        {"community": place.community.slug, "pages": [row["pk"] for row in place.pages], "number": place.number,
         "stays": place.why}
        for place in plan.places
    ]  # fmt: skip


@router.post("/{handle}", response={200: HandedOut, **REFUSED})
def hand_over(request: HttpRequest, handle: Text, data: HandOverIn) -> Any:
    """Hand over what somebody keeps right to one person, at most 500 pages at a time; again goes on with the rest."""
    person, to = _person(request, handle), _to(request, data.to)
    number = hand_over_pages(actor=request.user, person=person, to=to)  # type: ignore[arg-type]
    return {"handed": number, "left": plan_for(request.user, person, to).number}  # type: ignore[arg-type]
