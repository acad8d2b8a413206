"""Working days of the person: an office with its holidays, weekdays of the account, and everything that counts by them."""

from datetime import date, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intranet.activity.models import Activity
from intranet.people import actions as people
from intranet.people.models import User
from tests.builders import make_person
from tests.onboarding.conftest import step_of
from wiki.onboarding import actions
from wiki.onboarding.alignment import preview_alignment, start_preview
from wiki.onboarding.lookafter.reading import my_people
from wiki.onboarding.making.previewing import plan_for
from wiki.onboarding.mine.calendar import calendar_for
from wiki.onboarding.models import Enrolment, PathRule, Reminder
from wiki.onboarding.progress import progress_for
from wiki.onboarding.readers import follow
from wiki.onboarding.reminding.sending import remind
from wiki.onboarding.rules import apply_rules
from wiki.onboarding.ways import way_of, with_people

# Independence Day 2027, a Monday: a holiday in Finland, a working day in Sweden.
FRIDAY, MONDAY, TUESDAY = date(2027, 12, 3), date(2027, 12, 6), date(2027, 12, 7)


@pytest.fixture
def stockholm(cast):
    return people.add_office(actor=cast.root, name="Stockholm", country="SE", time_zone="Europe/Stockholm")


@pytest.fixture
def on_friday(cast, way, hers):
    """Aino begins on the Friday before Independence Day; of the step "Badge" that is due two working days later."""
    Enrolment.objects.filter(pk=hers.pk).update(start_on=FRIDAY)
    hers.refresh_from_db()
    return hers


def due(enrolment, title: str) -> date:
    """When a step is due for somebody, as everything reads it."""
    fresh = with_people(Enrolment.objects.filter(pk=enrolment.pk)).get()
    return way_of(fresh).windows()[step_of(enrolment.path, title).pk].due_on


def read_diary() -> None:
    follow(list(Activity.objects.order_by("pk")))


def test_due_dates_count_by_the_persons_office_and_weekdays(cast, on_friday, stockholm):
    assert due(on_friday, "Badge") == date(2027, 12, 8)
    people.change_account(actor=cast.root, person=cast.aino, office=stockholm)
    assert due(on_friday, "Badge") == TUESDAY
    people.change_account(actor=cast.root, person=cast.aino, working_days="5")  # Fridays
    assert due(on_friday, "Badge") == date(2027, 12, 17)
    assert due(on_friday, "Keys") == FRIDAY  # the first day itself is nobody's working days


def test_an_office_that_moves_moves_what_is_open_and_no_day_that_somebody_chose(cast, way, on_friday, stockholm):
    people.change_account(actor=cast.root, person=cast.aino, office=stockholm)
    actions.set_due(actor=cast.mika, enrolment=on_friday, step=step_of(way, "Roof"), due_on=date(2027, 12, 10))
    actions.complete_step(actor=cast.aino, enrolment=on_friday, step=step_of(way, "Keys"))
    people.change_office(actor=cast.root, office=stockholm, country="FI")
    assert due(on_friday, "Badge") == date(2027, 12, 8)
    assert due(on_friday, "Roof") == date(2027, 12, 10)
    assert way_of(with_people(Enrolment.objects.filter(pk=on_friday.pk)).get()).completions


@pytest.mark.parametrize("change", ["account", "office"])
def test_menus_of_all_concerned_count_anew(cast, on_friday, stockholm, change):
    people.change_account(actor=cast.root, person=cast.aino, office=stockholm)
    read_diary()
    before = dict(User.objects.values_list("handle", "rights_version"))
    seen = Activity.objects.order_by("-pk").values_list("pk", flat=True)[0]
    if change == "account":
        people.change_account(actor=cast.root, person=cast.aino, working_days="1234")
    else:
        people.change_office(actor=cast.root, office=stockholm, country="NO")
    follow(list(Activity.objects.filter(pk__gt=seen)))
    after = dict(User.objects.values_list("handle", "rights_version"))
    assert {name for name in after if after[name] > before[name]} >= {"aino.example", "ben.example"}
    assert after["cleo.example"] == before["cleo.example"]


