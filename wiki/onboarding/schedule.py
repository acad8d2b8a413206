"""When a step is due: a pure function of the start date."""

from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5


@lru_cache(maxsize=64)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Return the public holidays of a year; `country` is an ISO 3166 code that the package `holidays` knows."""
    import holidays  # half a second to import, and only paths need it

    return frozenset(holidays.country_holidays(country, years=year))


def is_working_day(day: date, *, country: str = "FI") -> bool:
    """Is it Monday to Friday and no public holiday?"""
    return day.weekday() < SATURDAY and day not in public_holidays(country, day.year)


def due_on(start: date, days: int, *, country: str = "FI") -> date:
    """Return the due date of a step.

    `days` below zero are calendar days before the start, zero is the start itself, above zero working days after it
    (day 1 is the first working day after the start).
    """
    if days <= 0:
        return start + timedelta(days=days)
    day = start
    while days:
        day += timedelta(days=1)
        if is_working_day(day, country=country):
            days -= 1
    return day


def when(due: date, today: date) -> str:
    """Return "today" (overdue ones too), "week" (the next seven days) or "later"."""
    if due <= today:
        return "today"
    return "week" if due <= today + timedelta(days=7) else "later"
