"""When a page is looked at again: pure, by the calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.care.schedule import LEAD, MONTHS, add_months, day_of, next_review, status_of, week_of

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_end_where_the_month_ends(day, months, later):
    assert add_months(day, months) == later


@given(DAYS, st.sampled_from([1, 3, 6, 12]))
def test_a_review_is_in_the_month_it_should_be_and_never_on_a_later_day(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_a_moment_falls_on_the_day_of_the_house():
    late = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    assert day_of(late, ZoneInfo("Europe/Helsinki")) == date(2026, 4, 1)
    assert day_of(late, ZoneInfo("America/New_York")) == date(2026, 3, 31)
    # The night the clocks go forward: 21.59 UTC is 23.59, 22.00 UTC is midnight, whatever the summer says.
    assert day_of(datetime(2026, 3, 28, 21, 59, tzinfo=UTC), ZoneInfo("Europe/Helsinki")) == date(2026, 3, 28)
    assert day_of(datetime(2026, 3, 28, 22, 0, tzinfo=UTC), ZoneInfo("Europe/Helsinki")) == date(2026, 3, 29)


@pytest.mark.parametrize(("every", "months"), MONTHS.items())
def test_an_interval_counts_from_the_confirmation(every, months):
    assert next_review(every, None, date(2026, 5, 31)) == add_months(date(2026, 5, 31), months)


def test_a_chosen_day_counts_until_it_is_reached():
    chosen = date(2026, 6, 20)
    assert next_review("date", chosen, chosen - LEAD - timedelta(days=1)) == chosen
    for day in (chosen - LEAD, chosen, chosen + timedelta(days=40)):
        assert next_review("date", chosen, day) is None


def test_never_is_never():
    assert next_review("never", None, date(2026, 5, 31)) is None
    assert next_review("date", None, date(2026, 5, 31)) is None


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "status"),
    [(-400, "overdue"), (-1, "overdue"), (0, "due"), (6, "due"), (7, "verified"), (300, "verified")],
)
def test_status_of_a_confirmed_page(days, status):
    assert status_of(owned=True, confirmed=True, review_on=TODAY + timedelta(days), today=TODAY) == status


@pytest.mark.parametrize(("days", "status"), [(-1, "overdue"), (0, "due"), (7, "due"), (300, "due")])
def test_a_page_its_owner_has_not_confirmed_is_never_verified(days, status):
    assert status_of(owned=True, confirmed=False, review_on=TODAY + timedelta(days), today=TODAY) == status


def test_without_a_day_a_page_stays_as_it_is():
    assert status_of(owned=True, confirmed=True, review_on=None, today=TODAY) == "verified"
    assert status_of(owned=True, confirmed=False, review_on=None, today=TODAY) == "due"


@given(st.booleans(), st.none() | DAYS, DAYS)
def test_nobodys_page_is_unowned_whatever_its_days(confirmed, review_on, today):
    assert status_of(owned=False, confirmed=confirmed, review_on=review_on, today=today) == "unowned"


@given(DAYS)
def test_a_week_is_named_by_its_monday(day):
    assert week_of(day).weekday() == 0
    assert week_of(day) <= day < week_of(day) + timedelta(days=7)
