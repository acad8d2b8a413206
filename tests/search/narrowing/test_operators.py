"""Operators in three languages: what each narrows to, what it leaves out with a minus, and for whom."""

import pytest

from intranet.notifications.models import Level, Watch
from intranet.people.models import Follow
from search import find
from search.query import parse
from tests.search.test_find import places_of


def names(user, question, **more):
    """Return what is found: (kind, place) of each; tags, which are found by their own names, left out."""
    answer = find.search(user, parse(f"{question} -type:tag"), size=50, **more)
    assert not answer.is_plain
    assert answer.total == len(answer.results), question
    return sorted((one.kind, one.community.slug if one.community else "") for one in answer.results)


def number(user, question):
    return len(names(user, question))


SAME = [
    ("has:file", "sisältää:tiedoston", "sisältää:liite", "har:bilaga", "har:fil", "HAS:FILE"),
    ("is:open", "on:avoin", "on:vastaamatta", "är:öppen", "is:unanswered"),
    ("is:answered", "on:vastattu", "är:besvarad"),
    ("is:mine", "on:oma", "är:min"),
    ("is:followed", "on:seurattu", "är:följd"),
    ("lang:sv", "kieli:ruotsi", "kieli:sv", "språk:svenska", "language:swedish"),
    ("from:ben", "kirjoittaja:ben", "från:ben"),
    ("in:lab", "yhteisö:lab", "gemenskap:lab"),
    ("tag:kuutamo", "tunniste:kuutamo", "tagg:kuutamo", "tag:#kuutamo"),
    ("type:page", "tyyppi:sivu", "typ:sida"),
    ("is:verified", "on:tarkistettu", "är:kontrollerad"),
    ("after:2020", "jälkeen:2020", "efter:2020"),
    ("before:2090", "ennen:2090", "före:2090"),
    ("title:kuutamoretki", "otsikko:kuutamoretki", "rubrik:kuutamoretki"),
]


@pytest.mark.parametrize("same", SAME, ids=lambda same: same[0])
def test_operator_has_names_in_three_languages_and_a_minus_turns_it(cast, varied, same):
    Follow.objects.create(follower=cast.ben, person=cast.aino)
    everything = number(cast.ben, "kuutamo")
    found = [number(cast.ben, f"kuutamo {operator}") for operator in same]
    assert len(set(found)) == 1
    assert found[0] > 0
    left = {number(cast.ben, f"kuutamo -{operator}") for operator in same}
    assert left == {everything - found[0]}


def test_what_each_operator_finds(cast, varied):
    of_all = ["lab", "vault", "yard"]
    assert names(cast.ben, "is:open") == [("post", place) for place in of_all]
    assert names(cast.ben, "is:answered") == [("post", place) for place in of_all]
    assert names(cast.ben, "is:open is:verified in:lab") == [("page", "lab"), ("post", "lab")]
    assert names(cast.ben, "has:file") == [("page", place) for place in of_all]
    assert names(cast.ben, "lang:sv") == [("page", place) for place in of_all]
    assert names(cast.ben, "has:file in:lab lang:sv kuutamo") == [("page", "lab")]
    assert names(cast.ben, "has:file -in:lab -in:vault") == [("page", "yard")]
    assert names(cast.ben, "type:page kuutamo -has:file -lang:sv -tag:only-lab") == [
        ("page", place) for place in ("everyone", *of_all)
    ]
    assert names(cast.ben, "kuutamo -tag:kuutamo type:page") == [("page", place) for place in of_all]
    assert names(cast.ben, "kuutamo -type:post -type:page") == []


def test_mine_is_what_i_wrote_and_the_pages_i_keep_right(cast, varied):
    mine = names(cast.ben, "is:mine type:page")
    assert mine == sorted([("page", place) for place in ("lab", "vault", "yard")] * 2)
    # Four replies of his, two questions in each of three places.
    assert number(cast.ben, "is:mine type:post") == 10
    assert number(cast.cleo, "is:mine type:page type:post") == 0
    assert names(cast.aino, "is:mine type:page") == [("page", place) for place in ("everyone", "lab", "vault", "yard")]


