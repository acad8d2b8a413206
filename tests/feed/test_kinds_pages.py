"""Questions, praise, polls and announcements in the browser: forms, cards, lists, who sees what."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feed import actions as feed
from feed.kinds import actions
from feed.kinds.facts import house_today
from feed.models import Post

POLL = {"options": "Soup\nFish", "kind": "poll"}


@pytest.fixture
def write(cast, sign_in):
    """Return a function that posts the composer's form."""

    def post(who, **fields):
        data = {"community": cast.yard.pk, "body": "Words of mine", **fields}
        return sign_in(cast.people[who]).post(reverse("feed:post_create"), data)

    return post


@pytest.mark.parametrize(
    ("who", "fields", "kind"),
    [
        ("aino", {}, "update"),
        ("aino", {"kind": "question"}, "question"),
        ("aino", {"kind": "praise", "people": "@ben.example, mika example"}, "praise"),
        ("aino", {**POLL, "several": "on", "anonymous": "on"}, "poll"),
        ("mika", {"kind": "announcement", "level": "crisis"}, "announcement"),
    ],
)
def test_the_composer_writes_every_kind(write, who, fields, kind):
    assert write(who, **fields).status_code == 302
    assert Post.objects.get().kind == kind


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "praise", "people": ""}, "Whom do you praise?"),
        ({"kind": "praise", "people": "Nobody Atall"}, "There is nobody called"),
        ({"kind": "praise", "people": "@aino.example"}, "Praise somebody else"),
        ({"kind": "poll", "options": "Only one"}, "at least two choices"),
        (
            {"kind": "poll", "options": "\n".join(map(str, range(1000)))},
            "A poll has at most 20 choices; these are 1000.",
        ),
        ({**POLL, "closes_at": "2001-01-01T10:00"}, "Choose a time ahead"),
        ({**POLL, "closes_at": "0001-01-01T00:00"}, "not a time"),
        ({**POLL, "closes_at": "soon"}, "valid date"),
        ({"kind": "joke"}, "joke is not one of the available choices"),
    ],
)
def test_what_is_missing_is_said_beside_what_was_typed(write, fields, words):
    answered = write("aino", **fields)
    page = answered.content.decode()
    assert answered.status_code == 422
    assert words in page
    assert "Words of mine" in page
    assert fields.get("options", "")[:6] in page
    assert not Post.objects.exists()


def test_fields_of_other_kinds_are_not_looked_at(write):
    assert write("aino", kind="question", closes_at="never", people="Nobody", due_on="x", level="y").status_code == 302


def test_an_announcement_of_somebody_who_may_not_is_refused(write):
    assert write("aino", kind="announcement", level="normal").status_code == 403
    assert not Post.objects.exists()


def test_the_composer_offers_announcements_to_those_who_may(cast, sign_in):
    shown = {name: b'value="announcement"' in sign_in(cast.people[name]).get("/").content for name in ("aino", "mika")}
    assert shown == {"aino": False, "mika": True}
    cast.aino.may_announce = True
    cast.aino.save()
    assert b'value="announcement"' in sign_in(cast.aino).get("/").content


def test_praise_can_be_switched_off(cast, sign_in, settings):
    client = sign_in(cast.aino)
    assert b'value="praise"' in client.get("/").content
    settings.PRAISE = False
    assert b'value="praise"' not in client.get("/").content


# --- Lists -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def one_of_each(cast, say, answer):
    day = house_today() + timedelta(days=3)
    asked = actions.ask_question(actor=cast.aino, community=cast.yard, body="Open question")
    solved = actions.ask_question(actor=cast.aino, community=cast.yard, body="Solved question")
    actions.mark_answer(actor=cast.aino, reply=answer(cast.ben, solved, "The answer is here"))
    return {
        "update": say(cast.aino, cast.yard, "Plain words"),
        "question": asked,
        "solved": solved,
        "praise": actions.give_praise(actor=cast.aino, community=cast.yard, body="Because", people=[cast.ben]),
        "poll": actions.start_poll(actor=cast.aino, community=cast.yard, body="Lunch poll", options=["Soup", "<b>Fish</b>"]),
        "announcement": actions.announce(actor=cast.mika, community=cast.yard, body="Hear hear", due_on=day),
    }  # fmt: skip


FILTERS = [
    ("update", {"update"}),
    ("question", {"question", "solved"}),
    ("unanswered", {"question"}),
    ("praise", {"praise"}),
    ("poll", {"poll"}),
    ("announcement", {"announcement"}),
    ("nonsense", {"update", "question", "solved", "praise", "poll", "announcement"}),
]


