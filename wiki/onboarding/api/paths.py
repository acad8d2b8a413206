"""Paths: read, made, changed, and people put on them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text
from intranet.people.models import Community, User
from wiki.onboarding import actions, permissions
from wiki.onboarding.alignment import Change, preview_alignment
from wiki.onboarding.api.shapes import (
    Handle,
    PathLineOut,
    PathOut,
    PathStepOut,
    Pk,
    ShiftOut,
    StepIn,
    content_of,
    number,
    person,
    whole,
)
from wiki.onboarding.content import check_content
from wiki.onboarding.making import actions as making
from wiki.onboarding.making.reading import alignment_of
from wiki.onboarding.making.words import structure_mark
from wiki.onboarding.models import Enrolment, Path, VersionStep
from wiki.onboarding.versions import lines_of

router = Router(tags=["paths"])
REFUSED = {403: Problem, 404: Problem, 422: Problem}


class PathIn(Schema):
    """A new path; `copy_of` is the slug of one whose steps it begins with."""

    model_config = ConfigDict(extra="forbid")

    community: Text = Field(max_length=80)
    title: Text = Field(min_length=1, max_length=120)
    purpose: Text = Field("", max_length=500)
    language: Text = Field("fi", pattern="^(fi|sv|en)$")
    # Whether the start date is a first day or a last one.
    kind: Text = Field("joining", pattern="^(joining|leaving)$")
    copy_of: Text = Field("", max_length=80)


class PathChangeIn(Schema):
    """What is left out stays."""

    model_config = ConfigDict(extra="forbid")

    title: Text | None = Field(None, min_length=1, max_length=120)
    purpose: Text | None = Field(None, max_length=500)
    language: Text | None = Field(None, pattern="^(fi|sv|en)$")
    kind: Text | None = Field(None, pattern="^(joining|leaving)$")
    owner: Handle | None = None


class OrderIn(Schema):
    """All steps by number, in order."""

    model_config = ConfigDict(extra="forbid")

    steps: list[Pk] = Field(max_length=200)


class AlignIn(Schema):
    """Whose lists are brought up to date: these enrolments; without any, everybody's who is on the path."""

    model_config = ConfigDict(extra="forbid")

    enrolments: list[Pk] | None = Field(None, max_length=1000)


class EnrolIn(Schema):
    """Who goes on the path. A manager may be named for one person only; else it is that of the profile."""

    model_config = ConfigDict(extra="forbid")

    people: list[Handle] = Field(min_length=1, max_length=1000)
    start_on: date
    buddy: Handle = ""
    manager: Handle = ""


class ChangeOut(Schema):
    """What aligning does to one person."""

    enrolment: int
    person: str
    added: list[str]
    dropped: list[str]
    kept: list[str]
    shifted: list[ShiftOut]


class AlignmentOut(Schema):
    """Many who are brought up to date. `state`: "going", "done" or "stopped"; `words`: "rights", "changed" or "error"."""

    state: str
    done: int
    total: int
    words: str
    created_at: datetime
    finished_at: datetime | None


class EnrolledOut(Schema):
    """Who is on the path now; who was before, or cannot read it, is not among them."""

    enrolments: list[int]


def readable_path(request: HttpRequest, slug: str) -> Path:
    """Return a path the person may read, 404 for any other."""
    paths = Path.objects.visible_to(request.user).select_related("community", "owner", "present")
    return get_object_or_404(paths, slug=slug[:80].replace("\x00", ""))


def editable_path(request: HttpRequest, slug: str) -> Path:
    """Return a path the person may edit, 403 for one she may only read."""
    path = readable_path(request, slug)
    if not permissions.can_edit_path(request.user, path):
        raise PermissionDenied
    return path


def _step(line: VersionStep) -> dict[str, Any]:
    step = line.step
    names = ("kind", "title", "text", "whom", "proof", "act", "url", "question", "choices", "readers", "is_early")
    return {name: getattr(step, name) for name in names} | {
        "id": step.pk, "due_days": line.due_days, "waits_for": line.waits_for, "page": step.page_id,
    }  # fmt: skip


