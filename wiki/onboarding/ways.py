"""A person's way along a path: which steps are on it, and when each opens and is due.

On the way are the steps of the person's version but those that were dropped for her, those that were added for her
alone, and those that her version has no more but that she has done or somebody has touched (`StepState.kept`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from intranet.calendar import Calendar
from intranet.people.calendars import calendar_of
from intranet.people.models import User
from wiki.onboarding import asked
from wiki.onboarding.models import Completion, Enrolment, Pause, Role, Step, StepState
from wiki.onboarding.schedule import Item, Span, Window, late_by, spans_of, windows

# What `load` wants to know of an enrolment.
PEOPLE = ("path__community", "path__owner", "person__manager", "person__office", "buddy", "manager", "version")


def day_of(person: User, moment: datetime | None = None) -> date:
    """Return the day it is for somebody, in her time zone."""
    zone = person.time_zone or timezone.get_default_timezone_name()
    return timezone.localdate(moment or timezone.now(), ZoneInfo(zone))


@dataclass(slots=True)
class Line:
    """A step on a way. `origin` is "path", "own" (for this person alone) or "kept" (no longer in the version)."""

    step: Step
    position: int
    due_days: int
    waits: tuple[int, ...] = ()
    origin: str = "path"
    # As the schedule knows it while nothing is different about it: made once for everybody on a version.
    item: Item = field(init=False)

    def __post_init__(self) -> None:
        self.item = Item(self.step.pk, self.due_days, self.waits)


@dataclass(slots=True)
class Way:
    """Everything about one enrolment that decides what is on the list and when."""

    enrolment: Enrolment
    today: date
    calendar: Calendar
    lines: list[Line] = field(default_factory=list)
    states: dict[int, StepState] = field(default_factory=dict)
    completions: dict[int, Completion] = field(default_factory=dict)
    pauses: list[Pause] = field(default_factory=list)
    # Role -> who holds it for this person alone.
    holders: dict[int, User] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)

    @property
    def spans(self) -> list[Span]:
        """Return the pauses as the schedule wants them."""
        return spans_of(((pause.from_on, pause.until_on) for pause in self.pauses), self.today)

    @property
    def is_paused(self) -> bool:
        """Does the clock stand today?"""
        return any(
            pause.from_on <= self.today and (pause.until_on is None or self.today < pause.until_on)
            for pause in self.pauses
        )

    def is_skipped(self, step_id: int) -> bool:
        """Has somebody said that the person need not do it?"""
        state = self.states.get(step_id)
        return state is not None and state.skipped_at is not None and step_id not in self.completions

    def is_open(self, step_id: int) -> bool:
        """Is it neither done nor skipped?"""
        return step_id not in self.completions and not self.is_skipped(step_id)

    @property
    def step_ids(self) -> set[int]:
        """Return the numbers of the steps on the way."""
        return {line.step.pk for line in self.lines}

    def line(self, step_id: int) -> Line | None:
        """Return a step of the way, None for one that is not on it."""
        return next((line for line in self.lines if line.step.pk == step_id), None)

    @property
    def is_finished(self) -> bool:
        """Is there something on the list, and nothing open?"""
        return bool(self.lines) and not any(self.is_open(line.step.pk) for line in self.lines)

    def windows(self, start: date | None = None) -> dict[int, Window]:
        """Return when each step opens and is due, by step; with `start` as it would be with another start date."""
        # On which day a step was done moves nothing but what waits for it.
        waited = {key for line in self.lines for key in line.waits}
        touched = self.states.keys() | (waited & self.completions.keys())
        return windows(
            [self._item(line) if line.step.pk in touched else line.item for line in self.lines],
            start or self.enrolment.start_on, self.calendar, self.spans, self.today,
        )  # fmt: skip

    def _item(self, line: Line) -> Item:
        key = line.step.pk
        state, done = self.states.get(key), self.completions.get(key)
        return Item(
            key, line.due_days, line.waits,
            chosen=state.due_on if state else None,
            chosen_on=state.due_set_on if state else None,
            done=day_of(self.enrolment.person, done.completed_at) if done else None,
            is_off=self.is_skipped(key),
        )  # fmt: skip

    def late(self, due: date) -> int:
        """Count the working days that something due on that day is late; pauses do not count."""
        return late_by(due, self.today, self.calendar, self.spans)

    def whom(self, step: Step) -> User | None:
        """Return the colleague a step is about: whom to meet, or who does the task."""
        if step.whom == Step.Whom.BUDDY:
            return self.enrolment.buddy
        if step.whom == Step.Whom.MANAGER:
            return self.enrolment.boss
        if step.whom == Step.Whom.ROLE:
            return self.holder(step.role_id)
        return step.person if step.whom == Step.Whom.PERSON else None

    def holder(self, role_id: int | None) -> User | None:
        """Return who holds a role for this person."""
        if role_id is None:
            return None
        role = self.roles.get(role_id)
        return self.holders.get(role_id) or (role.holder if role else None)

    def doer(self, step: Step) -> User | None:
        """Return who is to do the step: a colleague's task its colleague, everything else the person."""
        return self.whom(step) if step.kind == Step.Kind.TASK else self.enrolment.person

    def reader_ids(self, step: Step) -> set[int]:
        """Return who reads the answer to a check-in, besides the person; of one that is given nobody who was not named then."""
        enrolment, done = self.enrolment, self.completions.get(step.pk)
        named = step.readers if done is None or not done.answer else set(step.readers) & set(done.answer_readers)
        ids: dict[str, list[int | None]] = {
            "buddy": [enrolment.buddy_id],
            "manager": [enrolment.boss_id],
            "owner": [enrolment.path.owner_id],
            "roles": [person.pk for person in self.seeing_holders()],
        }
        return {pk for name in named for pk in ids.get(name, []) if pk}

    def seeing_holders(self) -> list[User]:
        """Return who holds a role that sees progress, for this person."""
        found = (self.holder(role.pk) for role in self.roles.values() if role.sees_progress)
        return [person for person in found if person is not None]