def test_overdue_and_stuck_count_by_them(cast, on_friday, stockholm):
    """The step of Friday is, on the Tuesday after, one working day late in Finland, two in Sweden."""
    with mock.patch("django.utils.timezone.now", return_value=datetime(2027, 12, 7, 9, tzinfo=ZoneInfo("UTC"))):
        assert my_people(cast.ben, show="stuck").rows == []
        people.change_account(actor=cast.root, person=cast.aino, office=stockholm)
        (standing,) = my_people(cast.ben, show="stuck").rows
        assert (standing.late.title, standing.late.days) == ("Keys", 2)
        people.change_account(actor=cast.root, person=cast.aino, working_days="2")
        (progress,) = progress_for(cast.aino, [on_friday])
        assert [row.step.title for row in progress.rows if row.is_overdue] == ["Keys"]


def test_the_calendar_of_due_days_counts_by_them(cast, on_friday, stockholm):
    people.change_account(actor=cast.root, person=cast.aino, office=stockholm)
    with mock.patch("django.utils.timezone.now", return_value=datetime(2027, 12, 3, 9, tzinfo=ZoneInfo("UTC"))):
        assert b"DTSTART;VALUE=DATE:20271207" in calendar_for(User.objects.get(pk=cast.aino.pk))


def test_previews_count_by_them(cast, way, on_friday, stockholm):
    people.change_account(actor=cast.root, person=cast.aino, office=stockholm)
    fresh = with_people(Enrolment.objects.filter(pk=on_friday.pk)).get()
    shifts = {shift.step.title: shift.will_be for shift in start_preview(way_of(fresh), FRIDAY - timedelta(days=7))}
    assert shifts["Badge"] == date(2027, 11, 30)
    actions.save_step(actor=cast.mika, path=way, step=step_of(way, "Badge"), due_days=1)
    way.refresh_from_db()
    (change,) = preview_alignment(cast.mika, way)
    assert {shift.step.title: (shift.was, shift.will_be) for shift in change.shifted}["Badge"] == (TUESDAY, MONDAY)


def test_a_plan_for_several_says_from_when_to_when_something_is_due(cast, way, stockholm, sign_in):
    people.change_account(actor=cast.root, person=cast.ben, office=stockholm)
    fresh = list(User.objects.filter(handle__in=["aino.example", "ben.example"]))
    plan = plan_for(way, fresh, start_on=FRIDAY, buddy=None, manager=None)
    days = {step.title: (first, last) for step, first, last in plan.days}
    assert plan.differs
    assert days["Keys"] == (FRIDAY, FRIDAY)
    assert days["Badge"] == (TUESDAY, date(2027, 12, 8))
    sent = {"people": "aino.example, ben.example", "start_on": str(FRIDAY)}
    page = sign_in(cast.mika).post(reverse("onboarding:enrol", args=[way.slug]), sent).content.decode()
    assert "They do not all work on the same days" in page


def walk(first: date, last: date) -> list[tuple[str, int, date]]:
    """Remind day by day; return who heard of which stage on which day."""
    day = first
    while day <= last:
        now = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Europe/Helsinki"))
        with mock.patch("django.utils.timezone.now", return_value=now):
            remind()
        day += timedelta(days=1)
    rows = Reminder.objects.order_by("pk").values_list("bundle__person__handle", "stage", "bundle__day_on")
    return [(handle.partition(".")[0], stage, day) for handle, stage, day in rows]


@pytest.fixture
def one_step(cast, way, on_friday):
    """Of Aino's way nothing is left but the step of the first day."""
    for title in ("Lift", "Badge", "Roof"):
        actions.skip_step(actor=cast.mika, enrolment=on_friday, step=step_of(way, title), reason="Not hers")
    return on_friday


