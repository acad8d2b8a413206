"""A colleague's task for programs: its link, its files; and who holds a role for one person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict

from intranet.api import Problem
from wiki.onboarding import actions
from wiki.onboarding.api.enrolments import found_enrolment, with_step
from wiki.onboarding.api.shapes import Handle, number, person
from wiki.onboarding.attached import FILES_AT_MOST
from wiki.onboarding.colleagues.links import link_to, make_task_link, withdraw_task_link
from wiki.onboarding.mine.api import WithFiles
from wiki.onboarding.models import Enrolment, Step, TaskLink
from wiki.onboarding.tasks import task_for
from wiki.onboarding.ways import way_of
from wiki.views.shared import me

router = Router(tags=["paths"])
REFUSED = {403: Problem, 404: Problem, 422: Problem}


class LinkOut(Schema):
    """The link to a task that works just now: for whom, until when. Its address is told once, when it is made."""

    colleague: str
    made_by: str | None
    created_at: datetime
    expires_at: datetime


class NewLinkOut(LinkOut):
    """A new link with its address."""

    address: str


class HolderIn(Schema):
    """Who holds the role for this person; "" is whoever holds it for all."""

    model_config = ConfigDict(extra="forbid")

    holder: Handle


class HolderOut(Schema):
    """A role of the path. `is_own`: somebody holds it for this person alone."""

    id: int
    name: str
    holder: str | None
    is_own: bool


def _task(request: HttpRequest, pk: int, step: int) -> tuple[Enrolment, Step]:
    found, one = with_step(request, pk, step)
    if one.kind != Step.Kind.TASK:
        raise Http404
    return found, one


def _link(link: TaskLink) -> dict[str, Any]:
    return {
        "colleague": link.colleague.handle, "made_by": link.made_by.handle if link.made_by else None,
        "created_at": link.created_at, "expires_at": link.expires_at,
    }  # fmt: skip


@router.get("/{pk}/steps/{step}/link", response={200: LinkOut, **REFUSED})
def read_task_link(request: HttpRequest, pk: int, step: int) -> Any:
    """Say for whom there is a link to a task, and until when; 404 where none works."""
    found, one = _task(request, pk, step)
    link = link_to(me(request), found, one)
    if link is None:
        raise Http404
    return _link(link)


@router.post("/{pk}/steps/{step}/link", response={201: NewLinkOut, **REFUSED})
def open_task_link(request: HttpRequest, pk: int, step: int) -> Any:
    """Make a link to a colleague's task; one from before ends. The address is told this once."""
    found, one = _task(request, pk, step)
    secret = make_task_link(actor=me(request), enrolment=found, step=one)
    made = link_to(me(request), found, one)
    assert made is not None  # noqa: S101  # made under a lock just now
    address = request.build_absolute_uri(reverse("onboarding:linked_task", args=[secret]))
    return Status(201, {**_link(made), "address": address})


@router.delete("/{pk}/steps/{step}/link", response={204: None, **REFUSED})
def close_task_link(request: HttpRequest, pk: int, step: int) -> Any:
    """End the link to a task at once; ending twice is ending once."""
    found, one = _task(request, pk, step)
    withdraw_task_link(actor=me(request), enrolment=found, step=one)
    return Status(204, None)


@router.post("/{pk}/steps/{step}/files", response={204: None, **REFUSED})
def do_task_with_files(
    request: HttpRequest, pk: int, step: int, files: File[list[UploadedFile]], data: Form[WithFiles]
) -> Any:
    """Do a task of yours for somebody with files, at most five. Sending them twice is doing it once."""
    if not 1 <= len(files) <= FILES_AT_MOST:
        raise ValidationError({"files": f"Send one to {FILES_AT_MOST} files."})
    task = task_for(me(request), number(pk), number(step))
    if task is None:
        raise Http404
    actions.complete_step(actor=me(request), enrolment=task.enrolment, step=task.step, note=data.note, files=files)
    return Status(204, None)


@router.get("/{pk}/roles", response={200: list[HolderOut], **REFUSED})
def list_holders(request: HttpRequest, pk: int) -> Any:
    """List the roles of somebody's path, and who holds each for this person."""
    way = way_of(found_enrolment(request, pk))
    return [
        {"id": role.pk, "name": role.name, "holder": holder.handle if (holder := way.holder(role.pk)) else None,
         "is_own": role.pk in way.holders}
        for role in way.roles.values()
    ]  # fmt: skip


@router.put("/{pk}/roles/{role}", response={204: None, **REFUSED})
def hold_role(request: HttpRequest, pk: int, role: int, data: HolderIn) -> Any:
    """Let somebody hold a role for this person alone."""
    found = found_enrolment(request, pk)
    one = get_object_or_404(found.path.roles, pk=number(role))
    somebody = person(me(request), data.holder, "holder")
    actions.hold_role(actor=me(request), enrolment=found, role=one, person=somebody)
    return Status(204, None)