def path_out(request: HttpRequest, path: Path) -> dict[str, Any]:
    """Return a path as programs know it."""
    return {
        "slug": path.slug, "title": path.title, "purpose": path.purpose, "kind": path.kind,
        "language": path.language,
        "community": path.community.slug, "owner": path.owner.handle,
        "version": path.present.number if path.present else 0,
        "may_edit": permissions.can_edit_path(request.user, path), "archived_at": path.archived_at,
        "steps": [_step(line) for line in lines_of(path)],
    }  # fmt: skip


def _change(change: Change) -> dict[str, Any]:
    return {
        "enrolment": change.enrolment.pk, "person": change.enrolment.person.handle,
        "added": [step.title for step in change.added], "dropped": [step.title for step in change.dropped],
        "kept": [line.step.title for line in change.kept],
        "shifted": [
            {"step": one.step.pk, "title": one.step.title, "was": one.was, "will_be": one.will_be}
            for one in change.shifted
        ],
    }  # fmt: skip


@router.get("", response={200: list[PathLineOut]})
def list_paths(request: HttpRequest) -> Any:
    """List the paths you may read."""
    rows = Path.objects.visible_to(request.user).order_by("title", "pk")
    found = rows.values_list("slug", "title", "purpose", "language", "community__slug")[:500]
    return [dict(zip(PathLineOut.model_fields, row, strict=True)) for row in found]


@router.post("", response={201: PathOut, **REFUSED})
def create_path(request: HttpRequest, data: PathIn) -> Any:
    """Make a path in a community you moderate, empty or as a copy."""
    place = get_object_or_404(Community.objects.visible_to(request.user), slug=data.community)
    actor: Any = request.user
    if data.copy_of:
        made = actions.copy_path(
            actor=actor, path=readable_path(request, data.copy_of), title=data.title, community=place
        )
    else:
        made = actions.create_path(
            actor=actor, community=place, title=data.title, purpose=data.purpose, language=data.language, kind=data.kind
        )
    return Status(201, path_out(request, made))


@router.get("/{slug}", response={200: PathOut, 404: Problem})
def read_path(request: HttpRequest, slug: str) -> Any:
    """Read a path with its steps."""
    return path_out(request, readable_path(request, slug))


@router.patch("/{slug}", response={200: PathOut, **REFUSED})
def change_path(request: HttpRequest, slug: str, data: PathChangeIn) -> Any:
    """Change what a path is called, whom it is for, who owns it."""
    path, actor = editable_path(request, slug), _me(request)
    said = data.dict(exclude_unset=True)
    owner = person(actor, said.pop("owner", "") or "", "owner")
    fields: Any = {name: said.get(name) or getattr(path, name) for name in ("title", "language", "kind")}
    fields["purpose"] = said["purpose"] if said.get("purpose") is not None else path.purpose
    return path_out(request, actions.change_path(actor=actor, path=path, owner=owner, **fields))


@router.post("/{slug}/steps", response={201: PathStepOut, **REFUSED})
def add_path_step(request: HttpRequest, slug: str, data: StepIn) -> Any:
    """Add a step at the end of a path."""
    path, actor = editable_path(request, slug), _me(request)
    said = data.dict()
    content = content_of(actor, path, said)
    check_content(content, needs_page=False)
    step = actions.save_step(
        actor=actor,
        path=path,
        due_days=said["due_days"],
        waits_for=said["waits_for"],
        **content,
    )
    return Status(201, _step(line_of(path, step.pk)))


@router.patch("/{slug}/steps/{step}", response={200: PathStepOut, **REFUSED})
def change_path_step(request: HttpRequest, slug: str, step: int, data: StepIn) -> Any:
    """Change a step. Words reach everybody at once; days and waits those who come later, and who is aligned."""
    path, actor = editable_path(request, slug), _me(request)
    line = line_of(path, number(step))
    said = data.dict(exclude_unset=True)
    content = content_of(actor, path, said)
    check_content(whole(line.step, content), needs_page=False)
    actions.save_step(
        actor=actor,
        path=path,
        step=line.step,
        due_days=said.get("due_days"),
        waits_for=said.get("waits_for"),
        **content,
    )
    return _step(line_of(path, line.step_id))


