"""Working days: Monday to Friday, without the public holidays of a country."""

from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5


@lru_cache(maxsize=64)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Return the public holidays of a year; `country` is an ISO 3166 code that the package `holidays` knows."""
    import holidays  # half a second to import

    return frozenset(holidays.country_holidays(country, years=year))


def is_working_day(day: date, *, country: str = "FI") -> bool:
    """Is it Monday to Friday and no public holiday?"""
    return day.weekday() < SATURDAY and day not in public_holidays(country, day.year)


def working_days_after(start: date, days: int, *, country: str = "FI") -> date:
    """Return the day so many working days after another; day 1 is the first working day after it, day 0 itself."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day, country=country)
    return day


def warm_up() -> None:
    """Read the holidays of these years, which takes a moment, before somebody waits for them (`settings.WARM_UP`)."""
    this_year = date.today().year
    for year in (this_year, this_year + 1):
        public_holidays("FI", year)
