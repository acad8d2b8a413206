"""People on paths: how they get on, for the eyes that may see it, and what is done for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text, page_of
from wiki.onboarding import actions
from wiki.onboarding.actions.timing import check_start
from wiki.onboarding.alignment import start_preview
from wiki.onboarding.api.shapes import (
    Days,
    EnrolmentOut,
    EnrolmentsOut,
    Handle,
    ShiftOut,
    StepIn,
    WayStepOut,
    content_of,
    number,
    person,
)
from wiki.onboarding.content import check_content
from wiki.onboarding.models import Enrolment, Step
from wiki.onboarding.progress import Progress, StepRow, progress_for
from wiki.onboarding.standing import Standing, standings
from wiki.onboarding.tasks import Task, tasks_for
from wiki.onboarding.ways import way_of, with_people

router = Router(tags=["paths"])
REFUSED = {403: Problem, 404: Problem, 422: Problem}


class EnrolmentsIn(Schema):
    """Which: of a path (slug), and whether those that are over as well; and where to go on."""

    path: Text = Field("", max_length=80)
    over: bool = False
    cursor: Text = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)


class EnrolmentIn(Schema):
    """What changes; what is left out stays. An empty manager is the manager of the profile."""

    model_config = ConfigDict(extra="forbid")

    start_on: date | None = None
    buddy: Handle | None = None
    manager: Handle | None = None
    paused: bool | None = None
    until_on: date | None = None
    ended: bool | None = Field(None, description="true takes the person off the path")


class DoneIn(Schema):
    """What the step asks for."""

    model_config = ConfigDict(extra="forbid")

    note: Text = Field("", max_length=2000)
    answer: Text = Field("", max_length=4000)
    choice: int | None = Field(None, ge=0, le=7)


class StepStateIn(Schema):
    """A day chosen for this person (null: the day of the path), or a step skipped with a reason."""

    model_config = ConfigDict(extra="forbid")

    due_on: date | None = None
    skipped: bool | None = None
    reason: Text = Field("", max_length=300)


class OwnStepIn(StepIn):
    """A step for one person alone."""

    due_days: Days = 0


class WordsIn(Schema):
    """What was unclear."""

    model_config = ConfigDict(extra="forbid")

    words: Text = Field(min_length=1, max_length=4000)


class StartIn(Schema):
    """The day to try."""

    start_on: date


class TaskOut(Schema):
    """A step of somebody else that waits for you."""

    enrolment: int
    step: int
    title: str
    text: str
    person: str
    due_on: date
    is_overdue: bool


class NudgedOut(Schema):
    """Whether this reminded; not more than once a day."""

    reminded: bool


class AskedOut(Schema):
    """The question that was made of it."""

    post: int


def found_enrolment(request: HttpRequest, pk: int) -> Enrolment:
    """Return an enrolment somebody may see, 404 for any other."""
    found: Enrolment = get_object_or_404(with_people(Enrolment.objects.visible_to(request.user)), pk=number(pk))
    return found


def with_step(request: HttpRequest, pk: int, step: int) -> tuple[Enrolment, Step]:
    """Return a step on the way of somebody whose enrolment one may see, 404 for any other."""
    found = found_enrolment(request, pk)
    line = way_of(found).line(number(step))
    if line is None:
        raise Http404
    return found, line.step


def _row(row: StepRow) -> dict[str, Any]:
    done = row.completion
    state = "done" if done else "skipped" if row.is_skipped else "waiting" if row.is_waiting else "open"
    return {
        "id": row.step.pk, "kind": row.step.kind, "title": row.step.title, "origin": row.origin, "state": state,
        "opens_on": row.opens_on, "due_on": row.due_on, "is_overdue": row.is_overdue,
        "completed_at": done.completed_at if done else None, "note": done.note if done else "", "answer": row.answer,
        "reason": row.state.reason if row.state and row.is_skipped else "",
    }  # fmt: skip


def _whose(one: Enrolment) -> dict[str, Any]:
    return {
        "id": one.pk, "path": one.path.slug, "person": one.person.handle, "start_on": one.start_on,
        "buddy": one.buddy.handle if one.buddy else None, "manager": one.boss.handle if one.boss else None,
        "version": one.version.number if one.version else 0, "finished_at": one.finished_at, "ended_at": one.ended_at,
    }  # fmt: skip


def _line(standing: Standing) -> dict[str, Any]:
    return _whose(standing.enrolment) | {
        "paused": standing.is_paused, "done": standing.done, "total": standing.total, "overdue": standing.overdue,
        "next_title": standing.next_title, "late_since": standing.since, "is_stuck": standing.is_stuck,
    }  # fmt: skip


def _out(progress: Progress) -> dict[str, Any]:
    return _whose(progress.enrolment) | {
        "paused": progress.is_paused, "done": progress.done, "total": progress.total, "overdue": progress.overdue,
        "steps": [_row(row) for row in progress.rows],
    }  # fmt: skip


def _shown(request: HttpRequest, pk: int) -> dict[str, Any]:
    shown = progress_for(request.user, [found_enrolment(request, pk)])
    return _out(shown[0])


@router.get("", response={200: EnrolmentsOut, 400: Problem})
def list_enrolments(request: HttpRequest, asked: Query[EnrolmentsIn]) -> Any:
    """List who is on paths, as far as it is your business: yourself, your people, people on your paths.

    The latest start first; the steps are with the single enrolment.
    """
    rows = Enrolment.objects.visible_to(request.user)
    if asked.path:
        rows = rows.filter(path__slug=asked.path)
    if not asked.over:
        rows = rows.open()
    items, cursor = page_of(
        with_people(rows), ("-start_on", "-pk"), types=(date, int), cursor=asked.cursor, limit=asked.limit
    )
    return {"items": [_line(standing) for standing in standings(items)], "next_cursor": cursor}


@router.get("/tasks", response={200: list[TaskOut]})
def list_tasks(request: HttpRequest) -> Any:
    """List what waits for you on other people's paths."""
    return [_task(task) for task in tasks_for(request.user)]


