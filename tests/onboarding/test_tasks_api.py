"""A colleague's task for programs: its link, its files, and who holds a role for one person."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from intranet.activity.models import Activity
from tests.api.programs import Program, is_problem
from tests.onboarding.test_tasks import laptop, on_path, path  # noqa: F401  # fixtures
from wiki.onboarding import actions
from wiki.onboarding.models import Completion, CompletionFile, TaskLink
from wiki.onboarding.tasks import tasks_for


def ask(person, method, url, body=None):
    program = Program(person, "write")
    return program.get(url) if method == "GET" else program.send(method, url, json.dumps(body or {}))


def test_a_link_is_made_shown_and_withdrawn(cast, on_path, laptop):  # noqa: F811
    url = f"/enrolments/{on_path.pk}/steps/{laptop.pk}/link"
    assert is_problem(ask(cast.mika, "GET", url), 404)
    made = ask(cast.mika, "POST", url)
    assert made.status_code == 201
    assert (made.json()["colleague"], made.json()["made_by"]) == ("gita.example", "mika.example")
    shown = ask(cast.mika, "GET", url).json()
    assert shown == {name: value for name, value in made.json().items() if name != "address"}
    address = made.json()["address"].removeprefix("http://testserver")
    assert Client().get(address).status_code == 200
    for _time in range(2):
        assert ask(cast.mika, "DELETE", url).status_code == 204
    assert Activity.objects.filter(verb="token.revoked").count() == 1
    assert Client().get(address).status_code == 404
    assert Client().post(address).status_code == 404
    assert is_problem(ask(cast.mika, "GET", url), 404)
    assert not Completion.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("aino", 403), ("ben", 403), ("cleo", 404), ("gita", 404), ("root", 404)])
def test_links_are_the_business_of_who_manages_the_person(cast, on_path, laptop, name, status):  # noqa: F811
    url = f"/enrolments/{on_path.pk}/steps/{laptop.pk}/link"
    ask(cast.mika, "POST", url)
    for method in ("GET", "POST", "DELETE"):
        assert is_problem(ask(cast.people[name], method, url), status)
    assert TaskLink.objects.count() == 1


def test_a_step_that_is_no_task_has_no_link(cast, on_path, laptop):  # noqa: F811
    keys = on_path.path.steps.get(title="Fetch the keys")
    for method in ("GET", "POST", "DELETE"):
        assert is_problem(ask(cast.mika, method, f"/enrolments/{on_path.pk}/steps/{keys.pk}/link"), 404)


def test_a_task_that_wants_a_file_is_done_with_one(cast, on_path, laptop):  # noqa: F811
    actions.save_step(actor=cast.mika, path=on_path.path, step=laptop, proof="file")
    url = f"/api/v1/enrolments/{on_path.pk}/steps/{laptop.pk}/files"
    for name, status in (("cleo", 404), ("aino", 404), ("gita", 204), ("gita", 204)):
        program = Program(cast.people[name], "write")
        sent = {"files": SimpleUploadedFile("order.txt", b"One laptop"), "note": "Ordered"}
        answer = program.client.post(url, sent)
        assert answer.status_code == status, (name, answer.content)
    assert Completion.objects.get().note == "Ordered"
    assert CompletionFile.objects.get().name == "order.txt"


def test_a_role_is_held_for_one_person_alone(cast, on_path, laptop):  # noqa: F811
    url = f"/enrolments/{on_path.pk}/roles"
    role = laptop.role_id
    assert ask(cast.ben, "GET", url).json() == [{"id": role, "name": "IT", "holder": "gita.example", "is_own": False}]
    assert ask(cast.mika, "PUT", f"{url}/{role}", {"holder": "ben.example"}).status_code == 204
    assert ask(cast.mika, "GET", url).json() == [{"id": role, "name": "IT", "holder": "ben.example", "is_own": True}]
    assert [task.step.pk for task in tasks_for(cast.ben)] == [laptop.pk]
    assert is_problem(ask(cast.mika, "PUT", f"{url}/{role}", {"holder": "cleo.example"}), 422)
    assert is_problem(ask(cast.mika, "PUT", f"{url}/{role}", {"holder": "nobody"}), 422)
    assert is_problem(ask(cast.mika, "PUT", f"{url}/999999", {"holder": ""}), 404)
    assert is_problem(ask(cast.ben, "PUT", f"{url}/{role}", {"holder": ""}), 403)
    assert ask(cast.mika, "PUT", f"{url}/{role}", {"holder": ""}).status_code == 204
    assert [task.step.pk for task in tasks_for(cast.gita)] == [laptop.pk]


def test_a_link_is_seen_and_ended_where_it_is_made(cast, on_path, laptop, sign_in):  # noqa: F811
    client = sign_in(cast.mika)
    step = f"/paths/people/{on_path.pk}/steps/{laptop.pk}/"
    assert "End the link" not in client.get(step).text
    client.post(f"{step}link/")
    page = client.get(step).text
    assert "Gita Example has a link to this task, until " in page
    assert "End the link" not in sign_in(cast.ben).get(step).text, "Ben is the buddy and manages nobody"
    for _time in range(2):
        ended = client.post(f"{step}link/end/", follow=True)
        assert "The link does nothing any more." in ended.text
    assert "End the link" not in ended.text
    assert not TaskLink.objects.exists()
