"""Many people are brought up to date by the worker, some at a time: seen, safe to kill, safe to run twice."""

import json
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from intranet.activity.models import Activity
from intranet.people.models import Membership
from tests.api.programs import Program, is_problem
from tests.builders import make_person
from wiki.onboarding import actions
from wiki.onboarding.making import catching_up
from wiki.onboarding.making.actions import OvertakenError, start_alignment
from wiki.onboarding.making.words import structure_mark
from wiki.onboarding.models import Alignment
from wiki.onboarding.versions import lines_of

MANY = 25


@pytest.fixture
def path(cast):
    """A path of Mika's in Lab with 25 people on it, and a second version that nobody is on."""
    made = actions.create_path(actor=cast.mika, community=cast.lab, title="First month", language="en")
    for title in ("Keys", "Lunch"):
        actions.save_step(actor=cast.mika, path=made, kind="do", title=title)
    people = [make_person(f"New{number}") for number in range(MANY)]
    Membership.objects.bulk_create(Membership(user=one, community=cast.lab, origin="added") for one in people)
    actions.enrol_many(actor=cast.mika, path=made, people=people, start_on=date(2026, 11, 2))
    actions.save_step(actor=cast.mika, path=made, kind="do", title="Tour")
    made.refresh_from_db()
    return made


def seen(path) -> str:
    return structure_mark(lines_of(path))


def start(cast, path, **what) -> Alignment:
    return start_alignment(actor=cast.mika, path=path, seen=seen(path), **what)


def up_to_date(path) -> int:
    return path.enrolments.filter(version=path.present_id).count()


def place(path) -> str:
    return reverse("onboarding:align", args=[path.slug])


def test_a_press_starts_it_the_page_shows_how_far_it_is_and_the_worker_does_it(cast, path, sign_in):
    mika = sign_in(cast.mika)
    people = list(path.enrolments.values_list("pk", flat=True))
    for _time in range(2):
        assert mika.post(place(path), {"seen": seen(path), "people": people}).status_code == 302
    going = Alignment.objects.get()
    assert up_to_date(path) == 0
    assert catching_up.bring_some_up(going.pk, 10, catching_up.Known())[0]
    page = mika.get(place(path)).text
    assert "10 of 25 people are up to date." in page
    assert "data-refresh-after" in page
    assert 'name="people"' not in page
    catching_up.bring_people_up()
    assert up_to_date(path) == MANY
    page = mika.get(place(path)).text
    assert "25 people are up to date." in page
    assert "data-refresh-after" not in page
    assert Activity.objects.filter(verb="enrolment.aligned").count() == MANY
    assert Activity.objects.get(verb="path.aligned").data == {"people": MANY}


def test_few_are_brought_up_at_once(cast, path, sign_in):
    people = list(path.enrolments.values_list("pk", flat=True))[:3]
    sign_in(cast.mika).post(place(path), {"seen": seen(path), "people": people})
    assert up_to_date(path) == 3
    assert not Alignment.objects.exists()


def test_everybody_is_who_is_not_on_the_screen_as_well(cast, path, sign_in, monkeypatch):
    monkeypatch.setattr("wiki.onboarding.making.reading.PEOPLE_AT_MOST", 5)
    client = sign_in(cast.mika)
    page = client.get(place(path)).text
    assert page.count('name="people"') == 5
    assert "Bring all 25 up to date" in page
    client.post(place(path), {"seen": seen(path), "everybody": "1"})
    catching_up.bring_people_up()
    assert up_to_date(path) == MANY


def test_a_worker_that_dies_loses_nothing_and_two_do_it_once(cast, path, monkeypatch):
    going = start(cast, path)
    catching_up.bring_some_up(going.pk, 4, catching_up.Known())
    before = up_to_date(path)

    def die(**what):
        real(**what)
        raise KeyboardInterrupt

    real = catching_up.bring_up
    monkeypatch.setattr(catching_up, "bring_up", die)
    with pytest.raises(KeyboardInterrupt):
        catching_up.bring_some_up(going.pk, 4, catching_up.Known())
    monkeypatch.undo()
    assert up_to_date(path) == before == 4
    for _worker in range(2):
        catching_up.bring_people_up()
    going.refresh_from_db()
    assert (going.done, going.state, up_to_date(path)) == (MANY, "done", MANY)
    assert Activity.objects.filter(verb="enrolment.aligned").count() == MANY
    assert Activity.objects.filter(verb="path.aligned").count() == 1


