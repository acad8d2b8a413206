"""Asking to be let in: the queue, the word that comes back, the history, and who hears of what."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from intranet.activity.models import Activity
from intranet.notifications.models import Notification
from intranet.notifications.readers import notify
from intranet.notifications.reading import notices
from intranet.people import actions
from intranet.people.models import Community, JoinRequest, Membership
from tests.api.programs import Program
from tests.feed.test_pages import PEOPLE


def tell():
    notify(list(Activity.objects.order_by("pk")))


def lines(user):
    return [notice.plain for notice in notices(user, "direct", None).rows]


@pytest.fixture
def asked(cast):
    return actions.request_to_join(actor=cast.cleo, community=cast.lab, note="I test the saws")


def test_a_moderator_lets_in_with_a_word_and_the_asker_is_told(cast, asked, sign_in):
    tell()
    assert lines(cast.mika) == ["Cleo Example asks to join Lab"]
    assert "1 person wants to join" in sign_in(cast.mika).get(reverse("people:members", args=["lab"])).content.decode()
    assert "1 person wants to join" in sign_in(cast.mika).get("/").content.decode()
    queue = sign_in(cast.mika).get(reverse("people:requests", args=["lab"])).content.decode()
    assert "I test the saws" in queue
    sign_in(cast.mika).post(
        reverse("people:request_decide", args=["lab", asked.pk]), {"decision": "grant", "answer": "Welcome, bring tea"}
    )
    tell()
    assert lines(cast.mika) == []  # it does not wait any more
    assert lines(cast.cleo) == ["Mika Example let you into Lab"]
    assert "Welcome, bring tea" in sign_in(cast.cleo).get("/notifications/").content.decode()
    assert Membership.objects.filter(user=cast.cleo, community=cast.lab).exists()
    assert "Welcome, bring tea" in sign_in(cast.mika).get(reverse("people:requests", args=["lab"])).content.decode()


def test_who_is_declined_hears_why_and_may_ask_again(cast, asked, sign_in):
    actions.decide_request(actor=cast.mika, join_request=asked, granted=False, answer="We are full")
    tell()
    tell()  # twice is once
    assert lines(cast.cleo) == ["Mika Example declined your request to join Lab"]
    page = sign_in(cast.cleo).get(reverse("people:request_to_join", args=["lab"])).content.decode()
    assert "We are full" in page
    again = actions.request_to_join(actor=cast.cleo, community=cast.lab)
    assert again.pk != asked.pk


def test_asking_twice_is_asking_once_and_deciding_twice_is_refused(cast, asked):
    assert actions.request_to_join(actor=cast.cleo, community=cast.lab, note="again").pk == asked.pk
    actions.decide_request(actor=cast.mika, join_request=asked, granted=True)
    with pytest.raises(ValidationError):
        actions.decide_request(actor=cast.mika, join_request=asked, granted=False)
    with pytest.raises(PermissionDenied):
        actions.request_to_join(actor=cast.cleo, community=cast.lab)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_hidden_community_stays_unknown_to_who_would_ask(cast, sign_in, name):
    expected = {"aino": 302, "ben": 302, "mika": 302}.get(name, 404)
    assert sign_in(cast.people[name]).get(reverse("people:request_to_join", args=["vault"])).status_code == expected
    answered = Program(cast.people[name], scope="write").post("/join-requests", {"community": "vault"})
    assert answered.status_code == (403 if expected == 302 else 404)


@pytest.mark.parametrize("name", PEOPLE)
def test_only_moderators_see_the_queue(cast, asked, sign_in, name):
    expected = {"mika": 200, "aino": 403, "ben": 403, "gita": 403}.get(name, 404)
    answered = sign_in(cast.people[name]).get(reverse("people:requests", args=["lab"]))
    assert answered.status_code == expected
    listed = Program(cast.people[name]).get("/join-requests").json()["items"]
    assert len(listed) == (1 if name in {"mika", "cleo"} else 0)


def test_a_community_that_was_hidden_meanwhile_is_named_to_the_asker_no_more(cast, asked, sign_in):
    actions.decide_request(actor=cast.mika, join_request=asked, granted=False, answer="Secret now")
    tell()
    Community.objects.filter(pk=cast.lab.pk).update(kind="hidden")
    assert lines(cast.cleo) == []
    html = sign_in(cast.cleo).get("/notifications/").content.decode()
    assert "Lab" not in html
    assert "Secret now" not in html
    assert Program(cast.cleo).get("/join-requests").json()["items"] == []


def test_who_moderates_no_more_is_asked_no_more_and_the_bell_counts_what_the_list_shows(cast, asked):
    tell()
    assert Notification.objects.visible_to(cast.mika).unread().count() == 1
    actions.change_role(actor=cast.mika, community=cast.lab, person=cast.ben, role="moderator")
    actions.change_role(actor=cast.ben, community=cast.lab, person=cast.mika, role="member")
    tell()
    assert lines(cast.mika) == []
    assert Notification.objects.visible_to(cast.mika).unread().count() == 0
    actions.decide_request(actor=cast.ben, join_request=asked, granted=False)
    tell()
    assert Notification.objects.visible_to(cast.cleo).unread().count() == 1
    actions.change_community(actor=cast.ben, community=cast.lab, kind="hidden")
    tell()
    assert Notification.objects.visible_to(cast.cleo).unread().count() == 0


def test_programs_ask_and_decide(cast):
    made = Program(cast.cleo, scope="write").post("/join-requests", {"community": "lab", "note": "please"})
    assert made.status_code == 201
    assert made.json()["granted"] is None
    path = f"/join-requests/{made.json()['id']}/decision"
    assert Program(cast.ben, scope="write").post(path, {"granted": True}).status_code == 404
    assert Program(cast.cleo, scope="write").post(path, {"granted": True}).status_code == 403
    decided = Program(cast.mika, scope="write").post(path, {"granted": True, "answer": "Yes"})
    assert decided.json()["granted"] is True
    assert decided.json()["answer"] == "Yes"
    assert Program(cast.mika, scope="write").post(path, {"granted": False}).status_code == 422


def test_a_word_that_is_too_long_is_refused_beside_it_and_kept(cast, asked, sign_in):
    url = reverse("people:request_decide", args=["lab", asked.pk])
    answered = sign_in(cast.mika).post(url, {"decision": "grant", "answer": "x" * 301})
    assert answered.status_code == 422
    assert "x" * 301 in answered.content.decode()
    assert JoinRequest.objects.get().decided_at is None
    assert sign_in(cast.mika).post(url, {"decision": "grant", "answer": "a\x00b"}).status_code == 302
    assert JoinRequest.objects.get().answer == "ab"


@pytest.mark.parametrize("waiting", [3, 30])
def test_the_queue_takes_a_fixed_number_of_queries(cast, sign_in, django_assert_max_num_queries, waiting):
    from tests.builders import make_person

    for number in range(waiting):
        person = make_person(f"P{number}")
        made = actions.request_to_join(actor=person, community=cast.lab)
        if number % 2:
            actions.decide_request(actor=cast.mika, join_request=made, granted=False)
    client = sign_in(cast.mika)
    client.get(reverse("people:requests", args=["lab"]))
    with django_assert_max_num_queries(12):
        client.get(reverse("people:requests", args=["lab"]))


def test_another_kind_of_community_is_told_before_it_happens(cast, sign_in):
    mika, url = sign_in(cast.mika), reverse("people:community_settings", args=["lab"])
    sent = {"name": "Lab", "purpose": "", "kind": "open", "hue": 3}
    told = mika.post(url, sent)
    assert told.status_code == 422
    assert "2 more people will read what is written here." in told.content.decode()
    cast.lab.refresh_from_db()
    assert cast.lab.kind == "closed"
    assert mika.post(url, {**sent, "agreed": told.context["told"].code}).status_code == 302
    cast.lab.refresh_from_db()
    assert cast.lab.kind == "open"
    closed = mika.post(url, {**sent, "kind": "closed"})
    assert "2 people will no longer read what is written here." in closed.content.decode()
    assert Notification.objects.count() == 0
