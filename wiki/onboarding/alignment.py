"""What happens to people on a path when it changes, before it happens: pure comparison of two lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from wiki.onboarding.models import Enrolment, Path, Step
from wiki.onboarding.versions import lines_of
from wiki.onboarding.ways import Line, Way, load, with_people


@dataclass(frozen=True, slots=True)
class Shift:
    """An open step is due on another day."""

    step: Step
    was: date
    will_be: date


@dataclass(slots=True)
class Change:
    """What aligning does to one person: steps that come, go, stay though the path has them no more, and move."""

    enrolment: Enrolment
    added: list[Step] = field(default_factory=list)
    dropped: list[Step] = field(default_factory=list)
    kept: list[Line] = field(default_factory=list)
    shifted: list[Shift] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        """Does the person notice nothing of it?"""
        return not (self.added or self.dropped or self.shifted)


def change_of(way: Way, target: Sequence[Line]) -> Change:
    """Return what bringing a way to these lines does.

    Missing steps come, but none that was dropped for the person before. Steps that the path has no more go, but none
    that is done, skipped or has a day somebody chose; what was added for this person stays.
    """
    change = Change(way.enrolment)
    there, wanted = way.step_ids, {line.step.pk for line in target}
    gone = {key for key, state in way.states.items() if state.dropped_at is not None}
    change.added = [line.step for line in target if line.step.pk not in there and line.step.pk not in gone]
    for line in way.lines:
        if line.step.pk in wanted or line.origin == "own":
            continue
        if is_touched(way, line.step.pk):
            change.kept.append(line)
        else:
            change.dropped.append(line.step)
    before, after = way.windows(), _aligned(way, target, change).windows()
    change.shifted = [
        Shift(line.step, before[line.step.pk].due_on, after[line.step.pk].due_on)
        for line in way.lines
        if way.is_open(line.step.pk)
        and line.step.pk in after
        and before[line.step.pk].due_on != after[line.step.pk].due_on
    ]
    return change


def is_touched(way: Way, step_id: int) -> bool:
    """Is it done or skipped, or has somebody chosen a day for it?"""
    state = way.states.get(step_id)
    return not way.is_open(step_id) or (state is not None and state.due_on is not None)


def _aligned(way: Way, target: Sequence[Line], change: Change) -> Way:
    """Return the way as it will be, without writing anything."""
    dropped = {key for key, state in way.states.items() if state.dropped_at is not None}
    own = [line for line in way.lines if line.origin == "own"]
    return replace(way, lines=[*(line for line in target if line.step.pk not in dropped), *change.kept, *own])


def target_of(path: Path) -> list[Line]:
    """Return the steps of the path as it is now."""
    return [Line(row.step, row.position, row.due_days, tuple(row.waits_for)) for row in lines_of(path)]


def alignable(viewer: Any, path: Path, enrolments: Iterable[Enrolment] | None = None) -> Any:
    """Return who can be aligned: those on the path whom the viewer sees and who have neither finished nor left.

    Somebody who has finished is aligned only when named in `enrolments`: it would open the path for her again.
    """
    chosen = Enrolment.objects.visible_to(viewer).filter(path=path, ended_at__isnull=True)
    if enrolments is None:
        return chosen.filter(finished_at__isnull=True)
    return chosen.filter(pk__in=[enrolment.pk for enrolment in enrolments])


def preview_alignment(viewer: Any, path: Path, enrolments: Iterable[Enrolment] | None = None) -> list[Change]:
    """Return what `actions.align` would do, person by person (`alignable`), in a fixed number of queries."""
    target = target_of(path)
    chosen = alignable(viewer, path, enrolments).exclude(version=path.present_id)
    return [change_of(way, target) for way in load(with_people(chosen).order_by("pk"))]


def start_preview(way: Way, start_on: date) -> list[Shift]:
    """Return which open steps another start date moves, and where to; days set by hand stay."""
    before, after = way.windows(), way.windows(start_on)
    return [
        Shift(line.step, before[line.step.pk].due_on, after[line.step.pk].due_on)
        for line in way.lines
        if way.is_open(line.step.pk) and before[line.step.pk].due_on != after[line.step.pk].due_on
    ]
