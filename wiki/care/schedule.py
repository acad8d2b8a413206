"""When a page is to be looked at again, and how it stands today. Pure: days come in, words of the house go out.

Days are those of the house (`settings.TIME_ZONE`), so that a page falls due for everybody at the same moment.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

Status = Literal["verified", "due", "overdue", "unowned"]
STATUSES: tuple[Status, ...] = ("overdue", "due", "verified", "unowned")

# How long before its day a page is due: a week, so that each stands in one weekly bundle before it is overdue. Also how
# long a new owner has for the first confirmation.
LEAD = timedelta(days=7)
# Months of each interval; "date" is one chosen day, "never" none.
MONTHS = {"1": 1, "3": 3, "6": 6, "12": 12}


def day_of(moment: datetime, zone: tzinfo) -> date:
    """Return the day that an aware moment falls on in a time zone."""
    return moment.astimezone(zone).date()


def add_months(day: date, months: int) -> date:
    """Return the same day some months later; what that month has not ends with its last day (31 January, 28 February)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def next_review(every: str, chosen: date | None, confirmed: date) -> date | None:
    """Return the day a page confirmed on `confirmed` is to be looked at again; None for never.

    A chosen day counts until it is reached: a confirmation within `LEAD` before it or later is the one it asked for.
    """
    if every in MONTHS:
        return add_months(confirmed, MONTHS[every])
    if every == "date" and chosen is not None and chosen - LEAD > confirmed:
        return chosen
    return None


def status_of(*, owned: bool, confirmed: bool, review_on: date | None, today: date) -> Status:
    """Return how a page stands: due from `LEAD` before its day, overdue after it, due until its owner first confirms."""
    if not owned:
        return "unowned"
    if review_on is not None and review_on < today:
        return "overdue"
    if not confirmed or (review_on is not None and review_on < today + LEAD):
        return "due"
    return "verified"


def week_of(day: date) -> date:
    """Return the Monday of a day's week, which names the week's bundle."""
    return day - timedelta(days=day.weekday())
