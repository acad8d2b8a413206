"""The talk about a wiki page: the same posts, below the page, for those who may read them."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from feed.actions import publish_post
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
