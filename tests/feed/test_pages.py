"""Home, community and thread pages: what they show, to whom, in how many queries."""

import uuid

import pytest
from django.urls import reverse

from feed import actions
from feed.models import Post
from feed.rows import PAGE_SIZE
from intranet.people.models import Follow, JoinRequest, Membership

# Who reads the contents of a community.
READERS = {
    "everyone": {"aino", "ben", "cleo", "mika", "root"},
    "yard": {"aino", "ben", "cleo", "mika", "root"},
    "lab": {"aino", "ben", "mika", "gita"},
    "vault": {"aino", "ben", "mika"},
}
MEMBERS = {**READERS, "yard": {"aino", "ben", "mika"}}
PEOPLE = ["aino", "ben", "cleo", "mika", "gita", "root"]


def talk(cast, say, answer):
    """Aino says one thing in each community, Ben answers."""
    posts = {}
    for place in READERS:
        posts[place] = say(cast.aino, getattr(cast, place), f"canary-{place} with #canarytag")
        answer(cast.ben, posts[place], f"reply-{place}")
    return posts


@pytest.mark.parametrize("name", PEOPLE)
def test_home_shows_threads_of_my_communities_and_of_nobody_elses(cast, say, answer, sign_in, name):
    talk(cast, say, answer)
    page = sign_in(cast.people[name]).get("/").content.decode()
    for place in READERS:
        assert (f"canary-{place}" in page) == (name in MEMBERS[place])
        assert (f"reply-{place}" in page) == (name in MEMBERS[place])


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("place", READERS)
def test_community_page_is_open_to_readers_tells_closed_ones_names_and_hides_hidden_ones(
    cast, say, answer, sign_in, name, place
):
    talk(cast, say, answer)
    answered = sign_in(cast.people[name]).get(reverse("feed:community", args=[place]))
    page = answered.content.decode()
    if name in READERS[place]:
        assert answered.status_code == 200
        assert f"canary-{place}" in page
    elif place == "lab" and name in {"cleo", "root"}:
        assert answered.status_code == 200
        assert "Ask to join" in page
        assert "canary" not in page
        assert "Aino" not in page
    else:
        assert answered.status_code == 404


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("place", READERS)
def test_thread_and_everything_about_it_is_404_to_whoever_may_not_read(cast, say, answer, sign_in, name, place):
    post = talk(cast, say, answer)[place]
    actions.edit_post(actor=cast.aino, post=post, body="edited")
    reply = post.replies.get()
    client = sign_in(cast.people[name])
    expected = 200 if name in READERS[place] else 404
    for address in (
        reverse("feed:thread", args=[post.pk]),
        reverse("feed:post_versions", args=[post.pk]),
        reverse("feed:post_reactions", args=[post.pk]),
        reverse("feed:new_replies", args=[post.pk]) + "?since=2020-01-01T00:00:00Z",
    ):
        assert client.get(address).status_code == expected, address
    for address in (reverse("feed:post", args=[reply.pk]), reverse("feed:thread", args=[reply.pk])):
        assert client.get(address).status_code == (302 if expected == 200 else 404)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("place", READERS)
def test_writing_is_for_members_others_get_403_where_they_read_and_404_elsewhere(
    cast, say, answer, sign_in, name, place
):
    post = talk(cast, say, answer)[place]
    client = sign_in(cast.people[name])
    kind = 302 if name in MEMBERS[place] else 403 if name in READERS[place] else 404
    attempts = {
        reverse("feed:reply_create", args=[post.pk]): {"body": "me too", "key": uuid.uuid4()},
        reverse("feed:post_reactions", args=[post.pk]): {"react": "thanks"},
    }
    for address, data in attempts.items():
        assert client.post(address, data).status_code == kind, address
    own = {"aino": 302, "mika": 302}.get(name, 403 if name in READERS[place] else 404)
    assert client.post(reverse("feed:post_delete", args=[post.pk])).status_code == (own if kind == 302 else kind)


@pytest.mark.parametrize("name", PEOPLE)
def test_posting_to_a_community_one_is_not_in_is_refused_beside_the_field_and_keeps_the_text(cast, sign_in, name):
    for place in READERS:
        community = getattr(cast, place)
        data = {"community": community.pk, "body": "typed text stays", "key": uuid.uuid4()}
        answered = sign_in(cast.people[name]).post(reverse("feed:post_create"), data)
        if name in MEMBERS[place]:
            assert answered.status_code == 302
        else:
            assert answered.status_code == 422
            page = answered.content.decode()
            assert "typed text stays" in page
            assert community.name not in page or name in MEMBERS.get(place, ()) or place == "everyone"
    assert Post.objects.count() == sum(name in MEMBERS[place] for place in READERS)


