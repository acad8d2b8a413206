"""Days that are ages away, and other input that nobody means: an answer in words, and never a house that stands still."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from intranet.people.models import User
from tests.api.programs import Program, is_problem
from wiki.onboarding import actions
from wiki.onboarding.making import examples
from wiki.onboarding.models import Enrolment
from wiki.onboarding.reminding.sending import remind
from wiki.onboarding.rules import apply_rules
from wiki.onboarding.schedule import Calendar, due_on

FAR = ["0001-01-01", "9999-12-31", "9990-01-01", "1500-06-01"]


def send(person, method, path, body):
    return Program(person, "write").send(method, path, json.dumps(body))


@pytest.mark.parametrize("day", FAR)
def test_no_preview_of_a_start_ages_away(cast, hers, day):
    assert is_problem(Program(cast.mika).get(f"/enrolments/{hers.pk}/start?start_on={day}"), 422)


@pytest.mark.parametrize("day", FAR)
def test_a_rule_about_people_who_joined_ages_away_is_a_rule(cast, way, day):
    rule = {"joined_from": day}
    found = send(cast.mika, "POST", f"/paths/{way.slug}/rules/preview", rule)
    assert found.status_code == 200
    assert (cast.aino.handle in found.json()) == (day < "2000")
    assert send(cast.mika, "POST", f"/paths/{way.slug}/rules", rule).status_code == 201
    apply_rules()


def test_an_account_that_ends_ages_from_now_is_not_somebody_who_leaves(cast, way, sign_in):
    User.objects.filter(pk=cast.mika.pk).update(is_staff=True)
    cast.mika.refresh_from_db()
    actions.add_rule(actor=cast.mika, path=way, is_leaving=True)
    last_day = timezone.localdate() + timedelta(days=40)
    User.objects.filter(pk=cast.aino.pk).update(active_until=date(9999, 12, 31))
    User.objects.filter(pk=cast.ben.pk).update(active_until=last_day)
    assert apply_rules() == 1
    one = Enrolment.objects.get()
    assert (one.person, one.start_on) == (cast.ben, last_day)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_start_at_the_end_of_time_stops_nobody(cast, way, hers, sign_in, day):
    """However it came there: the person's house, the manager's list and everybody's reminders go on."""
    Enrolment.objects.filter(pk=hers.pk).update(start_on=day)
    cache.clear()
    assert sign_in(cast.aino).get("/").status_code == 200
    assert sign_in(cast.mika).get("/paths/people/").status_code == 200
    remind(now=datetime(2026, 11, 24, 9, tzinfo=UTC))


def test_days_stop_at_the_ends_of_the_calendar():
    assert due_on(date.min, -180) == date.min
    assert due_on(date.max, 0) == date.max
    assert due_on(date.max, 520) == date.max
    assert Calendar().after(date(9999, 12, 1), 400) == date.max


def test_what_somebody_calls_a_language_is_not_kept(cast):
    before = examples._examples.cache_info().currsize
    for word in ("xx", "yy", "zz" * 500):
        assert Program(cast.aino).get(f"/path-examples?language={word}").status_code == 200
    assert examples._examples.cache_info().currsize <= max(before, len(examples.LANGUAGES))


def test_no_path_has_a_nul_in_its_address(cast, hers, sign_in):
    """PostgreSQL refuses to be asked for one."""
    assert sign_in(cast.mika).get("/paths/people/", {"path": "https://\x00", "q": "\x00"}).status_code == 404
