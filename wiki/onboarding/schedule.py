"""When a step is due: a pure function of the start date."""

from datetime import date, timedelta

from intranet.calendar import working_days_after


def due_on(start: date, days: int, *, country: str = "FI") -> date:
    """Return the due date of a step.

    `days` below zero are calendar days before the start, zero is the start itself, above zero working days after it
    (day 1 is the first working day after the start).
    """
    if days <= 0:
        return start + timedelta(days=days)
    return working_days_after(start, days, country=country)


def when(due: date, today: date) -> str:
    """Return "today" (overdue ones too), "week" (the next seven days) or "later"."""
    if due <= today:
        return "today"
    return "week" if due <= today + timedelta(days=7) else "later"
