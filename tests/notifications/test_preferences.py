"""Kinds and ways: what somebody chose holds, and what is kept for mail does no harm."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from feed import actions as feed
from intranet.notifications.actions import set_preferences
from intranet.notifications.channels import KINDS, Ways, choices_of, kind_of
from intranet.notifications.models import Notification, Preference
from tests.api.programs import Program

SETTINGS = "/notifications/settings/"


@pytest.fixture
def say():
    return lambda actor, community, body: feed.publish_post(actor=actor, community=community, body=body)


def test_every_kind_stands_on_the_page_with_every_way(cast, sign_in):
    html = sign_in(cast.aino).get(SETTINGS).content.decode()
    assert html.count('type="checkbox"') == len(KINDS) * 4
    assert "does not send mail about news yet" in html


def test_what_is_switched_off_is_not_told(cast, sign_in, say, tell, told):
    ben = sign_in(cast.ben)
    ticked = {f"{kind}-in_app": "on" for kind in KINDS if kind != "mention"}
    assert ben.post(SETTINGS, ticked | {"mention-digest": "on"}).status_code == 302
    assert choices_of(cast.ben)["mention"] == Ways(in_app=False, digest=True)
    say(cast.aino, cast.yard, "@ben.example @mika.example")
    tell()
    assert told(cast.ben, "direct") == []
    assert len(told(cast.mika, "direct")) == 1
    assert not Notification.objects.filter(user=cast.ben).exists()


def test_only_what_differs_is_stored(cast, sign_in):
    before = choices_of(cast.aino)
    set_preferences(actor=cast.aino, choices=before)
    assert not Preference.objects.exists()
    set_preferences(actor=cast.aino, choices={"reply": before["reply"]._replace(mail=False)})
    assert Preference.objects.get().kind == "reply"


def test_there_are_no_other_kinds(cast):
    with pytest.raises(ValidationError):
        set_preferences(actor=cast.aino, choices={"gossip": Ways()})
    assert kind_of("something new", is_direct=True) == "asked"
    assert kind_of("something new", is_direct=False) == "thread"


def test_programs_choose_as_well_and_each_only_her_own(cast):
    aino, ben = Program(cast.aino, scope="write"), Program(cast.ben)
    answer = aino.send("PATCH", "/notifications/preferences", json.dumps({"kinds": {"reply": {"push": False}}}))
    assert answer.status_code == 200
    reply = next(one for one in answer.json()["kinds"] if one["kind"] == "reply")
    assert (reply["in_app"], reply["push"], reply["mail"]) == (True, False, True)
    assert next(o for o in ben.get("/notifications/preferences").json()["kinds"] if o["kind"] == "reply")["push"]
    wrong = aino.send("PATCH", "/notifications/preferences", json.dumps({"kinds": {"gossip": {}}}))
    assert wrong.status_code == 422
    nonsense = {"kinds": {"reply": {"push": "perhaps"}}}
    assert aino.send("PATCH", "/notifications/preferences", json.dumps(nonsense)).status_code == 422


def test_reactions_are_one_line_an_hour(cast, say, tell, told):
    post = say(cast.aino, cast.yard, "Coffee is ready")
    feed.react(actor=cast.ben, post=post, kind="thanks")
    feed.react(actor=cast.mika, post=post, kind="love")
    tell()
    assert told(cast.aino) == ["Mika Example and Ben Example reacted to Coffee is ready"]
    Notification.objects.update(read_at=post.created_at)
    feed.react(actor=cast.ben, post=post, kind="agree")
    tell()
    row = Notification.objects.get()
    assert row.read_at
    assert row.actors == [cast.ben.pk, cast.mika.pk]


def test_a_reaction_taken_back_is_told_of_no_more(cast, say, tell, told):
    post = say(cast.aino, cast.yard, "Coffee is ready")
    feed.react(actor=cast.ben, post=post, kind="thanks")
    feed.react(actor=cast.mika, post=post, kind="love")
    tell()
    feed.unreact(actor=cast.mika, post=post, kind="love")
    tell()
    assert told(cast.aino) == ["Ben Example reacted to Coffee is ready"]
    feed.unreact(actor=cast.ben, post=post, kind="thanks")
    tell()
    assert told(cast.aino) == []


def test_own_reactions_and_those_in_a_muted_thread_are_not_told(cast, say, tell, told):
    from intranet.notifications.actions import set_level

    post = say(cast.aino, cast.yard, "Coffee is ready")
    feed.react(actor=cast.aino, post=post, kind="love")
    set_level(actor=cast.aino, thing=("thread", post.pk), level="mute")
    feed.react(actor=cast.ben, post=post, kind="love")
    tell()
    assert told(cast.aino) == []


def test_visiting_a_thread_that_was_read_marks_its_reactions_read(cast, say, tell, sign_in):
    post, aino = say(cast.aino, cast.yard, "Coffee is ready"), sign_in(cast.aino)
    feed.react(actor=cast.ben, post=post, kind="thanks")
    tell()
    assert 'aria-label="Notifications: 1 unread"' in aino.get("/").content.decode()
    aino.post(reverse("feed:thread_read", args=[post.pk]), {})
    assert 'aria-label="Notifications"' in aino.get("/").content.decode()


@pytest.mark.parametrize(
    ("place", "readers"),
    [("yard", "aino ben cleo mika root"), ("lab", "aino ben mika gita"), ("vault", "aino ben mika")],
)
def test_level_is_chosen_by_those_who_may_see_the_thing(cast, sign_in, place, readers):
    community = getattr(cast, place)
    for name, person in cast.people.items():
        client = sign_in(person)
        shown = client.get(f"/notifications/level/community/{community.pk}/")
        assert (shown.status_code == 200) == (name in readers.split()), name
        sent = {"kind": "community", "number": community.pk, "level": "mute"}
        assert client.post("/notifications/watching/", sent).status_code == (302 if name in readers.split() else 404)


@pytest.mark.parametrize("address", ["nonsense/1", "community/0", "thread/99999999999999999999", "page/1"])
def test_level_of_what_is_not_there(cast, sign_in, address):
    assert sign_in(cast.aino).get(f"/notifications/level/{address}/").status_code == 404
