"""How paths are made, for programs: examples, places, roles, versions, rules, the archive, what would be."""

import json

import pytest
from django.utils import timezone

from intranet.activity.models import Activity
from intranet.people.models import Team
from tests.api.programs import Program, is_problem
from wiki.onboarding import actions
from wiki.onboarding.models import Enrolment, Path, PathRule
from wiki.onboarding.versions import lines_of


def send(person, method, path, body=None):
    program = Program(person, "write")
    return program.get(path) if method == "GET" else program.send(method, path, json.dumps(body or {}))


@pytest.fixture
def path(cast):
    made = actions.create_path(actor=cast.mika, community=cast.lab, title="First month", language="en")
    for title, days in (("Keys", 0), ("Lunch", 2)):
        actions.save_step(actor=cast.mika, path=made, kind="do", title=title, due_days=days)
    made.refresh_from_db()
    return made


def test_a_path_from_an_example(cast):
    listed = send(cast.mika, "GET", "/path-examples?language=sv").json()
    assert [one["key"] for one in listed] == ["first-month", "team-lead", "engineer"]
    made = send(cast.mika, "POST", "/path-examples/team-lead", {"community": "lab", "language": "sv"})
    assert made.status_code == 201
    assert made.json()["title"] == listed[1]["title"]
    assert [step["title"] for step in made.json()["steps"]] == listed[1]["steps"]
    assert is_problem(send(cast.mika, "POST", "/path-examples/none", {"community": "lab"}), 404)
    assert is_problem(send(cast.aino, "POST", "/path-examples/team-lead", {"community": "lab"}), 403)
    assert is_problem(send(cast.cleo, "POST", "/path-examples/team-lead", {"community": "vault"}), 404)


def test_a_step_goes_to_another_span_and_may_be_early(cast, path):
    keys, lunch = (line.step_id for line in lines_of(path))
    place = {"phase": "week", "after": lunch}
    placed = send(cast.mika, "PUT", f"/paths/{path.slug}/steps/{keys}/place", place).json()
    assert [(step["id"], step["due_days"]) for step in placed["steps"]] == [(lunch, 2), (keys, 1)]
    assert is_problem(
        send(cast.mika, "PUT", f"/paths/{path.slug}/steps/{keys}/place", {"phase": "week", "after": 99999}), 422
    )
    assert is_problem(send(cast.mika, "PUT", f"/paths/{path.slug}/steps/{keys}/place", {"phase": "never"}), 422)
    assert send(cast.mika, "PATCH", f"/paths/{path.slug}/steps/{keys}", {"is_early": True}).json()["is_early"]


def test_roles(cast, path):
    role = send(cast.mika, "POST", f"/paths/{path.slug}/roles", {"name": "IT", "holder": "ben.example"}).json()
    assert role["holder"] == "ben.example"
    assert is_problem(send(cast.mika, "POST", f"/paths/{path.slug}/roles", {"name": "it"}), 422)
    assert is_problem(send(cast.mika, "POST", f"/paths/{path.slug}/roles", {"name": "HR", "holder": "nobody"}), 422)
    url = f"/paths/{path.slug}/roles/{role['id']}"
    assert send(cast.mika, "PUT", url, {"name": "IT support"}).json()["holder"] is None
    actions.save_step(actor=cast.mika, path=path, kind="task", title="PC", whom="role", role=path.roles.get())
    assert is_problem(send(cast.mika, "DELETE", url), 422)
    assert is_problem(send(cast.aino, "GET", f"/paths/{path.slug}/roles"), 403)
    assert is_problem(send(cast.cleo, "GET", f"/paths/{path.slug}/roles"), 404)


def test_versions_new_people_only_and_the_archive(cast, path):
    body = {"people": ["aino.example"], "start_on": "2026-12-01"}
    before = send(cast.mika, "POST", f"/paths/{path.slug}/enrolments/preview", body).json()
    assert before["new"] == ["aino.example"]
    assert [day["due_on"] for day in before["days"]] == ["2026-12-01", "2026-12-03"]
    assert not Enrolment.objects.exists()
    assert send(cast.mika, "POST", f"/paths/{path.slug}/enrolments", body).status_code == 200
    assert send(cast.mika, "POST", f"/paths/{path.slug}/enrolments/preview", body).json()["there"] == ["aino.example"]
    send(cast.mika, "POST", f"/paths/{path.slug}/steps", {"kind": "do", "title": "Tour"})
    told = Activity.objects.filter(verb="path.changed").count()
    for _time in range(2):
        send(cast.mika, "PATCH", f"/paths/{path.slug}/versions/2", {"words": "A tour"})
    assert Activity.objects.filter(verb="path.changed").count() == told + 1
    send(cast.mika, "PUT", f"/paths/{path.slug}/alignment/new-only")
    newest, first = send(cast.mika, "GET", f"/paths/{path.slug}/versions").json()
    assert (newest["words"], newest["changes"], newest["is_for_new_only"]) == ("A tour", ["New: “Tour”."], True)
    assert (first["people"], newest["people"]) == (1, 0)
    assert send(cast.mika, "PUT", f"/paths/{path.slug}/archive").json()["archived_at"]
    late = {"people": ["ben.example"], "start_on": "2026-12-01"}
    assert is_problem(send(cast.mika, "POST", f"/paths/{path.slug}/enrolments", late), 422)
    assert send(cast.mika, "DELETE", f"/paths/{path.slug}/archive").json()["archived_at"] is None
    for day in ("9999-12-31", "0001-01-01"):
        for where in ("enrolments", "enrolments/preview"):
            answer = send(cast.mika, "POST", f"/paths/{path.slug}/{where}", late | {"start_on": day})
            assert is_problem(answer, 422)