def test_a_followed_person_shows_on_home_only_where_i_may_read(cast, say, sign_in):
    Follow.objects.create(follower=cast.cleo, person=cast.aino)
    say(cast.aino, cast.yard, "canary-open")
    say(cast.aino, cast.lab, "canary-closed")
    page = sign_in(cast.cleo).get("/").content.decode()
    assert "canary-open" in page
    assert "canary-closed" not in page


def test_a_followed_tag_shows_threads_and_threads_of_tagged_replies_where_i_may_read(cast, say, answer, sign_in):
    tag = say(cast.aino, cast.yard, "canary-one #talkoot").tags.get()
    Follow.objects.create(follower=cast.cleo, tag=tag)
    answer(cast.ben, say(cast.aino, cast.yard, "canary-two"), "see #talkoot")
    say(cast.aino, cast.lab, "canary-three #talkoot")
    page = sign_in(cast.cleo).get("/").content.decode()
    assert "canary-one" in page
    assert "canary-two" in page
    assert "canary-three" not in page


def test_a_thread_that_comes_to_me_twice_is_shown_once(cast, say, sign_in):
    tag = say(cast.aino, cast.yard, "canary-once #talkoot").tags.get()
    Follow.objects.create(follower=cast.ben, tag=tag)
    Follow.objects.create(follower=cast.ben, person=cast.aino)
    assert sign_in(cast.ben).get("/").content.decode().count("<p>canary-once") == 1


@pytest.mark.parametrize("order", ["activity", "newest"])
@pytest.mark.parametrize("address", ["/", "/communities/yard/"])
def test_pages_of_a_list_join_without_gap_or_double(cast, say, answer, sign_in, order, address):
    posts = [say(cast.aino, cast.yard, f"number-{n}.") for n in range(45)]
    answer(cast.ben, posts[3])
    expected = [3, *range(44, 3, -1), 2, 1, 0] if order == "activity" else list(range(44, -1, -1))
    client, seen, query = sign_in(cast.ben), [], f"?order={order}"
    for _page in range(3):
        answered = client.get(address + query)
        seen += [item.row["body"] for item in answered.context["items"]]
        query = answered.context["older"]
    assert seen == [f"number-{n}." for n in expected]
    assert query == ""


def test_older_answers_htmx_with_the_rows_alone(cast, say, sign_in):
    for n in range(25):
        say(cast.aino, cast.yard, f"number-{n}.")
    client = sign_in(cast.ben)
    older = client.get("/").context["older"]
    page = client.get("/" + older, headers={"HX-Request": "true"}).content.decode()
    assert "number-0." in page
    assert "<html" not in page


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "e30", "W10", "W1sidCIsIjAwMDEtMDEtMDFUMDA6MDA6MDArMDA6MDAiXSxbImkiLDFdXQ"]
)
@pytest.mark.parametrize("address", ["/", "/communities/yard/"])
def test_a_made_up_cursor_is_bad_input(cast, say, sign_in, address, cursor):
    say(cast.aino, cast.yard)
    assert sign_in(cast.ben).get(f"{address}?after={cursor}").status_code == 400


def test_the_end_says_so(cast, say, sign_in):
    say(cast.aino, cast.yard)
    client = sign_in(cast.ben)
    assert "That was everything" in client.get("/").content.decode()
    client.post(reverse("feed:all_read"))
    assert "You are up to date since" in client.get("/").content.decode()


def test_the_end_of_the_last_page_is_about_all_of_them(cast, say, sign_in):
    posts = [say(cast.aino, cast.yard, f"Number {n}.") for n in range(PAGE_SIZE + 2)]
    client = sign_in(cast.ben)
    client.post(reverse("feed:all_read"))
    for address in ("/", "/communities/yard/"):
        last = client.get(address + client.get(address).context["older"])
        assert last.context["older"] == ""
        assert last.context["latest"] == posts[-1].last_activity_at


def test_empty_places_teach(cast, sign_in):
    assert "Nothing here yet" in sign_in(cast.ben).get("/").content.decode()
    assert "Nobody has written here yet" in sign_in(cast.ben).get("/communities/yard/").content.decode()


