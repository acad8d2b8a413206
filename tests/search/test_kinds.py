"""Polls are found by their choices, praise by whom it names; by their readers alone, and as they stand now."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feed import actions as posts
from feed.kinds import actions as kinds
from feed.threads.actions import move_thread
from intranet.activity.models import Activity
from intranet.people import actions as people
from search import find
from search.query import parse
from search.readers import changed_uids, rebuild


@pytest.fixture
def finders(cast, index):
    """Return a function: who of the cast finds posts with these words."""

    def names(words):
        return [name for name, user in cast.people.items() if find.search(user, parse(f"{words} type:post")).results]

    return names


def test_a_poll_is_found_by_its_choices_and_by_none_it_had_before(cast, finders, catch_up):
    rebuild()
    post = kinds.start_poll(actor=cast.aino, community=cast.vault, body="Where to?", options=["Rovaniemi", "Turku"])
    catch_up()
    assert finders("rovaniemi") == ["aino", "ben", "mika"]
    kinds.change_poll(
        actor=cast.aino, post=post, options=["Oulu", "Turku"], several=False, anonymous=False,
        closes_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    catch_up()
    assert finders("rovaniemi") == []
    assert finders("oulu") == ["aino", "ben", "mika"]
    move_thread(actor=cast.mika, thread=post, community=cast.yard)
    catch_up()
    assert finders("oulu") == ["aino", "ben", "cleo", "mika", "root"]
    posts.delete_post(actor=cast.aino, post=post)
    catch_up()
    assert finders("oulu") == []


def test_praise_is_found_by_the_names_its_people_have_today(cast, finders, catch_up):
    rebuild()
    kinds.give_praise(actor=cast.aino, community=cast.vault, body="For the saws.", people=[cast.ben])
    catch_up()
    assert finders('"ben example" saws') == ["aino", "ben", "mika"]
    people.change_account(actor=cast.root, person=cast.ben, name="Benjamin Virtanen")
    catch_up()
    assert finders("virtanen saws") == ["aino", "ben", "mika"]
    assert finders('"ben example"') == []


def test_a_vote_or_an_acknowledgement_gives_the_index_nothing_to_do(cast):
    poll = kinds.start_poll(actor=cast.aino, community=cast.yard, body="When?", options=["Monday", "Friday"])
    call = kinds.announce(actor=cast.mika, community=cast.yard, body="Read this.")
    Activity.objects.all().delete()
    kinds.vote(actor=cast.ben, post=poll, choices=[1])
    kinds.acknowledge(actor=cast.ben, post=call, version=1)
    kinds.close_poll(actor=cast.aino, post=poll)
    verbs = ["announcement.acknowledged", "poll.closed", "poll.voted", "post.read"]
    assert sorted(row.verb for row in Activity.objects.all()) == verbs
    assert changed_uids(Activity.objects.all()) == set()
