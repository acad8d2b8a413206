"""How paths are made: examples, roles, versions, rules, the archive, and what would be before it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text
from intranet.people.models import Community, Office, Team
from wiki.onboarding import actions
from wiki.onboarding.api.paths import EnrolIn, editable_path, line_of, path_out, people_of
from wiki.onboarding.api.shapes import Days, Handle, PathOut, number, person
from wiki.onboarding.making import actions as making
from wiki.onboarding.making import examples as shipped
from wiki.onboarding.making.previewing import plan_for
from wiki.onboarding.making.reading import history_of, removed_steps
from wiki.onboarding.making.words import structure_mark
from wiki.onboarding.models import Path, PathRule, Role
from wiki.onboarding.permissions import enrollable
from wiki.onboarding.rules import fulfilling
from wiki.onboarding.versions import lines_of

router = Router(tags=["paths"])
examples = Router(tags=["paths"])
REFUSED = {403: Problem, 404: Problem, 422: Problem}


class ExampleOut(Schema):
    """A path that comes with the house; `pages`: how many pages of your own it needs."""

    key: str
    language: str
    title: str
    purpose: str
    steps: list[str]
    pages: int


class ExampleIn(Schema):
    """A path made from an example."""

    model_config = ConfigDict(extra="forbid")

    community: Text = Field(max_length=80)
    title: Text = Field("", max_length=120)
    language: Text = Field("fi", pattern="^(fi|sv|en)$")


class RestoreIn(Schema):
    """Where a step goes back: behind `at` others, at the end without; what it waits for, what waits for it."""

    model_config = ConfigDict(extra="forbid")

    at: int | None = Field(None, ge=0, le=200)
    due_days: Days = 0
    waits_for: list[int] = Field([], max_length=200)
    waited_by: list[int] = Field([], max_length=200)


class RoleIn(Schema):
    """A role; nobody holds it without `holder`, a handle."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(min_length=1, max_length=60)
    holder: Handle = ""
    sees_progress: bool = False


class RoleOut(Schema):
    """A role of a path."""

    id: int
    name: str
    holder: str | None
    sees_progress: bool


class PlaceIn(Schema):
    """Where a step goes: a span of time, and behind which other step of it (0: first)."""

    model_config = ConfigDict(extra="forbid")

    phase: Text = Field(pattern="^(before|day|week|month|later)$")
    after: int = Field(0, ge=0, le=2**31 - 1)


class VersionOut(Schema):
    """A version: what it changed in words, and how many people whose progress you see are on it."""

    number: int
    created_at: datetime
    created_by: str | None
    words: str
    changes: list[str]
    steps: int
    people: int
    is_for_new_only: bool


class WordsIn(Schema):
    """What changed."""

    model_config = ConfigDict(extra="forbid")

    words: Text = Field(max_length=300)


class RemovedStepOut(Schema):
    """A step that was taken off a path."""

    id: int
    kind: str
    title: str


class RuleIn(Schema):
    """Whom a rule is about: whoever fulfils everything that is said. `team` and `office` are names."""

    model_config = ConfigDict(extra="forbid")

    team: Text = Field("", max_length=100)
    office: Text = Field("", max_length=100)
    title: Text = Field("", max_length=120)
    joined_from: date | None = None
    is_leaving: bool = False


class RuleOut(Schema):
    """A rule of a path."""

    id: int
    team: str | None
    office: str | None
    title: str
    joined_from: date | None
    is_leaving: bool


class PlannedOut(Schema):
    """A step and when it is due: from the first to the last day, as not everybody works on the same days."""

    step: int
    title: str
    due_on: date
    last_due_on: date


class PlanOut(Schema):
    """What putting people on a path would do, and what is not filled yet."""

    new: list[str]
    there: list[str]
    days: list[PlannedOut]
    lacks: list[str]


def _me(request: HttpRequest) -> Any:
    return request.user


@examples.get("", response=list[ExampleOut])
def list_examples(request: HttpRequest, language: str = "en") -> Any:
    """List the paths that come with the house, in Finnish, Swedish or English."""
    return [
        {"key": one.key, "language": one.language, "title": one.title, "purpose": one.purpose, "pages": one.pages,
         "steps": [step.content["title"] for step in one.steps]}
        for one in shipped.examples(language)
    ]  # fmt: skip