def _task(task: Task) -> dict[str, Any]:
    return {
        "enrolment": task.enrolment.pk, "step": task.step.pk, "title": task.step.title, "text": task.step.text,
        "person": task.enrolment.person.handle, "due_on": task.due_on, "is_overdue": task.is_overdue,
    }  # fmt: skip


@router.get("/{pk}", response={200: EnrolmentOut, 404: Problem})
def read_enrolment(request: HttpRequest, pk: int) -> Any:
    """Read how somebody gets on."""
    return _shown(request, pk)


@router.get("/{pk}/start", response={200: list[ShiftOut], 404: Problem, 422: Problem})
def preview_start(request: HttpRequest, pk: int, asked: Query[StartIn]) -> Any:
    """Say what another start date would move; done steps and chosen days stay."""
    found = found_enrolment(request, pk)
    check_start(found, asked.start_on)
    shifts = start_preview(way_of(found), asked.start_on)
    return [{"step": one.step.pk, "title": one.step.title, "was": one.was, "will_be": one.will_be} for one in shifts]


@router.patch("/{pk}", response={200: EnrolmentOut, **REFUSED})
def change_enrolment(request: HttpRequest, pk: int, data: EnrolmentIn) -> Any:
    """Move the start, pause or resume, choose buddy or manager, take the person off the path."""
    found, said, actor = found_enrolment(request, pk), data.dict(exclude_unset=True), _me(request)
    if said.get("start_on"):
        actions.move_start(actor=actor, enrolment=found, start_on=said["start_on"])
    for role in actions.ROLES:
        if role in said:
            somebody = person(actor, said[role] or "", role)
            actions.reassign(actor=actor, enrolment=found, role=role, person=somebody)
    if said.get("paused") is True:
        actions.pause(actor=actor, enrolment=found, until_on=said.get("until_on"))
    if said.get("paused") is False:
        actions.resume(actor=actor, enrolment=found)
    if said.get("ended") is False and found.ended_at is not None:
        raise ValidationError({"ended": _("Put the person on another path.")})
    if said.get("ended"):
        actions.end_enrolment(actor=actor, enrolment=found)
    still = progress_for(request.user, [found])
    if not still:  # somebody who gave the person another manager may see no more of it
        raise Http404
    return _out(still[0])


