"""Which days somebody works: the weekdays of the account, without the public holidays of the office."""

from __future__ import annotations

from intranet.calendar import Calendar, house_calendar, weekdays_of
from intranet.people.models import User

# As programs name the days of a week, Monday first.
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def calendar_of(person: User) -> Calendar:
    """Return somebody's working days; lists load people with `select_related("office")`."""
    house = house_calendar()
    weekdays = weekdays_of(person.working_days) or house.weekdays
    if person.office is None:
        return Calendar(house.country, weekdays)
    return Calendar(person.office.country, weekdays, person.office.subdivision)


def names_of(weekdays: frozenset[int]) -> list[str]:
    """Return weekdays as programs name them, in order."""
    return [DAYS[day] for day in sorted(weekdays)]