@examples.post("/{key}", response={201: PathOut, **REFUSED})
def create_path_from_example(request: HttpRequest, key: str, data: ExampleIn) -> Any:
    """Make a path from an example in a community you moderate."""
    example = shipped.find_example(key, data.language)
    if example is None:
        raise Http404
    place = get_object_or_404(Community.objects.visible_to(request.user), slug=data.community)
    title = data.title.strip() or example.title
    made = shipped.create_from_example(actor=_me(request), community=place, example=example, title=title)
    return Status(201, path_out(request, made))


@router.put("/{slug}/archive", response={200: PathOut, **REFUSED})
def archive_path(request: HttpRequest, slug: str) -> Any:
    """Let nobody new go on a path; whoever is on it walks it to its end."""
    return path_out(request, making.archive_path(actor=_me(request), path=editable_path(request, slug)))


@router.delete("/{slug}/archive", response={200: PathOut, **REFUSED})
def reopen_path(request: HttpRequest, slug: str) -> Any:
    """Let people go on an archived path again."""
    return path_out(request, making.reopen_path(actor=_me(request), path=editable_path(request, slug)))


@router.put("/{slug}/steps/{step}/place", response={200: PathOut, **REFUSED})
def place_path_step(request: HttpRequest, slug: str, step: int, data: PlaceIn) -> Any:
    """Put a step into a span of time; one that comes from another span is due on the nearest day of the new one."""
    path = editable_path(request, slug)
    line = line_of(path, number(step))
    placed = making.place_step(actor=_me(request), path=path, step=line.step, phase=data.phase, after=data.after)
    return path_out(request, placed)


@router.post("/{slug}/steps/{step}/restore", response={200: PathOut, **REFUSED})
def restore_path_step(request: HttpRequest, slug: str, step: int, data: RestoreIn) -> Any:
    """Put a step that was taken off a path back. A step nobody had on the way is gone when the next is taken off."""
    path = editable_path(request, slug)
    found = get_object_or_404(path.steps.filter(only_for=None), pk=number(step))
    place = actions.Place(**data.dict()) if data.at is not None else None
    actions.restore_step(actor=_me(request), path=path, step=found, due_days=data.due_days, place=place)
    path.refresh_from_db()
    return path_out(request, path)


def _role(role: Role) -> dict[str, Any]:
    holder = role.holder.handle if role.holder else None
    return {"id": role.pk, "name": role.name, "holder": holder, "sees_progress": role.sees_progress}


@router.get("/{slug}/roles", response={200: list[RoleOut], **REFUSED})
def list_path_roles(request: HttpRequest, slug: str) -> Any:
    """List the roles of a path you may edit."""
    return [_role(role) for role in editable_path(request, slug).roles.select_related("holder")]


@router.post("/{slug}/roles", response={201: RoleOut, **REFUSED})
def add_path_role(request: HttpRequest, slug: str, data: RoleIn) -> Any:
    """Name a role that steps of the path need."""
    return Status(201, _save_role(request, editable_path(request, slug), None, data))


@router.put("/{slug}/roles/{role}", response={200: RoleOut, **REFUSED})
def change_path_role(request: HttpRequest, slug: str, role: int, data: RoleIn) -> Any:
    """Change a role and who holds it."""
    path = editable_path(request, slug)
    return _save_role(request, path, get_object_or_404(path.roles.all(), pk=number(role)), data)


@router.delete("/{slug}/roles/{role}", response={204: None, **REFUSED})
def remove_path_role(request: HttpRequest, slug: str, role: int) -> Any:
    """Take a role away that no step needs."""
    path = editable_path(request, slug)
    found = get_object_or_404(path.roles.select_related("path"), pk=number(role))
    making.remove_role(actor=_me(request), role=found)
    return Status(204, None)


def _save_role(request: HttpRequest, path: Path, role: Role | None, data: RoleIn) -> dict[str, Any]:
    holder = person(request.user, data.holder, "holder")
    saved = actions.save_role(
        actor=_me(request), path=path, role=role, name=data.name, holder=holder, sees_progress=data.sees_progress
    )
    return _role(saved)


@router.get("/{slug}/versions", response={200: list[VersionOut], **REFUSED})
def list_path_versions(request: HttpRequest, slug: str) -> Any:
    """Tell the newest versions of a path, what each changed, and how many people are on it."""
    return [
        {"number": told["version"].number, "created_at": told["version"].created_at, "words": told["version"].words,
         "created_by": told["version"].created_by.handle if told["version"].created_by else None,
         "changes": told["changes"], "steps": told["steps"], "people": told["people"],
         "is_for_new_only": told["version"].is_for_new_only}
        for told in history_of(request.user, editable_path(request, slug))
    ]  # fmt: skip


