"""Who may write together: nobody else comes in, and whoever loses the right goes out."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from intranet.people.models import Membership, User
from tests.wiki.rooms.editors import refusal, until
from wiki import actions
from wiki.models import Room, WikiPage

WRITERS = {"aino", "ben", "mika", "gita"}
MOST = 5.0


def test_whoever_may_change_the_page_comes_in_and_others_find_nothing(cast, server, plan, cookie):
    absent = {name: refusal(server, cookie(user), 999_999) for name, user in cast.people.items()}
    found = {name: refusal(server, cookie(user), plan.pk) for name, user in cast.people.items()}
    assert {name for name, answer in found.items() if answer[0] == 101} == WRITERS
    for name in set(cast.people) - WRITERS:
        assert found[name] == absent[name]
        assert found[name][0] == 404
    assert refusal(server, "0" * 32, plan.pk) == absent["cleo"]


def test_reader_who_may_not_write_finds_nothing_either(cast, server, cookie):
    page = actions.create_page(actor=cast.aino, community=cast.yard, title="Open", body="Text")
    assert WikiPage.objects.visible_to(cast.cleo).filter(pk=page.pk).exists()
    assert refusal(server, cookie(cast.cleo), page.pk) == refusal(server, cookie(cast.cleo), 999_999)
    assert not Room.objects.exists()


@pytest.mark.parametrize("address", ["0", "x", "1/2", "99999999999", "-1", "1%00", "", "9999999999"])
def test_addresses_that_are_none_are_refused(cast, server, plan, cookie, address):
    assert refusal(server, cookie(cast.aino), address)[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_pages_of_others_get_nothing_even_with_the_cookie(cast, server, plan, cookie, headers):
    assert refusal(server, cookie(cast.aino), plan.pk, **headers)[0] == 404


def lose_membership(cast, plan):
    Membership.objects.filter(user=cast.ben, community=cast.lab).delete()


def sign_out(cast, plan):
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") == str(cast.ben.pk):
            session.delete()


def change_password(cast, plan):
    cast.ben.set_password("kuusi-palaa-kovaa-8")
    cast.ben.save()


def lock_account(cast, plan):
    User.objects.filter(pk=cast.ben.pk).update(is_active=False)


def let_account_end(cast, plan):
    User.objects.filter(pk=cast.ben.pk).update(active_until=timezone.localdate() - timedelta(days=1))


def trash_page(cast, plan):
    actions.trash_page(actor=cast.aino, page=plan.pk)


def move_page(cast, plan):
    section = actions.ensure_section(cast.vault, actor=cast.aino)
    Membership.objects.filter(user=cast.ben, community=cast.vault).delete()
    actions.move_page(actor=cast.aino, page=plan.pk, parent=section)


def delete_page(cast, plan):
    WikiPage.objects.get(pk=plan.pk).delete()


@pytest.mark.parametrize(
    "lose",
    [lose_membership, sign_out, change_password, lock_account, let_account_end, trash_page, move_page, delete_page],
)
def test_whoever_loses_the_right_is_out_within_five_seconds_and_hears_nothing_more(cast, server, plan, come, lose):
    ben = come(cast.ben, plan)
    lose(cast, plan)
    started = time.monotonic()
    assert ben.is_ended()
    assert ben.closed_at - started < MOST
    assert ben.closed == 4403
    assert refusal(server, ben.cookie, plan.pk)[0] == 404


def test_others_go_on_when_somebody_is_put_out(cast, plan, come):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    lose_membership(cast, plan)
    assert ben.is_ended()
    text = ben.text
    aino.add("Not for Ben.\n")
    assert aino.kept()
    assert until(lambda: [who["name"] for who in aino.people] == ["Aino Example"])
    assert ben.text == text


def test_nobody_can_pose_as_somebody_else(cast, plan, come):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    ben.say(type="caret", caret=None, n=aino.said("hello")[0]["you"], id=cast.root.pk, name="Root", hue=1)
    assert until(lambda: aino.said("caret"))
    assert aino.said("caret")[0] == {"type": "caret", "n": ben.said("hello")[0]["you"], "caret": None}
    assert {who["name"] for who in aino.people} == {"Aino Example", "Ben Example"}


def test_somebody_cannot_hold_more_than_twenty_connections(cast, server, plan, come):
    editors = [come(cast.aino, plan) for _ in range(20)]
    assert refusal(server, editors[0].cookie, plan.pk)[0] == 404
    editors[0].go()
    assert until(lambda: refusal(server, editors[1].cookie, plan.pk)[0] == 101)
