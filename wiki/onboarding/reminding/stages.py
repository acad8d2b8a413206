"""Which reminder of a step is the one to send today: pure functions of dates.

The working day before, the day, two working days after it; then the buddy, then the manager. A stage that was missed is
not made up for: of all that are reached only the last is sent, so that nobody hears the same twice in a row.
"""

from __future__ import annotations

from datetime import date, timedelta

from intranet.calendar import Calendar
from wiki.onboarding.models import Reminder

Stage = Reminder.Stage
# Working days late, from the last on: the manager, the buddy, whoever is to do it.
AFTER = ((6, Stage.MANAGER), (4, Stage.BUDDY), (2, Stage.LATE))


def day_before(due: date, calendar: Calendar) -> date:
    """Return the last working day before a day: what is due on Monday is said on Friday."""
    day = due
    while day > date.min:
        day -= timedelta(days=1)
        if calendar.is_working(day):
            break
    return day


def stage_on(due: date, today: date, late: int, calendar: Calendar) -> Stage | None:
    """Return how far it has come with a step that is open; `late` counts working days without those of pauses.

    None before the day before. Nobody hears of it on a day she does not work: what is reached on one of them is said on
    the next day she does (`sending`).
    """
    if today < day_before(due, calendar):
        return None
    if today < due:
        return Stage.BEFORE
    return next((stage for days, stage in AFTER if late >= days), Stage.DAY)
