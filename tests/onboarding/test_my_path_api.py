"""My path for programs: one way, files, and the doors that open without signing in."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from tests.house.world import picture
from tests.onboarding.test_my_path import add, make_path, put_on
from wiki import actions as wiki
from wiki.onboarding.models import CompletionFile

PEOPLE = ["aino", "ben", "cleo", "mika", "gita", "root"]
SEES = {"aino": 200, "ben": 200, "cleo": 404, "mika": 200, "gita": 404, "root": 404}


@pytest.fixture
def enrolment(cast):
    """A page to read before the first day, a file to send, a question to answer."""
    page = wiki.create_page(actor=cast.ben, community=cast.lab, title="Fire safety", body="Walk, do not run.")
    path = make_path(cast)
    add(cast, path, kind="read", title="Read about fire", page=page, is_early=True)
    add(cast, path, kind="do", title="Send your card", proof="file", due_days=1)
    check = {"proof": "answer", "question": "How was it?", "readers": ["manager"]}
    add(cast, path, kind="check_in", title="Five days", due_days=9, **check)
    return put_on(cast, path, buddy=cast.ben, manager=cast.mika)


def step_address(enrolment, title: str, rest: str = "") -> str:
    return f"/api/v1/my-path/{enrolment.pk}/steps/{enrolment.path.steps.get(title=title).pk}{rest}"


def test_the_way_is_one_list_with_one_thing_next(cast, enrolment, sign_in):
    found = sign_in(cast.aino).get("/api/v1/my-path").json()
    assert (found["percent"], found["done"], found["total"]) == (0, 0, 3)
    assert found["next"]["title"] == "Read about fire"
    assert [step["span"] for step in found["steps"]] == ["today", "week", "later"]
    assert found["next"]["url"] == "/wiki/lab/fire-safety/"
    assert [one["handle"] for one in found["steps"][2]["readers"]] == [cast.mika.handle]
    assert {one["name"] for one in found["faces"]} == {"Ben Example", "Mika Example"}


@pytest.mark.parametrize("name", ["ben", "cleo", "mika", "gita", "root"])
def test_it_is_ones_own_way_alone(cast, enrolment, sign_in, name):
    found = sign_in(cast.people[name]).get("/api/v1/my-path").json()
    assert found["steps"] == []
    assert found["next"] is None


@pytest.mark.parametrize("name", PEOPLE)
def test_a_file_completes_a_step_and_is_seen_with_the_progress(cast, enrolment, sign_in, name):
    address = step_address(enrolment, "Send your card", "/files")
    sent = {"files": [ContentFile(picture(), "card.png")], "note": "The blue one"}
    done = sign_in(cast.aino).post(address, sent).json()
    assert done["span"] == "done"
    assert done["note"] == "The blue one"
    client = sign_in(cast.people[name])
    assert client.get(step_address(enrolment, "Send your card")).status_code == SEES[name]
    file = client.get(done["files"][0]["url"])
    assert file.status_code == SEES[name]
    if SEES[name] == 200:
        assert b"".join(file.streaming_content).startswith(b"\x89PNG")


@pytest.mark.parametrize("count", [0, 6])
def test_a_step_takes_one_to_five_files(cast, enrolment, sign_in, count):
    address = step_address(enrolment, "Send your card", "/files")
    sent = {"files": [ContentFile(picture(), f"{number}.png") for number in range(count)]}
    answer = sign_in(cast.aino).post(address, sent)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["files"]
    assert not CompletionFile.objects.exists()


def test_somebody_else_sends_no_file(cast, enrolment, sign_in):
    address = step_address(enrolment, "Send your card", "/files")
    sent = {"files": [ContentFile(picture(), "card.png")]}
    answer = sign_in(cast.ben).post(address, sent)
    assert answer.status_code == 404, answer.text
    assert not CompletionFile.objects.exists()


def test_the_calendar_is_opened_shown_and_closed(cast, enrolment, sign_in):
    client = sign_in(cast.aino)
    assert client.get("/api/v1/my-path/calendar").json() == {"address": None}
    made = client.post("/api/v1/my-path/calendar")
    assert made.status_code == 201
    address = made.json()["address"]
    assert client.get("/api/v1/my-path/calendar").json() == {"address": address}
    inside = address.partition("//")[2].partition("/")[2]
    assert b"Read about fire" in Client().get(f"/{inside}").content
    assert client.delete("/api/v1/my-path/calendar").status_code == 204
    assert Client().get(f"/{inside}").status_code == 404


def test_the_link_before_the_first_day_is_opened_and_closed(cast, enrolment, sign_in):
    client, address = sign_in(cast.ben), f"/api/v1/my-path/{enrolment.pk}/welcome"
    assert client.get(address).json() == {"address": None, "until_on": None}
    until = str(timezone.localdate() + timedelta(days=2))
    made = client.post(address, {"until_on": until}, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["until_on"] == until
    inside = made.json()["address"].partition("//")[2].partition("/")[2]
    assert "Fire safety" in Client().get(f"/{inside}").text
    late = {"until_on": str(timezone.localdate() + timedelta(days=500))}
    assert client.post(address, late, content_type="application/json").status_code == 422
    assert client.delete(address).status_code == 204
    assert Client().get(f"/{inside}").status_code == 404
    assert sign_in(cast.aino).get(address).status_code == 404
