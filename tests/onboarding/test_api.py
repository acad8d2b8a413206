"""Paths and the people on them, for programs: the same actions, the same eyes."""

import json
from datetime import date

import pytest
import time_machine

from tests.api.programs import Program, is_problem
from tests.onboarding.conftest import step_of
from wiki.onboarding import actions
from wiki.onboarding.models import Completion, Enrolment, Step
from wiki.onboarding.versions import lines_of


@pytest.fixture(autouse=True)
def second_of_november():
    with time_machine.travel("2026-11-02T09:00:00+02:00", tick=False):
        yield


def send(person, method, path, body=None):
    return Program(person, "write").send(method, path, json.dumps(body if body is not None else {}))


def test_a_path_from_its_making_to_its_end(cast):
    mika, aino = cast.mika, cast.aino
    made = send(mika, "POST", "/paths", {"community": "lab", "title": "API path", "language": "en"})
    assert made.status_code == 201
    slug = made.json()["slug"]
    steps = [
        {"kind": "do", "title": "Keys"},
        {"kind": "do", "title": "Quiz", "due_days": 2},
        {"kind": "check_in", "title": "Five days", "question": "How is it?", "readers": ["manager"], "due_days": 5},
    ]
    keys = [send(mika, "POST", f"/paths/{slug}/steps", step).json()["id"] for step in steps]
    waiting = send(mika, "PATCH", f"/paths/{slug}/steps/{keys[1]}", {"waits_for": [keys[0]]})
    assert waiting.json()["waits_for"] == [keys[0]]
    assert is_problem(send(mika, "PATCH", f"/paths/{slug}/steps/{keys[0]}", {"waits_for": [keys[1]]}), 422)
    body = {"people": ["aino.example"], "start_on": "2026-11-02", "buddy": "ben.example"}
    [pk] = send(mika, "POST", f"/paths/{slug}/enrolments", body).json()["enrolments"]
    assert send(mika, "POST", f"/paths/{slug}/enrolments", body).json()["enrolments"] == [pk]
    assert is_problem(send(aino, "PUT", f"/enrolments/{pk}/steps/{keys[1]}/done"), 422)
    for _twice in range(2):
        assert send(aino, "PUT", f"/enrolments/{pk}/steps/{keys[0]}/done", {"note": "Red"}).status_code == 204
    assert send(aino, "PUT", f"/enrolments/{pk}/steps/{keys[1]}/done").status_code == 204
    assert send(aino, "PUT", f"/enrolments/{pk}/steps/{keys[2]}/done", {"answer": "Lonely"}).status_code == 204
    shown = Program(aino).get(f"/enrolments/{pk}").json()
    assert (shown["done"], shown["total"]) == (3, 3)
    assert shown["finished_at"]
    assert shown["steps"][2]["answer"] == "Lonely"
    assert "Lonely" not in Program(cast.ben).get(f"/enrolments/{pk}").text
    assert send(aino, "DELETE", f"/enrolments/{pk}/steps/{keys[0]}/done").status_code == 204
    assert Program(aino).get(f"/enrolments/{pk}").json()["finished_at"] is None


def test_changing_people_on_a_path(cast, way, hers):
    mika = cast.mika
    added = send(mika, "POST", f"/enrolments/{hers.pk}/steps", {"kind": "do", "title": "Skis", "due_days": 3})
    assert added.json()["origin"] == "own"
    badge = step_of(way, "Badge")
    assert Program(mika).get(f"/enrolments/{hers.pk}/start", start_on="2026-11-09").json()[0] == {
        "step": step_of(way, "Keys").pk, "title": "Keys", "was": "2026-11-02", "will_be": "2026-11-09",
    }  # fmt: skip
    moved = send(mika, "PATCH", f"/enrolments/{hers.pk}", {"start_on": "2026-11-09", "paused": True})
    assert (moved.json()["start_on"], moved.json()["paused"]) == ("2026-11-09", True)
    chosen = send(mika, "PATCH", f"/enrolments/{hers.pk}/steps/{badge.pk}", {"due_on": "2026-11-30"})
    assert chosen.json()["due_on"] == "2026-11-30"
    skipped = send(mika, "PATCH", f"/enrolments/{hers.pk}/steps/{badge.pk}", {"skipped": True, "reason": "Has one"})
    assert (skipped.json()["state"], skipped.json()["reason"]) == ("skipped", "Has one")
    assert send(mika, "POST", f"/enrolments/{hers.pk}/steps/{step_of(way, 'Keys').pk}/nudge").json() == {
        "reminded": True
    }
    assert send(mika, "DELETE", f"/enrolments/{hers.pk}/steps/{added.json()['id']}").status_code == 204
    assert send(mika, "PATCH", f"/enrolments/{hers.pk}", {"ended": True}).json()["ended_at"]


def test_aligning_says_what_it_does_before_and_after(cast, way, hers):
    send(cast.mika, "DELETE", f"/paths/{way.slug}/steps/{step_of(way, 'Roof').pk}")
    said = Program(cast.mika).get(f"/paths/{way.slug}/alignment").json()
    assert [(one["person"], one["dropped"]) for one in said] == [("aino.example", ["Roof"])]
    assert send(cast.mika, "POST", f"/paths/{way.slug}/alignment").json() == said
    assert send(cast.mika, "POST", f"/paths/{way.slug}/alignment").json() == []


