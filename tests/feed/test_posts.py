"""Publish, reply, edit, delete, restore, and the counters that go with them."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from feed import actions
from feed.models import Mention, Post, PostVersion
from intranet.activity.models import Activity
from intranet.people.models import Community


def counters(post):
    post.refresh_from_db()
    return post.reply_count, post.last_activity_at, post.last_reply_id


def test_a_post_is_stored_rendered_and_written_into_the_diary(cast, say):
    post = say(cast.aino, cast.yard, "Spring **cleaning** on Friday #talkoot")
    assert "<strong>cleaning</strong>" in post.html
    assert [tag.name for tag in post.tags.all()] == ["talkoot"]
    line = Activity.objects.get(verb="post.published")
    assert (line.actor_id, line.object_id, line.community_id) == (cast.aino.pk, str(post.pk), cast.yard.pk)
    assert line.data == {"thread": post.pk}
    cast.yard.refresh_from_db()
    assert cast.yard.last_activity_at == post.created_at


@pytest.mark.parametrize("name", ["cleo", "gita", "root"])
def test_only_members_post(cast, name):
    with pytest.raises(PermissionDenied):
        actions.publish_post(actor=cast.people[name], community=cast.yard, body="Let me in")
    assert not Post.objects.exists()


def test_pressing_the_button_twice_makes_one_post(cast, say):
    key = uuid.uuid4()
    first, second = say(cast.aino, cast.yard, "Once", key=key), say(cast.aino, cast.yard, "Once more", key=key)
    assert first == second
    assert Post.objects.get().body == "Once"
    assert Activity.objects.filter(verb="post.published").count() == 1


def test_sending_a_reply_twice_makes_one_reply_and_counts_once(cast, say, answer):
    post, key = say(cast.aino, cast.yard), uuid.uuid4()
    first, second = answer(cast.ben, post, key=key), answer(cast.ben, post, key=key)
    assert first == second
    assert counters(post)[0] == 1


def test_the_same_key_of_two_people_makes_two_posts(cast, say):
    key = uuid.uuid4()
    assert say(cast.aino, cast.yard, key=key) != say(cast.ben, cast.yard, key=key)


@pytest.mark.parametrize(
    "body",
    ["", "   \n ", "a" * 10_001, "nul \x00 byte", "lone \ud800 surrogate", None, 7, b"bytes", ["list"]],
    ids=["empty", "spaces", "too long", "nul", "surrogate", "none", "number", "bytes", "list"],
)
def test_a_text_that_cannot_be_stored_is_refused_with_words(cast, body):
    with pytest.raises(ValidationError) as refused:
        actions.publish_post(actor=cast.aino, community=cast.yard, body=body)
    assert refused.value.messages[0]
    assert not Post.objects.exists()


def test_the_longest_text_fits(cast, say):
    assert len(say(cast.aino, cast.yard, "a" * 10_000).body) == 10_000


def test_replies_count_and_move_the_thread(cast, say, answer):
    post = say(cast.aino, cast.yard)
    first = answer(cast.ben, post)
    second = answer(cast.mika, first)
    assert second.parent == first
    assert second.thread == post
    assert counters(post) == (2, second.created_at, second.pk)


def test_deleting_a_reply_counts_back_and_restoring_counts_forth(cast, say, answer):
    post = say(cast.aino, cast.yard)
    first, second = answer(cast.ben, post), answer(cast.mika, post)
    actions.delete_post(actor=cast.mika, post=second)
    assert counters(post) == (1, first.created_at, first.pk)
    actions.restore_post(actor=cast.mika, post=second)
    assert counters(post) == (2, second.created_at, second.pk)


def test_a_deleted_thread_stays_as_a_stub_only_while_it_has_replies(cast, say, answer):
    empty, full = say(cast.aino, cast.yard), say(cast.aino, cast.yard)
    answer(cast.ben, full)
    actions.delete_post(actor=cast.aino, post=empty)
    actions.delete_post(actor=cast.aino, post=full)
    assert list(Post.objects.visible_to(cast.ben).listed()) == [full]


def test_a_moderator_deletes_and_the_author_cannot_undo_that(cast, say):
    post = say(cast.aino, cast.yard)
    actions.delete_post(actor=cast.mika, post=post)
    with pytest.raises(PermissionDenied):
        actions.restore_post(actor=cast.aino, post=post)


def test_others_neither_delete_nor_edit(cast, say):
    post = say(cast.aino, cast.yard)
    for other in (cast.ben, cast.cleo, cast.root, cast.gita):
        with pytest.raises(PermissionDenied):
            actions.delete_post(actor=other, post=post)
    for other in (cast.ben, cast.cleo, cast.root, cast.gita, cast.mika):
        with pytest.raises(PermissionDenied):
            actions.edit_post(actor=other, post=post, body="Not what she said")


def test_undo_ends_and_later_deletions_take_old_words_away_for_good(cast, say):
    post, other = say(cast.aino, cast.yard, "Secret words"), say(cast.aino, cast.yard)
    actions.delete_post(actor=cast.aino, post=post)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        with pytest.raises(ValidationError):
            actions.restore_post(actor=cast.aino, post=post)
        actions.delete_post(actor=cast.aino, post=other)
    post.refresh_from_db()
    assert (post.body, post.html) == ("", "")


def test_an_edit_keeps_what_was_said_and_names_only_the_added(cast, say):
    post = say(cast.aino, cast.yard, "Ask @ben.example")
    actions.edit_post(actor=cast.aino, post=post, body="Ask @ben.example or @mika.example")
    assert PostVersion.objects.get().body == "Ask @ben.example"
    assert Activity.objects.get(verb="post.edited").data["mentioned"] == [cast.mika.pk]
    assert set(Mention.objects.values_list("user", flat=True)) == {cast.ben.pk, cast.mika.pk}
    actions.edit_post(actor=cast.aino, post=post, body="Ask @mika.example")
    assert set(Mention.objects.values_list("user", flat=True)) == {cast.mika.pk}


def test_an_edit_that_changes_nothing_makes_no_version(cast, say):
    post = say(cast.aino, cast.yard, "The same")
    actions.edit_post(actor=cast.aino, post=post, body="The same  ")
    post.refresh_from_db()
    assert post.edited_at is None
    assert not PostVersion.objects.exists()


def test_only_readers_are_mentioned(cast, say):
    everyone = "@ben.example @cleo.example @gita.example @mika.example @root.example @nobody.example"
    say(cast.aino, cast.lab, everyone)
    assert set(Mention.objects.values_list("user", flat=True)) == {cast.ben.pk, cast.gita.pk, cast.mika.pk}


def test_an_edit_changes_tags_too(cast, say):
    post = say(cast.aino, cast.yard, "About #pumput and #Laskenta")
    actions.edit_post(actor=cast.aino, post=post, body="About #pumput and #laskenta and #uusi")
    assert {tag.name.casefold() for tag in post.tags.all()} == {"pumput", "laskenta", "uusi"}


def test_a_reply_to_a_deleted_reply_is_refused_and_says_so(cast, say, answer):
    post = say(cast.aino, cast.yard)
    gone = answer(cast.ben, post)
    actions.delete_post(actor=cast.ben, post=gone)
    with pytest.raises(ValidationError):
        answer(cast.aino, gone)


def test_nothing_is_answered_where_nothing_is(cast, say, answer):
    post = say(cast.aino, cast.yard)
    actions.delete_post(actor=cast.aino, post=post)
    with pytest.raises(PermissionDenied):
        answer(cast.ben, post)


def test_who_left_the_community_no_longer_writes_edits_or_deletes(cast, say, answer):
    post = say(cast.ben, cast.lab)
    cast.ben.memberships.filter(community=cast.lab).delete()
    for attempt in (
        lambda: answer(cast.ben, post),
        lambda: actions.edit_post(actor=cast.ben, post=post, body="Changed"),
        lambda: actions.delete_post(actor=cast.ben, post=post),
        lambda: actions.react(actor=cast.ben, post=post, kind="thanks"),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_times_of_a_community_go_only_forward_whatever_the_clock_says(cast, say):
    first = say(cast.aino, cast.yard)
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        second = say(cast.ben, cast.yard)
    assert second.created_at > first.created_at


def test_an_imported_post_keeps_its_date_and_does_not_move_the_community_back(cast, say, answer):
    now = say(cast.aino, cast.yard)
    past = timezone.now() - timedelta(days=30)
    old = say(cast.ben, cast.yard, at=past)
    answer(cast.aino, old, at=past + timedelta(days=1))
    assert counters(old)[:2] == (1, past + timedelta(days=1))
    assert Community.objects.get(pk=cast.yard.pk).last_activity_at == now.created_at


def test_reactions_count_once_each_and_back(cast, say):
    post = say(cast.aino, cast.yard)
    for person in (cast.ben, cast.ben, cast.mika):
        post = actions.react(actor=person, post=post, kind="thanks")
    post = actions.react(actor=cast.ben, post=post, kind="love")
    assert post.reaction_counts == {"thanks": 2, "love": 1}
    for _twice in range(2):
        post = actions.unreact(actor=cast.ben, post=post, kind="thanks")
    assert Post.objects.get().reaction_counts == {"thanks": 1, "love": 1}
    assert Activity.objects.filter(verb__contains="react").count() == 4


@pytest.mark.parametrize("kind", ["", "hate", "THANKS", "thanks\x00", "x" * 5000])
def test_other_reactions_do_not_exist(cast, say, kind):
    with pytest.raises(ValidationError):
        actions.react(actor=cast.ben, post=say(cast.aino, cast.yard), kind=kind)


@pytest.mark.parametrize("name", ["cleo", "gita", "root"])
def test_only_members_react(cast, say, name):
    with pytest.raises(PermissionDenied):
        actions.react(actor=cast.people[name], post=say(cast.aino, cast.yard), kind="thanks")