@router.post("/{pk}/steps", response={201: WayStepOut, **REFUSED})
def add_own_step(request: HttpRequest, pk: int, data: OwnStepIn) -> Any:
    """Add a step for one person alone."""
    found, actor = found_enrolment(request, pk), _me(request)
    said = data.dict()
    content = content_of(actor, found.path, said)
    check_content(content)
    step = actions.add_step_for(actor=actor, enrolment=found, due_days=said["due_days"], **content)
    return Status(201, _step_shown(request, found, step))


@router.patch("/{pk}/steps/{step}", response={200: WayStepOut, **REFUSED})
def change_own_step(request: HttpRequest, pk: int, step: int, data: StepStateIn) -> Any:
    """Choose a day for one person, skip a step or ask for it after all."""
    found, one = with_step(request, pk, step)
    said, actor = data.dict(exclude_unset=True), _me(request)
    if "due_on" in said:
        actions.set_due(actor=actor, enrolment=found, step=one, due_on=said["due_on"])
    if said.get("skipped") is True:
        actions.skip_step(actor=actor, enrolment=found, step=one, reason=data.reason)
    if said.get("skipped") is False:
        actions.unskip_step(actor=actor, enrolment=found, step=one)
    return _step_shown(request, found, one)


@router.delete("/{pk}/steps/{step}", response={204: None, **REFUSED})
def remove_own_step(request: HttpRequest, pk: int, step: int) -> Any:
    """Take back a step that was added for one person alone."""
    found, one = with_step(request, pk, step)
    actions.take_step_back(actor=_me(request), enrolment=found, step=one)
    return Status(204, None)


@router.put("/{pk}/steps/{step}/done", response={204: None, **REFUSED})
def complete_step(request: HttpRequest, pk: int, step: int, data: DoneIn) -> Any:
    """Say that a step is done: your own, or a colleague's task that is yours. Saying it twice is saying it once."""
    found, one = _mine(request, pk, step)
    actions.complete_step(actor=_me(request), enrolment=found, step=one, **data.dict())
    return Status(204, None)


@router.delete("/{pk}/steps/{step}/done", response={204: None, **REFUSED})
def reopen_step(request: HttpRequest, pk: int, step: int) -> Any:
    """Take it back."""
    found, one = _mine(request, pk, step)
    actions.reopen_step(actor=_me(request), enrolment=found, step=one)
    return Status(204, None)


@router.post("/{pk}/steps/{step}/nudge", response={200: NudgedOut, **REFUSED})
def nudge(request: HttpRequest, pk: int, step: int) -> Any:
    """Remind whoever is to do the step."""
    found, one = with_step(request, pk, step)
    return {"reminded": actions.nudge(actor=_me(request), enrolment=found, step=one)}


@router.post("/{pk}/steps/{step}/unclear", response={200: AskedOut, **REFUSED})
def ask_about(request: HttpRequest, pk: int, step: int, data: WordsIn) -> Any:
    """Say that a step of yours was unclear: a question on the page it uses."""
    found, one = with_step(request, pk, step)
    return {"post": actions.ask_about(actor=_me(request), enrolment=found, step=one, words=data.words).pk}


def _mine(request: HttpRequest, pk: int, step: int) -> tuple[Enrolment, Step]:
    """Return a step somebody may do: of an enrolment she sees, or a task of hers on one she does not."""
    for done in (False, True):
        for task in tasks_for(request.user, number(pk), done=done):
            if task.step.pk == step:
                return task.enrolment, task.step
    return with_step(request, pk, step)


def _step_shown(request: HttpRequest, enrolment: Enrolment, step: Step) -> dict[str, Any]:
    [shown] = progress_for(request.user, [enrolment])
    return next(_row(row) for row in shown.rows if row.step.pk == step.pk)


def _me(request: HttpRequest) -> Any:
    return request.user
