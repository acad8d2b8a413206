"""When a step opens and is due: pure functions of an enrolment's dates.

- Before the start date days are counted as the calendar has them, after it as working days of the person.
- A pause stops the clock: no day in it counts. What was to come when it began moves by the working days that passed in
  it, what was overdue already stays as overdue as it was. A day that would fall into a pause is the day it ends.
- A day set by hand stays when the start date moves; pauses that begin after it was set move it.
- What waits for other steps opens when they are done (or skipped). As long as one of them is open, it is planned for
  the day that one is due, at the earliest today: nothing is overdue while it waits. What waits moves by as many working
  days as what it waits for is late, and never comes earlier than planned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from intranet.calendar import Calendar

FINLAND = Calendar()


@dataclass(frozen=True, slots=True)
class Span:
    """A pause: the clock stands from `start` on and goes again on `end`."""

    start: date
    end: date


def spans_of(pauses: Iterable[tuple[date, date | None]], today: date) -> list[Span]:
    """Return pauses in order, joined where they touch; one that has no end yet is taken to end today."""
    found: list[Span] = []
    for start, end in sorted((start, end or max(start, today)) for start, end in pauses):
        if end <= start:
            continue
        if found and start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, end))
        else:
            found.append(Span(start, end))
    return found


def due_on(start: date, days: int, calendar: Calendar = FINLAND, spans: Sequence[Span] = ()) -> date:
    """Return the due date of a step.

    `days` below zero are calendar days before the start, zero is the start itself, above zero working days after it
    (day 1 is the first working day after the start). `spans` come from `spans_of`.
    """
    if days <= 0:
        return _out_of(date.fromordinal(max(1, start.toordinal() + days)), spans)
    return _later(start, days, calendar, spans)


def _later(day: date, days: int, calendar: Calendar, spans: Sequence[Span]) -> date:
    """Return the day so many working days later by the clock that stands in pauses."""
    first = _out_of(day, spans)
    return _shifted(calendar.after(first, days), calendar, [span for span in spans if span.start > first])


def chosen_on(day: date, set_on: date, calendar: Calendar, spans: Sequence[Span]) -> date:
    """Return where a day that somebody chose on `set_on` is after the pauses that began since."""
    return _shifted(day, calendar, [span for span in spans if span.start >= set_on])


def _out_of(day: date, spans: Sequence[Span]) -> date:
    for span in spans:
        if span.start <= day < span.end:
            return span.end
    return day


def _shifted(day: date, calendar: Calendar, spans: Sequence[Span]) -> date:
    """Move a day on by the working days of each pause that begins before it or on it."""
    for span in spans:
        if span.start <= day:
            eve = span.start - timedelta(days=1)
            lost = calendar.between(eve, span.end - timedelta(days=1))
            day = _out_of(calendar.after(day, lost), [span])
    return day


def late_by(due: date, today: date, calendar: Calendar = FINLAND, spans: Sequence[Span] = ()) -> int:
    """Count the working days since a step was due; those of pauses do not count."""
    late = calendar.between(due, today)
    for span in spans:
        first, last = max(due, span.start - timedelta(days=1)), min(today, span.end - timedelta(days=1))
        late -= calendar.between(first, last)
    return late


@dataclass(frozen=True, slots=True)
class Item:
    """A step as the schedule knows it. `done` is the day it was done, `is_off` that it was skipped."""

    key: int
    days: int
    waits: tuple[int, ...] = ()
    chosen: date | None = None
    chosen_on: date | None = None
    done: date | None = None
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """From when a step can be done and when it is due; `is_waiting` while something it waits for is open."""

    opens_on: date
    due_on: date
    is_waiting: bool = False


def windows(
    items: Sequence[Item], start: date, calendar: Calendar, spans: Sequence[Span], today: date
) -> dict[int, Window]:
    """Return when each step opens and is due, by key. A window never ends before it begins."""
    planned: dict[int, date] = {}
    dues: dict[int, date] = {}  # many steps are due on the same day
    for item in items:
        if item.chosen is not None:
            planned[item.key] = chosen_on(item.chosen, item.chosen_on or item.chosen, calendar, spans)
            continue
        if item.days not in dues:
            dues[item.days] = due_on(start, item.days, calendar, spans)
        planned[item.key] = dues[item.days]
    first = _out_of(start, spans)
    plain = {day: Window(min(first, day), day) for day in set(planned.values())}
    found = {item.key: plain[planned[item.key]] for item in items if not item.waits}
    if len(found) < len(items):
        by_key = {item.key: item for item in items}
        for item in in_order([item for item in items if item.waits]):
            found[item.key] = _window(item, planned, first, found, by_key, calendar, spans, today)
    return found


def _window(
    item: Item,
    planned: Mapping[int, date],
    first: date,
    found: Mapping[int, Window],
    by_key: Mapping[int, Item],
    calendar: Calendar,
    spans: Sequence[Span],
    today: date,
) -> Window:
    due = planned[item.key]
    opens, is_waiting = min(first, due), False
    for key in item.waits:
        other = by_key.get(key)
        if other is None or other.is_off or key not in found:
            continue
        if other.done is not None:
            at = other.done
        else:
            at, is_waiting = max(found[key].due_on, today), True
        opens = max(opens, at)
        if not spans and at <= planned[key] <= planned[item.key]:
            continue  # in time: what waits is due as planned (nearly always, and cheap to see)
        gap = 0 if item.chosen is not None else late_by(planned[key], planned[item.key], calendar, spans)
        due = max(due, _later(at, gap, calendar, spans) if gap else at)
    return Window(opens, due, is_waiting)


def in_order(items: Sequence[Item]) -> list[Item]:
    """Return the items, each behind what it waits for; what would wait for itself stands where it stood."""
    by_key = {item.key: item for item in items}
    ordered: dict[int, Item] = {}
    for item in items:
        stack, path = [item], set()
        while stack:
            at = stack[-1]
            ahead = [by_key[key] for key in at.waits if key in by_key and key not in ordered and key not in path]
            path.add(at.key)
            if at.key in ordered or not ahead:
                ordered.setdefault(at.key, at)
                stack.pop()
            else:
                stack.append(ahead[0])
    return list(ordered.values())


def waits_in_circles(waits: Mapping[int, Sequence[int]]) -> bool:
    """Does a step wait for itself, by way of others?"""
    left = {key: set(ahead) & set(waits) for key, ahead in waits.items()}
    while free := [key for key, ahead in left.items() if not ahead]:
        for key in free:
            del left[key]
        for ahead in left.values():
            ahead.difference_update(free)
    return bool(left)


def when(due: date, today: date) -> str:
    """Return "today" (overdue ones too), "week" (the next seven days) or "later"."""
    if due <= today:
        return "today"
    return "week" if due <= today + timedelta(days=7) else "later"
