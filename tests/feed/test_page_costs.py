"""What home, community and thread pages cost in queries, and what waits for me."""

import re

import pytest
from django.urls import reverse

from feed import actions
from intranet.people.models import Follow, JoinRequest

# --- Query budgets ---------------------------------------------------------------------------------------------------


def fill(cast, say, answer, threads, replies=2):
    tag = None
    for n in range(threads):
        place = [cast.yard, cast.lab, cast.everyone][n % 3]
        post = say(cast.aino, place, f"Text {n} for @ben.example #tag")
        tag = tag or post.tags.get()
        for _reply in range(replies):
            answer(cast.mika, post)
        actions.react(actor=cast.ben, post=post, kind="thanks")
    Follow.objects.create(follower=cast.ben, person=cast.mika)
    Follow.objects.create(follower=cast.ben, tag=tag)


@pytest.mark.parametrize("threads", [3, 30])
def test_home_takes_eight_queries_however_much_there_is(
    cast, say, answer, sign_in, django_assert_max_num_queries, threads
):
    """Session, person, menu, follows, threads, files, mentions; and one the onboarding path may use."""
    fill(cast, say, answer, threads)
    client = sign_in(cast.ben)
    client.get("/")
    with django_assert_max_num_queries(8):
        assert len(client.get("/").context["items"]) == min(threads, 20)


@pytest.mark.parametrize("threads", [3, 30])
def test_community_page_takes_a_fixed_number_of_queries(
    cast, say, answer, sign_in, django_assert_max_num_queries, threads
):
    """Session, person, place, menu, threads, files, people of the side; and one the onboarding path may use."""
    for n in range(threads):
        answer(cast.mika, say(cast.aino, cast.yard, f"Text {n}"))
    client = sign_in(cast.ben)
    client.get("/communities/yard/")
    with django_assert_max_num_queries(8):
        client.get("/communities/yard/")


@pytest.mark.parametrize("replies", [3, 300])
def test_a_thread_takes_a_fixed_number_of_queries(cast, say, answer, sign_in, django_assert_max_num_queries, replies):
    """Session, person, first post, replies, newest mention, files, menu; and one the onboarding path may use."""
    post = say(cast.aino, cast.yard, "Long talk")
    last = post
    for n in range(replies):
        last = answer([cast.ben, cast.mika, cast.aino][n % 3], post if n % 4 else last, f"Reply {n}")
    client = sign_in(cast.ben)
    # The rest of a long one is a part of its own, counted in a line.
    shown = replies if replies < 40 else None
    client.get(post.get_absolute_url())
    with django_assert_max_num_queries(8):
        page = client.get(post.get_absolute_url()).content.decode()
    if shown:
        assert page.count('class="reply"') == shown
    else:
        left_out = sum(int(number) for number in re.findall(r"Show (\d+) earlier", page))
        assert page.count('class="reply"') + left_out == replies


def test_home_lists_mentions_and_requests_that_wait_for_me(cast, say, sign_in, django_assert_max_num_queries):
    say(cast.aino, cast.lab, "Look @mika.example and @ben.example")
    JoinRequest.objects.create(user=cast.cleo, community=cast.lab)
    client = sign_in(cast.mika)
    answered = client.get("/")
    page = answered.content.decode()
    assert "Aino Example mentioned you" in page
    assert "1 person wants to join" in page
    with django_assert_max_num_queries(7):
        client.get("/")
    page = sign_in(cast.ben).get("/").content.decode()
    assert "mentioned you" in page
    assert "to join" not in page


def test_a_mention_waits_until_it_was_read_also_one_that_an_edit_added(cast, say, sign_in):
    post, client = say(cast.aino, cast.yard, "For @ben.example"), sign_in(cast.ben)

    def read():
        shown = client.get(post.get_absolute_url()).context["thread"].newest.isoformat()
        client.post(reverse("feed:thread_read", args=[post.pk]), {"until": shown})

    assert "mentioned you" in client.get("/").content.decode()
    read()
    assert "mentioned you" not in client.get("/").content.decode()
    other, client = post, sign_in(cast.mika)
    read()
    actions.edit_post(actor=cast.aino, post=other, body="For @ben.example and @mika.example")
    assert "mentioned you" in client.get("/").content.decode()
    read()
    assert "mentioned you" not in client.get("/").content.decode()
