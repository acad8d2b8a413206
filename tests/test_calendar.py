"""Working days: what a week, a holiday and another country make of them."""

from datetime import date

import pytest

from intranet.calendar import Calendar, subdivision_of, weekdays_of, working_days_after


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
    assert Calendar().is_working(day) is works


def test_another_country_has_other_holidays():
    independence_day = date(2027, 12, 6)  # a Monday
    assert not Calendar().is_working(independence_day)
    assert Calendar("SE").is_working(independence_day)


def test_no_day_after_is_the_day_itself_even_on_a_sunday():
    assert working_days_after(date(2026, 11, 22), 0) == date(2026, 11, 22)
    assert working_days_after(date(2026, 11, 22), 1) == date(2026, 11, 23)


def test_a_part_of_a_country_has_holidays_of_its_own():
    epiphany = date(2027, 1, 6)  # a Wednesday: a holiday in Bavaria, not in Hesse
    assert not Calendar("DE", subdivision="BY").is_working(epiphany)
    assert Calendar("DE", subdivision="HE").is_working(epiphany)


def test_whoever_works_four_days_a_week_counts_these():
    monday_to_thursday = Calendar(weekdays=weekdays_of("1234"))
    assert monday_to_thursday.after(date(2026, 11, 26), 1) == date(2026, 11, 30)  # Thursday, then Monday
    assert monday_to_thursday.between(date(2026, 11, 23), date(2026, 11, 30)) == 4


@pytest.mark.parametrize(("text", "code"), [("by", "BY"), ("Bayern", "BY"), ("bayern ", "BY"), ("Narnia", None)])
def test_a_part_of_a_country_is_known_by_code_and_by_name(text, code):
    assert subdivision_of("DE", text) == code


def test_what_belongs_to_nobody_counts_by_the_days_of_the_house(settings):
    """A moderator is nudged about a question after two of them."""
    settings.HOLIDAY_COUNTRY, settings.WORKING_DAYS = "SE", "12345"
    assert working_days_after(date(2027, 12, 3), 1) == date(2027, 12, 6)  # a holiday in Finland only
    settings.WORKING_DAYS = "1234567"
    assert working_days_after(date(2027, 12, 3), 1) == date(2027, 12, 4)
