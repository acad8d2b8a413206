"""Working days: weekdays somebody works, without the public holidays of where that is.

The house's own (`HOLIDAY_COUNTRY`, `WORKING_DAYS`) count for whatever belongs to nobody, and for people of whom nothing
else is said; a person's come from the office and the account (`intranet.people.calendars`).
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, date
from functools import lru_cache

from django.conf import settings

MONDAY_TO_FRIDAY = frozenset(range(5))


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int, subdivision: str = "") -> frozenset[date]:
    """Return the public holidays of a year; `country` and `subdivision` are codes that the package `holidays` knows."""
    import holidays  # half a second to import

    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


@lru_cache(maxsize=1024)
def _working_days(country: str, subdivision: str, weekdays: frozenset[int], year: int) -> tuple[int, ...]:
    """Return the working days of a year as ordinals, in order."""
    off = public_holidays(country, year, subdivision)
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days = (date.fromordinal(number) for number in range(first, last + 1))
    return tuple(day.toordinal() for day in days if day.weekday() in weekdays and day not in off)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days somebody works; weekdays as Python counts them, Monday is 0."""

    country: str = "FI"
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    subdivision: str = ""

    def is_working(self, day: date) -> bool:
        """Is it one of the weekdays, and no public holiday?"""
        return day.weekday() in self.weekdays and day not in public_holidays(self.country, day.year, self.subdivision)

    def after(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day`; the day itself for 0. No day is later than `date.max`."""
        if count <= 0:
            return day
        year, number = day.year, day.toordinal()
        while year <= MAXYEAR:
            days = _working_days(self.country, self.subdivision, self.weekdays, year)
            at = bisect_right(days, number)
            if at + count <= len(days):
                return date.fromordinal(days[at + count - 1])
            count -= len(days) - at
            year += 1
        return date.max

    def between(self, first: date, last: date) -> int:
        """Count the working days after `first` up to and with `last`; 0 when `last` is not later."""
        if last <= first:
            return 0
        total, low, high = 0, first.toordinal(), last.toordinal()
        for year in range(first.year, last.year + 1):
            days = _working_days(self.country, self.subdivision, self.weekdays, year)
            total += bisect_right(days, high) - bisect_right(days, low)
        return total


def weekdays_of(digits: str) -> frozenset[int]:
    """Return the weekdays that a text like "1234" names as ISO 8601 counts them (Monday is 1), as Python does."""
    return frozenset(int(digit) - 1 for digit in digits if digit in "1234567")


def digits_of(weekdays: Iterable[int]) -> str:
    """Return weekdays, Monday is 0, as they are stored: "1234"."""
    return "".join(str(day + 1) for day in sorted(set(weekdays)))


def house_calendar() -> Calendar:
    """Return the working days of the house."""
    return Calendar(settings.HOLIDAY_COUNTRY, weekdays_of(settings.WORKING_DAYS) or MONDAY_TO_FRIDAY)


def working_days_after(start: date, days: int) -> date:
    """Return the day so many working days of the house after another; day 1 is the first working day after it."""
    return house_calendar().after(start, days)


@lru_cache(maxsize=1)
def countries() -> dict[str, tuple[str, ...]]:
    """Return the countries whose public holidays are known, with the codes of those parts that have their own."""
    import holidays

    known = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(parts) for code, parts in known.items() if len(code) == 2}


@lru_cache(maxsize=64)
def parts_of(country: str) -> dict[str, str]:
    """Return the parts of a country that have public holidays of their own: code and a name of it."""
    import holidays

    known = type(holidays.country_holidays(country))
    named = {code: name for name, code in reversed(getattr(known, "subdivisions_aliases", {}).items())}
    return {code: named.get(code, code) for code in known.subdivisions}


def subdivision_of(country: str, text: str) -> str | None:
    """Return the code of a part of a country, given the code or a name in any capitals; None for an unknown one."""
    import holidays

    known = type(holidays.country_holidays(country))
    names = {name.casefold(): code for name, code in getattr(known, "subdivisions_aliases", {}).items()}
    names |= {code.casefold(): code for code in known.subdivisions}
    return names.get(text.strip().casefold())


def warm_up() -> None:
    """Read the holidays of these years, which takes a moment, before somebody waits for them (`settings.WARM_UP`)."""
    this_year = date.today().year
    for year in (this_year, this_year + 1):
        public_holidays(settings.HOLIDAY_COUNTRY, year)
