"""Steps that wait at home: my next one, and whom I am to meet; for nobody else, and no longer than they wait."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.people import actions as people
from tests.builders import make_person
from tests.onboarding.test_paths import on_path, path  # noqa: F401  # fixtures
from wiki.onboarding import actions

PEOPLE = ["aino", "ben", "cleo", "mika", "gita", "root"]


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def waiting(client, **extra) -> str:
    """The strip of home, as text."""
    html = client.get("/", **extra).text
    start = html.index('id="waiting"')
    return html[start : html.index("</details>", start)]


def begun_earlier(enrolment, days: int) -> None:
    """Let days pass."""
    type(enrolment).objects.filter(pk=enrolment.pk).update(start_on=timezone.localdate() - timedelta(days=days))
    cache.clear()


def test_the_next_step_waits_for_the_new_hire_until_it_is_done(cast, on_path, sign_in):  # noqa: F811
    client = sign_in(cast.aino)
    strip = waiting(client)
    assert "Fetch the keys" in strip
    assert "First month · today" in strip
    assert f'href="{reverse("onboarding:enrolment", args=[on_path.pk])}"' in strip
    assert "Say hello" not in strip
    actions.complete_step(actor=cast.aino, enrolment=on_path, step=on_path.path.steps.first())
    strip = waiting(client)
    assert "Fetch the keys" not in strip
    assert "Meet the buddy" in strip
    for step in on_path.path.steps.all():
        actions.complete_step(actor=cast.aino, enrolment=on_path, step=step)
    assert "Nothing waits for you" in waiting(client)


def test_a_meeting_waits_for_the_buddy_from_its_day_on(cast, on_path, sign_in):  # noqa: F811
    assert "Meet Aino" not in waiting(sign_in(cast.ben))
    begun_earlier(on_path, 30)
    strip = waiting(sign_in(cast.ben))
    assert "Meet Aino Example" in strip
    assert "Meet the buddy · overdue" in strip
    assert "Fetch the keys" not in strip
    actions.complete_step(actor=cast.aino, enrolment=on_path, step=on_path.path.steps.get(title="Meet the buddy"))
    assert "Meet Aino" not in waiting(sign_in(cast.ben))


def test_a_meeting_waits_for_the_manager_too(cast, path, sign_in):  # noqa: F811
    actions.save_step(actor=cast.mika, path=path, kind="meet", title="Sit down together", whom="manager", due_days=0)
    start = timezone.localdate()
    actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=start, manager=cast.ben)
    assert "Meet Aino Example" in waiting(sign_in(cast.ben))
    assert "Sit down together · today" in waiting(sign_in(cast.ben))


@pytest.mark.parametrize("name", PEOPLE)
def test_steps_wait_for_those_they_are_for_and_nobody_else_hears_of_them(cast, on_path, sign_in, name):  # noqa: F811
    begun_earlier(on_path, 30)
    strip = waiting(sign_in(cast.people[name]))
    assert ("Fetch the keys" in strip) == (name == "aino")
    assert ("Meet Aino" in strip) == (name == "ben")
    assert ("First month" in strip) == (name == "aino")


@pytest.mark.parametrize("name", ["aino", "ben"])
def test_lost_membership_takes_the_steps_away_at_once(cast, on_path, sign_in, name):  # noqa: F811
    begun_earlier(on_path, 30)
    person = cast.people[name]
    client = sign_in(person)
    assert "Nothing waits for you" not in waiting(client)
    people.leave_community(actor=person, community=cast.lab)
    assert "Nothing waits for you" in waiting(client)


def test_a_renamed_step_is_called_so_for_the_buddy_too(cast, on_path, sign_in):  # noqa: F811
    begun_earlier(on_path, 30)
    client = sign_in(cast.ben)
    assert "Meet the buddy" in waiting(client)
    step = on_path.path.steps.get(title="Meet the buddy")
    actions.save_step(actor=cast.mika, path=on_path.path, step=step, title="Lunch together")
    assert "Lunch together" in waiting(client)


def test_what_waits_is_said_in_the_readers_language(cast, on_path, sign_in):  # noqa: F811
    people.change_profile(actor=cast.aino, person=cast.aino, language="fi")
    assert "First month · tänään" in waiting(sign_in(cast.aino))
    people.change_profile(actor=cast.aino, person=cast.aino, language="sv")
    assert "First month · i dag" in waiting(sign_in(cast.aino))


def test_home_asks_the_same_whether_a_buddy_looks_after_one_or_many(
    cast,
    path,  # noqa: F811
    sign_in,
):
    client, counts = sign_in(cast.ben), []
    for count in (1, 11):
        for number in range(count):
            person = make_person(f"New{len(counts)}x{number}")
            people.add_member(actor=cast.mika, community=cast.lab, person=person)
            start = timezone.localdate() - timedelta(days=30)
            actions.enrol(actor=cast.mika, path=path, person=person, start_on=start, buddy=cast.ben)
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            strip = waiting(client)
        counts.append(len(asked))
        # At most eight lines, then the page of paths.
        assert strip.count("Meet New") == min(8, sum((1, 11)[: len(counts)]))
        with CaptureQueriesContext(connection) as again:
            waiting(client)
        assert len(again) <= len(asked) - 6
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("language", "words"), [("fi", "12.3."), ("sv", "12 mar"), ("en", "12 Mar")])
def test_due_days_are_said_as_the_reader_writes_them(cast, path, sign_in, language, words):  # noqa: F811
    from datetime import date

    # The words of a day leave the year out when it is this one.
    year = timezone.localdate().year
    actions.save_step(actor=cast.mika, path=path, kind="do", title="Sign here", due_days=0)
    enrolment = actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=date(year, 3, 12))
    people.change_profile(actor=cast.aino, person=cast.aino, language=language)
    page = sign_in(cast.aino).get(reverse("onboarding:enrolment", args=[enrolment.pk])).content.decode()
    said = re.findall(rf'<time datetime="{year}-03-12" title="([^"]+)">([^<]+)</time>', page)
    # The card of the next step, and the line of the same day.
    assert [short for _long, short in said] == [words, words]
    assert str(year) in said[0][0]
