"""What becomes of threads: closed, moved, muted, read in parts; drafts."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from feed import actions as posts
from feed.models import Mention, Post, PostKind, ThreadTrail
from feed.navigation import my_communities
from feed.threads import actions
from feed.threads.moving import change_of
from intranet.activity.models import Activity
from intranet.notifications.actions import set_level
from intranet.notifications.models import Notification
from intranet.notifications.readers import notify
from intranet.people.models import Membership
from search.documents import load_documents
from search.readers import changed_uids


def text_of(answer) -> str:
    return answer.content.decode()


def told() -> None:
    notify(list(Activity.objects.order_by("pk")))


def unread_of(user) -> dict[str, int]:
    return {row["slug"]: row["fresh"] + row["kept"] for row in my_communities(user)}


# --- Closing ---------------------------------------------------------------------------------------------------------


def test_nobody_answers_a_closed_thread_and_the_text_is_still_there(cast, say, sign_in):
    post = say(cast.aino, cast.yard)
    actions.close_thread(actor=cast.mika, thread=post, note="Solved in the workshop.")
    for person in (cast.aino, cast.ben, cast.mika):
        with pytest.raises(ValidationError) as refused:
            posts.reply_to_post(actor=person, post=post, body="One more thing")
        assert refused.value.code == "closed"
    answer = sign_in(cast.ben).post(reverse("feed:reply_create", args=[post.pk]), {"body": "One more thing"})
    assert answer.status_code == 422
    assert "One more thing" in text_of(answer)
    assert "was closed while you were writing" in text_of(answer)
    page = text_of(sign_in(cast.ben).get(post.get_absolute_url()))
    assert "Solved in the workshop." in page
    assert "Nobody answers here any more" in page
    assert '<form class="composer reply-form' not in page
    actions.reopen_thread(actor=cast.mika, thread=post)
    assert posts.reply_to_post(actor=cast.ben, post=post, body="One more thing").pk


def test_only_moderators_of_the_community_close_and_they_say_why(cast, say, sign_in, program):
    post = say(cast.aino, cast.yard)
    for person in (cast.aino, cast.ben, cast.cleo, cast.root):
        with pytest.raises(PermissionDenied):
            actions.close_thread(actor=person, thread=post, note="No")
    with pytest.raises(ValidationError):
        actions.close_thread(actor=cast.mika, thread=post, note="  ")
    answer = sign_in(cast.mika).post(reverse("feed:close", args=[post.pk]), {"note": ""})
    assert answer.status_code == 422
    answer = program(cast.mika, "write").send("PUT", f"/threads/{post.pk}/closed", {"note": "Done"})
    assert answer.status_code == 200
    assert answer.json()["trail"][0]["note"] == "Done"
    refused = program(cast.ben, "write").post("/posts", {"reply_to": post.pk, "body": "Still"})
    assert refused.status_code == 422
    assert "closed" in refused.json()["detail"]
    assert Activity.objects.filter(verb="post.closed", object_id=post.pk).exists()


# --- Moving ----------------------------------------------------------------------------------------------------------


def test_a_moved_thread_is_read_where_it_went_and_nowhere_else(cast, say, answer, sign_in):
    post = say(cast.aino, cast.yard, "The blue pump @ben.example #pump")
    reply = answer(cast.ben, post, "It hums")
    told()
    assert sign_in(cast.cleo).get(reply.get_absolute_url()).status_code == 200
    actions.move_thread(actor=cast.mika, thread=post, community=cast.vault, note="Confidential.")
    told()
    address = reverse("feed:thread", args=[post.pk])
    assert "It hums" in text_of(sign_in(cast.ben).get(address))
    for person in (cast.cleo, cast.root):
        client = sign_in(person)
        gone = client.get(address)
        assert gone.status_code == 410
        # Nothing of the text, and nothing of the name of a hidden community.
        for word in ("blue pump", "It hums", cast.vault.name, "Confidential", "Aino"):
            assert word not in text_of(gone), word
        for other in ("post", "post_menu", "post_versions", "post_reactions", "bookmark", "report", "new_replies"):
            assert client.get(reverse(f"feed:{other}", args=[post.pk])).status_code == 404, other
        assert client.get("/communities/yard/").status_code == 200
        assert "blue pump" not in text_of(client.get("/communities/yard/"))
    assert sign_in(cast.gita).get(address).status_code == 404
    assert set(Post.objects.filter(thread=post).values_list("community", flat=True)) == {cast.vault.pk}


def test_a_move_is_seen_by_search_notifications_files_and_api(cast, say, answer, sign_in, program):
    import io

    from tests.house.world import picture

    file = posts.add_file(actor=cast.aino, community=cast.yard, file=io.BytesIO(picture()), name="pump.png")
    post = say(cast.aino, cast.yard, f"Look @cleo.example ![]({file.get_absolute_url()})", attachments=[file])
    reply = answer(cast.ben, post, "For @cleo.example")
    told()
    assert Notification.objects.visible_to(cast.cleo).count() == 2
    assert b"".join(sign_in(cast.cleo).get(file.get_absolute_url()).streaming_content)
    actions.move_thread(actor=cast.mika, thread=post, community=cast.lab)
    row = Activity.objects.get(verb="post.moved")
    uids = changed_uids([row])
    assert {f"post:{post.pk}", f"post:{reply.pk}"} <= uids
    assert {frozenset(one.keys) for one in load_documents({f"post:{post.pk}", f"post:{reply.pk}"})} == {
        frozenset({f"c:{cast.lab.pk}"})
    }
    told()
    assert Notification.objects.visible_to(cast.cleo).count() == 0
    assert not Mention.objects.waiting_for(cast.cleo).exists()
    assert sign_in(cast.cleo).get(file.get_absolute_url()).status_code == 404
    assert b"".join(sign_in(cast.ben).get(file.get_absolute_url()).streaming_content)
    assert program(cast.cleo).get(f"/posts/{reply.pk}").status_code == 404
    assert program(cast.cleo).get(f"/threads/{post.pk}").status_code == 404
    assert program(cast.gita).get(f"/posts/{reply.pk}").status_code == 200


def test_before_moving_it_is_said_who_gains_and_who_loses(cast, say, answer, sign_in):
    post = say(cast.aino, cast.everyone, "For all @root.example")
    answer(cast.cleo, post)
    change = change_of(post, cast.lab)
    assert {person.handle for person in change.losing} == {cast.cleo.handle, cast.root.handle}
    assert (change.gain, change.lose) == (1, 2)
    client = sign_in(cast.mika)
    Membership.objects.filter(user=cast.mika, community=cast.everyone).update(role="moderator")
    asked = client.post(reverse("feed:move", args=[post.pk]), {"community": cast.lab.pk})
    post.refresh_from_db()
    assert post.community == cast.everyone
    assert "Cleo Example" in text_of(asked)
    client.post(reverse("feed:move", args=[post.pk]), {"community": cast.lab.pk, "confirmed": cast.vault.pk})
    post.refresh_from_db()
    assert post.community == cast.everyone, "what was shown was another place"
    done = client.post(reverse("feed:move", args=[post.pk]), {"community": cast.lab.pk, "confirmed": cast.lab.pk})
    post.refresh_from_db()
    assert done.status_code == 302
    assert post.community == cast.lab
    page = text_of(sign_in(cast.ben).get(post.get_absolute_url()))
    assert f"moved this conversation here from {cast.everyone.name}" in page


def test_only_a_moderator_moves_and_only_to_where_she_is_a_member(cast, say):
    post = say(cast.aino, cast.yard)
    for person in (cast.aino, cast.ben, cast.cleo, cast.root):
        with pytest.raises(PermissionDenied):
            actions.move_thread(actor=person, thread=post, community=cast.lab)
    Membership.objects.filter(user=cast.mika, community=cast.vault).delete()
    with pytest.raises(PermissionDenied):
        actions.move_thread(actor=cast.mika, thread=post, community=cast.vault)
    assert not ThreadTrail.objects.exists()


def test_an_announcement_is_moved_only_to_where_one_may_announce(cast, say):
    post = say(cast.mika, cast.yard, "All of you")
    Post.objects.filter(pk=post.pk).update(kind=PostKind.ANNOUNCEMENT)
    Membership.objects.filter(user=cast.mika, community=cast.everyone).update(role="member")
    with pytest.raises(ValidationError):
        move_to(cast.mika, post, cast.everyone)
    assert move_to(cast.mika, post, cast.lab).community == cast.lab


def move_to(actor, post, community):
    return actions.move_thread(actor=actor, thread=post, community=community)


def test_a_reply_sent_to_a_moved_thread_arrives_or_says_where_it_went(cast, say, sign_in):
    post, other = say(cast.aino, cast.yard, "One"), say(cast.aino, cast.everyone, "Two")
    Membership.objects.filter(user=cast.mika, community=cast.everyone).update(role="moderator")
    stale = Post.objects.get(pk=post.pk)
    actions.move_thread(actor=cast.mika, thread=post, community=cast.lab)
    reply = posts.reply_to_post(actor=cast.ben, post=stale, body="Arrives")
    assert reply.community == cast.lab
    stale = Post.objects.get(pk=other.pk)
    actions.move_thread(actor=cast.mika, thread=other, community=cast.lab)
    with pytest.raises(PermissionDenied):
        posts.reply_to_post(actor=cast.cleo, post=stale, body="Lost")
    answer = sign_in(cast.cleo).post(reverse("feed:reply_create", args=[other.pk]), {"body": "My long text"})
    assert answer.status_code == 422
    assert "My long text" in text_of(answer)
    assert cast.lab.name in text_of(answer)  # closed communities are known by name


def test_counters_equal_lists_after_a_move(cast, say, answer):
    old = say(cast.aino, cast.lab, "Old")
    posts.mark_all_read(actor=cast.ben, communities=[cast.lab.pk, cast.yard.pk], until=timezone.now())
    post = say(cast.aino, cast.yard, "New")
    answer(cast.mika, post)
    assert unread_of(cast.ben)["yard"] == 1
    actions.move_thread(actor=cast.mika, thread=post, community=cast.lab)
    assert unread_of(cast.ben)["yard"] == 0
    assert unread_of(cast.ben)["lab"] == 1
    asked = Post.objects.unread_by(cast.ben).values_list("pk", flat=True)
    assert list(asked) == [post.pk]
    assert old.pk not in asked


# --- Mute and follow -------------------------------------------------------------------------------------------------


def test_a_muted_conversation_makes_no_counter_but_a_mention_does(cast, say, answer, sign_in):
    post = say(cast.aino, cast.yard)
    client = sign_in(cast.ben)
    client.post("/notifications/watching/", {"kind": "thread", "number": post.pk, "level": "mute"})
    answer(cast.mika, post, "More")
    assert unread_of(cast.ben)["yard"] == 0
    assert not Post.objects.unread_by(cast.ben).exists()
    assert "is-unread" not in text_of(client.get("/communities/yard/"))
    assert unread_of(cast.mika)["yard"] == 0
    answer(cast.mika, post, "And you, @ben.example?")
    assert Mention.objects.waiting_for(cast.ben).count() == 1
    set_level(actor=cast.ben, thing=("thread", post.pk), level="normal")
    assert unread_of(cast.ben)["yard"] == 1
    assert Post.objects.unread_by(cast.ben).count() == 1


def test_the_thread_page_offers_what_to_hear_of_it(cast, say, sign_in):
    post = say(cast.aino, cast.yard)
    client = sign_in(cast.cleo)
    assert 'aria-pressed="true"' in text_of(client.get(post.get_absolute_url()))
    sent = {"kind": "thread", "number": post.pk, "level": "follow", "next": f"/threads/{post.pk}/"}
    assert client.post("/notifications/watching/", sent).headers["Location"] == f"/threads/{post.pk}/"
    assert 'value="follow" aria-pressed="true"' in text_of(client.get(post.get_absolute_url()))


# --- Long threads ----------------------------------------------------------------------------------------------------


@pytest.fixture
def long_talk(cast, say, answer):
    post = say(cast.aino, cast.yard, "Long talk")
    replies = [answer(cast.aino, post, f"Number {n};") for n in range(120)]
    post.refresh_from_db()
    return post, replies


def test_a_long_thread_shows_first_last_and_new_and_counts_the_rest(cast, long_talk, sign_in):
    post, replies = long_talk
    posts.mark_read(actor=cast.ben, thread=post, until=timezone.now() + timedelta(hours=1))
    client = sign_in(cast.ben)
    page = text_of(client.get(f"/threads/{post.pk}/"))
    assert "Long talk" in page
    assert "Number 119;" in page
    assert "Number 50;" not in page
    assert "Show 100 earlier" in page
    part = text_of(client.get(f"/threads/{post.pk}/?part={replies[0].pk}"))
    assert "Number 0;" in part
    assert "Number 39;" in part
    assert "Show 60 earlier" in part
    fragment = text_of(client.get(f"/threads/{post.pk}/?part={replies[0].pk}&n=100", HTTP_HX_REQUEST="true"))
    assert fragment.count('class="reply"') == 40
    assert "Show 60 earlier" in fragment
    assert "<html" not in fragment


def test_the_address_of_a_reply_opens_the_part_it_is_in(cast, long_talk, sign_in):
    post, replies = long_talk
    posts.mark_read(actor=cast.ben, thread=post, until=timezone.now() + timedelta(hours=1))
    client = sign_in(cast.ben)
    found = client.get(reverse("feed:post", args=[replies[50].pk]))
    assert found.headers["Location"] == f"/threads/{post.pk}/?at={replies[50].pk}#post-{replies[50].pk}"
    page = text_of(client.get(found.headers["Location"]))
    assert f'id="post-{replies[50].pk}"' in page
    assert "Number 20;" not in page


def test_what_is_new_in_a_long_thread_is_shown(cast, long_talk, sign_in):
    post, replies = long_talk
    posts.mark_read(actor=cast.ben, thread=post, until=replies[69].created_at)
    page = text_of(sign_in(cast.ben).get(f"/threads/{post.pk}/"))
    assert "Number 69;" not in page
    assert 'id="unread"' in page
    assert page.index('id="unread"') < page.index("Number 70;")
    assert "Number 105;" in page


def test_second_level_gaps_open_too(cast, say, answer, sign_in):
    post = say(cast.aino, cast.yard, "Long talk")
    first = answer(cast.aino, post, "Top;")
    below = [answer(cast.aino, first, f"Below {n};") for n in range(80)]
    post.refresh_from_db()
    posts.mark_read(actor=cast.ben, thread=post, until=timezone.now() + timedelta(hours=1))
    client = sign_in(cast.ben)
    page = text_of(client.get(f"/threads/{post.pk}/"))
    assert "Top;" in page
    assert "Show 60 earlier" in page
    address = f"/threads/{post.pk}/?part={below[0].pk}&n=60"
    fragment = text_of(client.get(address, HTTP_HX_REQUEST="true"))
    assert fragment.count('class="reply"') == 40
    assert "Show 20 earlier" in fragment


@pytest.mark.parametrize("query", ["part=x", "at=99999999999999", "part=-1&n=5", "reply=999999999999", "part=7&n=7"])
def test_made_up_parts_do_no_harm(cast, say, answer, sign_in, query):
    post = say(cast.aino, cast.yard)
    answer(cast.ben, post)
    client = sign_in(cast.ben)
    assert client.get(f"/threads/{post.pk}/?{query}").status_code == 200
    assert client.get(f"/threads/{post.pk}/?{query}", HTTP_HX_REQUEST="true").status_code == 200


# --- The menu --------------------------------------------------------------------------------------------------------


def test_the_menu_offers_what_the_reader_may_do(cast, say, sign_in):
    post = say(cast.aino, cast.yard)

    def lines(person, **extra):
        return text_of(sign_in(person).get(reverse("feed:post_menu", args=[post.pk]), **extra))

    own, other, moderator = lines(cast.aino), lines(cast.cleo), lines(cast.mika)
    assert "Edit" in own
    assert "Report" not in own
    assert "Report" in other
    assert "Delete" not in other
    for word in ("Pin", "Close", "Move", "Hide", "Delete", "Report"):
        assert word in moderator, word
        assert f"> {word}</" not in other or word == "Report"
    fragment = lines(cast.mika, HTTP_HX_REQUEST="true")
    assert fragment.startswith('<details class="menu">')


# --- Answering one reply ---------------------------------------------------------------------------------------------


def test_whoever_answers_a_reply_is_told_whom_she_answers_and_may_answer_everybody(cast, say, answer, sign_in):
    post = say(cast.aino, cast.yard)
    first = answer(cast.ben, post, "Try the *other* pump.")
    below = answer(cast.mika, first, "Which one?")
    client, address = sign_in(cast.aino), post.get_absolute_url()
    for reply, name, words in [(first, "Ben", "Try the other pump."), (below, "Mika", "Which one?")]:
        page = text_of(client.get(address, {"reply": reply.pk}))
        assert f'<input type="hidden" name="parent" value="{reply.pk}">' in page
        assert f'You answer <a href="#post-{reply.pk}">{name}' in page
        assert f"</a>: {words}</span>" in page
    for nobody in ("", "x", str(post.pk), "99999999", "-1"):
        page = text_of(client.get(address, {"reply": nobody}))
        assert "You answer" not in page
        assert 'name="parent"' not in page
    refused = client.post(reverse("feed:reply_create", args=[post.pk]), {"body": " ", "parent": first.pk})
    assert refused.status_code == 422
    assert f'You answer <a href="#post-{first.pk}">' in text_of(refused)


def test_a_comment_does_not_turn_the_line_round(cast, say):
    thread = say(cast.aino, cast.yard)
    actions.close_thread(actor=cast.mika, thread=thread, note="Done\u202e gnihton \u2066\ufeffmore")
    assert thread.trail.get().note == "Done gnihton more"
    with pytest.raises(ValidationError):
        actions.reopen_thread(actor=cast.mika, thread=thread, note="a\x00b")
    thread.refresh_from_db()
    assert thread.closed_at is not None
