"""A crisis reaches the browsers of all whom it concerns at once, and leaves no row for anybody else."""

from datetime import time, timedelta

import pytest
import time_machine
from django.utils import timezone

from feed import actions as feed
from feed.kinds import actions
from feed.threads.actions import move_thread
from intranet.activity.live.hints import hints_of
from intranet.activity.models import Activity
from intranet.notifications.actions import set_level, set_preferences, set_quiet_hours
from intranet.notifications.channels import Ways
from intranet.notifications.models import Notification, PushSubscription
from intranet.people import actions as people
from intranet.people.models import Community, Membership, User


@pytest.fixture
def browsers(cast, switched_on):
    """Everybody of the cast has a browser that is told things."""
    return {name: switched_on(person, name, tells_all=True) for name, person in cast.people.items()}


@pytest.fixture
def reached(service):
    """Return a function that says whose browsers have had something since the last time."""

    def names():
        got = sorted(path.strip("/") for path, _headers, _body in service.got)
        service.got.clear()
        return got

    return names


def crisis(cast, place=None, body="Leave the house."):
    return actions.announce(actor=cast.mika, community=place or cast.yard, body=body, level="crisis")


def urgent():
    return Notification.objects.filter(is_urgent=True)


@pytest.mark.parametrize("place", ["yard", "vault"])
def test_a_crisis_goes_to_the_browsers_of_those_whom_it_concerns_and_no_others(
    cast, browsers, reached, send, tell, place
):
    crisis(cast, getattr(cast, place))
    tell()
    send()
    assert reached() == ["aino", "ben"]  # Mika wrote it; Cleo, Gita and Root are not in there


def test_a_crisis_of_everyone_writes_no_row_for_whom_it_cannot_reach(cast, switched_on, send, tell):
    everyone = Community.objects.get(is_everyone=True)
    Membership.objects.filter(user=cast.root, community=everyone).update(role="moderator")
    switched_on(cast.cleo)
    crowd = [User(email=f"{n}@example.com", handle=f"n{n}", name=f"N {n}") for n in range(30)]
    for one in User.objects.bulk_create(crowd):
        Membership.objects.create(user=one, community=everyone)
    actions.announce(actor=cast.root, community=everyone, body="Leave the house.", level="crisis")
    tell()
    tell(again=True)
    assert [row.user_id for row in urgent()] == [cast.cleo.pk]
    assert send() == 1
    assert not urgent().exists()
    assert send() == 0


def test_ten_times_the_people_cost_the_same_queries(cast, tell):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for many in (3, 30):
        for n in range(many):
            one = User.objects.create(email=f"{many}.{n}@example.com", handle=f"n{many}.{n}", name=f"N {n}")
            Membership.objects.create(user=one, community=cast.yard)
            PushSubscription.objects.create(user=one, endpoint="https://x", digest=f"{many}.{n}", p256dh="", auth="")
        crisis(cast)
        with CaptureQueriesContext(connection) as queries:
            tell()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_crisis_passes_preferences_mutes_and_quiet_hours_and_nothing_else_does(
    cast, service, browsers, reached, send, tell
):
    set_preferences(actor=cast.ben, choices={"asked": Ways(in_app=False)})
    set_level(actor=cast.ben, thing=("community", cast.yard.pk), level="mute")
    set_quiet_hours(actor=cast.ben, begins_at=time(0, 0), ends_at=time(23, 59))
    feed.publish_post(actor=cast.aino, community=cast.yard, body="@ben.example, dinner?")
    crisis(cast)
    tell()
    send()
    message, headers = next((browsers["ben"].open(body), heads) for path, heads, body in service.got if path == "/ben")
    assert message["body"] == "Crisis: Leave the house."
    assert message["urgent"] is True
    assert (headers["Urgency"], headers["Topic"]) == ("high", "urgent")
    assert reached() == ["aino", "ben"]


