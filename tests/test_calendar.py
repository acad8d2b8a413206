"""Working days: what a week, a holiday and another country make of them."""

from datetime import date

import pytest

from intranet.calendar import is_working_day, working_days_after


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),  # a Friday
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 6, 19), False),  # Midsummer Eve, a holiday from work
        (date(2026, 5, 14), False),  # Ascension Day on a Thursday
        (date(2026, 12, 7), True),  # the Monday after Independence Day
    ],
)
def test_working_days_of_finland(day, works):
    assert is_working_day(day) is works


def test_another_country_has_other_holidays():
    independence_day = date(2027, 12, 6)  # a Monday
    assert not is_working_day(independence_day)
    assert is_working_day(independence_day, country="SE")


def test_no_day_after_is_the_day_itself_even_on_a_sunday():
    assert working_days_after(date(2026, 11, 22), 0) == date(2026, 11, 22)
    assert working_days_after(date(2026, 11, 22), 1) == date(2026, 11, 23)
