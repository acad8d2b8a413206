"""Paths and the people on them, for programs: the same actions, the same eyes."""

import json
from datetime import date

import pytest
import time_machine

from tests.api.programs import Program, is_problem
from tests.builders import make_person
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
    assert Program(cast.gita).get("/enrolments").json() == {"items": [], "next_cursor": None}
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


@pytest.fixture
def crowd(cast, way):
    """Puts so many people on the path."""

    def put(people: int, start_on: date = date(2026, 11, 2)):
        new = [make_person(f"New{number}") for number in range(people)]
        for person in new:
            person.memberships.create(community=cast.lab)
        return actions.enrol_many(actor=cast.mika, path=way, people=new, start_on=start_on)

    return put


@pytest.mark.parametrize("people", [3, 30])
def test_a_list_of_people_asks_the_same_whatever_its_length(cast, crowd, people, django_assert_num_queries):
    crowd(people)
    program = Program(cast.mika)
    with django_assert_num_queries(9):
        assert len(program.get("/enrolments").json()["items"]) == people


def test_a_list_of_people_says_how_far_each_is_and_the_single_enrolment_which_steps(cast, way, hers):
    actions.complete_step(actor=cast.aino, enrolment=hers, step=step_of(way, "Keys"))
    with time_machine.travel("2026-11-09T09:00:00+02:00", tick=False):
        program = Program(cast.ben)
        [line] = program.get("/enrolments").json()["items"]
        whole = program.get(f"/enrolments/{hers.pk}").json()
    steps = whole.pop("steps")
    assert [step["title"] for step in steps if step["is_overdue"]] == ["Badge"]
    assert line == whole | {"next_title": "Badge", "late_since": "2026-11-05", "is_stuck": True}
    assert (line["person"], line["done"], line["total"], line["overdue"]) == ("aino.example", 1, 4, 1)


def test_pages_of_people_end_where_the_next_begins_the_latest_start_first(cast, crowd, hers):
    crowd(4)
    actions.move_start(actor=cast.mika, enrolment=hers, start_on=date(2026, 11, 9))
    program, seen, cursor = Program(cast.mika), [], ""
    for _page in range(3):
        answer = program.get(f"/enrolments?path=first-weeks&limit=2&cursor={cursor}").json()
        seen.append([line["person"] for line in answer["items"]])
        cursor = answer["next_cursor"]
    assert [len(page) for page in seen] == [2, 2, 1]
    assert cursor is None
    assert seen[0][0] == "aino.example"
    assert len({handle for page in seen for handle in page}) == 5


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"cursor": "nonsense"}, 400), ({"cursor": "x" * 601}, 422), ({"limit": 201}, 422), ({"limit": 0}, 422)],
)
def test_a_page_nobody_gave_is_a_problem(cast, hers, asked, status):
    assert is_problem(Program(cast.mika).get("/enrolments", **asked), status)


def test_a_list_of_people_is_of_one_path_or_of_those_who_are_still_on_it(cast, way, hers):
    other = actions.create_path(actor=cast.mika, community=cast.lab, title="Another")
    actions.enrol(actor=cast.mika, path=other, person=cast.ben, start_on=date(2026, 11, 2))
    actions.end_enrolment(actor=cast.mika, enrolment=hers)
    program = Program(cast.mika)

    def people(asked):
        return [line["person"] for line in program.get(f"/enrolments?{asked}").json()["items"]]

    assert people("") == ["ben.example"]
    assert people(f"path={way.slug}") == []
    assert people(f"path={way.slug}&over=true") == ["aino.example"]
    assert people("path=no-such-path&over=true") == []
    assert sorted(people("over=true")) == ["aino.example", "ben.example"]


SEES = {"aino": True, "ben": True, "cleo": False, "mika": True, "gita": False, "root": False}


@pytest.mark.parametrize("name", SEES)
def test_the_list_names_a_person_to_herself_buddy_and_owner_alone(cast, hers, name):
    items = Program(cast.people[name]).get("/enrolments", limit=200).json()["items"]
    assert [line["id"] for line in items] == ([hers.pk] if SEES[name] else [])