def test_it_stops_when_somebody_changes_the_path(cast, path, sign_in):
    going = start(cast, path)
    catching_up.bring_some_up(going.pk, 4, catching_up.Known())
    actions.save_step(actor=cast.mika, path=path, kind="do", title="Badge")
    catching_up.bring_people_up()
    going.refresh_from_db()
    path.refresh_from_db()
    assert (going.done, going.state, going.words, up_to_date(path)) == (4, "stopped", "changed", 0)
    page = sign_in(cast.mika).get(place(path)).text
    assert "Then somebody changed the path." in page
    assert 'name="people"' in page
    with pytest.raises(OvertakenError):
        start_alignment(actor=cast.mika, path=path, seen="another", enrolments=None)


def test_it_stops_when_who_started_it_may_not_any_more(cast, path):
    going = start(cast, path)
    catching_up.bring_some_up(going.pk, 4, catching_up.Known())
    type(cast.mika).objects.filter(pk=cast.mika.pk).update(is_active=False)
    catching_up.bring_people_up()
    going.refresh_from_db()
    assert (going.done, going.words) == (4, "rights")
    assert up_to_date(path) == 4


def test_an_error_is_tried_again_and_then_said(cast, path, sign_in, monkeypatch):
    going = start(cast, path)

    def fall(**what):
        raise RuntimeError("no")

    monkeypatch.setattr(catching_up, "bring_up", fall)
    for _time in range(catching_up.ATTEMPTS):
        with pytest.raises(RuntimeError):
            catching_up.bring_people_up()
    catching_up.bring_people_up()
    going.refresh_from_db()
    assert (going.state, going.words, up_to_date(path)) == ("stopped", "error", 0)
    assert "something went wrong here" in sign_in(cast.mika).get(place(path)).text


def test_a_change_is_as_long_as_it_may_be(cast, path, monkeypatch):
    start(cast, path)
    sizes = []

    def slowly(pk, size, known):
        sizes.append(size)
        return len(sizes) < 6, size * (0.002 if len(sizes) < 3 else 0.05)

    monkeypatch.setattr(catching_up, "bring_some_up", slowly)
    catching_up.bring_people_up()
    assert sizes == [5, 10, 20, 5, 5, 5]


def test_programs_start_it_and_ask_how_far_it_is(cast, path):
    mika = Program(cast.mika, "write")
    assert is_problem(mika.get(f"/paths/{path.slug}/alignment/progress"), 404)
    for _time in range(2):
        answer = mika.send("POST", f"/paths/{path.slug}/alignment", json.dumps({}))
        assert answer.status_code == 202
        assert (answer.json()["done"], answer.json()["total"], answer.json()["state"]) == (0, MANY, "going")
    catching_up.bring_people_up()
    told = mika.get(f"/paths/{path.slug}/alignment/progress").json()
    assert (told["done"], told["state"]) == (MANY, "done")
    assert mika.send("POST", f"/paths/{path.slug}/alignment", json.dumps({})).json() == []
    assert is_problem(Program(cast.aino, "write").get(f"/paths/{path.slug}/alignment/progress"), 403)
    assert is_problem(Program(cast.cleo, "write").get(f"/paths/{path.slug}/alignment/progress"), 404)


@pytest.mark.django_db(transaction=True)
def test_others_write_between_one_handful_and_the_next(cast, path):
    """Each handful is a change of its own: what the first one did is there while the second is not begun."""
    going = start(cast, path)
    catching_up.bring_some_up(going.pk, 4, catching_up.Known())
    assert not connection.in_atomic_block
    assert up_to_date(path) == 4
