"""Many at once: nothing is counted wrongly, nothing doubled."""

import threading
import uuid

import pytest
from django.db import connections

from feed import actions
from feed.models import Post


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