@pytest.mark.parametrize("order", ["activity", "newest"])
@pytest.mark.parametrize("page", ["/", "/communities/yard/"])
@pytest.mark.parametrize(("kind", "expected"), FILTERS)
def test_home_and_community_show_one_kind(cast, one_of_each, sign_in, page, kind, expected, order):
    shown = sign_in(cast.ben).get(f"{page}?kind={kind}&order={order}").context
    found = {item.pk for item in [*shown["top"], *shown["items"]]}
    assert found == {one_of_each[name].pk for name in expected}


def test_cards_show_what_belongs_to_their_kind(cast, one_of_each, sign_in):
    page = sign_in(cast.ben).get("/").content.decode()
    for words in ("See the answer", "Lunch poll", "&lt;b&gt;Fish&lt;/b&gt;", "I have read this", "Please read it by"):
        assert words in page
    assert "<b>Fish" not in page


def test_who_only_reads_along_neither_votes_nor_acknowledges(cast, one_of_each, sign_in):
    page = sign_in(cast.cleo).get("/communities/yard/").content.decode()
    assert "Lunch poll" in page
    assert 'name="choice"' not in page
    assert "I have read this" not in page


def test_an_announcement_stands_on_top_once_until_it_is_acknowledged(cast, say, sign_in):
    post = actions.announce(actor=cast.mika, community=cast.yard, body="Hear hear")
    for n in range(45):
        say(cast.aino, cast.yard, f"Text {n}")
    client = sign_in(cast.ben)
    for place in ("/", "/communities/yard/"):
        seen, address = [], place
        while address:
            shown = client.get(address).context
            seen += [item.pk for item in [*shown["top"], *shown["items"]]]
            address = place + shown["older"] if shown["older"] else ""
        assert seen[0] == post.pk
        assert len(seen) == len(set(seen)) == 46
    client.post(reverse("feed:acknowledge", args=[post.pk]), {"version": 1, "next": "/"})
    shown = client.get("/").context
    assert not shown["top"]
    assert post.pk not in {item.pk for item in shown["items"]}


def test_a_closed_communitys_announcement_stands_only_before_its_members(cast, sign_in):
    actions.announce(actor=cast.mika, community=cast.vault, body="Secret canary", level="crisis")
    seen = {name: b"Secret canary" in sign_in(user).get("/").content for name, user in cast.people.items()}
    assert seen == {"aino": True, "ben": True, "cleo": False, "mika": True, "gita": False, "root": False}


# --- Acts ------------------------------------------------------------------------------------------------------------


def test_the_answer_stands_on_top_of_its_thread(cast, one_of_each, sign_in):
    post = one_of_each["solved"]
    page = sign_in(cast.cleo).get(post.get_absolute_url()).content.decode()
    assert page.count("The answer is here") == 2
    assert "Not the answer after all" not in page
    client = sign_in(cast.aino)
    assert "Not the answer after all" in client.get(post.get_absolute_url()).content.decode()
    client.post(
        reverse("feed:answer", args=[post.facts["answer"] if post.facts["answer"] else post.replies.get().pk]),
        {"undo": "1"},
    )
    assert client.get(post.get_absolute_url()).content.decode().count("The answer is here") == 1


def test_an_accepted_answer_offers_to_become_a_page(cast, one_of_each, sign_in):
    post = one_of_each["solved"]
    best = post.replies.get()
    offer = f"{reverse('wiki:from_thread', args=[post.pk])}?post={post.pk}&amp;post={best.pk}"
    client = sign_in(cast.aino)
    assert offer in client.get(post.get_absolute_url()).content.decode()
    assert offer not in sign_in(cast.cleo).get(post.get_absolute_url()).content.decode()
    form = client.get(offer.replace("&amp;", "&")).context["form"]
    assert form["posts"].value() == [post.pk, best.pk]


def test_a_vote_answers_with_the_poll_as_it_stands(cast, one_of_each, sign_in):
    post, client = one_of_each["poll"], sign_in(cast.ben)
    address = reverse("feed:vote", args=[post.pk])
    answered = client.post(address, {"choice": "1", "edition": "1"}, headers={"hx-request": "true"})
    assert "1 · 100 %" in answered.content.decode()
    assert client.post(address, {"choice": "0"}).status_code == 302
    post.refresh_from_db()
    assert post.facts["votes"] == [1, 0]


@pytest.mark.parametrize("choice", ["7", "-1", "x", "99999999999999999999"])
def test_a_choice_there_is_not_is_said_in_words(cast, one_of_each, sign_in, choice):
    address = reverse("feed:vote", args=[one_of_each["poll"].pk])
    answered = sign_in(cast.ben).post(address, {"choice": choice}, headers={"hx-request": "true"})
    assert "There is no such choice." in answered.content.decode()


