"""A path as somebody on it would see it, worked out for an enrolment that is never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from intranet.people.models import User
from wiki.onboarding.alignment import target_of
from wiki.onboarding.making.reading import Lack, lacks
from wiki.onboarding.models import Enrolment, Path, Step
from wiki.onboarding.progress import Progress, progress_of_ways
from wiki.onboarding.versions import lines_of
from wiki.onboarding.ways import Way, calendar_of


def made_up_way(
    path: Path, person: User, start_on: date, today: date, *, buddy: User | None = None, manager: User | None = None
) -> Way:
    """Return the way of somebody who would start then, as it would be on a day."""
    enrolment = Enrolment(
        path=path, person=person, start_on=start_on, buddy=buddy, manager=manager, version=path.present
    )  # fmt: skip
    roles = {role.pk: role for role in path.roles.select_related("holder")}
    return Way(enrolment, today, calendar_of(person), lines=target_of(path), roles=roles)


def preview_of(viewer: Any, path: Path, start_on: date, today: date) -> Progress:
    """Return what somebody who starts then sees on a day; pages are those the viewer may read."""
    return progress_of_ways(viewer, [made_up_way(path, viewer, start_on, today)])[0]


@dataclass(slots=True)
class Plan:
    """What putting people on a path will do: who is new, who is there already, when what is due, what is lacking."""

    start_on: date
    buddy: User | None
    manager: User | None
    new: list[User]
    there: list[User]
    days: list[tuple[Step, date]]
    lacks: list[Lack]


def plan_for(path: Path, people: Sequence[User], *, start_on: date, buddy: User | None, manager: User | None) -> Plan:
    """Return what `actions.enrol_many` would do for these people; nothing is stored."""
    already = set(path.enrolments.filter(person__in=[one.pk for one in people]).values_list("person_id", flat=True))
    new = [person for person in people if person.pk not in already]
    lines, days = lines_of(path), []
    if people:
        way = made_up_way(path, people[0], start_on, start_on, buddy=buddy, manager=manager)
        spread = way.windows()
        days = sorted(((line.step, spread[line.step.pk].due_on) for line in way.lines), key=lambda one: one[1])
    there = [person for person in people if person.pk in already]
    return Plan(start_on, buddy, manager, new, there, days, lacks(lines, new, buddy, manager))
