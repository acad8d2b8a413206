"""The talk about a wiki page: the same posts, below the page, for those who may read them."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from feed.actions import publish_post, reply_to_post
from feed.models import Post
from tests.feed.test_pages import PEOPLE


@pytest.fixture
def page_in(cast):
    """Return a function that writes a page in a community."""
    from wiki.actions import create_page

    def write(place, title="Pump room"):
        return create_page(actor=cast.aino, community=getattr(cast, place), title=title, body="How it is built.")

    return write


def ask(cast, place, page, words="canary-question"):
    return publish_post(actor=cast.ben, community=getattr(cast, place), body=words, about_page=page)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("place", ["yard", "lab"])
def test_questions_stand_below_the_page_and_in_the_community(cast, page_in, sign_in, name, place):
    page = page_in(place)
    ask(cast, place, page)
    readers = {"yard": {"aino", "ben", "cleo", "mika", "root"}, "lab": {"aino", "ben", "mika", "gita"}}[place]
    answered = sign_in(cast.people[name]).get(page.get_absolute_url())
    assert answered.status_code == (200 if name in readers else 404)
    if name in readers:
        shown = answered.content.decode()
        assert "canary-question" in shown
        assert ("Ask about this page" in shown) == (name in readers - {"cleo", "root"})
        listed = sign_in(cast.people[name]).get(f"/communities/{place}/").content.decode()
        assert "Pump room" in listed


def test_asking_below_the_page_leads_back_to_it(cast, page_in, sign_in):
    page, client = page_in("yard"), sign_in(cast.ben)
    where = client.get(page.get_absolute_url()).context
    assert where is not None
    data = {
        "community": cast.yard.pk,
        "about_page": page.pk,
        "body": "Which pump?",
        "key": uuid.uuid4(),
        "next": f"{page.get_absolute_url()}#discussion",
    }
    answered = client.post(reverse("feed:post_create"), data)
    assert answered.headers["Location"] == f"{page.get_absolute_url()}#discussion"
    assert Post.objects.get().about_page_id == page.pk


@pytest.mark.parametrize("place", ["lab", "vault", "everyone"])
def test_a_page_of_another_community_cannot_be_the_subject(cast, page_in, place):
    with pytest.raises(ValidationError):
        ask(cast, "yard", page_in(place))


def test_a_page_that_moved_behind_a_door_is_not_named_where_it_was(cast, page_in, sign_in):
    from wiki.actions import move_page
    from wiki.models import WikiPage

    page, inside = page_in("yard"), page_in("vault", "Inside")
    post = ask(cast, "yard", page)
    move_page(actor=cast.aino, page=page, parent=inside)
    assert WikiPage.objects.get(pk=page.pk).community == cast.vault
    for address in ("/communities/yard/", post.get_absolute_url()):
        shown = sign_in(cast.cleo).get(address).content.decode()
        assert "canary-question" in shown
        assert "Pump room" not in shown


def test_a_trashed_page_is_not_named(cast, page_in, sign_in):
    from wiki.actions import trash_page

    page = page_in("yard")
    ask(cast, "yard", page)
    trash_page(actor=cast.aino, page=page)
    assert "Pump room" not in sign_in(cast.ben).get("/communities/yard/").content.decode()


READS = {
    "yard": {"aino", "ben", "cleo", "mika", "root"},
    "lab": {"aino", "ben", "mika", "gita"},
    "vault": {"aino", "ben", "mika"},
}


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize(("before", "after"), [("yard", "vault"), ("vault", "yard"), ("yard", "lab"), ("lab", "vault")])
def test_talk_of_a_moved_page_stays_where_it_was_said_and_is_joined_for_those_who_read_both(
    cast, page_in, sign_in, program, name, before, after
):
    from wiki.actions import move_page

    page, there = page_in(before), page_in(after, "There")
    post = ask(cast, before, page)
    reply_to_post(actor=cast.aino, post=post, body="canary-answer")
    page = move_page(actor=cast.aino, page=page, parent=there)
    client, reads_talk, reads_page = sign_in(cast.people[name]), name in READS[before], name in READS[after]

    # The thread: its readers are who they were; the page is named to those who may read it now.
    for address in (post.get_absolute_url(), f"/communities/{before}/", "/"):
        answered = client.get(address)
        shown = answered.content.decode() if answered.status_code == 200 else ""
        if address != "/":
            assert ("canary-question" in shown) == reads_talk, address
        if "canary-question" in shown:
            assert ("Pump room" in shown) == reads_page, address
            assert (page.get_absolute_url() in shown) == reads_page, address
        elif address != "/" or not reads_page:  # at home it may be named as a page that changed
            assert "Pump room" not in shown

    # The page: its talk stands below it for those who may read that, with the place where it was said.
    answered = client.get(page.get_absolute_url())
    assert answered.status_code == (200 if reads_page else 404)
    talk = answered.content.decode().partition('id="discussion"')[2]
    assert ("canary-question" in talk) == (reads_page and reads_talk)
    assert ("canary-answer" in talk) == (reads_page and reads_talk)
    assert (f'href="/communities/{before}/"' in talk) == (reads_page and reads_talk)

    # Programs are told the same, also when they guess.
    api = program(cast.people[name])
    asked = api.get(f"/posts/{post.pk}")
    assert asked.status_code == (200 if reads_talk else 404)
    if reads_talk:
        assert asked.json()["about_page"] == (page.pk if reads_page else None)
    items = api.get(f"/posts?about_page={page.pk}").json()["items"]
    assert [item["id"] for item in items] == ([post.pk] if reads_talk and reads_page else [])


def test_a_new_question_about_a_moved_page_is_asked_where_the_page_is(cast, page_in, sign_in):
    from wiki.actions import move_page

    page, there = page_in("yard"), page_in("lab", "There")
    old = ask(cast, "yard", page, "canary-old")
    page = move_page(actor=cast.aino, page=page, parent=there)
    new = ask(cast, "lab", page, "canary-new")
    with pytest.raises(ValidationError):
        ask(cast, "yard", page)
    talk = sign_in(cast.ben).get(page.get_absolute_url()).content.decode().partition('id="discussion"')[2]
    assert talk.index("canary-new") < talk.index("canary-old")
    assert 'href="/communities/yard/"' in talk
    assert 'href="/communities/lab/"' not in talk.partition("canary-old")[0].partition("canary-new")[2]
    guest = sign_in(cast.gita).get(page.get_absolute_url()).content.decode()
    assert "canary-new" in guest
    assert "canary-old" not in guest
    assert (new.community, old.community) == (cast.lab, cast.yard)
