"""Many at once: nothing is counted wrongly, nothing doubled."""

import threading
import time
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.utils import timezone

from feed import actions
from feed.keeping.actions import pin_thread
from feed.kinds.actions import announce, end_announcement
from feed.models import Post, ThreadTrail
from feed.moderation.actions import hide_post
from feed.threads.actions import close_thread, move_thread


@pytest.fixture
def live_cast(transactional_db):
    from tests.builders import build_cast

    return build_cast()


def at_once(*jobs) -> list:
    """Run functions in threads that start together; return what each returned or raised."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        try:
            gate.wait()
            results[number] = job()
        except Exception as problem:
            results[number] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_replies_written_at_once_are_all_counted(live_cast, say):
    post = say(live_cast.aino, live_cast.yard)
    people = [live_cast.aino, live_cast.ben, live_cast.mika] * 4
    results = at_once(
        *(lambda p=person: actions.reply_to_post(actor=p, post=post, body="At once") for person in people)
    )
    assert all(isinstance(result, Post) for result in results), results
    post.refresh_from_db()
    replies = list(post.replies.order_by("created_at"))
    assert post.reply_count == len(replies) == 12
    assert len({reply.created_at for reply in replies}) == 12
    assert post.last_reply == replies[-1]
    assert post.last_activity_at == replies[-1].created_at


def test_one_press_that_arrives_twice_makes_one_post(live_cast):
    key = uuid.uuid4()
    places = [live_cast.yard, live_cast.yard, live_cast.lab, live_cast.lab]
    results = at_once(
        *(
            lambda c=place: actions.publish_post(actor=live_cast.aino, community=c, body="Once", key=key)
            for place in places
        )
    )
    assert len({result.pk for result in results}) == 1, results
    assert Post.objects.count() == 1


def test_reactions_at_once_are_all_counted(live_cast, say):
    post = say(live_cast.aino, live_cast.yard)
    people = [live_cast.aino, live_cast.ben, live_cast.mika]
    jobs = [lambda p=p, k=k: actions.react(actor=p, post=post, kind=k) for p in people for k in ("thanks", "love")]
    results = at_once(*jobs)
    assert all(isinstance(result, Post) for result in results), results
    post.refresh_from_db()
    assert post.reaction_counts == {"thanks": 3, "love": 3}


def test_a_reply_and_a_deletion_at_once_leave_true_counters(live_cast, say, answer):
    post = say(live_cast.aino, live_cast.yard)
    first = answer(live_cast.ben, post)
    at_once(
        lambda: actions.delete_post(actor=live_cast.ben, post=first),
        lambda: actions.reply_to_post(actor=live_cast.aino, post=post, body="Meanwhile"),
        lambda: actions.reply_to_post(actor=live_cast.mika, post=post, body="Meanwhile too"),
    )
    post.refresh_from_db()
    assert post.reply_count == post.replies.filter(deleted_at=None).count() == 2


def test_replies_on_their_way_while_a_thread_is_moved_all_arrive_where_it_went(live_cast, say):
    post = say(live_cast.aino, live_cast.yard)
    people = [live_cast.aino, live_cast.ben, live_cast.mika] * 3
    results = at_once(
        *(lambda p=person: actions.reply_to_post(actor=p, post=post, body="On its way") for person in people),
        lambda: move_thread(actor=live_cast.mika, thread=post, community=live_cast.lab),
    )
    assert all(isinstance(result, Post) for result in results), results
    post.refresh_from_db()
    replies = list(post.replies.order_by("created_at"))
    assert {reply.community_id for reply in replies} == {post.community_id} == {live_cast.lab.pk}
    assert post.reply_count == len(replies) == 9
    assert post.last_reply == replies[-1]
    live_cast.lab.refresh_from_db()
    assert live_cast.lab.last_activity_at >= post.last_activity_at


def test_two_who_move_in_opposite_directions_do_not_wait_for_each_other(live_cast, say):
    here, there = say(live_cast.aino, live_cast.yard), say(live_cast.aino, live_cast.lab)
    results = at_once(
        *(lambda: move_thread(actor=live_cast.mika, thread=here, community=live_cast.lab) for _n in range(2)),
        *(lambda: move_thread(actor=live_cast.mika, thread=there, community=live_cast.yard) for _n in range(2)),
    )
    assert all(isinstance(result, Post) for result in results), results
    assert ThreadTrail.objects.count() == 2


def test_after_a_thread_is_closed_no_reply_slips_in(live_cast, say):
    post = say(live_cast.aino, live_cast.yard)
    results = at_once(
        *(lambda: actions.reply_to_post(actor=live_cast.ben, post=post, body="Quick") for _n in range(6)),
        lambda: close_thread(actor=live_cast.mika, thread=post, note="Enough"),
    )
    post.refresh_from_db()
    arrived = [result for result in results[:6] if isinstance(result, Post)]
    refused = [result for result in results[:6] if isinstance(result, ValidationError)]
    assert len(arrived) + len(refused) == 6, results
    assert post.reply_count == len(arrived) == post.replies.count()


def test_hiding_and_replying_at_once_leave_true_counters(live_cast, say, answer):
    post = say(live_cast.aino, live_cast.yard)
    reply = answer(live_cast.ben, post)
    at_once(
        lambda: hide_post(actor=live_cast.mika, post=reply, reason="No"),
        lambda: actions.react(actor=live_cast.aino, post=reply, kind="thanks"),
        *(lambda: actions.reply_to_post(actor=live_cast.aino, post=post, body="Meanwhile") for _n in range(3)),
    )
    post.refresh_from_db()
    assert post.reply_count == post.replies.filter(deleted_at=None).count() == 3


def test_three_pins_stay_three_when_many_pin_at_once(live_cast, say):
    threads = [say(live_cast.aino, live_cast.yard, f"Text {n}") for n in range(6)]
    until = timezone.localdate()
    at_once(*(lambda t=thread: pin_thread(actor=live_cast.mika, thread=t, until=until) for thread in threads))
    assert Post.objects.filter(pinned_until__isnull=False).count() == 3


def test_a_page_begun_twice_at_once_is_one_draft_and_published_twice_one_page(live_cast, say):
    from wiki.actions import create_page
    from wiki.harvest.actions import begin_page
    from wiki.harvest.models import Harvest
    from wiki.models import WikiPage

    post, key = say(live_cast.aino, live_cast.yard), uuid.uuid4()
    terms = {"thread": post, "posts": [post.pk], "title": "Once", "community": live_cast.yard, "key": key}
    made = at_once(*[lambda: begin_page(actor=live_cast.aino, **terms)] * 4)
    assert {getattr(one, "pk", one) for one in made} == {Harvest.objects.get().pk}
    draft = Harvest.objects.get().draft
    place = {"parent": draft.parent_id, "title": "Once", "body": draft.body, "draft_id": draft.pk}
    at_once(*[lambda: create_page(actor=live_cast.aino, **place)] * 4)
    assert WikiPage.objects.count() == 1
    assert Harvest.objects.get().page == WikiPage.objects.get()


def test_two_posts_with_one_address_outside_share_its_row(live_cast, say, settings):
    from feed.linkcards.models import WebPreview

    settings.OUTBOUND_HTTP = True
    results = at_once(*[lambda: say(live_cast.aino, live_cast.yard, "See http://example.com/a now")] * 4)
    assert all(isinstance(result, Post) for result in results), results
    assert WebPreview.objects.count() == 1
    assert {result.cards[0][0] for result in results} == {"web"}


def test_what_is_edited_while_its_thread_moves_is_edited_where_it_went(live_cast, say, answer):
    """PostgreSQL drops a row that changed while it was waited for when it no longer fits what it was joined with."""
    told = announce(actor=live_cast.mika, community=live_cast.yard, body="Told")
    post = say(live_cast.mika, live_cast.yard)
    moved, asked = threading.Event(), threading.Event()

    def move():
        with transaction.atomic():
            for thread in (post, told):
                move_thread(actor=live_cast.mika, thread=thread, community=live_cast.lab)
            moved.set()
            if connection.vendor == "postgresql":  # SQLite lets nobody else begin
                asked.wait(5)
                time.sleep(0.3)

    def change(job):
        moved.wait(5)
        asked.set()
        return job()

    results = at_once(
        move,
        lambda: change(lambda: actions.edit_post(actor=live_cast.mika, post=post, body="Other words")),
        lambda: change(lambda: end_announcement(actor=live_cast.mika, post=told)),
    )
    assert not [one for one in results if isinstance(one, Exception)], results
    post.refresh_from_db()
    told.refresh_from_db()
    assert (post.body, post.community) == ("Other words", live_cast.lab)
    assert (told.facts["ended"], told.community) == (True, live_cast.lab)