def test_followed_is_people_tags_communities_pages_and_conversations(cast, varied):
    assert names(cast.mika, "is:followed") == []
    follow = Follow.objects.create(follower=cast.mika, tag=varied.pages["lab"].tags.get())
    assert set(names(cast.mika, "is:followed type:page")) == {
        ("page", place) for place in ("everyone", "lab", "vault", "yard")
    }
    follow.delete()
    Follow.objects.create(follower=cast.mika, person=cast.cleo)
    assert names(cast.mika, "is:followed") == [("person", "")]
    Follow.objects.all().delete()
    thread = varied.posts["vault"].pk
    for kind, what, level in (
        ("community", cast.yard.pk, Level.WATCH), ("thread", thread, Level.FOLLOW),
        ("page", varied.pages["lab"].pk, Level.WATCH), ("page", varied.pages["vault"].pk, Level.MUTE),
    ):  # fmt: skip
        Watch.objects.update_or_create(user=cast.mika, kind=kind, number=what, defaults={"level": level})
    assert set(names(cast.mika, "is:followed kuutamo")) == {
        ("page", "lab"), ("page", "yard"), ("post", "yard"), ("post", "vault"),
    }  # fmt: skip
    assert number(cast.mika, "is:followed in:vault") == 2  # the talk and its reply


def test_followed_and_mine_open_no_closed_place(cast, varied):
    for kind, thing in (
        ("community", cast.vault),
        ("thread", varied.posts["vault"]),
        ("branch", varied.pages["vault"]),
    ):
        Watch.objects.create(user=cast.cleo, kind=kind, number=thing.pk, level=Level.WATCH)
    Follow.objects.create(follower=cast.cleo, person=cast.aino)
    assert {place for _kind, place in names(cast.cleo, "is:followed")} <= {"everyone", "yard", ""}


QUESTIONS = [
    "kuutamo", "has:file", "is:open", "is:answered", "is:verified", "lang:sv", "is:mine", "is:followed", "-in:yard kuutamo",
    "in:vault", "yhteisö:lab kuutamo", "from:ben", "-from:aino kuutamo", "tag:only-vault", "-tag:only-yard type:page",
    "kuutamo -is:open", "type:file", "-type:page kuutamo", "after:2020 -lang:fi", "-before:2020 is:open", "has:file -is:mine",
]  # fmt: skip


def test_no_operator_finds_or_counts_what_the_reader_may_not_see(cast, varied):
    for name, user in cast.people.items():
        mine = places_of(name)
        everything = set()
        for question in QUESTIONS:
            answer = find.search(user, parse(question), size=50)
            assert not answer.is_plain
            found = {one.community.slug for one in answer.results if one.community and one.kind != "community"}
            assert found <= mine, (name, question)
            assert sum(answer.counts.values()) == answer.total == len(answer.results), (name, question)
            everything |= found
        assert everything == mine, name


@pytest.mark.parametrize(
    "question", ["has:nothing", "is:strange", "lang:klingon", "-has:nothing", "type:", "has:", "-is:", "in:", "xx:yy", '-"', "--x"]
)  # fmt: skip
def test_what_means_nothing_is_words_and_never_an_error(cast, varied, sign_in, question):
    query = parse(f"{question} kuutamo")
    assert query.is_wide
    assert query.never.is_wide
    assert query.has_file is None
    assert sign_in(cast.aino).get("/search/", {"q": question}).status_code == 200


def test_times_can_be_turned(cast, varied):
    assert number(cast.ben, "kuutamo -before:2020") == number(cast.ben, "kuutamo")
    assert number(cast.ben, "kuutamo -after:2020") == 0
    assert parse("after:2020 after:2021").after == parse("after:2021").after
    assert parse("before:2020 before:2021").before == parse("before:2020").before
    assert parse("-before:2020").after == parse("after:2019").after
