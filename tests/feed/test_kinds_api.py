"""Questions, praise, polls and announcements for programs, and many at once."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from feed.kinds import actions
from feed.kinds.facts import house_today
from feed.models import Acknowledgement, Announcement, Post, Vote
from intranet.activity.models import Activity
from tests.feed.test_concurrency import at_once, live_cast  # noqa: F401  # a cast that threads see


@pytest.fixture
def ask(program):
    """Return a function that asks the API as somebody, with data as JSON."""

    def asked(user, method, path, **data):
        api = program(user, "write")
        return api.get(path) if method == "GET" else api.send(method, path, json.dumps(data))

    return asked


def test_a_question_is_asked_answered_and_opened_again(cast, ask, answer):
    made = ask(cast.aino, "POST", "/questions", community="yard", body="Where is it?")
    assert made.status_code == 201
    assert (made.json()["kind"], made.json()["details"]) == ("question", {"answer": None})
    pk = made.json()["id"]
    reply = answer(cast.ben, Post.objects.get(pk=pk))
    assert ask(cast.ben, "PUT", f"/questions/{pk}/answer", reply=reply.pk).status_code == 403
    assert ask(cast.aino, "PUT", f"/questions/{pk}/answer", reply=pk).status_code == 422
    assert ask(cast.aino, "PUT", f"/questions/{pk}/answer", reply=reply.pk).json()["details"] == {"answer": reply.pk}
    found = ask(cast.ben, "GET", "/questions?state=answered&community=yard").json()["items"]
    assert [item["id"] for item in found] == [pk]
    assert ask(cast.ben, "GET", "/questions?state=open").json()["items"] == []
    assert ask(cast.aino, "DELETE", f"/questions/{pk}/answer").json()["details"] == {"answer": None}
    assert len(ask(cast.ben, "GET", "/questions?state=open").json()["items"]) == 1


def test_praise_names_people_by_handle(cast, ask):
    wrong = ask(cast.aino, "POST", "/praise", community="yard", body="Great", people=["nobody.here"])
    assert wrong.status_code == 422
    made = ask(cast.aino, "POST", "/praise", community="yard", body="Great", people=["@ben.example"])
    assert made.json()["details"] == {"people": [[cast.ben.pk, "Ben Example", "ben.example"]]}


def test_a_poll_by_program_is_as_strict_as_in_the_browser(cast, ask):
    for options in ([], ["a"], [str(n) for n in range(1000)], ["a", "a"], [f"{n}" for n in range(6000)]):
        assert ask(cast.aino, "POST", "/polls", community="yard", body="?", options=options).status_code == 422
    naive = ask(
        cast.aino, "POST", "/polls", community="yard", body="?", options=["a", "b"], closes_at="2027-01-01T10:00"
    )
    assert naive.status_code == 422
    pk = ask(cast.aino, "POST", "/polls", community="yard", body="?", options=["a", "b"]).json()["id"]
    assert ask(cast.ben, "PUT", f"/polls/{pk}/vote", choices=[1]).json()["mine"] == [1]
    assert ask(cast.ben, "PUT", f"/polls/{pk}/vote", choices=[0, 1]).status_code == 422
    assert ask(cast.ben, "PUT", f"/polls/{pk}/vote", choices=[2**70]).status_code == 422
    assert ask(cast.cleo, "PUT", f"/polls/{pk}/vote", choices=[1]).status_code == 403
    assert ask(cast.gita, "GET", f"/polls/{pk}").status_code == 404
    people = ask(cast.mika, "GET", f"/polls/{pk}/votes").json()
    assert [row["people"] for row in people] == [[], ["ben.example"]]
    assert ask(cast.ben, "PUT", f"/polls/{pk}/vote", choices=[]).json()["mine"] == []
    assert ask(cast.aino, "POST", f"/polls/{pk}/close").status_code == 200
    assert ask(cast.ben, "PUT", f"/polls/{pk}/vote", choices=[1]).status_code == 422


def test_an_anonymous_poll_tells_programs_nothing_of_voters(cast, ask):
    post = actions.start_poll(actor=cast.aino, community=cast.yard, body="?", options=["a", "b"], anonymous=True)
    actions.vote(actor=cast.ben, post=post, choices=[1])
    assert ask(cast.mika, "GET", f"/polls/{post.pk}/votes").status_code == 404
    shown = ask(cast.mika, "GET", f"/polls/{post.pk}").content.decode()
    assert "ben" not in shown.lower().replace("benefit", "")
    assert ask(cast.ben, "GET", f"/polls/{post.pk}").json()["mine"] == [1]
    assert ask(cast.mika, "GET", f"/polls/{post.pk}").json()["mine"] == []


def test_an_announcement_is_written_acknowledged_reminded_changed_and_ended(cast, ask):
    assert ask(cast.aino, "POST", "/announcements", community="yard", body="Hear").status_code == 403
    made = ask(cast.mika, "POST", "/announcements", community="yard", body="Hear", level="crisis").json()
    pk, path = made["id"], f"/announcements/{made['id']}"
    assert [one["id"] for one in ask(cast.ben, "GET", "/announcements/waiting").json()] == [pk]
    assert ask(cast.cleo, "GET", "/announcements/waiting").json() == []
    assert ask(cast.ben, "PUT", f"{path}/acknowledgement", version=9).status_code == 422
    assert ask(cast.ben, "PUT", f"{path}/acknowledgement", version=1).status_code == 204
    assert ask(cast.ben, "GET", f"{path}/receipts").status_code == 403
    receipts = ask(cast.mika, "GET", f"{path}/receipts").json()
    assert (receipts["read"], receipts["pending"], receipts["people"]) == (2, 1, ["aino.example"])
    assert ask(cast.mika, "POST", f"{path}/reminders").json() == {"reminded": 1}
    assert ask(cast.mika, "POST", f"{path}/reminders").status_code == 422
    change = {"body": "Hear again", "expires_on": made["details"]["expires"], "ask_again": True}
    assert ask(cast.mika, "PATCH", path, **change).json()["details"]["version"] == 2
    assert len(ask(cast.ben, "GET", "/announcements/waiting").json()) == 1
    assert ask(cast.mika, "POST", f"{path}/end").json()["details"]["ended"] is True
    assert ask(cast.ben, "GET", "/announcements/waiting").json() == []


def test_an_update_is_no_poll(cast, ask, say):
    pk = say(cast.mika, cast.yard).pk
    assert ask(cast.mika, "PUT", f"/polls/{pk}/vote", choices=[0]).status_code == 404
    assert ask(cast.mika, "GET", f"/announcements/{pk}/receipts").status_code == 404
    assert ask(cast.mika, "DELETE", f"/questions/{pk}/answer").status_code == 404


# --- Many at once ----------------------------------------------------------------------------------------------------


def test_votes_given_at_once_are_counted_once_each(live_cast):  # noqa: F811
    post = actions.start_poll(actor=live_cast.aino, community=live_cast.yard, body="?", options=["a", "b"])
    people = [live_cast.aino, live_cast.ben, live_cast.mika]
    jobs = [
        lambda p=person, c=choice: actions.vote(actor=p, post=post, choices=[c])
        for choice in (0, 1, 0, 1)
        for person in people
    ]
    results = at_once(*jobs)
    assert all(isinstance(result, Post) for result in results), results
    post.refresh_from_db()
    assert Vote.objects.count() == post.facts["voters"] == sum(post.facts["votes"]) == 3


def test_options_do_not_change_under_a_voter(live_cast):  # noqa: F811
    post = actions.start_poll(actor=live_cast.aino, community=live_cast.yard, body="?", options=["a", "b"])
    rules = {"options": ["x", "y", "z"], "several": False, "anonymous": False, "closes_at": None}
    at_once(
        lambda: actions.vote(actor=live_cast.ben, post=post, choices=[1], edition=1),
        lambda: actions.change_poll(actor=live_cast.aino, post=post, **rules),
        lambda: actions.vote(actor=live_cast.mika, post=post, choices=[1], edition=1),
    )
    post.refresh_from_db()
    changed = post.facts["options"] == ["x", "y", "z"]
    assert post.facts["voters"] == Vote.objects.count() == (0 if changed else 2)


def test_a_double_click_acknowledges_once(live_cast):  # noqa: F811
    post = actions.announce(actor=live_cast.mika, community=live_cast.yard, body="Hear")
    results = at_once(*[lambda: actions.acknowledge(actor=live_cast.ben, post=post, version=1)] * 6)
    assert all(isinstance(result, Acknowledgement) for result in results), results
    assert Acknowledgement.objects.filter(user=live_cast.ben).count() == 1
    assert Activity.objects.filter(verb="announcement.acknowledged").count() == 1


def test_two_answers_marked_at_once_leave_one(live_cast, answer):  # noqa: F811
    post = actions.ask_question(actor=live_cast.aino, community=live_cast.yard, body="?")
    first, second = answer(live_cast.ben, post), answer(live_cast.mika, post)
    at_once(
        lambda: actions.mark_answer(actor=live_cast.aino, reply=first),
        lambda: actions.mark_answer(actor=live_cast.mika, reply=second),
    )
    post.refresh_from_db()
    assert post.facts["answer"] in {first.pk, second.pk}
    assert post.unanswered_since is None


def test_one_key_sent_twice_at_once_makes_one_announcement(live_cast):  # noqa: F811
    import uuid

    key = uuid.uuid4()
    job = lambda: actions.announce(actor=live_cast.mika, community=live_cast.yard, body="Hear", key=key)  # noqa: E731
    results = at_once(job, job, job)
    assert all(isinstance(result, Post) for result in results), results
    assert Announcement.objects.count() == Acknowledgement.objects.count() == 1


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-02", "0001-01-01"])
def test_a_day_at_the_end_of_the_calendar_is_refused_beside_its_field(cast, ask, sign_in, day):
    asked = ask(cast.mika, "POST", "/announcements", community="yard", body="Read this", due_on=day)
    assert asked.status_code == 422
    assert [one["field"] for one in asked.json()["errors"]] == ["due_on"]
    sent = {"kind": "announcement", "community": cast.yard.pk, "body": "Read this", "level": "normal", "due_on": day}
    page = sign_in(cast.mika).post(reverse("feed:post_create"), sent)
    assert page.status_code == 422
    assert "while the announcement stands" in page.content.decode()


def test_an_announcement_due_late_in_the_year_stands_to_its_end(cast):
    today = house_today()
    made = actions.announce(actor=cast.mika, community=cast.yard, body="Read this", due_on=today + timedelta(days=350))
    assert made.facts["expires"] == (today + timedelta(days=366)).isoformat()
