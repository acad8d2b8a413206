"""Naming people and whole communities: who hears of it, what is asked before, what completion tells."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from feed import actions, mentions
from feed.models import Mention, Post
from intranet.activity.models import Activity
from intranet.notifications.actions import set_level
from intranet.notifications.models import Notification
from intranet.notifications.readers import notify
from intranet.people.models import Community, Membership, User
from tests.builders import make_community, make_person


@pytest.fixture
def tell():
    """Return a function that brings the whole diary round, as the worker does."""
    return lambda: notify(list(Activity.objects.order_by("pk")))


def heard(event="called"):
    return set(Notification.objects.filter(event=event).values_list("user__handle", flat=True))


def crowd(number):
    people = [User(handle=f"p{n}", name=f"Person {n}", email=f"p{n}@loikka.example") for n in range(number)]
    return User.objects.bulk_create(people)


def complete(client, typed, place=None):
    answer = client.get(reverse("wiki:complete"), {"kind": "@", "q": typed, "context": place.pk if place else ""})
    return answer.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "@maija.virtanen:lle kiitos",
        "kiitos @maija.virtanen:n avusta",
        "@Maija.Virtanen.",
        "tack @maija.virtanen:s hjälp",
    ],
)
def test_endings_may_follow_a_name(cast, say, text):
    maija = make_person("Maija", last="Virtanen")
    post = say(cast.aino, cast.yard, text)
    assert [one.user for one in Mention.objects.filter(post=post)] == [maija]
    assert 'class="mention mention-person"' in post.html


@pytest.mark.parametrize("typed", ["jarvela", "JÄRV", "äijä", "aija", "anna-m", "mari jär", "anna.jarv"])
def test_completion_finds_any_part_of_a_name_whatever_its_accents(cast, sign_in, typed):
    User.objects.create_user(email="x@loikka.example", handle="ajarvela", name="Anna-Mari Äijä Järvelä")
    assert "@ajarvela" in complete(sign_in(cast.aino), typed, cast.yard)


def test_completion_offers_communities_with_their_head_count(cast, sign_in):
    shown = complete(sign_in(cast.aino), "yar", cast.yard)
    assert 'data-value="@yard"' in shown
    assert "3 members" in shown
    assert 'data-value="@yard"' in complete(sign_in(cast.aino), "yard", cast.lab)
    assert "@lab" in complete(sign_in(cast.aino), "la", cast.lab)


@pytest.mark.parametrize(
    ("name", "place", "hidden"),
    [("aino", "yard", "@vault"), ("aino", "yard", "@lab"), ("cleo", "yard", "@vault"), ("root", "yard", "@lab"),
     ("gita", "lab", "@yard"), ("gita", "lab", "@everyone"), ("gita", "lab", "@cleo.example")],
)  # fmt: skip
def test_completion_tells_nothing_that_readers_of_the_place_may_not_know(cast, sign_in, name, place, hidden):
    shown = complete(sign_in(cast.people[name]), hidden[1:5], getattr(cast, place))
    assert hidden not in shown


def test_members_of_a_named_community_hear_of_it_and_nobody_else(cast, say, tell):
    say(cast.aino, cast.yard, "Hello @yard")
    assert not Notification.objects.exists()  # nothing is written a person while she waits
    assert Activity.objects.get(verb="post.published").data["communities"] == [cast.yard.pk]
    tell()
    tell()
    assert heard() == {"ben.example", "mika.example"}
    assert not Mention.objects.exists()


def test_only_members_who_can_read_the_place_hear_of_it(cast, say, tell):
    say(cast.aino, cast.lab, "Come here @yard and @everyone")
    tell()
    assert heard() == {"ben.example", "mika.example"}


@pytest.mark.parametrize("word", ["@vault", "@lab", "@nothing"])
def test_a_community_that_readers_may_not_know_is_plain_text(cast, say, tell, word):
    post = say(cast.aino, cast.yard, f"Hello {word}")
    tell()
    assert "mention-community" not in post.html
    assert not heard()
    assert mentions.question(cast.aino, f"Hello {word}", cast.yard) is None


def test_who_muted_the_place_is_left_alone_and_who_is_named_hears_once(cast, say, tell):
    set_level(actor=cast.mika, thing=("community", cast.yard.pk), level="mute")
    say(cast.aino, cast.yard, "@yard and @ben.example")
    tell()
    assert heard() == set()
    assert heard("mentioned") == {"ben.example"}


def test_an_edit_tells_only_those_who_are_new(cast, say, tell):
    post = say(cast.aino, cast.yard, "@ben.example look")
    tell()
    Notification.objects.all().delete()
    Activity.objects.all().delete()
    actions.edit_post(actor=cast.aino, post=post, body="@ben.example and @mika.example look")
    tell()
    assert heard("mentioned") == {"mika.example"}
    Activity.objects.all().delete()
    actions.edit_post(actor=cast.aino, post=post, body="@ben.example and @mika.example, all of @yard")
    tell()
    assert heard("mentioned") == {"mika.example"}
    called = heard()
    actions.edit_post(actor=cast.aino, post=post, body="@ben.example and @mika.example, all of @yard now")
    Notification.objects.filter(event="called").delete()
    notify(list(Activity.objects.order_by("-pk")[:1]))
    assert called == {"ben.example", "mika.example"}
    assert heard() == set()


def test_a_large_community_is_called_by_its_moderators_only(cast, say, tell):
    big = make_community("Big", members=[cast.aino, cast.ben], moderators=[cast.mika])
    Membership.objects.bulk_create(Membership(user=one, community=big) for one in crowd(mentions.CROWD))
    say(cast.aino, big, "All of you @big")
    tell()
    assert not heard()
    asked = mentions.question(cast.aino, "All of you @big", big)
    assert "only its moderators" in asked.sentences[0]
    say(cast.mika, big, "All of you @big")
    tell()
    assert len(heard()) == mentions.CROWD + 2


def test_calling_a_thousand_people_takes_few_questions_and_no_row_at_once(cast, say, django_assert_max_num_queries):
    Membership.objects.bulk_create(Membership(user=one, community=cast.yard) for one in crowd(1_000))
    with django_assert_max_num_queries(40):
        say(cast.mika, cast.yard, "All of you @yard")
    with django_assert_max_num_queries(60):
        notify(list(Activity.objects.order_by("pk")))
    assert len(heard()) == 1_002


def test_the_form_asks_with_the_head_count_and_keeps_the_text(cast, sign_in):
    aino, url = sign_in(cast.aino), reverse("feed:post_create")
    sent = {"body": "Words for @yard", "community": cast.yard.pk}
    asked = aino.post(url, sent)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "Yard: 2 people are notified." in page
    assert "Words for @yard" in page
    assert "Post all the same" in page
    assert not Post.objects.exists()
    answer = aino.post(url, {**sent, "named_anyway": "yard:0"})
    assert answer.status_code == 302
    assert Post.objects.get().body == "Words for @yard"


def test_the_form_says_who_cannot_read_the_place(cast, sign_in):
    asked = sign_in(cast.aino).post(
        reverse("feed:post_create"), {"body": "@cleo.example, @everyone", "community": cast.lab.pk}
    )
    page = asked.content.decode()
    assert "Cleo Example cannot read Lab and will not hear of this." in page
    assert "Everyone: 2 people are notified. 2 members cannot read it here." in page


def test_an_edit_asks_only_about_new_names(cast, sign_in, say):
    post, aino = say(cast.aino, cast.yard, "Words for @yard"), sign_in(cast.aino)
    url = reverse("feed:post_edit", args=[post.pk])
    assert aino.post(url, {"body": "Better words for @yard"}).status_code == 302
    assert aino.post(url, {"body": "Better words for @yard and @everyone"}).status_code == 422


@pytest.mark.parametrize("number", [51, 400, 10_000])
def test_very_many_names_get_a_clear_answer(cast, sign_in, number):
    body = " ".join(f"@p{n}" for n in range(number))
    answer = sign_in(cast.aino).post(reverse("feed:post_create"), {"body": body, "community": cast.yard.pk})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "at most 50 can be told by name" in page or "at most 10000 fit" in page
    assert body[:60] in page
    with pytest.raises(ValidationError):
        actions.publish_post(actor=cast.aino, community=cast.yard, body=body)


def test_programs_ask_what_names_would_do(cast, program):
    aino = program(cast.aino, scope="write")
    answer = aino.post("/feed/names", json.dumps({"body": "@cleo.example @everyone @lab", "community": "lab"})).json()
    assert answer["left_out"] == ["cleo.example"]
    assert answer["communities"] == [
        {"slug": "everyone", "notified": 2, "left_out": 2, "may_call": True},
        {"slug": "lab", "notified": 3, "left_out": 0, "may_call": True},
    ]
    for person, status in (("ben", 200), ("gita", 200), ("cleo", 404), ("root", 404)):
        asked = program(cast.people[person], scope="write").post(
            "/feed/names", json.dumps({"body": "@yard", "community": "lab"})
        )
        assert asked.status_code == status, person
    assert program(cast.gita, scope="write").post(
        "/feed/names", json.dumps({"body": "@yard @everyone @cleo.example", "community": "lab"})
    ).json() == {"left_out": [], "communities": [], "words": []}


def test_a_person_comes_before_a_community_of_the_same_name(cast, say, tell):
    Community.objects.filter(pk=cast.yard.pk).update(slug="ben.example")
    say(cast.aino, cast.yard, "@ben.example")
    tell()
    assert heard("mentioned") == {"ben.example"}
    assert not heard()
