"""A thread that was moved: the line in the list it left, and what becomes of votes, answers and acknowledgements."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feed import actions as posts
from feed.kinds import actions as kinds
from feed.models import Acknowledgement, Announcement, Post, Vote
from feed.navigation import my_communities
from feed.threads.actions import move_thread
from intranet.activity.models import Activity
from intranet.notifications.models import Notification
from intranet.notifications.readers import notify
from intranet.people import actions as people
from intranet.people.models import Membership

YARD = "/communities/yard/"


@pytest.fixture
def move(cast):
    """Return a function that has Mika move a thread."""
    return lambda thread, place: move_thread(actor=cast.mika, thread=Post.objects.get(pk=thread.pk), community=place)


@pytest.fixture
def look(sign_in):
    """Return a function: how a page looks to somebody."""
    return lambda person, address=YARD: sign_in(person).get(address).content.decode()


def test_a_moved_thread_leaves_a_line_that_names_no_place_one_cannot_read(cast, say, move, look, program):
    post = say(cast.aino, cast.yard, "The blue pump hums")
    move(post, cast.vault)
    for person in (cast.aino, cast.ben, cast.mika):
        shown = look(person)
        assert "was moved to Vault by Mika Example." in shown
        assert f'<a href="{post.get_absolute_url()}">The blue pump hums</a>' in shown
    for person in (cast.cleo, cast.root):
        shown = look(person)
        assert "Mika Example moved a conversation away." in shown
        for secret in ("blue pump", "Vault", post.get_absolute_url()):
            assert secret not in shown
    hidden = {"thread": None, "community": None, "begins": "", "by": "Mika Example"}
    told = program(cast.cleo).get("/threads/moved?community=yard").json()
    assert [{name: one[name] for name in hidden} for one in told] == [hidden]
    known = {"thread": post.pk, "community": "vault", "begins": "The blue pump hums"}
    told = program(cast.ben).get("/threads/moved?community=yard").json()
    assert [{name: one[name] for name in known} for one in told] == [known]
    assert program(cast.gita).get("/threads/moved?community=yard").status_code == 404
    assert program(cast.cleo).get("/threads/moved?community=vault").status_code == 404


def test_the_place_is_where_the_thread_is_now_and_the_line_is_one(cast, say, move, look):
    post = say(cast.aino, cast.yard, "Wanders about")
    move(post, cast.vault)
    move(post, cast.yard)
    assert "was moved" not in look(cast.ben)
    move(post, cast.vault)
    move(post, cast.lab)
    shown = look(cast.mika)
    assert shown.count("list-trace") == 1
    assert "was moved to Lab" in shown
    people.leave_community(actor=cast.ben, community=cast.lab)
    assert "moved a conversation away" in look(cast.ben)
    posts.delete_post(actor=cast.mika, post=post)
    assert "list-trace" not in look(cast.mika)


def test_the_line_stands_at_its_time_and_ages_out(cast, say, move, look):
    now = timezone.now()
    with time_machine.travel(now - timedelta(days=15), tick=False):
        move(say(cast.aino, cast.yard, "Gone long ago"), cast.vault)
    with time_machine.travel(now - timedelta(days=3), tick=False):
        say(cast.aino, cast.yard, "Older talk")
        away = say(cast.aino, cast.yard, "Went away")
    with time_machine.travel(now - timedelta(days=2), tick=False):
        move(away, cast.vault)
    with time_machine.travel(now - timedelta(days=1), tick=False):
        say(cast.aino, cast.yard, "Newer talk")
    shown = look(cast.ben)
    assert "Gone long ago" not in shown
    assert shown.index("Newer talk") < shown.index("Went away") < shown.index("Older talk")
    with time_machine.travel(now, tick=False):
        for n in range(20):
            say(cast.aino, cast.yard, f"Still newer {n}")
    first = look(cast.ben)
    assert "Went away" not in first
    assert "list-trace" not in look(cast.ben, f"{YARD}?kind=update")
    older = first.split('<div class="older center"><a class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    assert look(cast.ben, YARD + older).count("list-trace") == 1


def test_lines_cost_one_query_however_many_and_none_where_nothing_moved(cast, say, move, sign_in):
    client = sign_in(cast.ben)

    def cost():
        client.get(YARD)
        with CaptureQueriesContext(connection) as queries:
            client.get(YARD)
        return len(queries)

    say(cast.aino, cast.yard, "Stays")
    counts = [cost()]
    for many in (1, 9):
        for n in range(many):
            move(say(cast.aino, cast.yard, f"Goes {many} {n}"), cast.vault)
        counts.append(cost())
    assert counts == [counts[0], counts[0] + 1, counts[0] + 1]


# --- What is moved with a thread of a kind ---------------------------------------------------------------------------


def calls_of(person):
    return my_communities(person)[0]["calls"]


def test_a_moved_announcement_waits_for_those_of_the_new_place_who_have_not_read_it(cast, move, look):
    people.join_community(actor=cast.cleo, community=cast.yard)
    post = kinds.announce(actor=cast.mika, community=cast.yard, body="The lift is closed.")
    kinds.acknowledge(actor=cast.ben, post=post, version=1)
    assert [calls_of(one) for one in (cast.aino, cast.ben, cast.cleo, cast.mika)] == [1, 0, 1, 0]
    move(post, cast.vault)
    # Cleo is not in there: nothing waits, nothing is shown, and there is nothing to acknowledge.
    assert [calls_of(one) for one in (cast.aino, cast.ben, cast.cleo, cast.mika)] == [1, 0, 0, 0]
    assert "The lift is closed." in look(cast.aino, "/")
    assert "The lift is closed." not in look(cast.cleo, "/")
    with pytest.raises(PermissionDenied):
        kinds.acknowledge(actor=cast.cleo, post=Post.objects.get(pk=post.pk), version=1)
    assert Acknowledgement.objects.filter(announcement=post.pk).count() == 2
    assert not Announcement.objects.visible_to(cast.cleo).exists()


def test_a_crisis_leaves_the_pages_of_those_who_cannot_read_it_any_more(cast, move, look):
    people.join_community(actor=cast.cleo, community=cast.yard)
    post = kinds.announce(actor=cast.mika, community=cast.yard, body="Leave the house.", level="crisis")
    assert "crisis-line" in look(cast.cleo, "/wiki/")
    move(post, cast.vault)
    assert "crisis-line" not in look(cast.cleo, "/wiki/")
    assert "crisis-line" in look(cast.aino, "/wiki/")


def test_a_moved_poll_keeps_its_votes_and_only_members_of_the_new_place_vote(cast, move, look):
    people.join_community(actor=cast.cleo, community=cast.yard)
    post = kinds.start_poll(actor=cast.aino, community=cast.yard, body="When?", options=["Monday", "Friday"])
    for person, choice in ((cast.ben, 0), (cast.cleo, 1)):
        kinds.vote(actor=person, post=post, choices=[choice])
    move(post, cast.vault)
    post = Post.objects.get(pk=post.pk)
    assert (post.facts["votes"], post.facts["voters"]) == ([1, 1], 2)
    with pytest.raises(PermissionDenied):
        kinds.vote(actor=cast.cleo, post=post, choices=[0])
    kinds.vote(actor=cast.ben, post=post, choices=[1])
    assert Post.objects.get(pk=post.pk).facts["votes"] == [0, 2]
    assert Vote.objects.filter(post=post).count() == 2
    assert "Monday" in look(cast.ben, post.get_absolute_url())


def test_a_moved_question_waits_in_the_new_place_and_for_its_moderators(cast, say, move, look):
    Membership.objects.filter(user=cast.aino, community=cast.vault).update(role="moderator")
    post = kinds.ask_question(actor=cast.ben, community=cast.yard, body="Who has the key?")
    assert "Who has the key?" in look(cast.ben, f"{YARD}?kind=unanswered")
    move(post, cast.vault)
    assert "Who has the key?" not in look(cast.ben, f"{YARD}?kind=unanswered")
    assert "Who has the key?" in look(cast.ben, "/communities/vault/?kind=unanswered")
    kinds.nudge_moderators(now=timezone.now() + timedelta(days=30))
    notify(list(Activity.objects.filter(verb="question.overdue")))
    told = Notification.objects.filter(event="overdue").values_list("user", flat=True)
    assert set(told) == {cast.aino.pk, cast.mika.pk}
    reply = posts.reply_to_post(actor=cast.aino, post=Post.objects.get(pk=post.pk), body="I have.")
    kinds.mark_answer(actor=cast.ben, reply=reply)
    move(post, cast.yard)
    post.refresh_from_db()
    assert post.facts["answer"] == reply.pk
    assert "I have." in look(cast.cleo, post.get_absolute_url())
    assert reverse("feed:thread", args=[post.pk]) == post.get_absolute_url()