def test_reminders_come_on_days_the_person_works(cast, one_step, stockholm):
    """Holidays of the house are no days off in Stockholm, and on Fridays nobody calls who works from Monday on."""
    people.change_account(actor=cast.root, person=cast.aino, office=stockholm, working_days="1234")
    people.change_account(actor=cast.root, person=cast.ben, office=stockholm)
    assert walk(date(2027, 11, 30), date(2027, 12, 13)) == [
        ("aino", 1, date(2027, 12, 2)),  # the day before
        ("aino", 2, MONDAY),  # the day itself is a Friday, on which she is off
        ("aino", 3, TUESDAY),
        ("ben", 4, date(2027, 12, 9)),
    ]


def test_whoever_hears_of_somebody_else_hears_it_on_her_own_days(cast, one_step):
    people.change_account(actor=cast.root, person=cast.aino, working_days="12")
    people.change_account(actor=cast.root, person=cast.ben, working_days="345")
    said = walk(date(2027, 12, 1), date(2028, 1, 31))
    assert [(name, stage) for name, stage, _day in said if name == "ben"] == [("ben", 4)]
    assert all(day.weekday() in (2, 3, 4) for name, _stage, day in said if name == "ben")
    assert all(day.weekday() in (0, 1) for name, _stage, day in said if name == "aino")


def test_lists_ask_the_same_for_three_and_for_thirty_offices(cast, way, stockholm):
    counts = []
    for number in range(30):
        office = people.add_office(actor=cast.root, name=f"Office {number}", country="SE")
        person = make_person(f"Niilo{number}")
        User.objects.filter(pk=person.pk).update(office=office)
        people.add_member(actor=cast.mika, community=cast.lab, person=person)
        actions.enrol(actor=cast.mika, path=way, person=person, start_on=FRIDAY)
        if number in (2, 29):
            with CaptureQueriesContext(connection) as asked:
                found = progress_for(cast.mika, Enrolment.objects.filter(path=way))
                listed = my_people(cast.mika, path=way, limit=50).rows
            assert len(found) == len(listed) == number + 1
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_rule_takes_who_comes_to_work_at_an_office(cast, stockholm, sign_in):
    path = actions.create_path(actor=cast.mika, community=cast.everyone, title="Welcome to Stockholm")
    actions.save_step(actor=cast.mika, path=path, kind="do", title="Get the key")
    people.change_account(actor=cast.root, person=cast.ben, office=stockholm)
    mika, where = sign_in(cast.mika), reverse("onboarding:path_rules", args=[path.slug])
    assert "Ben Example" in mika.post(where, {"office": stockholm.pk}).content.decode()
    for _press in range(2):
        assert mika.post(where, {"office": stockholm.pk, "confirmed": "1"}).status_code == 302
    assert PathRule.objects.get().office == stockholm
    assert "At the office Stockholm" in mika.get(where).content.decode()
    assert apply_rules() == 0  # Ben was there before
    people.change_account(actor=cast.root, person=cast.aino, office=stockholm, working_days="1234")
    read_diary()
    read_diary()
    assert [row.person for row in Enrolment.objects.all()] == [cast.aino]
    for person in (cast.aino, cast.ben):
        people.change_account(actor=cast.root, person=person, office=None)
    with pytest.raises(ValidationError, match="still in use"):
        people.remove_office(actor=cast.root, office=stockholm)


def test_programs_make_rules_by_office(cast, stockholm):
    from tests.api.programs import Program

    path = actions.create_path(actor=cast.mika, community=cast.everyone, title="Welcome to Stockholm")
    mika = Program(cast.mika, "write")
    made = mika.post(f"/paths/{path.slug}/rules", {"office": "stockholm"})
    assert (made.status_code, made.json()["office"]) == (201, "Stockholm")
    assert mika.post(f"/paths/{path.slug}/rules", {"office": "Narnia"}).status_code == 404
    assert mika.post(f"/paths/{path.slug}/rules", {}).status_code == 422
