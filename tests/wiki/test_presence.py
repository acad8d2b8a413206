"""Who is editing is told to readers of the page, for as long as it is true."""

import asyncio
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from intranet.activity.live import bridge
from intranet.activity.live.hub import Stream, hub
from wiki.models import Editing


def beat(client, page, tab="a1", **more):
    return client.post(f"/wiki/id/{page.pk}/editing/", {"tab": tab, **more})


def shown(client, page):
    return client.get(f"/wiki/id/{page.pk}/editing/").content.decode()


def seen_on_page(client, page):
    return (
        "avatars"
        in client.get(page.get_absolute_url()).content.decode().partition('id="editing"')[2].partition("</div>")[0]
    )


def test_readers_see_who_edits_and_the_editor_does_not_see_herself(cast, write, client):
    page = write("Plan", community=cast.lab)
    client.force_login(cast.aino)
    assert beat(client, page).status_code == 204
    assert beat(client, page, tab="b2").status_code == 204, "a second tab of hers"
    assert cast.aino.name not in shown(client, page)
    assert not seen_on_page(client, page)
    client.force_login(cast.ben)
    assert shown(client, page).count(f"{cast.aino.name}") >= 1
    assert seen_on_page(client, page)
    client.force_login(cast.cleo)
    assert client.get(f"/wiki/id/{page.pk}/editing/").status_code == 404
    assert beat(client, page).status_code == 404


def test_closing_one_of_two_tabs_is_not_leaving(cast, write, client):
    page = write("Plan")
    client.force_login(cast.aino)
    beat(client, page, tab="a1")
    beat(client, page, tab="b2")
    beat(client, page, tab="a1", leave="1")
    client.force_login(cast.ben)
    assert seen_on_page(client, page)
    client.force_login(cast.aino)
    beat(client, page, tab="b2", leave="1")
    client.force_login(cast.ben)
    assert not seen_on_page(client, page)


def test_whoever_says_nothing_for_half_a_minute_is_gone(cast, write, client):
    page = write("Plan")
    client.force_login(cast.aino)
    beat(client, page)
    client.force_login(cast.ben)
    with time_machine.travel(timezone.now() + timedelta(seconds=23)):
        assert not seen_on_page(client, page)
        beat(client, page)
        assert not Editing.objects.filter(user=cast.aino).exists(), "swept by the next one"


def test_who_may_only_read_cannot_say_that_she_edits(cast, write, client):
    page = write("Plan")
    client.force_login(cast.cleo)
    assert beat(client, page).status_code == 403


def test_odd_tabs_are_refused_and_many_are_not_kept(cast, write, client):
    page = write("Plan")
    client.force_login(cast.aino)
    assert [beat(client, page, tab=tab).status_code for tab in ("", "A", "x" * 33, "\x00", "å")] == [422] * 5
    for number in range(40):
        beat(client, page, tab=f"{number}")
    assert Editing.objects.count() == 20


def test_only_readers_of_the_community_are_told_to_look(cast, write, client, django_capture_on_commit_callbacks):
    if bridge.is_needed():
        pytest.skip("only on SQLite: hints go through the database here")
    page = write("Plan", community=cast.lab)
    loop = asyncio.new_event_loop()
    here, elsewhere = (Stream(1, "", "", loop, frozenset({f"community:{place.pk}"})) for place in (cast.lab, cast.yard))
    for stream in (here, elsewhere):
        hub.join(stream, 20)
    client.force_login(cast.aino)
    with django_capture_on_commit_callbacks(execute=True):
        beat(client, page)
    loop.run_until_complete(asyncio.sleep(0))
    assert (here.take(), elsewhere.take()) == ([f"editing:{page.pk}"], [])
    with django_capture_on_commit_callbacks(execute=True):
        beat(client, page)
    loop.run_until_complete(asyncio.sleep(0))
    assert here.take() == [], "once, when she comes"
    for stream in (here, elsewhere):
        hub.leave(stream)
    loop.close()


def test_draft_of_a_new_page_is_offered_in_its_place(cast, write, client):
    page = write("Plan")
    client.force_login(cast.aino)
    client.post("/wiki/draft/", {"parent": page.pk, "title": "Half a plan", "body": "so far"})
    assert "Half a plan" in client.get(f"/wiki/new/?parent={page.pk}").content.decode()
    client.force_login(cast.ben)
    assert "Half a plan" not in client.get(f"/wiki/new/?parent={page.pk}").content.decode()