@router.patch("/{slug}/versions/{version}", response={204: None, **REFUSED})
def describe_path_version(request: HttpRequest, slug: str, version: int, data: WordsIn) -> Any:
    """Say in your own words what changed in a version."""
    path = editable_path(request, slug)
    found = get_object_or_404(path.versions.select_related("path"), number=number(version))
    actions.describe_version(actor=_me(request), version=found, words=data.words)
    return Status(204, None)


@router.get("/{slug}/removed-steps", response={200: list[RemovedStepOut], **REFUSED})
def list_removed_steps(request: HttpRequest, slug: str) -> Any:
    """List the steps that were taken off a path and can be put back: those that somebody has or had on the way."""
    return [
        {"id": step.pk, "kind": step.kind, "title": step.title} for step in removed_steps(editable_path(request, slug))
    ]


@router.put("/{slug}/alignment/new-only", response={204: None, **REFUSED})
def keep_path_to_new(request: HttpRequest, slug: str) -> Any:
    """Decide that the path as it is now is for new people only."""
    path = editable_path(request, slug)
    making.keep_to_new(actor=_me(request), path=path, seen=structure_mark(lines_of(path)))
    return Status(204, None)


def _said(request: HttpRequest, data: RuleIn) -> dict[str, Any]:
    team = get_object_or_404(Team.objects.visible_to(request.user), name__iexact=data.team) if data.team else None
    offices = Office.objects.visible_to(request.user)
    office = get_object_or_404(offices, name__iexact=data.office) if data.office else None
    return {
        "team": team, "office": office, "title": data.title.strip(), "joined_from": data.joined_from,
        "is_leaving": data.is_leaving,
    }  # fmt: skip


def _rule(rule: PathRule) -> dict[str, Any]:
    return {
        "id": rule.pk, "team": rule.team.name if rule.team else None,
        "office": rule.office.name if rule.office else None, "title": rule.title, "joined_from": rule.joined_from, "is_leaving": rule.is_leaving,
    }  # fmt: skip


@router.get("/{slug}/rules", response={200: list[RuleOut], **REFUSED})
def list_path_rules(request: HttpRequest, slug: str) -> Any:
    """List the rules that put people on a path."""
    return [_rule(rule) for rule in editable_path(request, slug).rules.select_related("team", "office")]


@router.post("/{slug}/rules", response={201: RuleOut, **REFUSED})
def add_path_rule(request: HttpRequest, slug: str, data: RuleIn) -> Any:
    """Put whoever comes to fulfil all of this on the path. The same rule again is the one that is there."""
    path = editable_path(request, slug)
    return Status(201, _rule(actions.add_rule(actor=_me(request), path=path, **_said(request, data))))


@router.post("/{slug}/rules/preview", response={200: list[str], **REFUSED})
def preview_path_rule(request: HttpRequest, slug: str, data: RuleIn) -> Any:
    """Say who fulfils a rule now and is not on the path, at most 1,000 handles; nothing is stored.

    Who leaves is told to administrators alone.
    """
    rule = PathRule(path=editable_path(request, slug), **_said(request, data))
    return [one.handle for one in fulfilling(_me(request), rule)]


@router.delete("/{slug}/rules/{rule}", response={204: None, **REFUSED})
def remove_path_rule(request: HttpRequest, slug: str, rule: int) -> Any:
    """Take a rule away; whom it put on the path stays there."""
    path = editable_path(request, slug)
    found = get_object_or_404(path.rules.select_related("path"), pk=number(rule))
    actions.remove_rule(actor=_me(request), rule=found)
    return Status(204, None)


@router.post("/{slug}/enrolments/preview", response={200: PlanOut, **REFUSED})
def preview_enrolment(request: HttpRequest, slug: str, data: EnrolIn) -> Any:
    """Say what putting people on a path would do, when what is due, and what is not filled; nothing is stored."""
    path, actor = editable_path(request, slug), _me(request)
    buddy, manager = person(actor, data.buddy, "buddy"), person(actor, data.manager, "manager")
    able = enrollable(path).filter(pk__in=[one.pk for one in people_of(actor, data)]).order_by("name", "pk")
    plan = plan_for(path, list(able), start_on=data.start_on, buddy=buddy, manager=manager)
    return {
        "new": [one.handle for one in plan.new], "there": [one.handle for one in plan.there],
        "days": [
            {"step": step.pk, "title": step.title, "due_on": day, "last_due_on": last} for step, day, last in plan.days
        ],
        "lacks": [lack.text for lack in plan.lacks],
    }  # fmt: skip