@router.delete("/{slug}/steps/{step}", response={204: None, **REFUSED})
def remove_path_step(request: HttpRequest, slug: str, step: int) -> Any:
    """Take a step off a path. Whoever is on it keeps the step until aligned."""
    path, actor = editable_path(request, slug), _me(request)
    actions.remove_step(actor=actor, step=line_of(path, number(step)).step)
    return Status(204, None)


@router.put("/{slug}/order", response={200: PathOut, **REFUSED})
def arrange_path(request: HttpRequest, slug: str, data: OrderIn) -> Any:
    """Put the steps of a path in order."""
    path, actor = editable_path(request, slug), _me(request)
    return path_out(request, actions.arrange_steps(actor=actor, path=path, order=data.steps))


@router.get("/{slug}/alignment", response={200: list[ChangeOut], **REFUSED})
def preview_path_alignment(request: HttpRequest, slug: str) -> Any:
    """Say what bringing everybody on the path up to date would do to each."""
    return [_change(change) for change in preview_alignment(request.user, editable_path(request, slug))]


@router.post("/{slug}/alignment", response={200: list[ChangeOut], 202: AlignmentOut, **REFUSED})
def align_path(request: HttpRequest, slug: str, data: AlignIn) -> Any:
    """Bring people on the path up to date; say what it did to each. Doing it again does nothing.

    More than ten are brought up to date one after the other: 202 says that it is under way, and how far.
    """
    path, chosen, actor = editable_path(request, slug), None, _me(request)
    if data.enrolments is not None:
        chosen = list(Enrolment.objects.visible_to(request.user).filter(path=path, pk__in=data.enrolments))
    numbers = None if chosen is None else [one.pk for one in chosen]
    if making.left_to_align(actor, path, numbers)[: making.AT_ONCE + 1].count() > making.AT_ONCE:
        seen = structure_mark(lines_of(path))
        going = making.start_alignment(actor=actor, path=path, seen=seen, enrolments=chosen)
        if going is not None:
            return Status(202, going)
    return [_change(change) for change in actions.align(actor=actor, path=path, enrolments=chosen)]


@router.get("/{slug}/alignment/progress", response={200: AlignmentOut, **REFUSED})
def alignment_progress(request: HttpRequest, slug: str) -> Any:
    """Say how far bringing many people up to date is; 404 where none is under way or was in the last hour."""
    found = alignment_of(editable_path(request, slug))
    if found is None:
        raise Http404
    return found


@router.post("/{slug}/enrolments", response={200: EnrolledOut, **REFUSED})
def enrol_people(request: HttpRequest, slug: str, data: EnrolIn) -> Any:
    """Put people on a path; who is on it already stays as they are."""
    path, actor = editable_path(request, slug), _me(request)
    buddy = person(actor, data.buddy, "buddy")
    people = people_of(actor, data)
    if len(people) == 1:
        made = actions.enrol(
            actor=actor, path=path, person=people[0], start_on=data.start_on, buddy=buddy,
            manager=person(actor, data.manager, "manager"),
        )  # fmt: skip
        return {"enrolments": [made.pk]}
    if data.manager:
        raise ValidationError({"manager": _("Several people have the managers of their profiles.")})
    many = actions.enrol_many(actor=actor, path=path, people=people, start_on=data.start_on, buddy=buddy)
    return {"enrolments": [one.pk for one in many]}


def people_of(actor: Any, data: EnrolIn) -> list[User]:
    """Return the people that were named. Raises ValidationError for somebody unknown and a start that is ages away."""
    if abs(data.start_on - timezone.localdate()) > timedelta(days=3650):
        raise ValidationError({"start_on": _("Choose a day within ten years from today.")})
    handles = {handle.lower().lstrip("@") for handle in data.people}
    people = list(User.objects.visible_to(actor).active().filter(handle__in=handles))
    if missing := handles - {one.handle for one in people}:
        raise ValidationError({"people": _("Nobody is known by “%(text)s”.") % {"text": min(missing)}})
    return people


def line_of(path: Path, pk: int) -> VersionStep:
    """Return a step of the path as it is now."""
    path.refresh_from_db(fields=["present"])
    line = next((line for line in lines_of(path) if line.step_id == pk), None)
    if line is None:
        raise Http404
    return line


def _me(request: HttpRequest) -> Any:
    return request.user
