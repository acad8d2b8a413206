"""Who looks after somebody sees how she gets on, what is stuck and since when, and helps; nobody else does."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.activity.models import Activity
from tests.builders import make_person
from tests.onboarding.test_paths import on_path, path  # noqa: F401  # fixtures
from wiki.onboarding import actions
from wiki.onboarding.lookafter.reading import charges, my_people
from wiki.onboarding.models import Enrolment, Step, StepState
from wiki.onboarding.progress import progress_for
from wiki.onboarding.versions import lines_of
from wiki.onboarding.ways import way_of

PEOPLE = ["aino", "ben", "cleo", "mika", "gita", "root"]


def begun_earlier(enrolment, days: int) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(start_on=timezone.localdate() - timedelta(days=days))


def place(name: str, *args: int) -> str:
    return reverse(f"onboarding:{name}", args=args)


def step(enrolment, title: str) -> Step:
    return next(line.step for line in lines_of(enrolment.path) if line.step.title == title)


@pytest.mark.parametrize("name", PEOPLE)
def test_people_are_seen_by_who_looks_after_them(cast, on_path, sign_in, name):  # noqa: F811
    client = sign_in(cast.people[name])
    listed = client.get(place("people"))
    assert listed.status_code == 200
    assert ("Aino Example</a>" in listed.text) == (name == "ben")
    sees = name in {"ben", "mika"}
    assert client.get(place("look_after", on_path.pk)).status_code == (200 if sees else 404)
    of_path = client.get(place("people") + f"?path={on_path.path.slug}")
    assert ("Aino Example</a>" in of_path.text) == sees


def test_the_owner_of_a_path_finds_its_people_by_the_path_alone(cast, on_path):  # noqa: F811
    assert my_people(cast.mika).rows == []
    assert [one.enrolment.pk for one in my_people(cast.mika, path=on_path.path).rows] == [on_path.pk]
    actions.reassign(actor=cast.mika, enrolment=on_path, role="manager", person=cast.mika)
    assert [one.enrolment.pk for one in my_people(cast.mika).rows] == [on_path.pk]


def test_the_old_buddy_loses_sight_at_once(cast, on_path, sign_in):  # noqa: F811
    client = sign_in(cast.ben)
    assert client.get(place("look_after", on_path.pk)).status_code == 200
    answer = client.post(place("reassign", on_path.pk), {"buddy": "mika.example"}, follow=True)
    assert answer.redirect_chain[-1][0] == place("people")
    assert client.get(place("look_after", on_path.pk)).status_code == 404
    assert "Aino Example</a>" not in client.get(place("people")).text
    assert sign_in(cast.mika).get(place("look_after", on_path.pk)).status_code == 200


def test_who_cannot_read_the_path_cannot_become_buddy(cast, on_path, sign_in):  # noqa: F811
    answer = sign_in(cast.mika).post(place("reassign", on_path.pk), {"buddy": "cleo.example", "manager": "ben.example"})
    assert answer.status_code == 422
    assert "cannot read this path" in answer.text
    assert 'value="cleo.example"' in answer.text
    on_path.refresh_from_db()
    assert on_path.buddy == cast.ben
    assert on_path.manager is None, "half of it was done"


def test_a_step_is_stuck_after_two_working_days(cast, on_path):  # noqa: F811
    assert charges(cast.ben, [on_path])[0].stuck is None
    begun_earlier(on_path, 7)
    charge = charges(cast.ben, [on_path])[0]
    assert charge.stuck.step.title == "Fetch the keys"
    assert charge.since == timezone.localdate() - timedelta(days=6)
    assert [one.enrolment.pk for one in my_people(cast.ben, show="stuck").rows] == [on_path.pk]
    actions.pause(actor=cast.mika, enrolment=on_path)
    assert my_people(cast.ben, show="stuck").rows == []
    assert my_people(cast.ben, show="overdue").rows == []


def test_what_is_late_for_a_day_is_overdue_and_not_stuck_yet(cast, on_path, sign_in):  # noqa: F811
    with time_machine.travel("2026-11-04T12:00:00+02:00", tick=False):  # a Wednesday
        assert my_people(cast.ben, show="overdue").rows == []
        Enrolment.objects.filter(pk=on_path.pk).update(start_on=date(2026, 11, 3))
        [one] = my_people(cast.ben, show="overdue").rows
        assert (one.late.title, one.late.days, one.is_stuck) == ("Fetch the keys", 1, False)
        assert my_people(cast.ben, show="stuck").rows == []
        page = sign_in(cast.ben).get(place("people") + "?show=overdue").text
        assert "Fetch the keys · since " in page
        assert ">stuck<" not in page


@pytest.mark.parametrize(("words", "is_found"), [("aino", True), ("EXAM ain", True), ("ben", False), ("\x00", True)])
def test_people_are_found_by_name_and_the_name_stays_in_the_field(cast, on_path, sign_in, words, is_found):  # noqa: F811
    page = sign_in(cast.ben).get(place("people"), {"q": words}).text
    assert ("Aino Example</a>" in page) == is_found
    assert f'value="{words.strip(chr(0))}"' in page
    assert ("Nobody found" in page) != is_found


def test_nudge_reaches_the_person_once_a_day(cast, on_path, sign_in):  # noqa: F811
    keys = step(on_path, "Fetch the keys")
    client = sign_in(cast.ben)
    first = client.post(place("nudge", on_path.pk, keys.pk), follow=True)
    assert "Aino Example is asked kindly" in first.text
    again = sign_in(cast.mika).post(place("nudge", on_path.pk, keys.pk), follow=True)
    assert "Once a day is enough" in again.text
    assert Activity.objects.filter(verb="step.nudged").count() == 1


def test_skipping_wants_a_reason_and_keeps_what_was_typed(cast, on_path, sign_in):  # noqa: F811
    keys = step(on_path, "Fetch the keys")
    client = sign_in(cast.ben)
    answer = client.post(place("skip", on_path.pk, keys.pk), {"reason": " "})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    client.post(place("skip", on_path.pk, keys.pk), {"reason": "She works from home"})
    assert "She works from home" in client.get(place("look_after", on_path.pk)).text
    client.post(place("unskip", on_path.pk, keys.pk))
    assert way_of(on_path).is_open(keys.pk)


def test_a_step_for_one_person_leaves_the_path_as_it_is(cast, on_path, sign_in):  # noqa: F811
    other = make_person("Olli")
    from intranet.people.models import Membership

    Membership.objects.create(user=other, community=cast.lab, origin="added")
    before = [line.step_id for line in lines_of(on_path.path)]
    day = timezone.localdate() + timedelta(days=3)
    data = {"kind": "task", "title": "A desk by the window", "due_on": day.isoformat(), "person": "olli.example"}
    client = sign_in(cast.ben)
    missing = client.post(place("own_step_add", on_path.pk), {**data, "person": ""})
    assert missing.status_code == 422
    assert "A desk by the window" in missing.text
    assert client.post(place("own_step_add", on_path.pk), data).status_code == 302
    assert [line.step_id for line in lines_of(on_path.path)] == before
    own = Step.objects.get(only_for=on_path)
    assert way_of(on_path).windows()[own.pk].due_on == day
    assert "for this person alone" in client.get(place("look_after", on_path.pk)).text
    client.post(place("take_back", on_path.pk, own.pk))
    assert "A desk by the window" not in client.get(place("look_after", on_path.pk)).text


def test_a_day_by_hand_stays_until_it_is_taken_away(cast, on_path, sign_in):  # noqa: F811
    keys, client = step(on_path, "Fetch the keys"), sign_in(cast.ben)
    day = timezone.localdate() + timedelta(days=9)
    client.post(place("set_day", on_path.pk, keys.pk), {"due_on": day.isoformat()})
    assert way_of(on_path).windows()[keys.pk].due_on == day
    far = client.post(place("set_day", on_path.pk, keys.pk), {"due_on": "2999-01-01"})
    assert far.status_code == 422
    assert "2999-01-01" in far.text
    client.post(place("set_day", on_path.pk, keys.pk), {"due_on": ""})
    assert StepState.objects.get(step=keys).due_on is None


def test_moving_the_start_shows_first_what_shifts(cast, on_path, sign_in):  # noqa: F811
    client, day = sign_in(cast.mika), timezone.localdate() + timedelta(days=14)
    looked = client.post(place("start_move", on_path.pk), {"start_on": day.isoformat()})
    assert "3 steps shift" in looked.text
    on_path.refresh_from_db()
    assert on_path.start_on == timezone.localdate()
    assert not Activity.objects.filter(verb="enrolment.moved").exists()
    client.post(place("start_move", on_path.pk), {"start_on": day.isoformat(), "sure": "1"})
    on_path.refresh_from_db()
    assert on_path.start_on == day
    wrong = client.post(place("start_move", on_path.pk), {"start_on": "2999-01-01"})
    assert wrong.status_code == 422


def test_only_manager_and_owner_move_the_clock(cast, on_path, sign_in):  # noqa: F811
    for name in ("start_move", "pause", "enrolment_end"):
        assert sign_in(cast.ben).get(place(name, on_path.pk)).status_code == 403
        assert sign_in(cast.mika).get(place(name, on_path.pk)).status_code == 200
    client = sign_in(cast.mika)
    client.post(place("pause", on_path.pk), {"until_on": ""})
    assert way_of(on_path).is_paused
    client.post(place("resume", on_path.pk))
    assert not way_of(Enrolment.objects.get(pk=on_path.pk)).is_paused
    client.post(place("enrolment_end", on_path.pk))
    on_path.refresh_from_db()
    assert on_path.ended_at is not None
    assert "Add a step" not in client.get(place("look_after", on_path.pk)).text


def test_answers_to_a_check_in_are_for_whom_the_step_names(cast, path, sign_in):  # noqa: F811
    asked = actions.save_step(
        actor=cast.mika, path=path, kind="check_in", title="Day 5", question="How is it?", readers=["manager"]
    )
    enrolment = actions.enrol(
        actor=cast.mika, path=path, person=cast.aino, start_on=timezone.localdate(), buddy=cast.ben, manager=cast.mika
    )
    actions.complete_step(actor=cast.aino, enrolment=enrolment, step=asked, answer="Too loud", note="A note")
    assert "Too loud" in sign_in(cast.mika).get(place("look_after", enrolment.pk)).text
    seen = sign_in(cast.ben).get(place("look_after", enrolment.pk)).text
    assert "A note" in seen
    assert "Too loud" not in seen


def on_the_path(cast, path, number: int) -> None:  # noqa: F811
    from intranet.people.models import Membership

    fresh = [make_person(f"New{path.pk}x{at}x{number}", manager=cast.ben) for at in range(number)]
    Membership.objects.bulk_create(Membership(user=one, community=cast.lab, origin="added") for one in fresh)
    start = timezone.localdate() - timedelta(days=10)
    actions.enrol_many(actor=cast.mika, path=path, people=fresh, start_on=start)


@pytest.mark.parametrize("show", ["open", "overdue", "stuck"])
def test_list_asks_the_same_however_many_people(cast, path, sign_in, show):  # noqa: F811
    counts, client = [], sign_in(cast.ben)
    for number in (3, 27):
        on_the_path(cast, path, number)
        client.get(place("people") + f"?show={show}")
        with CaptureQueriesContext(connection) as asked:
            page = client.get(place("people") + f"?show={show}")
        counts.append(len(asked))
    assert page.text.count("list-item") == 30
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("show", ["open", "overdue", "stuck"])
def test_a_manager_of_three_hundred_pages_through_them_all(cast, path, show):  # noqa: F811
    on_the_path(cast, path, 65)
    seen, cursor = [], None
    while True:
        found = my_people(cast.ben, show=show, cursor=cursor)
        seen += [one.enrolment.pk for one in found.rows]
        assert len(found.rows) <= 30
        cursor = found.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(path.enrolments.values_list("pk", flat=True))


@pytest.mark.parametrize("cursor", ["x", "-1", "99999999999", "²"])
def test_a_cursor_that_is_not_ours_is_bad_input(cast, sign_in, cursor):
    for show in ("open", "overdue", "stuck", "finished"):
        assert sign_in(cast.ben).get(place("people"), {"show": show, "after": cursor}).status_code == 400


def test_progress_of_my_people_is_what_they_see_themselves(cast, on_path):  # noqa: F811
    mine = progress_for(cast.aino, [on_path])[0]
    theirs = charges(cast.ben, [on_path])[0].progress
    assert [(row.step.pk, row.due_on) for row in mine.rows] == [(row.step.pk, row.due_on) for row in theirs.rows]


def test_of_a_leaver_the_last_day_is_said_and_steps_are_due_before_it(cast, path, sign_in):  # noqa: F811
    actions.change_path(
        actor=cast.mika, path=path, title="Goodbye", purpose="", language="en", kind="leaving", owner=cast.mika
    )
    keys = actions.save_step(actor=cast.mika, path=path, kind="do", title="Bring the keys back", due_days=-1)
    pages = actions.save_step(actor=cast.mika, path=path, kind="do", title="Your pages", act="hand_over", due_days=-3)
    last = timezone.localdate() + timedelta(days=20)
    enrolment = actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=last, manager=cast.ben)
    spread = way_of(enrolment).windows()
    assert spread[keys.pk].due_on == last - timedelta(days=1)
    assert spread[pages.pk].due_on == last - timedelta(days=3)
    page = sign_in(cast.ben).get(place("look_after", enrolment.pk)).text
    assert "Last day " in page
    assert "Start date" not in page
    assert "keeps no page right any more" in page
    assert "Last day " in sign_in(cast.aino).get(place("my_path")).text
    assert "Last day" in sign_in(cast.mika).get(place("start_move", enrolment.pk)).text
