"""Tags proposed from a text: inflected, compound, of two words, and only those the writer may see."""

import pytest
from django.urls import reverse
from taggit.models import Tag

from feed.actions import publish_post
from intranet.people.models import Membership
from search.analysis import finnish
from search.tags.suggesting import LONGEST, forget, suggested
from wiki.actions import create_page
from wiki.tags.actions import add_synonym, merge_tags


@pytest.fixture
def vocabulary(cast):
    """Words that stand in the yard, and one each that only the laboratory and the vault know."""
    words = ["tietoturva", "hiljainen-tieto", "perehdytys", "kokous", "onboarding", "möte"]
    create_page(actor=cast.aino, community=cast.yard, title="Words", body="x", tags=words)
    create_page(actor=cast.aino, community=cast.lab, title="Lab", body="x", tags=["mittaus"])
    create_page(actor=cast.aino, community=cast.vault, title="Vault", body="x", tags=["yrityskauppa"])
    forget()
    yield
    forget()


def names(user, text, **options) -> list[str]:
    return [tag.name for tag in suggested(user, text, **options)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tietoturvasta puhutaan aina vähän.", ["tietoturva"]),
        ("Meillä on paljon hiljaista tietoa.", ["hiljainen-tieto"]),
        ("Tieto on hiljainen.", []),
        ("Kokouksissa sovittiin tästä.", ["kokous"]),
        ("Our onboarding takes a week.", ["onboarding"]),
        ("Vi pratade på mötet om det.", ["möte"]),
        ("Ei mitään sellaista.", []),
        ("", []),
    ],
)
def test_words_are_found_in_their_forms(cast, vocabulary, text, expected):
    assert names(cast.cleo, text) == expected


def test_a_compound_proposes_its_part(cast, vocabulary):
    assert "perehdytys" in names(cast.cleo, "Perehdytysprosessissa on kolme vaihetta."), finnish().name


def test_what_the_text_has_already_is_not_proposed(cast, vocabulary):
    assert names(cast.cleo, "Kokous: #kokous ja perehdytys", given="Perehdytys, muu") == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [("aino", {"mittaus", "yrityskauppa", "kokous"}), ("cleo", {"kokous"}), ("gita", {"mittaus"}), ("root", {"kokous"}),
     ("mika", {"mittaus", "yrityskauppa", "kokous"}), ("ben", {"mittaus", "yrityskauppa", "kokous"})],
)  # fmt: skip
def test_only_what_the_writer_may_see_is_proposed(cast, vocabulary, sign_in, name, expected):
    text = "Kokous yrityskaupasta ja mittauksesta"
    assert set(names(getattr(cast, name), text)) == expected
    answer = sign_in(getattr(cast, name)).post(reverse("search:tags_in_text"), {"text": text}).content.decode()
    found = sign_in(getattr(cast, name)).post(
        "/api/v1/vocabulary/in-text", {"markdown": text}, content_type="application/json"
    )
    assert {one["name"] for one in found.json()} == expected
    for word in ("mittaus", "yrityskauppa", "kokous"):
        assert (f'data-add-tag="{word}"' in answer) == (word in expected)


def test_membership_that_ended_ends_at_once(cast, vocabulary):
    assert names(cast.ben, "yrityskauppa") == ["yrityskauppa"]
    Membership.objects.filter(user=cast.ben, community=cast.vault).delete()
    assert names(cast.ben, "yrityskauppa") == []


def test_synonyms_propose_their_tag_to_those_who_may_know_them(cast, vocabulary):
    kokous = Tag.objects.get(name="kokous")
    add_synonym(actor=cast.mika, tag=kokous, name="palaveri")
    merge_tags(actor=cast.mika, tag=Tag.objects.get(name="yrityskauppa"), into=kokous)
    forget()
    assert names(cast.cleo, "Palavereissa istutaan") == ["kokous"]
    assert names(cast.cleo, "Yrityskaupan jälkeen") == []
    assert names(cast.ben, "Yrityskaupan jälkeen") == ["kokous"]


def test_a_merge_is_told_of_at_once_though_the_words_are_kept(cast, vocabulary):
    assert names(cast.cleo, "kokous") == ["kokous"]
    merge_tags(actor=cast.mika, tag=Tag.objects.get(name="kokous"), into=Tag.objects.get(name="perehdytys"))
    assert names(cast.cleo, "kokous") == []


@pytest.mark.parametrize("text", ["kokous " * 20_000, "#" * 5_000, "\x00kokous", "𝔎𝔬𝔨𝔬𝔲𝔰", "-" * LONGEST])
def test_any_text_is_answered(cast, vocabulary, sign_in, text):
    assert sign_in(cast.cleo).post(reverse("search:tags_in_text"), {"text": text}).status_code in {200, 204}


def test_proposals_cost_few_questions_whatever_the_text(cast, vocabulary, django_assert_max_num_queries):
    names(cast.cleo, "kokous")
    with django_assert_max_num_queries(2):
        names(cast.cleo, "Kokous tietoturvasta, perehdytys, onboarding, hiljaista tietoa. " * 30)


@pytest.mark.parametrize("address", ["/wiki/new/?community=yard", "/posts/new/", "/threads/{}/", "/posts/{}/edit/"])
def test_whatever_one_writes_has_a_place_for_proposals(cast, sign_in, address):
    post = publish_post(actor=cast.aino, community=cast.yard, body="Shoes")
    page = sign_in(cast.aino).get(address.format(post.pk)).content.decode()
    assert page.count('data-tags-in-text="/tags/in/text/"') == 1
