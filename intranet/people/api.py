"""People and communities for programs: the same actions, the same visibility."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text, page_of
from intranet.calendar import digits_of
from intranet.people import actions
from intranet.people.calendars import DAYS, calendar_of, names_of
from intranet.people.models import Community, Office, Team, User
from intranet.people.permissions import can_add_people, can_see_directory
from intranet.people.vocabulary import tags_at

router = Router()
PEOPLE_ORDER = ("folded_name", "id")
COMMUNITY_ORDER = ("slug", "id")


class PersonOut(Schema):
    """A person, as short as a list needs."""

    handle: str
    name: str
    title: str
    team: str | None
    is_guest: bool
    photo_url: str
    url: str

    @staticmethod
    def resolve_team(person: User) -> str | None:
        """Return the team's name."""
        return person.team.name if person.team else None

    @staticmethod
    def resolve_url(person: User) -> str:
        """Return the address of the profile."""
        return person.get_absolute_url()


class ProfileOut(PersonOut):
    """A person with everything the profile tells."""

    about: str
    languages: list[str]
    skills: list[str]
    phone: str
    email: str
    time_zone: str
    office: str | None
    working_days: list[str]

    @staticmethod
    def resolve_office(person: User) -> str | None:
        """Return the name of where the person works."""
        return person.office.name if person.office else None

    @staticmethod
    def resolve_working_days(person: User) -> list[str]:
        """Return the weekdays on which the person works, public holidays apart: mon to sun."""
        return names_of(calendar_of(person).weekdays)

    @staticmethod
    def resolve_skills(person: User) -> list[str]:
        """Return the names of the skill tags."""
        return list(person.skills.order_by("name").values_list("name", flat=True))


class MeOut(ProfileOut):
    """The person the token belongs to."""

    id: int
    language: str
    is_administrator: bool = Field(alias="is_staff")


class PeopleOut(Schema):
    """A page of people."""

    items: list[PersonOut]
    next_cursor: str | None


class CommunityOut(Schema):
    """A community as far as the reader may know it."""

    id: int
    slug: str
    name: str
    kind: Literal["open", "closed", "hidden"]
    purpose: str
    hue: int
    is_everyone: bool
    by_request: bool
    role: str | None
    member_count: int | None
    created_at: datetime
    url: str

    @staticmethod
    def resolve_role(community: Any) -> str | None:
        """Return what the reader is in it: member, moderator, or nothing."""
        return community.my_role or None

    @staticmethod
    def resolve_url(community: Community) -> str:
        """Return the address of its page."""
        return community.get_absolute_url()


class CommunitiesOut(Schema):
    """A page of communities."""

    items: list[CommunityOut]
    next_cursor: str | None


class CommunityIn(Schema):
    """A community to be started."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(min_length=1, max_length=80)
    kind: Literal["open", "closed", "hidden"] = "open"
    purpose: Text = Field("", max_length=500)
    hue: int | None = Field(None, ge=0, lt=24)
    by_request: bool = False


class PageIn(Schema):
    """Which part of a list."""

    cursor: Text = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)


class PeopleIn(PageIn):
    """Which people."""

    q: Text = Field("", max_length=100)
    team: Text = Field("", max_length=100)
    office: Text = Field("", max_length=100)
    skill: Text = Field("", max_length=100)


class AccountIn(Schema):
    """What is to be different about an account; what is left out stays. Teams and offices by name, managers by handle.

    No working days are those of the house.
    """

    model_config = ConfigDict(extra="forbid")

    name: Text = Field("", min_length=1, max_length=120)
    title: Text = Field("", max_length=120)
    team: Text | None = Field(None, max_length=100)
    manager: Text | None = Field(None, max_length=60)
    office: Text | None = Field(None, max_length=100)
    working_days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = Field([], max_length=7)
    active_until: date | None = None


def _community(request: HttpRequest, slug: str) -> Any:
    return get_object_or_404(Community.objects.listed_for(request.user).with_mine(request.user), slug=slug)


@router.get("/communities", response={200: CommunitiesOut, 400: Problem}, tags=["communities"])
def list_communities(request: HttpRequest, page: Query[PageIn]) -> Any:
    """List the communities you may know of."""
    rows = Community.objects.listed_for(request.user).with_mine(request.user)
    items, cursor = page_of(rows, COMMUNITY_ORDER, types=(str, int), cursor=page.cursor, limit=page.limit)
    return {"items": items, "next_cursor": cursor}


@router.post("/communities", response={201: CommunityOut, 403: Problem, 422: Problem}, tags=["communities"])
def create_community(request: HttpRequest, data: CommunityIn) -> Any:
    """Start a community; you are its first moderator."""
    made = actions.create_community(actor=request.user, **data.dict())  # type: ignore[arg-type]
    return Status(201, _community(request, made.slug))


@router.get("/communities/{slug}", response={200: CommunityOut, 404: Problem}, tags=["communities"])
def get_community(request: HttpRequest, slug: Text) -> Any:
    """Return one community."""
    return _community(request, slug)


@router.get("/people", response={200: PeopleOut, 404: Problem}, tags=["people"])
def list_people(request: HttpRequest, page: Query[PeopleIn]) -> Any:
    """List the people who work here, by name; find them by name, team, office or skill. Not for guests."""
    if not can_see_directory(request.user):
        raise Http404
    rows = User.objects.visible_to(request.user).active().select_related("team").matching(page.q)
    if page.team:
        rows = rows.filter(team__name=page.team)
    if page.office:
        rows = rows.filter(office__name=page.office)
    if page.skill:
        rows = rows.filter(skill_links__tag__in=tags_at(request.user, page.skill).values("pk")[:1])
    items, cursor = page_of(rows, PEOPLE_ORDER, types=(str, int), cursor=page.cursor, limit=page.limit)
    return {"items": items, "next_cursor": cursor}


@router.get("/people/{handle}", response={200: ProfileOut, 404: Problem}, tags=["people"])
def get_person(request: HttpRequest, handle: Text) -> Any:
    """Return one person's profile."""
    return get_object_or_404(User.objects.visible_to(request.user).select_related("team", "office"), handle=handle)


@router.patch("/people/{handle}", response={200: ProfileOut, 403: Problem, 404: Problem, 422: Problem}, tags=["people"])
def change_account(request: HttpRequest, handle: Text, data: AccountIn) -> Any:
    """Change what the house decides about somebody, as an administrator."""
    known = User.objects.visible_to(request.user).select_related("team", "office")
    person = get_object_or_404(known, handle=handle)
    if not can_add_people(request.user):
        raise PermissionDenied
    changes = data.dict(exclude_unset=True)
    for field, rows, column in (
        ("team", Team.objects.visible_to(request.user), "name__iexact"),
        ("office", Office.objects.visible_to(request.user), "name__iexact"),
        ("manager", User.objects.visible_to(request.user).filter(is_guest=False), "handle"),
    ):
        if changes.get(field):
            changes[field] = rows.filter(**{column: changes[field].lstrip("@")}).first()
            if changes[field] is None:
                raise ValidationError({field: _("There is nothing of this name.")})
        elif field in changes:
            changes[field] = None
    if "working_days" in changes:
        changes["working_days"] = digits_of(DAYS.index(day) for day in changes["working_days"])
    return actions.change_account(actor=request.user, person=person, **changes)  # type: ignore[arg-type]


@router.get("/me", response=MeOut, tags=["people"])
def get_me(request: HttpRequest) -> Any:
    """Return yourself."""
    return User.objects.visible_to(request.user).select_related("team", "office").get(handle=request.user.handle)  # type: ignore[union-attr]
