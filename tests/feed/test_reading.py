"""Unread: what the menu counts is what the lists mark, after anything anybody does."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feed import actions
from feed.models import Post, ReadPosition
from feed.moderation.actions import hide_post, show_post
from feed.navigation import my_communities
from feed.rows import threads_of
from feed.threads.actions import move_thread
from intranet.notifications.actions import set_level
from intranet.people.models import Community, Membership

PLACES = ("everyone", "yard", "lab")
PEOPLE = ("aino", "ben", "mika")
STEPS = st.tuples(
    st.sampled_from(
        [
            "post",
            "reply",
            "reply",
            "delete",
            "restore",
            "read",
            "unread",
            "all_read",
            "mute",
            "edit",
            "quiet",
            "move",
            "hide",
            "show",
        ]
    ),
    st.sampled_from(PEOPLE),
    st.integers(0, 7),
    st.sampled_from(PLACES),
)


class Oracle:
    """Does what the steps say and remembers, in the plainest way, up to when each person has seen each thread."""

    def __init__(self, cast) -> None:
        self.cast = cast
        self.seen = {}
        self.muted = set()
        self.quiet = set()

    def person(self, name):
        return self.cast.people[name]

    def take(self, step, name, number, place) -> None:
        community, actor = getattr(self.cast, place), self.person(name)
        posts = list(Post.objects.visible_to(actor).filter(community=community).order_by("pk"))
        threads = list(Post.objects.visible_to(actor).listed().filter(community=community).order_by("pk"))
        post = posts[number % len(posts)] if posts else None
        thread = threads[number % len(threads)] if threads else None
        if step == "post":
            made = actions.publish_post(actor=actor, community=community, body=f"post {number}")
            self.seen[name, made.pk] = made.created_at
        elif step == "reply" and thread:
            made = actions.reply_to_post(actor=actor, post=thread, body=f"reply {number}")
            self.seen[name, thread.pk] = made.created_at
        elif step == "delete" and post and not post.deleted_at:
            actions.delete_post(actor=self.person("mika"), post=post)
        elif step == "restore" and post and post.deleted_at:
            actions.restore_post(actor=self.person("mika"), post=post)
        elif step == "edit" and post and not post.deleted_at:
            actions.edit_post(actor=post.author, post=post, body=f"edited {number}")
        elif step == "read" and thread:
            actions.mark_read(actor=actor, thread=thread, until=timezone.now() + timedelta(hours=1))
            self.seen[name, thread.pk] = max(self.seen_by(name, thread), thread.last_activity_at)
        elif step == "unread" and post:
            actions.mark_unread_from(actor=actor, post=post)
            self.seen[name, post.thread_pk] = post.created_at - timedelta(microseconds=1)
        elif step == "all_read":
            actions.mark_all_read(actor=actor, communities=[community.pk], until=timezone.now() + timedelta(hours=1))
            for one in threads:
                self.seen[name, one.pk] = max(self.seen_by(name, one), one.last_activity_at)
        elif step == "mute":
            muted = Membership.objects.get(user=actor, community=community)
            muted.muted = not muted.muted
            muted.save()
            self.muted ^= {(name, community.pk)}
        elif step == "quiet" and thread:
            is_quiet = (name, thread.pk) in self.quiet
            set_level(actor=actor, thing=("thread", thread.pk), level="" if is_quiet else "mute")
            self.quiet ^= {(name, thread.pk)}
        else:
            self.moderate(step, post, thread)

    def moderate(self, step, post, thread) -> None:
        mika = self.person("mika")
        if step == "move" and thread and not thread.deleted_at:
            goal = self.cast.yard if thread.community_id == self.cast.lab.pk else self.cast.lab
            if thread.community_id != self.cast.everyone.pk:
                move_thread(actor=mika, thread=thread, community=goal)
                self.arrive(thread, goal)
        elif step == "hide" and post and not post.deleted_at and post.author != mika:
            if post.community_id != self.cast.everyone.pk:
                hide_post(actor=mika, post=post, reason="No")
        elif step == "show" and post and post.hidden_at:
            show_post(actor=mika, post=post)

    def arrive(self, thread, goal) -> None:
        """What somebody has read of a thread goes along; what she marked as read as a whole is of the new place now."""
        for name in PEOPLE:
            passed = Membership.objects.get(user=self.person(name), community=goal).read_until
            position = ReadPosition.objects.filter(user=self.person(name), thread=thread).first()
            if position is None or not position.kept:
                passed = max(passed, position.read_until) if position else passed
            else:
                passed = position.read_until
            self.seen[name, thread.pk] = passed

    def seen_by(self, name, thread):
        started = Membership.objects.get(user=self.person(name), community=thread.community_id).created_at
        return self.seen.get((name, thread.pk), started)

    def check(self) -> None:
        for name in PEOPLE:
            user = self.person(name)
            counted = {row["id"]: row["fresh"] + row["kept"] for row in my_communities(user)}
            for place in PLACES:
                community = getattr(self.cast, place)
                listed = Post.objects.visible_to(user).listed().filter(community=community)
                expected = {
                    thread.pk
                    for thread in listed
                    if thread.last_activity_at > self.seen_by(name, thread)
                    and (name, community.pk) not in self.muted
                    and (name, thread.pk) not in self.quiet
                }
                marked = {item.pk for item in threads_of(user, listed.in_order(), size=100).items if item.unread}
                asked = set(Post.objects.unread_by(user).filter(community=community).values_list("pk", flat=True))
                assert marked == expected
                assert asked == expected
                assert counted[community.pk] == len(expected)
                self.check_counters(listed)

    def check_counters(self, listed) -> None:
        for thread in listed:
            replies = list(thread.replies.filter(deleted_at=None).order_by("created_at", "pk"))
            assert thread.reply_count == len(replies)
            assert thread.last_reply == (replies[-1] if replies else None)
            assert thread.last_activity_at == max([thread.created_at, *(reply.created_at for reply in replies)])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14))
def test_counters_equal_lists_after_any_walk(cast, steps):
    with transaction.atomic():
        oracle = Oracle(cast)
        for step in steps:
            oracle.take(*step)
        oracle.check()
        transaction.set_rollback(True)


def unread_of(user) -> dict[str, int]:
    return {row["slug"]: row["fresh"] + row["kept"] for row in my_communities(user)}


def test_a_new_thread_and_a_new_reply_make_one_unread_thread(cast, say, answer):
    post = say(cast.aino, cast.yard)
    answer(cast.mika, post)
    assert unread_of(cast.ben)["yard"] == 1
    assert unread_of(cast.mika)["yard"] == 0


def test_looking_by_get_changes_nothing_and_the_page_says_read_by_post(cast, say, sign_in):
    post, client = say(cast.aino, cast.yard), sign_in(cast.ben)
    page = client.get(post.get_absolute_url())
    assert unread_of(cast.ben)["yard"] == 1
    client.post(reverse("feed:thread_read", args=[post.pk]), {"until": page.context["thread"].newest.isoformat()})
    assert unread_of(cast.ben)["yard"] == 0


def test_what_came_after_the_page_was_made_stays_unread(cast, say, answer, sign_in):
    post, client = say(cast.aino, cast.yard), sign_in(cast.ben)
    shown = client.get(post.get_absolute_url()).context["thread"].newest.isoformat()
    listed = client.get("/communities/yard/").context["newest"].isoformat()
    answer(cast.mika, post)
    client.post(reverse("feed:thread_read", args=[post.pk]), {"until": shown})
    assert unread_of(cast.ben)["yard"] == 1
    client.post(reverse("feed:all_read"), {"until": listed})
    assert unread_of(cast.ben)["yard"] == 1


def test_mark_all_read_in_one_community_leaves_the_others(cast, say, sign_in):
    for place in (cast.yard, cast.lab):
        say(cast.aino, place)
    sign_in(cast.ben).post(reverse("feed:all_read"), {"community": "lab"})
    assert (unread_of(cast.ben)["yard"], unread_of(cast.ben)["lab"]) == (1, 0)


def test_unread_from_here_shows_the_line_before_that_reply(cast, say, answer, sign_in):
    post = say(cast.aino, cast.yard)
    answer(cast.mika, post, "first")
    second = answer(cast.mika, post, "second")
    client = sign_in(cast.ben)
    client.post(reverse("feed:all_read"))
    client.post(reverse("feed:post_unread", args=[second.pk]))
    assert unread_of(cast.ben)["yard"] == 1
    assert client.get(post.get_absolute_url()).context["thread"].first_unread == second.pk


def test_a_muted_community_counts_nothing_but_mentions_wait(cast, say):
    Membership.objects.filter(user=cast.ben, community=cast.yard).update(muted=True)
    say(cast.aino, cast.yard, "Look @ben.example")
    row = next(row for row in my_communities(cast.ben) if row["slug"] == "yard")
    assert row["fresh"] + row["kept"] == 0
    assert row["mentions"] == 1


def test_the_menu_forgets_a_community_at_once_when_it_is_left(cast, say, sign_in):
    say(cast.aino, cast.vault)
    client = sign_in(cast.ben)
    assert "Vault" in client.get("/").content.decode()
    cast.ben.memberships.filter(community=cast.vault).delete()
    assert "Vault" not in client.get("/").content.decode()


def test_the_menu_takes_one_query(cast, say, django_assert_num_queries):
    for _n in range(30):
        say(cast.aino, cast.yard)
    with django_assert_num_queries(1):
        my_communities(cast.ben)


@pytest.mark.parametrize("until", ["", "now", "\x00", "9999-12-31T23:59:59Z", "2026-01-01", "x" * 500])
def test_odd_times_do_no_harm(cast, say, sign_in, until):
    post, client = say(cast.aino, cast.yard), sign_in(cast.ben)
    assert client.post(reverse("feed:thread_read", args=[post.pk]), {"until": until}).status_code == 302
    assert client.post(reverse("feed:all_read"), {"until": until}).status_code == 302


def test_a_position_belongs_to_its_reader(cast, say):
    post = say(cast.aino, cast.yard)
    actions.mark_read(actor=cast.ben, thread=post, until=timezone.now())
    assert unread_of(cast.mika)["yard"] == 1
    assert ReadPosition.objects.get(user=cast.ben).thread == post
    assert Community.objects.get(pk=cast.yard.pk).last_activity_at == post.created_at


def test_many_unread_threads_are_said_to_be_many(cast, say, sign_in):
    for _n in range(22):
        say(cast.aino, cast.yard)
    assert '<span class="count">20+' in sign_in(cast.ben).get("/").content.decode()