def test_composer_says_who_will_read(cast, sign_in):
    page = sign_in(cast.aino).get("/communities/lab/").content.decode()
    assert "Only members can read this: 4 people" in page
    page = sign_in(cast.aino).get("/communities/yard/").content.decode()
    assert "Everybody here can read this: 5 people" in page


def test_asked_to_join_is_said(cast, sign_in):
    JoinRequest.objects.create(user=cast.cleo, community=cast.lab)
    page = sign_in(cast.cleo).get("/communities/lab/").content.decode()
    assert "You have asked to join" in page


@pytest.mark.parametrize("name", ["root", "cleo"])
def test_losing_membership_empties_home_at_once(cast, say, sign_in, name):
    person = cast.people[name]
    Membership.objects.create(user=person, community=cast.lab)
    say(cast.aino, cast.lab, "canary-lab")
    client = sign_in(person)
    assert "canary-lab" in client.get("/").content.decode()
    Membership.objects.filter(user=person, community=cast.lab).delete()
    for address in ("/", "/communities/lab/"):
        assert "canary-lab" not in client.get(address).content.decode()


# --- Threads ---------------------------------------------------------------------------------------------------------


def test_replies_stand_under_what_they_answer_two_levels_deep(cast, say, answer, sign_in):
    post = say(cast.aino, cast.yard)
    first = answer(cast.ben, post, "first")
    second = answer(cast.mika, post, "second")
    below = answer(cast.aino, first, "below first")
    deepest = answer(cast.ben, below, "deepest")
    thread = sign_in(cast.ben).get(post.get_absolute_url()).context["thread"]
    assert [(one.pk, [reply.pk for reply in one.replies]) for one in thread.replies] == [
        (first.pk, [below.pk, deepest.pk]),
        (second.pk, []),
    ]
    assert thread.replies[0].replies[1].answers == "Aino Example"


def test_a_deleted_reply_stays_as_a_stub_only_where_something_hangs_on_it(cast, say, answer, sign_in):
    post = say(cast.aino, cast.yard)
    held, gone = answer(cast.ben, post, "held"), answer(cast.ben, post, "gone")
    answer(cast.mika, held, "hanging")
    for reply in (held, gone):
        actions.delete_post(actor=cast.ben, post=reply)
    page = sign_in(cast.aino).get(post.get_absolute_url()).content.decode()
    assert "hanging" in page
    assert page.count("This post was deleted.") == 1
    assert f"post-{gone.pk}" not in page


def test_replying_by_form_leads_to_the_reply(cast, say, sign_in):
    post = say(cast.aino, cast.yard)
    answered = sign_in(cast.ben).post(
        reverse("feed:reply_create", args=[post.pk]), {"body": "Yes", "key": uuid.uuid4()}
    )
    reply = post.replies.get()
    assert answered.headers["Location"] == f"/threads/{post.pk}/?at={reply.pk}#post-{reply.pk}"


def test_a_reply_to_a_reply_of_another_thread_is_404(cast, say, answer, sign_in):
    post, other = say(cast.aino, cast.yard), say(cast.aino, cast.yard)
    foreign = answer(cast.ben, other)
    data = {"body": "Mixed", "parent": foreign.pk}
    assert sign_in(cast.ben).post(reverse("feed:reply_create", args=[post.pk]), data).status_code == 404


BAD_BODIES = ["", " ", "x" * 10_001, "nul\x00", "\n\n"]


@pytest.mark.parametrize("body", BAD_BODIES, ids=["empty", "space", "long", "nul", "lines"])
def test_bad_text_is_answered_beside_the_field_and_kept(cast, say, sign_in, body):
    post = say(cast.aino, cast.yard)
    client = sign_in(cast.aino)
    for address, data in (
        (reverse("feed:post_create"), {"community": cast.yard.pk}),
        (reverse("feed:reply_create", args=[post.pk]), {}),
        (reverse("feed:post_edit", args=[post.pk]), {}),
    ):
        answered = client.post(address, data | {"body": body})
        assert answered.status_code == 422, address
        page = answered.content.decode()
        assert "field-error" in page
        assert body.strip("\x00 \n")[:9000] in page
    assert Post.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {"community": "999999999999999999999999"},
        {"community": "9" * 5000},  # Python refuses to read so many digits
        {"community": "x\x00"},
        {"community": ["1", "2"], "key": "not-a-uuid"},
        {"about_page": "999999999999999999"},
        {"about_page": "%ed%a0%80"},
        {"key": "\x00"},
        {"named_anyway": "x" * 5000},
        {"next": "//evil.example/"},
    ],
)
def test_odd_fields_are_never_an_error_of_ours(cast, sign_in, data):
    sent = {"community": cast.yard.pk, "body": "Fine text", **data}
    answered = sign_in(cast.aino).post(reverse("feed:post_create"), sent)
    assert answered.status_code in {302, 422}
    assert "evil" not in answered.headers.get("Location", "")


