"""A path as somebody on it would see it, worked out for an enrolment that is never stored."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects

from intranet.people.calendars import calendar_of
from intranet.people.models import User
from wiki.onboarding.alignment import target_of
from wiki.onboarding.making.reading import Lack, lacks
from wiki.onboarding.models import Enrolment, Path, Step
from wiki.onboarding.progress import Progress, progress_of_ways
from wiki.onboarding.versions import lines_of
from wiki.onboarding.ways import Way


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
    """Return what somebody who starts then sees on a day; pages are those the viewer may read.

    Nobody's buddy and manager: the viewer's own would look as if they were everybody's.
    """
    somebody = copy(viewer)
    somebody.manager = None
    return progress_of_ways(viewer, [made_up_way(path, somebody, start_on, today)])[0]


@dataclass(slots=True)
class Plan:
    """What putting people on a path will do: who is new, who is there already, when what is due, what is lacking."""

    start_on: date
    buddy: User | None
    manager: User | None
    new: list[User]
    there: list[User]
    # Of each step the first and the last day it is due, by the working days of those who are new.
    days: list[tuple[Step, date, date]]
    lacks: list[Lack]

    @property
    def differs(self) -> bool:
        """Is something not due on the same day for all of them?"""
        return any(first != last for _step, first, last in self.days)


def plan_for(path: Path, people: Sequence[User], *, start_on: date, buddy: User | None, manager: User | None) -> Plan:
    """Return what `actions.enrol_many` would do for these people; nothing is stored."""
    already = set(path.enrolments.filter(person__in=[one.pk for one in people]).values_list("person_id", flat=True))
    new = [person for person in people if person.pk not in already]
    lines = lines_of(path)
    days = _days(made_up_way(path, people[0], start_on, start_on, buddy=buddy, manager=manager), new) if people else []
    there = [person for person in people if person.pk in already]
    return Plan(start_on, buddy, manager, new, there, days, lacks(lines, new, buddy, manager))


def _days(way: Way, people: Sequence[User]) -> list[tuple[Step, date, date]]:
    """Return of each step the first and the last day it is due, whoever of these people it is, the earliest first."""
    prefetch_related_objects(list(people), "office")
    spreads = []
    for calendar in {calendar_of(person) for person in people} or {way.calendar}:
        spreads.append(replace(way, calendar=calendar).windows())
    found = []
    for line in way.lines:
        due = [spread[line.step.pk].due_on for spread in spreads]
        found.append((line.step, min(due), max(due)))
    return sorted(found, key=lambda one: one[1:])
