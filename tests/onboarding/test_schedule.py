"""Due dates: a table of hand-worked Finnish calendars, and what always holds."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet.calendar import is_working_day
from wiki.onboarding.schedule import due_on, when


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 2), 0, date(2026, 11, 2)),  # the start itself
        (date(2026, 11, 2), -3, date(2026, 10, 30)),  # calendar days before, a Friday
        (date(2026, 11, 2), -2, date(2026, 10, 31)),  # All Saints' Day: before the start nothing is skipped
        (date(2026, 11, 6), 1, date(2026, 11, 9)),  # Friday -> Monday
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Maundy Thursday -> after Easter Monday
        (date(2026, 6, 17), 2, date(2026, 6, 22)),  # over Midsummer Eve, which is a holiday from work
        (date(2026, 12, 4), 1, date(2026, 12, 7)),  # Independence Day on a Sunday takes nothing
        (date(2026, 12, 23), 1, date(2026, 12, 28)),  # Christmas Eve, Christmas Day, Boxing Day on a Saturday
        (date(2026, 4, 30), 1, date(2026, 5, 4)),  # First of May on a Friday
        (date(2026, 5, 13), 1, date(2026, 5, 15)),  # Ascension Day on a Thursday
        (date(2025, 12, 31), 1, date(2026, 1, 2)),  # New Year
        (date(2026, 1, 5), 1, date(2026, 1, 7)),  # Epiphany
    ],
)
def test_due_date_in_hand_worked_calendar(start, days, due):
    assert due_on(start, days) == due


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(-180, 520))
def test_due_date_is_on_the_right_side_of_the_start_and_a_working_day_after_it(start, days):
    due = due_on(start, days)
    if days <= 0:
        assert (due - start).days == days
    else:
        assert due > start
        assert is_working_day(due)
        assert sum(is_working_day(start + timedelta(n)) for n in range(1, (due - start).days + 1)) == days


def test_overdue_steps_belong_to_today():
    today = date(2026, 11, 20)
    assert [when(today + timedelta(n), today) for n in (-9, 0, 1, 7, 8)] == ["today", "today", "week", "week", "later"]
