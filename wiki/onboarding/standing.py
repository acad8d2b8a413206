"""How far people are, without their steps: what a list of people says of each.

A list says of somebody how much is done, what is next and what is late. It reads rows instead of objects, the steps of a
version once, and works out one calendar for all who began a version on the same day: three hundred people on two hundred
steps are asked for as often as three.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from intranet.calendar import Calendar
from intranet.people.calendars import calendar_of
from wiki.onboarding.models import Completion, Enrolment, Pause, Step, StepState, VersionStep
from wiki.onboarding.schedule import Item, Span, Window, late_by, spans_of, windows
from wiki.onboarding.ways import day_of

# A step is stuck when it has been due for so many working days of the person.
STUCK_AFTER = 2


class Task(NamedTuple):
    """A step on somebody's way as a list needs it."""

    key: int
    title: str
    is_hers: bool  # not a colleague's
    position: int
    item: Item


class Late(NamedTuple):
    """The step that is late the longest."""

    title: str
    due_on: date
    days: int  # working days of the person


@dataclass(slots=True)
class Standing:
    """How far somebody is on a path. `late` is what is late the longest, `next_title` what is next."""

    enrolment: Enrolment
    today: date
    is_paused: bool
    done: int = 0
    total: int = 0
    steps: int = 0
    overdue: int = 0
    next_title: str = ""
    late: Late | None = None

    @property
    def percent(self) -> int:
        """How much is done, in whole percent; of nothing but skipped steps everything."""
        return 100 * self.done // self.total if self.total else 100 * bool(self.steps)

    @property
    def is_stuck(self) -> bool:
        """Has something been due for so long that somebody should help?"""
        return self.late is not None and self.late.days >= STUCK_AFTER

    @property
    def since(self) -> date | None:
        """Return since when something is late: the day after its due date."""
        return date.fromordinal(self.late.due_on.toordinal() + 1) if self.late else None


@dataclass(slots=True)
class _Own:
    """What is one person's own on a way: of nearly everybody nothing but what is done."""

    done: set[int] = field(default_factory=set)
    days: dict[int, date] = field(default_factory=dict)
    states: list[dict[str, Any]] = field(default_factory=list)
    steps: list[Task] = field(default_factory=list)
    pauses: list[tuple[date, date | None]] = field(default_factory=list)


def standings(enrolments: Iterable[Enrolment]) -> list[Standing]:
    """Return how far these enrolments are, in their order, in six queries; they come with `person__office`."""
    found = list(enrolments)
    if not found:
        return []
    ids = [enrolment.pk for enrolment in found]
    versions = _versions({enrolment.version_id for enrolment in found if enrolment.version_id})
    own = _own(ids, {key for tasks in versions.values() for task in tasks for key in task.item.waits})
    kept: dict[Any, Any] = {}
    now, days = timezone.now(), dict[str, date]()
    told = []
    for enrolment in found:
        person, hers = enrolment.person, own.get(enrolment.pk) or _Own()
        today = days.get(person.time_zone) or days.setdefault(person.time_zone, day_of(person, now))
        told.append(_standing(enrolment, today, versions.get(enrolment.version_id or 0, []), hers, kept))
    return told


def _standing(enrolment: Enrolment, today: date, tasks: list[Task], own: _Own, kept: dict[Any, Any]) -> Standing:
    calendar, spans = calendar_of(enrolment.person), spans_of(own.pauses, today)
    is_paused = any(start <= today and (end is None or today < end) for start, end in own.pauses)
    skipped: set[int] = set()
    if own.states or own.steps:
        tasks, skipped = _hers(tasks, own)
        spread = windows([task.item for task in tasks], enrolment.start_on, calendar, spans, today)
    else:
        spread = _shared(enrolment, tasks, own, calendar, spans, today, kept)
    standing = Standing(enrolment, today, is_paused, steps=len(tasks), total=len(tasks) - len(skipped))
    open_ones = [task for task in tasks if task.key not in own.done and task.key not in skipped]
    standing.done = len(tasks) - len(skipped) - len(open_ones)
    best: tuple[bool, date, int] | None = None
    worst: tuple[date, int] | None = None
    for task in open_ones:
        window = spread[task.key]
        rank = (window.is_waiting or not task.is_hers, window.due_on, task.position)
        if best is None or rank < best:
            best, standing.next_title = rank, task.title
        if window.due_on < today and not is_paused:
            standing.overdue += 1
            place = (window.due_on, task.position)
            if worst is None or place < worst:
                worst = place
                standing.late = Late(task.title, window.due_on, 0)
    if standing.late is not None:
        days = late_by(standing.late.due_on, today, calendar, spans)
        standing.late = standing.late._replace(days=days)
    return standing


