"""Places of work for programs: employees see them, administrators keep them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text
from intranet.people import actions
from intranet.people.models import Office

router = Router(tags=["people"])
REFUSED: Any = {403: Problem, 404: Problem, 422: Problem}


class OfficeOut(Schema):
    """A place of work. `subdivision` is "" where the country has the same public holidays everywhere."""

    id: int
    name: str
    country: str
    subdivision: str
    time_zone: str
    people: int = Field(alias="people_count")


class OfficeIn(Schema):
    """A place of work to be added. `country` is an ISO 3166 code, `subdivision` the code or name of a part of it."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(min_length=1, max_length=100)
    country: Text = Field(min_length=2, max_length=2)
    subdivision: Text = Field("", max_length=100)
    time_zone: Text = Field("", max_length=60)


class OfficeChange(Schema):
    """What is to be different about a place of work; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field("", min_length=1, max_length=100)
    country: Text = Field("", min_length=2, max_length=2)
    subdivision: Text = Field("", max_length=100)
    time_zone: Text = Field("", min_length=1, max_length=60)


def _office(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(Office.objects.visible_to(request.user).with_people(), pk=min(max(pk, 0), 2**62))


@router.get("", response={200: list[OfficeOut], 403: Problem})
def list_offices(request: HttpRequest) -> Any:
    """List the places of work; none for guests."""
    return Office.objects.visible_to(request.user).with_people()


@router.post("", response={201: OfficeOut, **REFUSED})
def add_office(request: HttpRequest, data: OfficeIn) -> Any:
    """Add a place of work, as an administrator. The same one again is the one that is there."""
    made = actions.add_office(actor=request.user, **data.dict())  # type: ignore[arg-type]
    return Status(201, _office(request, made.pk))


@router.patch("/{office_id}", response={200: OfficeOut, **REFUSED})
def change_office(request: HttpRequest, office_id: int, data: OfficeChange) -> Any:
    """Change a place of work, as an administrator; due dates of its people move with its public holidays."""
    office = _office(request, office_id)
    actions.change_office(actor=request.user, office=office, **data.dict(exclude_unset=True))  # type: ignore[arg-type]
    return _office(request, office_id)


@router.delete("/{office_id}", response={204: None, **REFUSED})
def remove_office(request: HttpRequest, office_id: int) -> Any:
    """Remove a place of work where nobody works any more, as an administrator."""
    actions.remove_office(actor=request.user, office=_office(request, office_id))  # type: ignore[arg-type]
    return Status(204, None)
