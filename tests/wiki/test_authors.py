"""What a person wrote and what I follow: nothing of places the reader is not in."""

import pytest
from django.urls import reverse

from feed import actions as feed
from intranet.people import actions as people
from intranet.people.models import Follow
from tests.api.programs import Program
from tests.feed.test_pages import PEOPLE, READERS
from wiki import actions

ALL = {"everyone", "yard", "lab", "vault"}


@pytest.fixture
def wrote(cast):
    """Aino writes a page and a post in every community, and answers herself."""
    for place in READERS:
        community = getattr(cast, place)
        actions.create_page(actor=cast.aino, community=community, title=f"Page {place}words", body="")
        thread = feed.publish_post(actor=cast.aino, community=community, body=f"Post {place}words")
        feed.reply_to_post(actor=cast.aino, post=thread, body=f"Reply {place}words")
    return cast.aino


@pytest.mark.parametrize("name", PEOPLE)
def test_a_profile_and_its_lists_show_what_the_reader_may_read(cast, wrote, sign_in, name):
    client = sign_in(cast.people[name])
    for address in (
        wrote.get_absolute_url(),
        reverse("wiki:written", args=[wrote.handle]),
        reverse("wiki:written", args=[wrote.handle]) + "?show=posts",
    ):
        html = client.get(address).content.decode()
        shown = {place for place in ALL if f"{place}words" in html}
        assert shown == {place for place in ALL if name in READERS[place]}, address
    listed = Program(cast.people[name]).get(f"/authors/{wrote.handle}/pages").json()["items"]
    assert {item["title"] for item in listed} == {f"Page {place}words" for place in ALL if name in READERS[place]}


def test_a_deleted_post_and_a_trashed_page_are_not_listed(cast, sign_in):
    page = actions.create_page(actor=cast.aino, community=cast.yard, title="Gone page", body="")
    actions.trash_page(actor=cast.aino, page=page)
    post = feed.publish_post(actor=cast.aino, community=cast.yard, body="Gone post")
    feed.delete_post(actor=cast.aino, post=post)
    html = sign_in(cast.ben).get(cast.aino.get_absolute_url()).content.decode()
    assert "Gone" not in html


def test_the_lists_are_leafed_through_by_keyset(cast, sign_in):
    for number in range(33):
        feed.publish_post(actor=cast.aino, community=cast.yard, body=f"Said number {number:02}.")
    client, address = sign_in(cast.cleo), reverse("wiki:written", args=[cast.aino.handle])
    first = client.get(address + "?show=posts")
    second = client.get(address + first.context["older"])
    texts = [line["title"] for line in [*first.context["lines"], *second.context["lines"]]]
    assert texts == [f"Said number {number:02}." for number in reversed(range(33))]
    assert client.get(address + "?after=nonsense").status_code == 400


@pytest.mark.parametrize("count", [3, 30])
def test_a_list_of_what_was_written_takes_a_fixed_number_of_queries(
    cast, sign_in, django_assert_max_num_queries, count
):
    for number in range(count):
        actions.create_page(actor=cast.aino, community=cast.yard, title=f"Page {number}", body="")
    client, address = sign_in(cast.ben), reverse("wiki:written", args=[cast.aino.handle])
    client.get(address)
    with django_assert_max_num_queries(6):
        client.get(address)


def test_a_guest_knows_nothing_of_who_shares_no_community(cast, wrote, sign_in):
    gita = sign_in(cast.gita)
    assert gita.get(reverse("wiki:written", args=[cast.cleo.handle])).status_code == 404
    assert Program(cast.gita).get(f"/authors/{cast.cleo.handle}/pages").status_code == 404


def test_a_closed_account_keeps_what_it_wrote_and_is_followed_no_more(cast, wrote, sign_in):
    people.close_account(actor=cast.root, person=cast.aino)
    html = sign_in(cast.ben).get(cast.aino.get_absolute_url()).content.decode()
    assert "This account is closed." in html
    assert "yardwords" in html
    assert reverse("people:follow", args=[cast.aino.handle]) not in html


# --- What I follow ----------------------------------------------------------------------------------------------------


def test_what_i_follow_is_listed_and_ended_there(cast, sign_in):
    post = feed.publish_post(actor=cast.aino, community=cast.yard, body="About #sawing")
    people.follow_person(actor=cast.ben, person=cast.aino)
    people.follow_tag(actor=cast.ben, tag=post.tags.get())
    ben, address = sign_in(cast.ben), reverse("wiki:following")
    html = ben.get(address).content.decode()
    assert "Aino Example" in html
    assert "#sawing" in html
    answered = ben.post(reverse("people:unfollow", args=["aino.example"]), {"next": address})
    assert answered["Location"] == address
    assert [line["tag"] for line in ben.get(address).context["lines"]] == ["sawing"]
    assert "You follow nobody yet" in sign_in(cast.cleo).get(address).content.decode()


def test_following_a_guessed_tag_of_a_hidden_community_does_not_tell_that_it_is_there(cast, sign_in):
    feed.publish_post(actor=cast.aino, community=cast.vault, body="About #heist")
    cleo = sign_in(cast.cleo)
    for slug in ("heist", "nothing-of-the-kind"):
        assert cleo.post(reverse("people:follow_tag", args=[slug])).status_code == 302
        assert Program(cast.cleo, scope="write").send("PUT", f"/following/tags/{slug}", "").status_code == 404
    assert "heist" not in cleo.get(reverse("wiki:following")).content.decode()
    assert Program(cast.cleo).get("/following").json()["items"] == []


def test_programs_follow_and_stop(cast):
    feed.publish_post(actor=cast.aino, community=cast.yard, body="About #sawing")
    ben = Program(cast.ben, scope="write")
    assert ben.send("PUT", "/following/people/aino.example", "").status_code == 204
    assert ben.send("PUT", "/following/tags/sawing", "").status_code == 204
    assert [item["kind"] for item in ben.get("/following").json()["items"]] == ["tag", "person"]
    assert ben.send("DELETE", "/following/people/aino.example", "").status_code == 204
    assert ben.send("DELETE", "/following/tags/sawing", "").status_code == 204
    assert not Follow.objects.exists()
    assert ben.send("PUT", "/following/people/ben.example", "").status_code == 403


@pytest.mark.parametrize("name", PEOPLE)
def test_followed_people_and_tags_bring_home_only_what_one_may_read(cast, sign_in, name):
    person = cast.people[name]
    posts = {
        place: feed.publish_post(actor=cast.aino, community=getattr(cast, place), body=f"About #sawing in {place}words")
        for place in READERS
    }
    if name != "aino":
        people.follow_person(actor=person, person=cast.aino)
    people.follow_tag(actor=person, tag=posts["yard"].tags.get())
    html = sign_in(person).get("/").content.decode()
    assert {place for place in ALL if f"{place}words" in html} == {place for place in ALL if name in READERS[place]}