def load(
    enrolments: Iterable[Enrolment], kinds: Collection[str] = (), lines: dict[int, list[Line]] | None = None
) -> list[Way]:
    """Return the ways of enrolments, in a fixed number of queries (seven), whatever their number and length.

    The enrolments come with `path`, `person`, `person__manager`, `person__office`, `buddy` and `manager` (`with_people`).
    With `kinds` only steps of these kinds are known to be done, and those that others wait for: enough to say when they
    are due. `lines` are those of versions that were read before (`lines_of_versions`); what is not among them is read
    and added.
    """
    found = list(enrolments)
    if not found:
        return []
    ids = [enrolment.pk for enrolment in found]
    lines = {} if lines is None else lines
    versions = {enrolment.version_id for enrolment in found if enrolment.version_id}
    if unread := versions - lines.keys():
        lines |= lines_of_versions(unread)
    own = _by_enrolment(asked.OWN_STEPS.rows(ids), "only_for_id")
    states = _by_enrolment(asked.STATES.rows(ids))
    if kinds:
        waited = {key for each in lines.values() for line in each for key in line.waits}
        waited |= {key for each in states.values() for state in each if state.kept for key in state.kept.waits_for}
        rows = Completion.objects.filter(enrolment__in=ids).order_by("pk")
        done = _by_enrolment(rows.filter(Q(step__kind__in=kinds) | Q(step__in=waited)))
    else:
        done = _by_enrolment(asked.COMPLETIONS.rows(ids))
    pauses = _by_enrolment(asked.PAUSES.rows(ids))
    holders = _by_enrolment(asked.HOLDERS.rows(ids))
    roles: dict[int, dict[int, Role]] = defaultdict(dict)
    for role in asked.ROLES.rows({enrolment.path_id for enrolment in found}):
        roles[role.path_id][role.pk] = role
    days: dict[str, date] = {}
    ways = []
    for enrolment in found:
        person, pk = enrolment.person, enrolment.pk
        today = days.get(person.time_zone) or days.setdefault(person.time_zone, day_of(person))
        way = Way(
            enrolment, today, calendar_of(person),
            states={state.step_id: state for state in states[pk]},
            completions={completion.step_id: completion for completion in done[pk]},
            pauses=pauses[pk],
            holders={holder.role_id: holder.person for holder in holders[pk]},
            roles=roles[enrolment.path_id],
        )  # fmt: skip
        way.lines = _on_the_way(way, lines.get(enrolment.version_id or 0, []), own[pk])
        ways.append(way)
    return ways


def with_people(enrolments: Any) -> Any:
    """Add to a queryset of enrolments the people `load` wants to know."""
    return enrolments.select_related(*PEOPLE)


def way_of(enrolment: Enrolment) -> Way:
    """Return the way of one enrolment."""
    return load([enrolment])[0]


def lines_of_versions(versions: Iterable[int]) -> dict[int, list[Line]]:
    """Return the steps of versions in order: shared by everybody who is on one."""
    found: dict[int, list[Line]] = {version: [] for version in versions}
    for row in asked.LINES.rows(list(found)):
        found[row.version_id].append(Line(row.step, row.position, row.due_days, tuple(row.waits_for)))
    return found


def _by_enrolment(rows: Any, column: str = "enrolment_id") -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


def _on_the_way(way: Way, of_version: Sequence[Line], own: Sequence[Step]) -> list[Line]:
    if not way.states and not own:
        return list(of_version)  # nearly everybody
    dropped = {key for key, state in way.states.items() if state.dropped_at is not None and key not in way.completions}
    lines = [line for line in of_version if line.step.pk not in dropped]
    there = {line.step.pk for line in lines}
    for key, state in way.states.items():
        if state.kept is not None and key not in there and key not in dropped:
            kept = state.kept
            lines.append(Line(kept.step, kept.position, kept.due_days, tuple(kept.waits_for), "kept"))
    lines += [Line(step, step.position, step.due_days, (), "own") for step in own if step.pk not in dropped]
    return sorted(lines, key=lambda line: (line.position, line.step.pk))