def test_the_right_choice_is_told_to_nobody(cast, way):
    quiz = {
        "kind": "read",
        "title": "Rules",
        "proof": "quiz",
        "question": "Which?",
        "choices": ["aa", "bb"],
        "right": 1,
    }
    assert is_problem(send(cast.mika, "POST", f"/paths/{way.slug}/steps", {**quiz, "right": 2}), 422)
    made = send(cast.mika, "POST", f"/paths/{way.slug}/steps", quiz)
    assert made.status_code == 201
    assert made.json()["page"] is None  # chosen later
    assert "right" not in Program(cast.aino).get(f"/paths/{way.slug}").json()["steps"][-1]


def test_a_colleague_sees_the_task_and_nothing_else(cast, way):
    it = actions.save_role(actor=cast.mika, path=way, name="IT", holder=cast.gita)
    step = actions.save_step(actor=cast.mika, path=way, kind="task", title="Laptop", whom="role", role=it, due_days=1)
    hers = actions.enrol(actor=cast.mika, path=way, person=cast.aino, start_on=date(2026, 11, 2))
    [task] = Program(cast.gita).get("/enrolments/tasks").json()
    assert (task["title"], task["person"], task["due_on"]) == ("Laptop", "aino.example", "2026-11-03")
    for name in ("aino", "ben", "cleo", "mika", "root"):
        assert Program(cast.people[name]).get("/enrolments/tasks").json() == []
    assert Program(cast.gita).get(f"/enrolments/{hers.pk}").status_code == 404
    assert Program(cast.gita).get("/enrolments").json() == []
    keys = step_of(way, "Keys")
    assert send(cast.gita, "PUT", f"/enrolments/{hers.pk}/steps/{keys.pk}/done").status_code == 404
    assert send(cast.gita, "PUT", f"/enrolments/{hers.pk}/steps/{step.pk}/done").status_code == 204
    assert Program(cast.gita).get("/enrolments/tasks").json() == []
    assert send(cast.gita, "DELETE", f"/enrolments/{hers.pk}/steps/{step.pk}/done").status_code == 204
    cast.gita.memberships.filter(community=cast.lab).delete()
    assert Program(cast.gita).get("/enrolments/tasks").json() == []
    assert send(cast.gita, "PUT", f"/enrolments/{hers.pk}/steps/{step.pk}/done").status_code == 404


def test_own_parent_with_a_strangers_child_is_not_found(cast, way, hers):
    other = actions.create_path(actor=cast.mika, community=cast.vault, title="Other")
    foreign = actions.save_step(actor=cast.mika, path=other, kind="do", title="Hush")
    theirs = actions.enrol(actor=cast.mika, path=other, person=cast.ben, start_on=date(2026, 11, 2))
    own = actions.add_step_for(actor=cast.mika, enrolment=theirs, kind="do", title="Only Ben's")
    before = Completion.objects.count(), Step.objects.count(), Enrolment.objects.count()
    for step in (foreign, own):
        for person in (cast.mika, cast.aino):
            for method, address in (
                ("PATCH", f"/paths/{way.slug}/steps/{step.pk}"),
                ("DELETE", f"/paths/{way.slug}/steps/{step.pk}"),
                ("PATCH", f"/enrolments/{hers.pk}/steps/{step.pk}"),
                ("DELETE", f"/enrolments/{hers.pk}/steps/{step.pk}"),
                ("PUT", f"/enrolments/{hers.pk}/steps/{step.pk}/done"),
                ("DELETE", f"/enrolments/{hers.pk}/steps/{step.pk}/done"),
                ("POST", f"/enrolments/{hers.pk}/steps/{step.pk}/nudge"),
                ("POST", f"/enrolments/{hers.pk}/steps/{step.pk}/unclear"),
            ):
                answer = send(person, method, address, {"words": "x"} if "unclear" in address else {})
                expected = {404} if person == cast.mika or "enrolments" in address else {403}
                assert answer.status_code in expected, (method, address)
    assert before == (Completion.objects.count(), Step.objects.count(), Enrolment.objects.count())


@pytest.mark.parametrize(
    "step",
    [
        {},
        {"kind": "dance", "title": "x"},
        {"kind": "do", "title": " "},
        {"kind": "do", "title": "x" * 161},
        {"kind": "do", "title": "x", "due_days": 10**12},
        {"kind": "do", "title": "x\x00"},
        {"kind": "do", "title": "x", "proof": "act"},
        {"kind": "do", "title": "x", "waits_for": [0]},
        {"kind": "read", "title": "x", "page": 2**40},
        {"kind": "read", "title": "x", "page": 999_999},
        {"kind": "link", "title": "x", "url": "javascript:alert(1)"},
        {"kind": "link", "title": "x"},
        {"kind": "meet", "title": "x", "whom": "person", "person": "nobody.here"},
        {"kind": "task", "title": "x", "whom": "role", "role": "No such"},
        {"kind": "check_in", "title": "x", "question": "How?", "readers": ["everybody"]},
        {"kind": "post", "title": "x", "community": "vault-of-nobody"},
        {"kind": "do", "title": "x", "only_for": 1},
    ],
)
def test_a_bad_step_is_a_problem_and_changes_nothing(cast, way, step):
    assert is_problem(send(cast.mika, "POST", f"/paths/{way.slug}/steps", step), 422)
    assert len(lines_of(way)) == 4


@pytest.mark.parametrize("people", [3, 30])
def test_a_list_of_people_asks_the_same_whatever_its_length(cast, way, people, django_assert_num_queries):
    from tests.builders import make_person

    new = [make_person(f"New{number}") for number in range(people)]
    for person in new:
        person.memberships.create(community=cast.lab)
    actions.enrol_many(actor=cast.mika, path=way, people=new, start_on=date(2026, 11, 2))
    program = Program(cast.mika)
    with django_assert_num_queries(11):
        assert len(program.get("/enrolments").json()) == people
