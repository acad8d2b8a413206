"""My path for programs: all my paths as one way, files, and the doors that open without signing in.

A step is done, taken back and asked about at `enrolments`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import File, Form, Path, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text
from intranet.people.models import User
from wiki.onboarding import actions
from wiki.onboarding.attached import FILES_AT_MOST
from wiki.onboarding.mine import actions as door_actions
from wiki.onboarding.mine import keys, reading
from wiki.onboarding.mine.journey import Stop
from wiki.onboarding.mine.views import hand_out
from wiki.onboarding.models import Enrolment
from wiki.onboarding.permissions import can_look_after
from wiki.onboarding.schedule import when
from wiki.onboarding.ways import with_people
from wiki.views.shared import me

router = Router(tags=["my-path"])
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
REFUSALS: dict[int, Any] = {403: Problem, 404: Problem, 422: Problem}


class PersonOut(Schema):
    """Somebody to know."""

    handle: str
    name: str


class StepOut(Schema):
    """A step on a way. `span` is "today", "week", "later", "done" or "skipped"."""

    enrolment: int
    step: int
    path: str
    also: list[str]
    kind: str
    act: str
    title: str
    html: str
    proof: str
    due_on: date
    span: str
    is_overdue: bool
    is_waiting: bool
    page: str | None
    url: str | None
    colleague: PersonOut | None
    question: str
    choices: list[str]
    readers: list[PersonOut]
    done_at: datetime | None
    note: str
    answer: str


class FileOut(Schema):
    """A file that completed a step."""

    id: int
    name: str
    media_type: str
    size: int
    url: str


class OneStepOut(StepOut):
    """A step with its files."""

    files: list[FileOut]


class PathOut(Schema):
    """A path I am on, or was."""

    enrolment: int
    path: str
    start_on: date
    finished_at: datetime | None
    ended_at: datetime | None
    is_paused: bool


class JourneyOut(Schema):
    """My open paths as one way; `next` is the one thing to do, and also first in `steps`."""

    percent: int
    done: int
    total: int
    paths: list[PathOut]
    finished: list[PathOut]
    faces: list[PersonOut]
    next: StepOut | None
    steps: list[StepOut]


class WithFiles(Schema):
    """What goes with the files."""

    note: Text = Field("", max_length=2000)


class AddressOut(Schema):
    """A secret address; null for none."""

    address: str | None


class WelcomeIn(Schema):
    """The last day the link works."""

    model_config = ConfigDict(extra="forbid")

    until_on: date


class WelcomeOut(AddressOut):
    """The link before the first day, and its last day."""

    until_on: date | None


def _person(user: User) -> dict[str, Any]:
    return {"handle": user.handle, "name": user.name}


def _path(enrolment: Enrolment, *, is_paused: bool) -> dict[str, Any]:
    return {
        "enrolment": enrolment.pk,
        "path": enrolment.path.title,
        "start_on": enrolment.start_on,
        "finished_at": enrolment.finished_at,
        "ended_at": enrolment.ended_at,
        "is_paused": is_paused,
    }


def _step(stop: Stop) -> dict[str, Any]:
    row, step = stop.row, stop.step
    span = "done" if row.is_done else "skipped" if row.is_skipped else when(row.due_on, stop.progress.today)
    return {
        "enrolment": stop.enrolment_id,
        "step": step.pk,
        "path": stop.path.title,
        "also": [path.title for path in stop.also],
        "kind": step.kind,
        "act": step.act,
        "title": step.title,
        "html": step.html,
        "proof": step.proof,
        "due_on": row.due_on,
        "span": span,
        "is_overdue": row.is_overdue,
        "is_waiting": row.is_waiting,
        "page": row.page.title if row.page else None,
        "url": stop.lead.url if stop.lead and row.is_open else None,
        "colleague": _person(row.whom) if row.whom else None,
        "question": step.question,
        "choices": step.choices,
        "readers": [_person(one) for one in stop.eyes],
        "done_at": row.completion.completed_at if row.completion else None,
        "note": row.completion.note if row.completion else "",
        "answer": row.answer,
    }


def _one(viewer: User, enrolment: int, step: int) -> dict[str, Any]:
    stop = reading.stop_of(viewer, enrolment, step)
    files = [
        {
            "id": file.pk,
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "url": reverse("api:my_step_file", args=[enrolment, file.pk]),
        }
        for file in reading.files_of(stop)
    ]
    return {**_step(stop), "files": files}


@router.get("", response={200: JourneyOut})
def my_path(request: HttpRequest) -> Any:
    """Return my open paths as one way, and those I have finished."""
    journey = reading.my_journey(me(request))
    over = Enrolment.objects.visible_to(me(request)).filter(person_id=me(request).pk).select_related("path")
    following = journey.next_stop
    stops = [*journey.open_stops, *journey.done_stops, *journey.skipped_stops]
    return {
        "percent": journey.percent,
        "done": journey.done,
        "total": journey.total,
        "paths": [_path(item.enrolment, is_paused=item.is_paused) for item in journey.paths],
        "finished": [_path(enrolment, is_paused=False) for enrolment in over[:100] if not enrolment.is_open],
        "faces": [_person(one) for one in journey.faces],
        "next": _step(following) if following else None,
        "steps": [_step(stop) for stop in stops],
    }


@router.get("/calendar", response={200: AddressOut})
def my_calendar(request: HttpRequest) -> Any:
    """Return the secret address of my calendar."""
    return {"address": keys.calendar_address(me(request)) or None}


@router.post("/calendar", response={201: AddressOut})
def open_calendar(request: HttpRequest) -> Any:
    """Make an address for my calendar; an earlier one closes."""
    door_actions.open_calendar(actor=me(request))
    return Status(201, {"address": keys.calendar_address(me(request))})


@router.delete("/calendar", response={204: None})
def close_calendar(request: HttpRequest) -> Any:
    """Close the address of my calendar."""
    door_actions.close_calendar(actor=me(request))
    return Status(204, None)


@router.get("/{enrolment}/steps/{step}", response={200: OneStepOut, 404: Problem})
def my_step(request: HttpRequest, enrolment: Id, step: Id) -> Any:
    """Return one step with its files, for those who see the enrolment; answers are for those the step names."""
    return _one(me(request), enrolment, step)


@router.post("/{enrolment}/steps/{step}/files", response={200: OneStepOut, **REFUSALS})
def do_my_step_with_files(
    request: HttpRequest, enrolment: Id, step: Id, files: File[list[UploadedFile]], data: Form[WithFiles]
) -> Any:
    """Do a step of mine with files, at most five."""
    if not 1 <= len(files) <= FILES_AT_MOST:
        raise ValidationError({"files": f"Send one to {FILES_AT_MOST} files."})
    stop = reading.own_stop(me(request), enrolment, step)
    actions.complete_step(
        actor=me(request), enrolment=stop.progress.enrolment, step=stop.step, note=data.note, files=files
    )
    return _one(me(request), enrolment, step)


@router.get("/{enrolment}/files/{file}", response={404: Problem})
def my_step_file(request: HttpRequest, enrolment: Id, file: Id) -> Any:
    """Return a file that completed a step, for those who see the enrolment."""
    return hand_out(request, enrolment, file)


@router.get("/{enrolment}/welcome", response={200: WelcomeOut, 404: Problem})
def show_welcome(request: HttpRequest, enrolment: Id) -> Any:
    """Return the link before the first day, for those who look after the person and may read all it opens."""
    return _welcome(me(request), _looked_after(request, enrolment))


@router.post("/{enrolment}/welcome", response={201: WelcomeOut, **REFUSALS})
def open_welcome(request: HttpRequest, enrolment: Id, data: WelcomeIn) -> Any:
    """Make the link before the first day; an earlier one closes."""
    found = _looked_after(request, enrolment)
    door_actions.open_welcome(actor=me(request), enrolment=found, until_on=data.until_on)
    return Status(201, _welcome(me(request), found))


@router.delete("/{enrolment}/welcome", response={204: None, **REFUSALS})
def close_welcome(request: HttpRequest, enrolment: Id) -> Any:
    """Close the link at once."""
    door_actions.close_welcome(actor=me(request), enrolment=_looked_after(request, enrolment))
    return Status(204, None)


def _welcome(viewer: User, enrolment: Enrolment) -> dict[str, Any]:
    found = keys.welcome_for(enrolment)
    return {
        "address": (keys.welcome_address(found, viewer) or None) if found else None,
        "until_on": found.until_on if found else None,
    }


def _looked_after(request: HttpRequest, pk: int) -> Enrolment:
    found: Enrolment = get_object_or_404(with_people(Enrolment.objects.visible_to(me(request))), pk=pk)
    if not can_look_after(me(request), found):
        raise Http404
    return found