def test_a_message_without_content_leads_to_the_crisis_all_the_same(cast, service, switched_on, send, tell):
    browser = switched_on(cast.ben)
    post = crisis(cast)
    tell()
    send()
    message = browser.open(service.got[0][2])
    assert message["body"] == "1 crisis announcement"
    assert message["url"] == post.get_absolute_url()


@pytest.mark.parametrize("what", ["acknowledged", "ended", "deleted", "left", "no crisis any more"])
def test_a_crisis_that_is_over_for_somebody_is_not_sent(cast, browsers, reached, send, tell, what):
    post = crisis(cast)
    tell()
    if what == "acknowledged":
        actions.acknowledge(actor=cast.ben, post=post, version=1)
    elif what == "ended":
        actions.end_announcement(actor=cast.mika, post=post)
    elif what == "deleted":
        feed.delete_post(actor=cast.mika, post=post)
    elif what == "left":
        people.leave_community(actor=cast.ben, community=cast.yard)
    else:
        change(cast, post, level="normal")
    send()
    nobody = what in {"ended", "deleted", "no crisis any more"}
    assert reached() == ([] if nobody else ["aino"])
    assert not urgent().exists()


def change(cast, post, *, level="crisis", ask_again=False, days=20):
    expires_on = timezone.localdate() + timedelta(days=days)
    actions.change_announcement(
        actor=cast.mika, post=post, level=level, due_on=None, expires_on=expires_on, ask_again=ask_again
    )


def test_what_becomes_a_crisis_or_asks_again_is_told_and_another_day_is_not(cast, browsers, reached, send, tell):
    post = actions.announce(actor=cast.mika, community=cast.yard, body="Stay away from the windows.")
    actions.acknowledge(actor=cast.aino, post=post, version=1)
    tell()
    send()
    assert reached() == []
    change(cast, post)
    tell()
    send()
    assert reached() == ["ben"]  # Aino has read this text
    change(cast, post, days=21)
    tell()
    send()
    assert reached() == []
    change(cast, post, ask_again=True)
    tell()
    send()
    assert reached() == ["aino", "ben"]


def test_a_crisis_that_moves_is_told_to_those_who_have_not_heard_of_it(cast, browsers, reached, send, tell):
    people.join_community(actor=cast.cleo, community=cast.yard)
    post = crisis(cast, cast.vault)
    tell()
    send()
    assert reached() == ["aino", "ben"]
    move_thread(actor=cast.mika, thread=post, community=cast.yard)
    tell()
    send()
    assert reached() == ["cleo"]


def test_an_old_crisis_is_no_news(cast, browsers, reached, send, tell):
    with time_machine.travel(timezone.now() - timedelta(days=40)):
        crisis(cast)
    tell()
    send()
    assert reached() == []


def test_open_pages_look_for_the_banner_when_it_comes_changes_goes_or_moves(cast):
    post = crisis(cast)
    actions.acknowledge(actor=cast.ben, post=post, version=1)
    change(cast, post, level="normal")
    change(cast, post)
    move_thread(actor=cast.mika, thread=post, community=cast.vault)
    actions.end_announcement(actor=cast.mika, post=post)
    feed.delete_post(actor=cast.mika, post=post)
    told: dict[str, set[str]] = {}
    for row in Activity.objects.filter(data__thread=post.pk):
        for hint in hints_of(row):
            if "crisis" in hint.topics:
                told.setdefault(row.verb, set()).add(hint.audience)
    yard, vault = f"community:{cast.yard.pk}", f"community:{cast.vault.pk}"
    assert told == {
        "post.published": {yard}, "announcement.acknowledged": {f"me:{cast.ben.pk}"}, "announcement.changed": {yard},
        "post.moved": {yard, vault}, "announcement.ended": {vault}, "post.deleted": {vault},
    }  # fmt: skip
    assert Activity.objects.filter(verb="announcement.changed", data__crisis=True).count() == 2
