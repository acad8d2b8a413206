"""People and communities for programs: the same actions, the same visibility."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text, page_of
from intranet.people import actions
from intranet.people.models import Community, User
from intranet.people.permissions import can_see_directory

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
    skill: Text = Field("", max_length=100)


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
    """List the people who work here, by name; find them by name, team or skill. Not for guests."""
    if not can_see_directory(request.user):
        raise Http404
    rows = User.objects.visible_to(request.user).active().select_related("team").matching(page.q)
    if page.team:
        rows = rows.filter(team__name=page.team)
    if page.skill:
        rows = rows.filter(skill_links__tag__slug=page.skill)
    items, cursor = page_of(rows, PEOPLE_ORDER, types=(str, int), cursor=page.cursor, limit=page.limit)
    return {"items": items, "next_cursor": cursor}


@router.get("/people/{handle}", response={200: ProfileOut, 404: Problem}, tags=["people"])
def get_person(request: HttpRequest, handle: Text) -> Any:
    """Return one person's profile."""
    return get_object_or_404(User.objects.visible_to(request.user).select_related("team"), handle=handle)


@router.get("/me", response=MeOut, tags=["people"])
def get_me(request: HttpRequest) -> Any:
    """Return yourself."""
    return User.objects.visible_to(request.user).select_related("team").get(handle=request.user.handle)  # type: ignore[union-attr]