@pytest.mark.parametrize("number", [0, 10**30])
@pytest.mark.parametrize("name", ["thread", "post", "post_edit", "post_versions", "post_reactions", "new_replies"])
def test_numbers_that_are_no_post_are_404(cast, sign_in, name, number):
    assert sign_in(cast.aino).get(reverse(f"feed:{name}", args=[number])).status_code == 404


def test_naming_somebody_who_cannot_read_asks_first_and_then_names_nobody(cast, sign_in):
    client = sign_in(cast.aino)
    data = {"community": cast.lab.pk, "body": "Ask @cleo.example", "key": uuid.uuid4()}
    answered = client.post(reverse("feed:post_create"), data)
    assert answered.status_code == 422
    page = answered.content.decode()
    assert "Cleo Example cannot read Lab" in page
    again = answered.context["composer"]["form"]["named_anyway"].value()
    assert client.post(reverse("feed:post_create"), data | {"named_anyway": again}).status_code == 302
    assert not Post.objects.get().mentions.exists()


def test_the_warning_names_only_people_the_writer_may_know_of(cast, sign_in):
    """Gita the guest must not learn from it that there is a Cleo."""
    data = {"community": cast.lab.pk, "body": "Ask @cleo.example", "key": uuid.uuid4()}
    assert sign_in(cast.gita).post(reverse("feed:post_create"), data).status_code == 302


def test_reactions_answer_htmx_with_themselves_and_browsers_with_the_way_back(cast, say, sign_in):
    post, client = say(cast.aino, cast.yard), sign_in(cast.ben)
    address = reverse("feed:post_reactions", args=[post.pk])
    fragment = client.post(address, {"react": "love"}, headers={"HX-Request": "true"}).content.decode()
    assert 'aria-pressed="true"' in fragment
    assert "<html" not in fragment
    assert client.post(address, {"unreact": "love"}).status_code == 302
    for bad in ({}, {"react": "hate"}, {"react": "love", "unreact": "love"}, {"react": "\x00"}):
        assert client.post(address, bad).status_code == 400


def test_who_reacted_is_visible(cast, say, sign_in):
    post = say(cast.aino, cast.yard)
    actions.react(actor=cast.ben, post=post, kind="celebrate")
    page = sign_in(cast.cleo).get(reverse("feed:post_reactions", args=[post.pk])).content.decode()
    assert "Ben Example" in page


def test_deleting_offers_undo_and_undo_brings_it_back(cast, say, sign_in):
    post, client = say(cast.aino, cast.yard), sign_in(cast.aino)
    page = client.post(reverse("feed:post_delete", args=[post.pk]), follow=True).content.decode()
    undo = reverse("feed:post_restore", args=[post.pk])
    assert undo in page
    assert sign_in(cast.ben).post(undo).status_code == 404
    assert client.post(undo).status_code == 302
    assert client.get(post.get_absolute_url()).status_code == 200


def test_earlier_versions_show_the_text_as_text(cast, say, sign_in):
    post = say(cast.aino, cast.yard, "<script>alert(1)</script> before")
    actions.edit_post(actor=cast.aino, post=post, body="after")
    page = sign_in(cast.ben).get(reverse("feed:post_versions", args=[post.pk])).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; before" in page


def test_the_bar_counts_what_came_after_the_list(cast, say, answer, sign_in):
    client = sign_in(cast.ben)
    older = say(cast.aino, cast.yard)
    since = client.get("/").context["newest"].isoformat()
    answer(cast.mika, older)
    say(cast.aino, cast.vault)
    say(cast.gita, cast.lab)
    bar = client.get(reverse("feed:new_threads"), {"since": since})
    assert bar.context["count"] == 3
    assert "3 new" in bar.content.decode()
    assert client.get(reverse("feed:new_threads"), {"since": since, "community": "lab"}).context["count"] == 1
    assert sign_in(cast.cleo).get(reverse("feed:new_threads"), {"since": since, "community": "lab"}).status_code == 404
    for bad in ("", "yesterday", "2020-01-01", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "\x00", "x" * 50):
        assert client.get(reverse("feed:new_threads"), {"since": bad}).status_code == 404
