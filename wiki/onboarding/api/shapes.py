"""What goes in and out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, Field

from intranet.api import Text
from intranet.people.models import Community, User
from wiki.models import WikiPage
from wiki.onboarding.models import Path, Step

Pk = Annotated[int, Field(ge=1, le=2**31 - 1)]
Days = Annotated[int, Field(ge=-180, le=520)]
Handle = Annotated[Text, Field(max_length=60)]


class StepIn(Schema):
    """A step; what is left out stays as it is. `page` is a number, `person` a handle, `community` a slug."""

    model_config = ConfigDict(extra="forbid")

    kind: Text = Field("", max_length=8)
    title: Text = Field("", max_length=160)
    text: Text = Field("", max_length=4000)
    due_days: Days = 0
    waits_for: list[Pk] = Field(default_factory=list, max_length=50)
    page: Pk | None = None
    whom: Text = Field("", max_length=7)
    person: Handle = ""
    role: Text = Field("", max_length=60)
    community: Text = Field("", max_length=80)
    proof: Text = Field("", max_length=6)
    act: Text = Field("", max_length=9)
    url: Text = Field("", max_length=500)
    question: Text = Field("", max_length=500)
    choices: list[Annotated[Text, Field(max_length=200)]] = Field(default_factory=list, max_length=8)
    right: int | None = Field(None, ge=0, le=7)
    readers: list[Annotated[Text, Field(max_length=7)]] = Field(default_factory=list, max_length=4)
    is_early: bool = False


class PathStepOut(Schema):
    """A step of a path. The right choice of a check question is told to nobody who could be asked it."""

    id: int
    kind: str
    title: str
    text: str
    due_days: int
    waits_for: list[int]
    page: int | None
    whom: str
    proof: str
    act: str
    url: str
    question: str
    choices: list[str]
    readers: list[str]
    is_early: bool


class PathOut(Schema):
    """A path as the next person gets it."""

    slug: str
    title: str
    purpose: str
    kind: str
    language: str
    community: str
    owner: str
    version: int
    may_edit: bool
    archived_at: datetime | None
    steps: list[PathStepOut]


class PathLineOut(Schema):
    """A path in a list."""

    slug: str
    title: str
    purpose: str
    language: str
    community: str


class WayStepOut(Schema):
    """A step on somebody's way. `answer` is empty for whom the step does not name."""

    id: int
    kind: str
    title: str
    origin: str
    opens_on: date
    due_on: date
    state: str
    is_overdue: bool
    completed_at: datetime | None
    note: str
    answer: str
    reason: str


class EnrolmentHead(Schema):
    """A person on a path, and how far she is."""

    id: int
    path: str
    person: str
    start_on: date
    buddy: str | None
    manager: str | None
    version: int
    paused: bool
    finished_at: datetime | None
    ended_at: datetime | None
    done: int
    total: int
    overdue: int


class EnrolmentLineOut(EnrolmentHead):
    """A person on a path in a list. `late_since` is the day after the oldest due date that has passed."""

    next_title: str
    late_since: date | None
    is_stuck: bool


class EnrolmentsOut(Schema):
    """A page of people on paths."""

    items: list[EnrolmentLineOut]
    next_cursor: str | None


class EnrolmentOut(EnrolmentHead):
    """A person on a path, with every step."""

    steps: list[WayStepOut]


class ShiftOut(Schema):
    """A step that another day would move."""

    step: int
    title: str
    was: date
    will_be: date


def person(viewer: Any, handle: str, field: str) -> User | None:
    """Return somebody the viewer may know by a handle, None for ""."""
    if not handle:
        return None
    found: User | None = User.objects.visible_to(viewer).active().filter(handle=handle.lower().lstrip("@")).first()
    if found is None:
        raise ValidationError({field: _("Nobody is known by “%(text)s”.") % {"text": handle[:100]}})
    return found


def content_of(viewer: Any, path: Path, data: dict[str, Any]) -> dict[str, Any]:
    """Return what was sent of a step as `actions.save_step` takes it. Raises ValidationError by field."""
    content = {name: value for name, value in data.items() if name not in {"due_days", "waits_for"}}
    if "page" in content and content["page"] is not None:
        content["page"] = WikiPage.objects.visible_to(viewer).filter(pk=content["page"]).first()
        if content["page"] is None:
            raise ValidationError({"page": _("There is no such page.")})
    if "person" in content:
        content["person"] = person(viewer, content["person"], "person")
    if content.get("role"):
        content["role"] = path.roles.filter(name__iexact=content["role"]).first()
        if content["role"] is None:
            raise ValidationError({"role": _("The path has no such role.")})
    elif "role" in content:
        content["role"] = None
    if content.get("community"):
        content["community"] = Community.objects.visible_to(viewer).filter(slug=content["community"]).first()
        if content["community"] is None:
            raise ValidationError({"community": _("There is no such community.")})
    elif "community" in content:
        content["community"] = None
    for name, choices in (("whom", Step.Whom), ("act", Step.Act), ("proof", Step.Proof)):
        if content.get(name) and content[name] not in choices.values:
            raise ValidationError({name: _("Choose one of: %(names)s.") % {"names": ", ".join(choices.values)}})
    if content.get("proof") == "":
        del content["proof"]
    return content


def whole(step: Step, content: dict[str, Any]) -> dict[str, Any]:
    """Return a step as it will be with this content."""
    names = ("kind", "title", "page", "whom", "person", "role", "community", "proof", "act", "url", "question",
             "choices", "right", "readers")  # fmt: skip
    return {name: content.get(name, getattr(step, name)) for name in names}


def number(pk: int) -> int:
    """Return a number that a row may have; others are not there."""
    if not 0 < pk < 2**31:
        raise Http404
    return pk