def test_rules(cast, path):
    team = Team.objects.create(name="Design")
    cast.gita.team = team
    cast.gita.save()
    assert send(cast.mika, "POST", f"/paths/{path.slug}/rules/preview", {"team": "design"}).json() == ["gita.example"]
    assert not PathRule.objects.exists()
    made = [send(cast.mika, "POST", f"/paths/{path.slug}/rules", {"team": "Design"}).json() for _time in range(2)]
    assert made[0] == made[1]
    assert send(cast.mika, "GET", f"/paths/{path.slug}/rules").json() == [made[0]]
    assert is_problem(send(cast.mika, "POST", f"/paths/{path.slug}/rules", {}), 422)
    assert is_problem(send(cast.mika, "POST", f"/paths/{path.slug}/rules/preview", {"team": "None such"}), 404)
    assert send(cast.mika, "DELETE", f"/paths/{path.slug}/rules/{made[0]['id']}").status_code == 204
    assert not PathRule.objects.exists()


def test_what_stands_on_another_path_is_not_found(cast, path):
    other = actions.create_path(actor=cast.mika, community=cast.vault, title="Other")
    role = actions.save_role(actor=cast.mika, path=other, name="IT")
    rule = actions.add_rule(actor=cast.mika, path=other, title="Visitor")
    step = actions.save_step(actor=cast.mika, path=other, kind="do", title="Hush")
    for method, url, body in (
        ("PUT", f"roles/{role.pk}", {"name": "x"}),
        ("DELETE", f"roles/{role.pk}", None),
        ("DELETE", f"rules/{rule.pk}", None),
        ("PUT", f"steps/{step.pk}/place", {"phase": "day"}),
    ):
        assert is_problem(send(cast.mika, method, f"/paths/{path.slug}/{url}", body), 404)
    assert Path.objects.count() == 2


def test_a_step_that_was_taken_off_is_put_back_once(cast, path):
    body = {"people": ["aino.example"], "start_on": "2026-12-01"}
    send(cast.mika, "POST", f"/paths/{path.slug}/enrolments", body)
    lunch = next(line.step for line in lines_of(path) if line.step.title == "Lunch")
    other = actions.create_path(actor=cast.mika, community=cast.vault, title="Other")
    strange = actions.save_step(actor=cast.mika, path=other, kind="do", title="Hush")
    assert send(cast.mika, "GET", f"/paths/{path.slug}/removed-steps").json() == []
    send(cast.mika, "DELETE", f"/paths/{path.slug}/steps/{lunch.pk}")
    away = send(cast.mika, "GET", f"/paths/{path.slug}/removed-steps").json()
    assert away == [{"id": lunch.pk, "kind": "do", "title": "Lunch"}]
    url = f"/paths/{path.slug}/steps"
    for _time in range(2):
        back = send(cast.mika, "POST", f"{url}/{lunch.pk}/restore", {"due_days": 7}).json()
        assert [(step["title"], step["due_days"]) for step in back["steps"]] == [("Keys", 0), ("Lunch", 7)]
    assert is_problem(send(cast.mika, "POST", f"{url}/{strange.pk}/restore", {}), 404)
    assert is_problem(send(cast.mika, "POST", f"{url}/{lunch.pk}/restore", {"due_days": 9999}), 422)
    assert is_problem(send(cast.aino, "POST", f"{url}/{lunch.pk}/restore", {}), 403)


def test_a_step_is_put_back_from_the_versions(cast, path, sign_in):
    actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=timezone.localdate())
    lunch = next(line.step for line in lines_of(path) if line.step.title == "Lunch")
    actions.remove_step(actor=cast.mika, step=lunch)
    client = sign_in(cast.mika)
    assert "Put back<span" in client.get(f"/paths/{path.slug}/versions/").text
    for _time in range(2):
        client.post(f"/paths/{path.slug}/steps/{lunch.pk}/restore/")
    path.refresh_from_db()
    assert [line.step.title for line in lines_of(path)] == ["Keys", "Lunch"]
    assert "Put back<span" not in client.get(f"/paths/{path.slug}/versions/").text
