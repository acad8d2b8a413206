"""Several people and two workers at one path at the same time: nothing is done twice, lost or half done."""

import json
import random
import threading
from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from feed import actions as feed
from intranet.activity.models import Activity
from tests.api.programs import Program
from tests.builders import build_cast, make_person
from wiki.onboarding import actions
from wiki.onboarding.models import Completion, Enrolment, Path, Reminder, ReminderBundle
from wiki.onboarding.readers import complete_by_act
from wiki.onboarding.reminding.sending import remind
from wiki.onboarding.rules import apply_rules
from wiki.onboarding.ways import load, with_people

TURNS = 12


def together(*plays) -> list[BaseException]:
    """Let each play in a thread of its own, begun at once; return what went wrong in them."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(plays))

    def run(play) -> None:
        start.wait()
        try:
            play()
        except BaseException as error:  # told to the test's own thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(play,)) for play in plays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    return failures


def make_path(cast, title: str) -> Path:
    path = actions.create_path(actor=cast.mika, community=cast.lab, title=title, language="en")
    for number in range(4):
        actions.save_step(actor=cast.mika, path=path, kind="do", title=f"Step {number}", due_days=number)
    path.refresh_from_db()
    return path


@pytest.mark.django_db(transaction=True)
def test_who_works_on_one_way_at_once_meets_no_error_and_leaves_it_whole():
    cast = build_cast()
    path = make_path(cast, "First weeks")
    copy = actions.copy_path(actor=cast.mika, path=path, title="Once more")
    today = timezone.localdate()
    ways = [
        actions.enrol(actor=cast.mika, path=one, person=cast.aino, start_on=today, buddy=cast.ben)
        for one in (path, copy)
    ]
    answers: Counter[int] = Counter()
    strange: list[str] = []

    def play(who: int, person, acts):
        dice, program = random.Random(who), Program(person, "write")

        def turns() -> None:
            for _turn in range(TURNS):
                way = dice.choice(ways)
                steps = [one["id"] for one in program.get(f"/enrolments/{way.pk}").json()["steps"]]
                method, place, body = dice.choice(acts)(dice, way, dice.choice(steps))
                answer = program.send(method, place, json.dumps(body))
                answers[answer.status_code] += 1
                if answer.status_code not in {200, 201, 204, 404, 409, 422}:
                    strange.append(f"{method} {place} {body}: {answer.status_code} {answer.text[:200]}")

        return turns

    hers = [
        lambda dice, way, step: ("PUT", f"/enrolments/{way.pk}/steps/{step}/done", {}),
        lambda dice, way, step: ("DELETE", f"/enrolments/{way.pk}/steps/{step}/done", {}),
    ]
    theirs = [
        lambda dice, way, step: ("PATCH", f"/enrolments/{way.pk}/steps/{step}", {"skipped": True, "reason": "No"}),
        lambda dice, way, step: ("PATCH", f"/enrolments/{way.pk}/steps/{step}", {"skipped": False}),
        lambda dice, way, step: ("POST", f"/enrolments/{way.pk}/steps/{step}/nudge", {}),
        lambda dice, way, step: ("POST", f"/enrolments/{way.pk}/steps", {"kind": "do", "title": "Own"}),
    ]
    owners = [
        lambda dice, way, step: ("PATCH", f"/enrolments/{way.pk}", {"paused": dice.random() < 0.5}),
        lambda dice, way, step: (
            "PATCH",
            f"/enrolments/{way.pk}",
            {"start_on": str(today + timedelta(dice.randint(0, 9)))},
        ),
        lambda dice, way, step: ("POST", f"/paths/{way.path.slug}/steps", {"kind": "do", "title": "More"}),
        lambda dice, way, step: ("POST", f"/paths/{way.path.slug}/alignment", {}),
        lambda dice, way, step: ("DELETE", f"/paths/{way.path.slug}/steps/{step}", {}),
    ]
    failures = together(
        play(1, cast.aino, hers), play(2, cast.aino, hers), play(3, cast.ben, theirs), play(4, cast.mika, owners)
    )
    assert failures == []
    assert strange == []
    assert answers[204]
    assert answers[200]
    for way in load(with_people(Enrolment.objects.all())):
        keys = [line.step.pk for line in way.lines]
        assert len(keys) == len(set(keys))
        assert (way.enrolment.finished_at is not None) == way.is_finished


@pytest.mark.django_db(transaction=True)
def test_two_workers_put_nobody_on_a_path_twice_and_remind_nobody_twice():
    cast = build_cast()
    path = make_path(cast, "By itself")
    actions.add_rule(actor=cast.mika, path=path, title="Welder")
    people = [make_person(f"Welder{number}", title="Welder") for number in range(20)]
    for person in people:
        cast.lab.memberships.create(user=person)
    with time_machine.travel("2026-11-03T09:00:00+02:00", tick=False):
        assert together(apply_rules, apply_rules, apply_rules) == []
        assert Counter(Enrolment.objects.values_list("person", flat=True)) == {person.pk: 1 for person in people}
        assert Activity.objects.filter(verb="enrolment.started").count() == 20
        assert together(remind, remind, remind) == []
        told = Counter(Activity.objects.filter(verb="reminder.due").values_list("target_id", flat=True))
    assert told == {str(person.pk): 1 for person in people}
    assert ReminderBundle.objects.count() == 20
    assert Reminder.objects.count() == 20 * 2  # of what is due today, and tomorrow


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_read_one_act_complete_one_step():
    cast = build_cast()
    path = actions.create_path(actor=cast.mika, community=cast.lab, title="Talk", language="en")
    for number in range(4):
        actions.save_step(actor=cast.mika, path=path, kind="post", title=f"Talk {number}", community=cast.lab)
    actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=timezone.localdate())
    feed.publish_post(actor=cast.aino, community=cast.lab, body="Hello")
    rows = list(Activity.objects.filter(verb="post.published"))
    for _again in range(3):
        # One that loses the race is told so by the database, and reads it again.
        for error in together(*[lambda: complete_by_act(rows)] * 3):
            assert "one_step_an_act" in str(error) or "UNIQUE" in str(error)
    assert Completion.objects.count() == 1
    assert Activity.objects.filter(verb="step.completed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_align_at_once_do_it_once():
    cast = build_cast()
    path = make_path(cast, "Aligned")
    people = [make_person(f"Walker{number}") for number in range(8)]
    for person in people:
        cast.lab.memberships.create(user=person)
    actions.enrol_many(actor=cast.mika, path=path, people=people, start_on=date(2026, 11, 2))
    actions.save_step(actor=cast.mika, path=path, kind="do", title="New")
    old = Path.objects.get(pk=path.pk).steps.get(title="Step 0")
    actions.remove_step(actor=cast.mika, step=old)
    assert together(*[lambda: actions.align(actor=cast.mika, path=Path.objects.get(pk=path.pk))] * 3) == []
    assert Activity.objects.filter(verb="path.aligned").count() == 1
    assert Activity.objects.filter(verb="enrolment.aligned").count() == 8
    for way in load(with_people(Enrolment.objects.all())):
        assert [line.step.title for line in way.lines] == ["Step 1", "Step 2", "Step 3", "New"]