def test_a_vote_after_closing_is_said_in_words(cast, one_of_each, sign_in):
    post = one_of_each["poll"]
    actions.close_poll(actor=cast.aino, post=post)
    client = sign_in(cast.ben)
    address = reverse("feed:vote", args=[post.pk])
    assert "closed" in client.post(address, {"choice": "1"}, headers={"hx-request": "true"}).content.decode()
    assert "closed" in client.post(address, {"choice": "1"}, follow=True).content.decode()


def test_voters_are_named_only_where_that_was_said(cast, sign_in, program):
    for anonymous in (False, True):
        post = actions.start_poll(
            actor=cast.aino, community=cast.yard, body="?", options=["a", "b"], anonymous=anonymous
        )
        actions.vote(actor=cast.ben, post=post, choices=[1])
        answered = sign_in(cast.mika).get(reverse("feed:votes", args=[post.pk]))
        assert answered.status_code == (404 if anonymous else 200)
        thread = sign_in(cast.mika).get(post.get_absolute_url()).content.decode()
        assert ("anonymous: nobody sees" in thread) == anonymous


def test_a_poll_with_votes_keeps_its_choices_and_what_was_typed(cast, one_of_each, sign_in):
    post = one_of_each["poll"]
    actions.vote(actor=cast.ben, post=post, choices=[1])
    client, address = sign_in(cast.aino), reverse("feed:post_edit", args=[post.pk])
    answered = client.post(address, {"body": "Dinner poll", "options": "Pasta\nRice"})
    page = answered.content.decode()
    assert answered.status_code == 422
    assert "Somebody has voted" in page
    assert "Pasta" in page
    post.refresh_from_db()
    assert post.body == "Lunch poll"
    options = "\n".join(post.facts["options"])
    assert client.post(address, {"body": "Dinner poll", "options": options}).status_code == 302


def test_a_closing_time_is_kept_when_only_the_words_change(cast, sign_in):
    closes = timezone.now().replace(second=30, microsecond=123456) + timedelta(days=1)
    post = actions.start_poll(actor=cast.aino, community=cast.yard, body="?", options=["a", "b"], closes_at=closes)
    actions.vote(actor=cast.ben, post=post, choices=[1])
    client, address = sign_in(cast.aino), reverse("feed:post_edit", args=[post.pk])
    shown = client.get(address).context["form"]["closes_at"].value()
    data = {"body": "??", "options": "a\nb", "closes_at": shown.strftime("%Y-%m-%dT%H:%M")}
    assert client.post(address, data).status_code == 302


def test_acknowledging_an_old_text_leads_to_the_new_one(cast, one_of_each, sign_in):
    post = one_of_each["announcement"]
    edit = reverse("feed:post_edit", args=[post.pk])
    data = {"body": "Hear now", "ask_again": "on", "level": "normal", "expires_on": post.facts["expires"]}
    assert sign_in(cast.mika).post(edit, data).status_code == 302
    answered = sign_in(cast.ben).post(reverse("feed:acknowledge", args=[post.pk]), {"version": 1}, follow=True)
    assert "The text has changed" in answered.content.decode()
    assert "Hear now" in answered.content.decode()


def test_the_sender_sees_who_has_read_it_and_reminds_the_others(cast, one_of_each, sign_in):
    post = one_of_each["announcement"]
    actions.acknowledge(actor=cast.ben, post=post, version=1)
    client, address = sign_in(cast.mika), reverse("feed:receipts", args=[post.pk])
    pending = client.get(address).content.decode()
    assert "Aino Example" in pending
    assert "Ben Example" not in pending
    assert "Ben Example" in client.get(address + "?show=read").content.decode()
    reminded = client.post(reverse("feed:remind", args=[post.pk]), {"next": address}, follow=True)
    assert "1 person is reminded." in reminded.content.decode()
    assert sign_in(cast.ben).get(address).status_code == 403
    assert sign_in(cast.cleo).get(address).status_code == 403


# --- The crisis ------------------------------------------------------------------------------------------------------


def test_a_crisis_stands_on_every_page_until_acknowledged_or_ended(cast, sign_in):
    pages = ("/", "/wiki/", "/people/", "/notifications/", "/me/settings/")
    post = actions.announce(actor=cast.mika, community=cast.yard, body="Leave the house.", level="crisis")
    ben, aino, cleo = sign_in(cast.ben), sign_in(cast.aino), sign_in(cast.cleo)
    for page in pages:
        assert "crisis-line" in ben.get(page).content.decode()
        assert "crisis-line" not in cleo.get(page).content.decode()
    back = ben.post(reverse("feed:acknowledge", args=[post.pk]), {"version": 1, "next": "/wiki/"})
    assert back.url == "/wiki/"
    assert "crisis-line" not in ben.get("/wiki/").content.decode()
    assert "crisis-line" in aino.get("/wiki/").content.decode()
    actions.end_announcement(actor=cast.mika, post=post)
    assert "crisis-line" not in aino.get("/wiki/").content.decode()


