"""Reminders: the day before, the day, two working days after, then buddy and manager; one bundle a day, never twice."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from intranet.activity.models import Activity
from intranet.calendar import Calendar
from intranet.notifications.models import Notification
from intranet.notifications.readers import notify
from tests.onboarding.test_paths import path  # noqa: F401  # fixture
from wiki.onboarding import actions
from wiki.onboarding.models import Enrolment, Pause, Reminder, ReminderBundle, ReminderRun
from wiki.onboarding.reminding import sending
from wiki.onboarding.reminding.sending import remind
from wiki.onboarding.reminding.stages import Stage, day_before, stage_on
from wiki.onboarding.schedule import late_by
from wiki.onboarding.versions import lines_of

FI = Calendar()
HELSINKI = ZoneInfo("Europe/Helsinki")
MONDAY = date(2026, 11, 2)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=HELSINKI)


@contextmanager
def it_is(day: date, hour: int = 9):
    with mock.patch("django.utils.timezone.now", return_value=at(day, hour)):
        yield


@pytest.fixture
def hers(cast, path):  # noqa: F811
    """Aino from Monday 2 November 2026 on, with Ben as buddy and Mika as manager; one step due that Monday."""
    for line in lines_of(path)[1:]:
        actions.remove_step(actor=cast.mika, step=line.step)
    path.refresh_from_db()
    with it_is(MONDAY - timedelta(days=7)):
        made = actions.enrol(
            actor=cast.mika, path=path, person=cast.aino, start_on=MONDAY, buddy=cast.ben, manager=cast.mika
        )
    return made


def only_step(enrolment):
    return lines_of(enrolment.path)[0].step


def told() -> list[tuple[str, int]]:
    """Who was reminded at which stage, in order."""
    rows = Reminder.objects.order_by("pk").values_list("bundle__person__name", "stage")
    return [(name.split()[0], stage) for name, stage in rows]


def walk(first: date, last: date) -> None:
    day = first
    while day <= last:
        with it_is(day):
            remind()
        day += timedelta(days=1)


def test_the_whole_way_from_the_day_before_to_the_manager(hers):
    walk(MONDAY - timedelta(days=7), MONDAY + timedelta(days=20))
    assert told() == [("Aino", 1), ("Aino", 2), ("Aino", 3), ("Ben", 4), ("Mika", 5)]
    days = list(ReminderBundle.objects.order_by("pk").values_list("day_on", flat=True))
    # Friday before, Monday, Wednesday, Friday, Tuesday.
    assert days == [date(2026, 10, 30), MONDAY, date(2026, 11, 4), date(2026, 11, 6), date(2026, 11, 10)]


def test_nothing_before_eight_and_nothing_on_a_free_day(hers):
    with it_is(MONDAY, 7):
        assert remind() == 0
    with it_is(date(2026, 11, 1)):  # Sunday
        assert remind() == 0
    with it_is(MONDAY, 8):
        assert remind() == 1


def test_in_the_time_zone_of_who_is_reminded(cast, hers):
    type(cast.aino).objects.filter(pk=cast.aino.pk).update(time_zone="America/New_York")
    with it_is(MONDAY, 14):  # seven in the morning there
        assert remind() == 0
    with it_is(MONDAY, 16):
        assert remind() == 1
    assert ReminderBundle.objects.get().day_on == MONDAY


def test_holidays_are_no_days_for_reminders(cast, hers):
    """Independence Day 2027 is a Monday; what is due on the Tuesday is said on the Friday before."""
    tuesday = date(2027, 12, 7)
    assert day_before(tuesday, FI) == date(2027, 12, 3)
    Enrolment.objects.filter(pk=hers.pk).update(start_on=tuesday)
    with it_is(date(2027, 12, 6)):
        assert remind() == 0
    walk(date(2027, 12, 2), tuesday)
    assert list(ReminderBundle.objects.order_by("pk").values_list("day_on", flat=True)) == [date(2027, 12, 3), tuesday]


@pytest.mark.parametrize("stops", ["complete", "pause", "skip", "end"])
def test_it_stops(cast, hers, stops):
    with it_is(MONDAY):
        assert remind() == 1
        step = only_step(hers)
        if stops == "complete":
            actions.complete_step(actor=cast.aino, enrolment=hers, step=step)
        elif stops == "pause":
            actions.pause(actor=cast.mika, enrolment=hers)
        elif stops == "skip":
            actions.skip_step(actor=cast.mika, enrolment=hers, step=step, reason="No need")
        else:
            actions.end_enrolment(actor=cast.mika, enrolment=hers)
    walk(MONDAY, MONDAY + timedelta(days=30))
    assert told() == [("Aino", 2)]


def test_a_step_that_waits_is_not_spoken_of(cast, path):  # noqa: F811
    lines = lines_of(path)
    actions.save_step(actor=cast.mika, path=path, step=lines[1].step, waits_for=[lines[0].step_id])
    actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=MONDAY)
    walk(MONDAY, MONDAY + timedelta(days=10))
    assert {row.step.title for row in Reminder.objects.select_related("step")} == {"Fetch the keys"}


def test_without_a_buddy_the_manager_hears_once(cast, hers):
    actions.reassign(actor=cast.mika, enrolment=hers, role="buddy", person=None)
    walk(MONDAY, MONDAY + timedelta(days=20))
    assert told() == [("Aino", 2), ("Aino", 3), ("Mika", 4), ("Mika", 5)]


def test_another_day_is_spoken_of_anew(cast, hers):
    walk(MONDAY, MONDAY)
    with it_is(MONDAY):
        actions.set_due(actor=cast.mika, enrolment=hers, step=only_step(hers), due_on=MONDAY + timedelta(days=9))
    walk(MONDAY + timedelta(days=1), MONDAY + timedelta(days=9))
    assert told() == [("Aino", 2), ("Aino", 1), ("Aino", 2)]


def test_many_steps_are_one_bundle_and_one_notification(cast, path):  # noqa: F811
    for number in range(5):
        actions.save_step(actor=cast.mika, path=path, kind="do", title=f"More {number}", due_days=0)
    actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=MONDAY)
    with it_is(MONDAY):
        assert remind() == 1
        rows = list(Activity.objects.filter(verb="reminder.due"))
        Activity.objects.filter(pk=rows[0].pk).update(created_at=at(MONDAY))
        rows[0].refresh_from_db()
        notify(rows)
        notify(rows)
    assert Reminder.objects.count() == 6
    note = Notification.objects.get(user=cast.aino, event="due")
    assert (note.box, note.count) == ("direct", 1)


def test_the_list_says_what_is_still_open_and_to_nobody_else(cast, hers):
    from wiki.onboarding.reminding.recipients import describe_bundles

    with it_is(MONDAY):
        remind()
    key = str(ReminderBundle.objects.get().pk)
    said = describe_bundles(cast.aino, [key])[key]
    assert said.name == "Fetch the keys"
    assert said.url == reverse("onboarding:enrolment", args=[hers.pk])
    for name in ("ben", "cleo", "mika", "gita", "root"):
        assert describe_bundles(cast.people[name], [key]) == {}
    actions.complete_step(actor=cast.aino, enrolment=hers, step=only_step(hers))
    assert describe_bundles(cast.aino, [key]) == {}


def test_an_old_buddy_reads_nothing_of_what_she_was_told(cast, hers):
    from wiki.onboarding.reminding.recipients import describe_bundles

    walk(MONDAY + timedelta(days=4), MONDAY + timedelta(days=4))
    key = str(ReminderBundle.objects.get(person=cast.ben).pk)
    assert "Aino Example may need a hand" in describe_bundles(cast.ben, [key])[key].name
    actions.reassign(actor=cast.mika, enrolment=hers, role="buddy", person=None)
    assert describe_bundles(cast.ben, [key]) == {}


class Killed(BaseException):
    """What `kill -9` is to a function."""


@pytest.mark.parametrize("where", ["_bundles", "record_many"])
def test_a_worker_that_dies_tells_nobody_twice_and_forgets_nobody(cast, hers, where):
    """What was written goes back with it; the day is not written off, so the next worker does it."""

    def die(*args, **kwargs):
        raise Killed

    with it_is(MONDAY):
        with pytest.raises(Killed), mock.patch.object(sending, where, die), transaction.atomic():
            remind()
        assert (Reminder.objects.count(), ReminderBundle.objects.count(), ReminderRun.objects.count()) == (0, 0, 0)
        assert remind() == 1
        assert remind() == 0
    assert Activity.objects.filter(verb="reminder.due").count() == 1


def test_dying_before_the_day_is_written_off_tells_nobody_twice(hers):
    with it_is(MONDAY):
        assert remind() == 1
        ReminderRun.objects.all().delete()
        assert remind() == 0
    assert told() == [("Aino", 2)]
    assert Activity.objects.filter(verb="reminder.due").count() == 1


days = st.integers(0, 800).map(lambda number: date(2026, 1, 1) + timedelta(days=number))


@given(
    due=days, off=st.sets(st.integers(-10, 40), max_size=25), pause=st.tuples(st.integers(-5, 20), st.integers(1, 15))
)
def test_whatever_days_the_worker_sleeps_stages_only_rise_and_none_comes_twice(due, off, pause):
    """A model of `remind` over fifty random days: each stage once, never on a free day, never while it is paused."""
    from wiki.onboarding.schedule import Span

    span = Span(due + timedelta(days=pause[0]), due + timedelta(days=pause[0] + pause[1]))
    said: list[Stage] = []
    for number in range(-10, 41):
        today = due + timedelta(days=number)
        if number in off or span.start <= today < span.end:
            continue
        spans = [span] if span.start <= today else []
        stage = stage_on(due, today, late_by(due, today, FI, spans), FI) if FI.is_working(today) else None
        if stage is not None:
            assert today >= day_before(due, FI)
            assert (today < due) == (stage == Stage.BEFORE)
            if stage not in said:
                said.append(stage)
    assert said == sorted(said), "a lower stage after a higher one"
    if not off:
        assert said[-1] == Stage.MANAGER


@given(start=days)
def test_without_a_pause_every_stage_is_said_on_a_day_of_its_own(start):
    said = {}
    for number in range(-12, 30):
        today = start + timedelta(days=number)
        stage = stage_on(start, today, late_by(start, today, FI), FI) if FI.is_working(today) else None
        if stage is not None:
            said.setdefault(stage, today)
    assert list(said) == [Stage.BEFORE, Stage.DAY, Stage.LATE, Stage.BUDDY, Stage.MANAGER]
    assert len(set(said.values())) == 5
    assert FI.between(start, said[Stage.LATE]) == 2


def test_it_asks_the_same_for_three_and_for_thirty(cast, path):  # noqa: F811
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.onboarding.test_people import on_the_path

    counts = []
    for number in (3, 27):
        on_the_path(cast, path, number)
        Pause.objects.all().delete()
        Enrolment.objects.update(start_on=MONDAY)
        ReminderRun.objects.all().delete()
        with it_is(MONDAY), CaptureQueriesContext(connection) as asked:
            assert remind() == number, "who was told today already is not told again"
        counts.append(len(asked))
    assert counts[0] == counts[1]