def _shared(
    enrolment: Enrolment, tasks: list[Task], own: _Own, calendar: Calendar, spans: list[Span], today: date,
    kept: dict[Any, Any],
) -> dict[int, Window]:  # fmt: skip
    """Return the windows of somebody who has nothing of her own: the same for all who are as far on the same day."""
    done = frozenset(own.days.items())
    key = (enrolment.version_id, enrolment.start_on, today, calendar, tuple(spans), done)
    found: dict[int, Window] | None = kept.get(key)
    if found is None:
        items = [_with_day(task.item, own.days) for task in tasks] if done else [task.item for task in tasks]
        found = kept[key] = windows(items, enrolment.start_on, calendar, spans, today)
    return found


def _with_day(item: Item, days: dict[int, date]) -> Item:
    day = days.get(item.key)
    return item if day is None else Item(item.key, item.days, item.waits, done=day)


def _hers(tasks: list[Task], own: _Own) -> tuple[list[Task], set[int]]:
    """Return the steps on the way of somebody who has some of her own, or other days, and which are skipped.

    The same as `ways.load` does with objects; `tests/onboarding/test_walks.py` compares both at every turn.
    """
    states = {state["step_id"]: state for state in own.states}
    dropped = {key for key, state in states.items() if state["dropped_at"] and key not in own.done}
    lines = [task for task in tasks if task.key not in dropped]
    there = {task.key for task in lines}
    lines += [
        _task(key, state, "kept__", state["kept__waits_for"])
        for key, state in states.items()
        if state["kept_id"] and key not in there and key not in dropped
    ]
    lines += [task for task in own.steps if task.key not in dropped]
    lines.sort(key=attrgetter("position", "key"))
    skipped = {key for key, state in states.items() if state["skipped_at"] and key not in own.done}
    made = []
    for task in lines:
        key, item, state = task.key, task.item, states.get(task.key)
        made.append(
            task._replace(
                item=Item(
                    key, item.days, item.waits,
                    chosen=state["due_on"] if state else None, chosen_on=state["due_set_on"] if state else None,
                    done=own.days.get(key), is_off=key in skipped,
                )
            )
        )  # fmt: skip
    return made, skipped & {task.key for task in made}


def _task(key: int, row: dict[str, Any], before: str, waits: Iterable[int]) -> Task:
    step = f"{before}step__" if before else ""
    item = Item(key, row[f"{before}due_days"], tuple(waits))
    return Task(key, row[f"{step}title"], row[f"{step}kind"] != Step.Kind.TASK, row[f"{before}position"], item)


def _versions(versions: set[int]) -> dict[int, list[Task]]:
    """Return the steps of versions in order."""
    found: dict[int, list[Task]] = defaultdict(list)
    names = ("version_id", "step_id", "position", "due_days", "waits_for", "step__title", "step__kind")
    rows = VersionStep.objects.filter(version__in=versions).order_by("position", "pk")
    for version, step, position, days, waits, title, kind in rows.values_list(*names):
        found[version].append(Task(step, title, kind != Step.Kind.TASK, position, Item(step, days, tuple(waits))))
    return found


def _own(ids: list[int], waited: set[int]) -> dict[int, _Own]:
    """Return what is each enrolment's own: steps, states, what is done, pauses. Five queries.

    On which day something was done is asked for nothing but what others wait for.
    """
    found: dict[int, _Own] = defaultdict(_Own)
    for row in Step.objects.filter(only_for__in=ids).values(
        "pk", "only_for_id", "title", "kind", "position", "due_days"
    ):
        found[row["only_for_id"]].steps.append(_task(row["pk"], dict(row), "", ()))
    states = StepState.objects.filter(enrolment__in=ids).filter(
        Q(skipped_at__isnull=False) | Q(due_on__isnull=False) | Q(dropped_at__isnull=False) | Q(kept__isnull=False)
    )
    names = ("due_on", "due_set_on", "skipped_at", "dropped_at", "kept_id")
    kept = ("kept__position", "kept__due_days", "kept__waits_for", "kept__step__title", "kept__step__kind")
    for row in states.order_by("pk").values("enrolment_id", "step_id", *names, *kept):
        found[row["enrolment_id"]].states.append(row)
        waited.update(row["kept__waits_for"] or ())
    for enrolment, step in Completion.objects.filter(enrolment__in=ids).values_list("enrolment_id", "step_id"):
        found[enrolment].done.add(step)
    if waited:
        for enrolment, step, at, zone in Completion.objects.filter(enrolment__in=ids, step__in=waited).values_list(
            "enrolment_id", "step_id", "completed_at", "enrolment__person__time_zone"
        ):
            found[enrolment].days[step] = _day(at, zone)
    for enrolment, start, end in Pause.objects.filter(enrolment__in=ids).values_list(
        "enrolment_id", "from_on", "until_on"
    ):
        found[enrolment].pauses.append((start, end))
    return found


def _day(at: datetime, zone: str) -> date:
    """Return the day a moment was in the person's time zone, as `ways.day_of` does."""
    return timezone.localdate(at, ZoneInfo(zone or timezone.get_default_timezone_name()))