def test_the_crisis_banner_costs_no_query_while_there_is_none(cast, sign_in, django_assert_num_queries):
    client = sign_in(cast.ben)
    client.get("/people/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get("/people/")
        calm = len(queries)
    actions.announce(actor=cast.mika, community=cast.yard, body="Leave.", level="crisis")
    client.get("/people/")
    with django_assert_num_queries(calm + 1):
        client.get("/people/")


# --- What waits for me -----------------------------------------------------------------------------------------------


def test_a_question_to_me_waits_until_i_answer_or_somebody_does(cast, answer, sign_in):
    first = actions.ask_question(actor=cast.aino, community=cast.yard, body="@ben.example, where is it?")
    client = sign_in(cast.ben)
    page = client.get("/").content.decode()
    assert "Aino Example asks you" in page
    assert "mentioned you" not in page
    shown = client.get(first.get_absolute_url()).context["thread"].newest.isoformat()
    client.post(reverse("feed:thread_read", args=[first.pk]), {"until": shown})
    assert "asks you" in client.get("/").content.decode()
    answer(cast.ben, first, "There.")
    assert "asks you" not in client.get("/").content.decode()
    second = actions.ask_question(actor=cast.aino, community=cast.yard, body="@ben.example, and that?")
    assert "asks you" in client.get("/").content.decode()
    actions.mark_answer(actor=cast.aino, reply=answer(cast.mika, second))
    page = client.get("/").content.decode()
    assert "asks you" not in page
    feed.delete_post(actor=cast.aino, post=second)


def test_an_announcement_waits_in_the_strip_and_is_counted(cast, sign_in):
    post = actions.announce(actor=cast.mika, community=cast.yard, body="Hear hear")
    client = sign_in(cast.ben)
    answered = client.get("/")
    assert "Mika Example asks everybody to read this" in answered.content.decode()
    assert answered.context["nav"].waiting == 1
    actions.acknowledge(actor=cast.ben, post=post, version=1)
    assert client.get("/").context["nav"].waiting == 0


# --- What it costs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 6])
def test_kinds_cost_two_queries_however_many_there_are(cast, answer, sign_in, django_assert_max_num_queries, number):
    """What is the reader's own of all that is shown; and where something waits, the announcements on top."""
    for n in range(number):
        actions.start_poll(
            actor=cast.aino, community=cast.yard, body=f"Poll {n}", options=["a", "b"], anonymous=n % 2 == 0
        )
        actions.give_praise(actor=cast.aino, community=cast.yard, body=f"Praise {n}", people=[cast.mika])
        actions.mark_answer(
            actor=cast.aino,
            reply=answer(cast.mika, actions.ask_question(actor=cast.aino, community=cast.yard, body=f"Question {n}")),
        )
    client = sign_in(cast.ben)
    client.get("/")
    with django_assert_max_num_queries(7):
        client.get("/")
    for n in range(number):
        actions.announce(actor=cast.mika, community=cast.yard, body=f"Hear {n}")
    client.get("/")
    with django_assert_max_num_queries(11):  # top, its own, its files, the strip
        client.get("/")


def test_a_first_name_will_do_for_praise_where_one_person_has_it(cast, sign_in):
    client, address = sign_in(cast.aino), reverse("feed:post_create")
    filled = {"body": "For staying late.", "community": cast.yard.pk, "kind": "praise"}
    first = cast.ben.name.split()[0].upper()
    assert client.post(address, {**filled, "people": f"{first}, "}).status_code == 302
    assert Post.objects.get(kind="praise").facts["people"] == [[cast.ben.pk, cast.ben.name, cast.ben.handle]]
    cast.cleo.name = f"{first.title()} Toinen"
    cast.cleo.save()
    refused = client.post(address, {**filled, "people": first})
    assert refused.status_code == 422
    assert "There are several people called" in refused.content.decode()


def test_who_asked_sees_the_numbers_of_a_poll_without_voting(cast, one_of_each, sign_in):
    poll = one_of_each["poll"]
    page = sign_in(cast.aino).get(poll.get_absolute_url()).content.decode()
    assert "nobody has voted yet" in page
    actions.vote(actor=cast.ben, post=poll, choices=[1])
    poll.refresh_from_db()
    assert "1 · 100 %" in sign_in(cast.aino).get(poll.get_absolute_url()).content.decode()
    assert "1 · 100 %" not in sign_in(cast.mika).get(poll.get_absolute_url()).content.decode()
