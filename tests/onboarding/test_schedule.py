"""Due dates: a table of hand-worked Finnish calendars, and what always holds."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.onboarding.schedule import (
    Calendar,
    Item,
    Span,
    chosen_on,
    due_on,
    in_order,
    late_by,
    spans_of,
    waits_in_circles,
    when,
    windows,
)

FI = Calendar()


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 2), 0, date(2026, 11, 2)),  # the start itself
        (date(2026, 11, 2), -3, date(2026, 10, 30)),  # calendar days before, a Friday
        (date(2026, 11, 2), -2, date(2026, 10, 31)),  # All Saints' Day: before the start nothing is skipped
        (date(2026, 11, 6), 1, date(2026, 11, 9)),  # Friday -> Monday
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Maundy Thursday -> after Easter Monday
        (date(2026, 3, 30), 5, date(2026, 4, 8)),  # over Good Friday and Easter Monday
        (date(2027, 3, 25), 1, date(2027, 3, 30)),  # Easter of the next year
        (date(2026, 6, 17), 2, date(2026, 6, 22)),  # over Midsummer Eve, which is a holiday from work
        (date(2027, 6, 24), 1, date(2027, 6, 28)),  # Midsummer Eve on the 25th
        (date(2026, 12, 4), 1, date(2026, 12, 7)),  # Independence Day on a Sunday takes nothing
        (date(2027, 12, 3), 1, date(2027, 12, 7)),  # Independence Day on a Monday does
        (date(2026, 12, 23), 1, date(2026, 12, 28)),  # Christmas Eve, Christmas Day, Boxing Day on a Saturday
        (date(2027, 12, 23), 1, date(2027, 12, 27)),  # Christmas Eve on a Friday, the rest on the weekend
        (date(2025, 12, 22), 5, date(2026, 1, 2)),  # Christmas and New Year's Day: 23rd, 29th, 30th, 31st, 2nd
        (date(2026, 4, 30), 1, date(2026, 5, 4)),  # First of May on a Friday
        (date(2025, 4, 30), 1, date(2025, 5, 2)),  # First of May on a Thursday
        (date(2026, 5, 13), 1, date(2026, 5, 15)),  # Ascension Day on a Thursday
        (date(2025, 12, 31), 1, date(2026, 1, 2)),  # New Year
        (date(2026, 1, 5), 1, date(2026, 1, 7)),  # Epiphany on a Tuesday
        (date(2024, 1, 5), 1, date(2024, 1, 8)),  # Epiphany on a Saturday
        (date(2026, 7, 18), 1, date(2026, 7, 20)),  # somebody who starts on a Saturday
    ],
)
def test_due_date_in_hand_worked_calendar(start, days, due):
    assert due_on(start, days) == due


@pytest.mark.parametrize(
    ("start", "days", "pauses", "due"),
    [
        # A week off from Monday the 9th to Monday the 16th: five working days later.
        (date(2026, 11, 2), 8, [(date(2026, 11, 9), date(2026, 11, 16))], date(2026, 11, 19)),
        # What was due before the pause stays.
        (date(2026, 11, 2), 3, [(date(2026, 11, 9), date(2026, 11, 16))], date(2026, 11, 5)),
        # Due on the very day the pause begins: the day it ends.
        (date(2026, 11, 2), 5, [(date(2026, 11, 9), date(2026, 11, 16))], date(2026, 11, 16)),
        # A weekend takes nothing.
        (date(2026, 11, 2), 5, [(date(2026, 11, 7), date(2026, 11, 9))], date(2026, 11, 9)),
        # Over Christmas a pause of two weeks takes six working days (21 to 23, 28 to 30 December).
        (date(2026, 12, 14), 6, [(date(2026, 12, 21), date(2026, 12, 31))], date(2027, 1, 4)),
        # Two pauses.
        (
            date(2026, 11, 2),
            8,
            [(date(2026, 11, 4), date(2026, 11, 6)), (date(2026, 11, 10), date(2026, 11, 11))],
            date(2026, 11, 17),
        ),
        # Before the start and on it: nothing is due while the clock stands.
        (date(2026, 11, 9), -2, [(date(2026, 11, 2), date(2026, 11, 16))], date(2026, 11, 16)),
        (date(2026, 11, 9), 1, [(date(2026, 11, 2), date(2026, 11, 16))], date(2026, 11, 17)),
    ],
)
def test_pauses_stop_the_clock(start, days, pauses, due):
    assert due_on(start, days, FI, spans_of(pauses, date(2030, 1, 1))) == due


def test_a_pause_without_an_end_is_taken_to_end_today():
    pauses = [(date(2026, 11, 9), None)]
    assert due_on(date(2026, 11, 2), 8, FI, spans_of(pauses, date(2026, 11, 11))) == date(2026, 11, 16)
    assert due_on(date(2026, 11, 2), 8, FI, spans_of(pauses, date(2026, 11, 9))) == date(2026, 11, 12)


def test_a_chosen_day_moves_with_pauses_that_begin_after_it_was_set():
    spans = [Span(date(2026, 11, 9), date(2026, 11, 16))]
    assert chosen_on(date(2026, 11, 12), date(2026, 11, 2), FI, spans) == date(2026, 11, 19)
    assert chosen_on(date(2026, 11, 12), date(2026, 11, 10), FI, spans) == date(2026, 11, 12)
    assert chosen_on(date(2026, 11, 6), date(2026, 11, 2), FI, spans) == date(2026, 11, 6)


def test_days_of_a_pause_make_nothing_later_than_it_was():
    spans = [Span(date(2026, 11, 9), date(2026, 11, 16))]
    assert late_by(date(2026, 11, 5), date(2026, 11, 17), FI, spans) == 3  # 6, 16, 17
    assert late_by(date(2026, 11, 5), date(2026, 11, 12), FI, spans) == 1
    assert late_by(date(2026, 11, 5), date(2026, 11, 5), FI, spans) == 0


START = date(2026, 11, 2)


def window(today, *items, start=START):
    return windows(items, start, FI, [], today)


def test_what_waits_moves_by_what_it_waits_for_is_late():
    first, second = Item(1, 2), Item(2, 4, waits=(1,))
    before = window(date(2026, 11, 3), first, second)[2]
    assert (before.opens_on, before.due_on, before.is_waiting) == (date(2026, 11, 4), date(2026, 11, 6), True)
    # Three working days late and still open: not overdue, but moving along.
    late = window(date(2026, 11, 9), first, second)[2]
    assert (late.opens_on, late.due_on, late.is_waiting) == (date(2026, 11, 9), date(2026, 11, 11), True)
    done = window(date(2026, 11, 20), Item(1, 2, done=date(2026, 11, 10)), second)[2]
    assert (done.opens_on, done.due_on, done.is_waiting) == (date(2026, 11, 10), date(2026, 11, 12), False)
    early = window(date(2026, 11, 20), Item(1, 2, done=date(2026, 11, 2)), second)[2]
    assert (early.opens_on, early.due_on) == (START, date(2026, 11, 6))


def test_what_is_skipped_or_gone_holds_nothing_up():
    assert not window(date(2026, 11, 9), Item(1, 2, is_off=True), Item(2, 4, waits=(1, 99)))[2].is_waiting


def test_a_chosen_day_waits_too():
    found = window(date(2026, 11, 9), Item(1, 2), Item(2, 4, waits=(1,), chosen=date(2026, 11, 5), chosen_on=START))[2]
    assert found.opens_on == found.due_on == date(2026, 11, 9)


def test_circles_are_found_and_do_no_harm():
    assert waits_in_circles({1: [2], 2: [3], 3: [1]})
    assert not waits_in_circles({1: [], 2: [1], 3: [1, 2, 99]})
    circle = [Item(1, 0, waits=(2,)), Item(2, 0, waits=(1,))]
    assert {item.key for item in in_order(circle)} == {1, 2}
    assert len(window(START, *circle)) == 2


dates = st.dates(date(2000, 1, 1), date(2060, 1, 1))
pauses = st.lists(
    st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.none() | st.integers(0, 90)), max_size=4
).map(lambda found: [(day, None if length is None else day + timedelta(days=length)) for day, length in found])


@given(dates, st.integers(-180, 520))
def test_due_date_is_on_the_right_side_of_the_start_and_a_working_day_after_it(start, days):
    due = due_on(start, days)
    if days <= 0:
        assert (due - start).days == days
    else:
        assert due > start
        assert FI.is_working(due)
        assert sum(FI.is_working(start + timedelta(n)) for n in range(1, (due - start).days + 1)) == days


@given(dates, st.integers(0, 400))
def test_working_days_after_and_between_are_each_others_inverse(day, count):
    assert FI.between(day, FI.after(day, count)) == count


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(-60, 200), pauses, st.dates(START, START))
def test_with_pauses_the_clock_counts_the_days_it_goes(start, days, pauses, today):
    spans = spans_of(pauses, today)
    assert all(one.end < other.start for one, other in pairwise(spans))
    due = due_on(start, days, FI, spans)
    assert not any(span.start <= due < span.end for span in spans)
    assert due <= due_on(start, days + 1, FI, spans)
    if days > 0:
        first = due_on(start, 0, FI, spans)
        on = [first + timedelta(n) for n in range(1, (due - first).days + 1)]
        goes = [day for day in on if not any(span.start <= day < span.end for span in spans)]
        assert sum(FI.is_working(day) for day in goes) == days


@given(
    st.lists(st.tuples(st.integers(-10, 60), st.sets(st.integers(0, 11), max_size=3), st.none() | st.integers(0, 90)),
             min_size=1, max_size=12),
    pauses,
    st.dates(date(2026, 10, 1), date(2027, 2, 1)),
)  # fmt: skip
def test_no_window_ends_before_it_begins_and_nothing_is_due_while_it_waits(found, pauses, today):
    items = [
        Item(key, days, tuple(waits), done=None if done is None else START + timedelta(done))
        for key, (days, waits, done) in enumerate(found)
    ]
    spread = windows(items, START, FI, spans_of(pauses, today), today)
    assert spread.keys() == {item.key for item in items}
    for one in spread.values():
        assert one.opens_on <= one.due_on
        if one.is_waiting:
            assert one.due_on >= today


def test_overdue_steps_belong_to_today():
    today = date(2026, 11, 20)
    assert [when(today + timedelta(n), today) for n in (-9, 0, 1, 7, 8)] == ["today", "today", "week", "week", "later"]
