"""Steps of a path: written, put in order, taken away. Texts are live; order, days and waits make versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import User
from wiki.onboarding.actions.paths import may_edit
from wiki.onboarding.links import show_step
from wiki.onboarding.locks import lock_path, refresh_menus
from wiki.onboarding.models import Path, PathVersion, Step, VersionStep
from wiki.onboarding.versions import STEPS_AT_MOST, forget_unused, lines_of, open_version, reuse_version, write_lines

CONTENT = frozenset(
    {
        "kind", "title", "text", "page", "whom", "person", "role", "community", "proof", "act", "url", "question",
        "choices", "right", "readers", "is_early", "template",
    }
)  # fmt: skip

# How steps of a kind are completed unless somebody says otherwise; the others by a tick.
PROOFS: dict[str, str] = {
    Step.Kind.READ: Step.Proof.PAGE,
    Step.Kind.POST: Step.Proof.ACT,
    Step.Kind.IMPROVE: Step.Proof.ACT,
    Step.Kind.CHECK_IN: Step.Proof.ANSWER,
}


@transaction.atomic
def save_step(
    *,
    actor: User,
    path: Path,
    step: Step | None = None,
    due_days: int | None = None,
    waits_for: Sequence[int] | None = None,
    **content: Any,
) -> Step:
    """Add a step at the end of the path, or change one of its steps.

    `content` are the fields in CONTENT: they reach everybody at once. `due_days` and `waits_for` (numbers of steps)
    belong to the version: people who are on one keep theirs until they are aligned.
    """
    if unknown := content.keys() - CONTENT:
        raise TypeError(f"a step has no {sorted(unknown)}")
    path = lock_path(path)
    may_edit(actor, path)
    lines = lines_of(path)
    line = next((one for one in lines if step is not None and one.step_id == step.pk), None)
    if step is None:
        if len(lines) >= STEPS_AT_MOST:
            raise ValidationError(_("A path has at most %(count)s steps.") % {"count": STEPS_AT_MOST})
        step = Step(path=path)
    elif line is None or step.only_for_id is not None:
        raise PermissionDenied
    else:
        step.refresh_from_db()  # what somebody else changed meanwhile stays
    before = step.person_id
    write_content(step, path, content)
    if line is None:
        lines.append(VersionStep(step=step, due_days=due_days or 0, waits_for=list(waits_for or [])))
        _write(path, actor, lines)
    else:
        was = (line.due_days, line.waits_for)
        line.due_days = line.due_days if due_days is None else due_days
        line.waits_for = line.waits_for if waits_for is None else list(waits_for)
        if was != (line.due_days, line.waits_for):
            _write(path, actor, lines)
    _changed(actor, path, was_for=before)
    return step


def write_content(step: Step, path: Path, content: dict[str, Any]) -> None:
    """Write what a step says, how it looks and what makes it the same as others."""
    if step.pk is None and "proof" not in content:
        content = {**content, "proof": PROOFS.get(content.get("kind", ""), Step.Proof.TICK)}
    for name, value in content.items():
        setattr(step, name, value)
    step.path = path
    step.save()
    show_step(step)
    if step.kind == Step.Kind.READ and step.page_id:
        step.key = f"page:{step.page_id}"
    elif not step.key.startswith("step:"):
        step.key = f"step:{step.pk}"
    step.save(update_fields=["html", "key"])


@transaction.atomic
def arrange_steps(*, actor: User, path: Path, order: Sequence[int]) -> Path:
    """Put the steps into this order (their numbers); one that is not named stays behind those that are."""
    path = lock_path(path)
    may_edit(actor, path)
    lines = lines_of(path)
    places = {key: at for at, key in enumerate(order)}
    if unknown := places.keys() - {line.step_id for line in lines}:
        raise ValidationError({"order": _("Step %(number)s is not on this path.") % {"number": min(unknown)}})
    arranged = sorted(lines, key=lambda line: places.get(line.step_id, len(places)))
    if [line.step_id for line in arranged] != [line.step_id for line in lines]:
        _write(path, actor, arranged)
        _changed(actor, path)
    return path


@transaction.atomic
def move_step(*, actor: User, step: Step, up: bool) -> None:
    """Swap a step with its neighbour; at the end of the list nothing happens."""
    path = lock_path(step.path)
    may_edit(actor, path)
    order = [line.step_id for line in lines_of(path)]
    if step.pk not in order:
        raise PermissionDenied
    at = order.index(step.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    arrange_steps(actor=actor, path=path, order=order)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stood: after how many others, when it was due, what it waited for and what waited for it."""

    at: int
    due_days: int = 0
    waits_for: Sequence[int] = ()
    waited_by: Sequence[int] = ()


@transaction.atomic
def remove_step(*, actor: User, step: Step) -> Place:
    """Take a step off the path; return where it stood, for `restore_step`.

    Whoever is on an older version keeps it until aligned; what was done stays done. A step nobody had is thrown away
    when the next one is taken off: until then it can come back.
    """
    path = lock_path(step.path)
    may_edit(actor, path)
    lines = lines_of(path)
    at = next((at for at, line in enumerate(lines) if line.step_id == step.pk), None)
    if at is None:
        raise PermissionDenied
    line = lines.pop(at)
    place = Place(at, line.due_days, line.waits_for, [one.step_id for one in lines if step.pk in one.waits_for])
    _write(path, actor, lines)
    forget_unused(path.steps.filter(only_for=None, lines=None, completions=None, states=None).exclude(pk=step.pk))
    _changed(actor, path)
    return place


@transaction.atomic
def restore_step(*, actor: User, path: Path, step: Step, due_days: int = 0, place: Place | None = None) -> Step:
    """Put a step that was taken off the path back in its place, or at its end when nobody says where that was.

    Whoever was aligned without it does not get it again. A path that is then as it was before has its old version.
    """
    path = lock_path(path)
    may_edit(actor, path)
    lines = lines_of(path)
    if step.path_id != path.pk or step.only_for_id is not None:
        raise PermissionDenied
    if step.pk not in {line.step_id for line in lines}:
        place = place or Place(len(lines), due_days)
        for line in lines:
            if line.step_id in place.waited_by:
                line.waits_for = [*line.waits_for, step.pk]
        back = VersionStep(step=step, due_days=place.due_days, waits_for=list(place.waits_for))
        lines.insert(place.at, back)
        _write(path, actor, lines)
        reuse_version(path)
        _changed(actor, path)
    return step


@transaction.atomic
def describe_version(*, actor: User, version: PathVersion, words: str) -> PathVersion:
    """Say what changed in a version, for those who decide whether to align; saying it again is saying it once."""
    path = lock_path(version.path)
    may_edit(actor, path)
    if (words := words.strip()[:300]) == version.words:
        return version
    version.words = words
    version.save(update_fields=["words"])
    record(actor=actor, verb="path.changed", object=path, community_id=path.community_id)
    return version


def _write(path: Path, actor: User, lines: Sequence[VersionStep]) -> None:
    write_lines(open_version(path, actor), lines)


def _changed(actor: User, path: Path, was_for: int | None = None) -> None:
    record(actor=actor, verb="path.changed", object=path, community_id=path.community_id)
    # Texts are live: what waits at home says the new words at once.
    refresh_menus(path.enrolments.open().select_related("person"), also=[was_for])
