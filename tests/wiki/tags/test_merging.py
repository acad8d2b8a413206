"""Editors rename and merge tags: everything follows, old names lead on, and nobody learns of words that were hidden."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from taggit.models import Tag

from feed.actions import edit_post, publish_post
from feed.models import TaggedPost
from intranet.activity.dispatch import dispatch_due
from intranet.activity.models import Activity
from intranet.people.actions import change_profile, follow_tag
from intranet.people.models import Follow, SynonymPlace, TagSynonym, UserSkill
from wiki.actions import create_page, save_page
from wiki.linkcards import visible_tags
from wiki.models import TaggedPage, WikiPage
from wiki.tags.actions import add_synonym, merge_tags, remove_synonym, rename_tag
from wiki.tags.readers import follow_tags
from wiki.tags.words import clean_name

OUTSIDERS = ("cleo", "gita", "root")


def tag(name: str) -> Tag:
    return Tag.objects.get(name=name)


def follow_diary() -> None:
    dispatch_due({"tags": follow_tags})


@pytest.fixture
def things(cast):
    """A page and a post with #growth, a page and a post with #kasvu, and Ben's skill."""
    page = create_page(actor=cast.aino, community=cast.yard, title="Growth", body="Of #growth.", tags=["plan"])
    both = create_page(actor=cast.aino, community=cast.yard, title="Both", body="x", tags=["growth", "kasvu"])
    old = publish_post(actor=cast.aino, community=cast.yard, body="We need #growth")
    new = publish_post(actor=cast.ben, community=cast.yard, body="Puhutaan #kasvu #growth")
    change_profile(actor=cast.ben, person=cast.ben, skills=["Growth", "welding"])
    return {"page": page, "both": both, "old": old, "new": new}


def test_merging_moves_everything_and_leaves_one_tag(cast, things):
    merge_tags(actor=cast.mika, tag=tag("growth"), into=tag("kasvu"))
    assert not Tag.objects.filter(name__iexact="growth").exists()
    kasvu = tag("kasvu")
    pages = TaggedPage.objects.filter(tag=kasvu).values_list("content_object_id", flat=True)
    assert sorted(pages) == sorted([things["page"].pk, things["both"].pk])
    posts = TaggedPost.objects.filter(tag=kasvu).values_list("content_object_id", flat=True)
    assert sorted(posts) == sorted([things["old"].pk, things["new"].pk])
    assert sorted(cast.ben.skills.names()) == ["kasvu", "welding"]


def test_pages_say_the_new_name_once_the_diary_was_read_however_often(cast, things):
    merge_tags(actor=cast.mika, tag=tag("growth"), into=tag("kasvu"))
    rows = list(Activity.objects.filter(verb="tag.merged"))
    follow_tags(rows)
    after = [WikiPage.objects.get(pk=things[name].pk).tag_names for name in ("page", "both")]
    assert after == [
        [{"name": "plan", "slug": "plan"}, {"name": "kasvu", "slug": "kasvu", "inline": True}],
        [{"name": "kasvu", "slug": "kasvu"}],
    ]
    follow_tags(rows)
    assert [WikiPage.objects.get(pk=things[name].pk).tag_names for name in ("page", "both")] == after


def test_new_texts_with_the_old_word_carry_the_tag(cast, things):
    merge_tags(actor=cast.mika, tag=tag("growth"), into=tag("kasvu"))
    post = publish_post(actor=cast.ben, community=cast.yard, body="Again #Growth and #growth")
    page = create_page(actor=cast.ben, community=cast.yard, title="New", body="#growth", tags=["growth"])
    change_profile(actor=cast.aino, person=cast.aino, skills=["Growth"])
    assert [one.name for one in post.tags.all()] == ["kasvu"]
    assert WikiPage.objects.get(pk=page.pk).tag_names == [{"name": "kasvu", "slug": "kasvu"}]
    assert list(cast.aino.skills.names()) == ["kasvu"]
    assert not Tag.objects.filter(name__iexact="growth").exists()


def test_an_old_text_keeps_its_tag_when_it_is_edited(cast, things):
    merge_tags(actor=cast.mika, tag=tag("growth"), into=tag("kasvu"))
    edit_post(actor=cast.aino, post=things["old"], body="We need #growth now")
    page = WikiPage.objects.get(pk=things["page"].pk)
    save_page(actor=cast.aino, page=page, body="Still #growth.", base_revision_id=page.latest_revision_id)
    assert set(TaggedPage.objects.filter(content_object=page.pk).values_list("tag__slug", flat=True)) == {
        "plan",
        "kasvu",
    }
    follow_diary()  # the merge comes round after a save that changed none of its page's tags
    assert [one.name for one in things["old"].tags.all()] == ["kasvu"]
    assert {one["slug"] for one in WikiPage.objects.get(pk=page.pk).tag_names} == {"plan", "kasvu"}
    assert TaggedPage.objects.filter(content_object=page.pk).count() == 2


def test_an_old_word_is_looked_up_at_once_where_the_tags_change(cast, things):
    merge_tags(actor=cast.mika, tag=tag("growth"), into=tag("kasvu"))
    page = WikiPage.objects.get(pk=things["page"].pk)
    save_page(actor=cast.aino, page=page, body="#growth and #more", base_revision_id=page.latest_revision_id)
    assert {one["slug"] for one in WikiPage.objects.get(pk=page.pk).tag_names} == {"plan", "kasvu", "more"}
    assert not Tag.objects.filter(slug="growth").exists()


def test_followers_follow_what_stays(cast, things):
    follow_tag(actor=cast.aino, tag=tag("growth"))
    follow_tag(actor=cast.aino, tag=tag("kasvu"))
    follow_tag(actor=cast.cleo, tag=tag("growth"))
    merge_tags(actor=cast.mika, tag=tag("growth"), into=tag("kasvu"))
    assert sorted(Follow.objects.values_list("follower__handle", "tag__name")) == [
        ("aino.example", "kasvu"), ("cleo.example", "kasvu"),
    ]  # fmt: skip


def test_who_followed_a_hidden_word_blindly_does_not_learn_what_it_became(cast, things):
    publish_post(actor=cast.aino, community=cast.vault, body="#merger")
    follow_tag(actor=cast.cleo, tag=tag("merger"))
    follow_tag(actor=cast.ben, tag=tag("merger"))
    merge_tags(actor=cast.mika, tag=tag("merger"), into=tag("kasvu"))
    assert list(Follow.objects.values_list("follower__handle", flat=True)) == ["ben.example"]


def test_renaming_keeps_the_tag_and_its_old_name(cast, things):
    old = tag("growth").pk
    renamed = rename_tag(actor=cast.root, tag=tag("growth"), name="#Scaling")
    assert (renamed.pk, renamed.name, renamed.slug) == (old, "scaling", "scaling")
    follow_diary()
    assert [one["name"] for one in WikiPage.objects.get(pk=things["both"].pk).tag_names] == ["scaling", "kasvu"]
    post = publish_post(actor=cast.ben, community=cast.yard, body="#growth")
    assert [one.pk for one in post.tags.all()] == [old]


def test_renaming_back_and_forth_leaves_no_word_that_is_the_tags_own(cast, things):
    kasvu = tag("kasvu")
    for name in ("laajennus", "kasvu", "laajennus", "laajennus"):
        rename_tag(actor=cast.mika, tag=kasvu, name=name)
    assert list(TagSynonym.objects.values_list("name", flat=True)) == ["kasvu"]
    assert Tag.objects.get(pk=kasvu.pk).name == "laajennus"


def test_merges_in_a_row_lead_to_the_last_one_without_a_chain(cast, things):
    publish_post(actor=cast.aino, community=cast.yard, body="#scaling")
    merge_tags(actor=cast.mika, tag=tag("growth"), into=tag("kasvu"))
    merge_tags(actor=cast.mika, tag=tag("kasvu"), into=tag("scaling"))
    assert sorted(TagSynonym.objects.values_list("name", "tag__name")) == [
        ("growth", "scaling"), ("kasvu", "scaling"),
    ]  # fmt: skip


def test_two_merges_across_each_other_make_no_circle(cast, things):
    growth, kasvu = tag("growth"), tag("kasvu")
    merge_tags(actor=cast.mika, tag=growth, into=kasvu)
    with pytest.raises(ValidationError) as refused:
        merge_tags(actor=cast.root, tag=kasvu, into=growth)
    assert refused.value.code == "changed"
    assert list(TagSynonym.objects.values_list("name", "tag__name")) == [("growth", "kasvu")]


def test_a_tag_is_not_merged_into_itself(cast, things):
    with pytest.raises(ValidationError):
        merge_tags(actor=cast.mika, tag=tag("kasvu"), into=tag("kasvu"))
    assert Tag.objects.filter(name="kasvu").exists()


@pytest.mark.parametrize("name", ["aino", "ben", "cleo", "gita"])
def test_only_editors_change_words(cast, things, name):
    actor = getattr(cast, name)
    with pytest.raises(PermissionDenied):
        merge_tags(actor=actor, tag=tag("growth"), into=tag("kasvu"))
    with pytest.raises(PermissionDenied):
        rename_tag(actor=actor, tag=tag("growth"), name="scaling")
    with pytest.raises(PermissionDenied):
        add_synonym(actor=actor, tag=tag("growth"), name="scaling")
    with pytest.raises(PermissionDenied):
        remove_synonym(actor=actor, tag=tag("growth"), name="scaling")


def test_an_administrator_cannot_touch_a_tag_she_does_not_see(cast, things):
    publish_post(actor=cast.aino, community=cast.vault, body="#merger")
    with pytest.raises(ValidationError) as refused:
        merge_tags(actor=cast.root, tag=tag("merger"), into=tag("kasvu"))
    assert refused.value.code == "changed"
    with pytest.raises(ValidationError):
        merge_tags(actor=cast.root, tag=tag("kasvu"), into=tag("merger"))


def test_renaming_to_a_word_of_a_hidden_community_looks_like_any_other(cast, things):
    post = publish_post(actor=cast.aino, community=cast.vault, body="#merger")
    follow_diary()
    renamed = rename_tag(actor=cast.root, tag=tag("growth"), name="merger")
    assert renamed.name == "merger"
    assert [one.pk for one in post.tags.all()] == [renamed.pk]
    assert TaggedPost.objects.filter(tag=renamed).count() == 3
    follow_diary()
    assert [one["name"] for one in WikiPage.objects.get(pk=things["both"].pk).tag_names] == ["merger", "kasvu"]


def test_renaming_to_a_name_that_is_there_asks_for_a_merge(cast, things):
    with pytest.raises(ValidationError) as refused:
        rename_tag(actor=cast.mika, tag=tag("growth"), name="kasvu")
    assert "name" in refused.value.error_dict


def test_what_a_hidden_community_merged_is_an_ordinary_new_word_elsewhere(cast, things):
    publish_post(actor=cast.aino, community=cast.vault, body="#merger")
    merge_tags(actor=cast.mika, tag=tag("merger"), into=tag("kasvu"))
    inside = publish_post(actor=cast.ben, community=cast.vault, body="#merger goes on")
    assert [one.name for one in inside.tags.all()] == ["kasvu"]
    outside = publish_post(actor=cast.cleo, community=cast.everyone, body="What is a #merger?")
    assert [one.name for one in outside.tags.all()] == ["merger"]
    for name in OUTSIDERS:
        assert not TagSynonym.objects.visible_to(getattr(cast, name)).exists()
    assert TagSynonym.objects.visible_to(cast.ben).get().name == "merger"
    assert SynonymPlace.objects.get().community == cast.vault


def test_a_word_known_to_all_employees_stays_known_when_its_texts_are_gone(cast, things):
    merge_tags(actor=cast.mika, tag=tag("growth"), into=tag("kasvu"))
    assert TagSynonym.objects.visible_to(cast.cleo).get().name == "growth"
    assert not TagSynonym.objects.visible_to(cast.gita).exists()


def test_a_chosen_synonym_counts_everywhere_and_can_be_taken_away(cast, things):
    for _twice in range(2):
        add_synonym(actor=cast.mika, tag=tag("kasvu"), name="Laajentuminen")
    assert Activity.objects.filter(verb="tag.synonym_added").count() == 1
    post = publish_post(actor=cast.cleo, community=cast.everyone, body="#laajentuminen")
    assert [one.name for one in post.tags.all()] == ["kasvu"]
    remove_synonym(actor=cast.mika, tag=tag("kasvu"), name="laajentuminen")
    remove_synonym(actor=cast.mika, tag=tag("kasvu"), name="laajentuminen")
    assert not TagSynonym.objects.exists()


def test_the_address_of_a_former_tag_cannot_be_taken_away(cast, things):
    merge_tags(actor=cast.mika, tag=tag("growth"), into=tag("kasvu"))
    with pytest.raises(ValidationError):
        remove_synonym(actor=cast.mika, tag=tag("kasvu"), name="growth")
    assert TagSynonym.objects.get().was_tag


@pytest.mark.parametrize("name", ["", "   ", "two, words", "1234", "a" * 65, "no/slash", "\x00"])
def test_what_is_no_tag_is_refused_beside_its_field(cast, things, name):
    with pytest.raises(ValidationError) as refused:
        rename_tag(actor=cast.mika, tag=tag("growth"), name=name)
    assert set(refused.value.error_dict) == {"name"}
    with pytest.raises(ValidationError) as refused:
        clean_name(name, field="synonym")
    assert set(refused.value.error_dict) == {"synonym"}


def test_words_move_along_with_a_conversation(cast, things):
    from feed.threads.actions import move_thread

    thread = publish_post(actor=cast.mika, community=cast.vault, body="The #merger comes")
    merge_tags(actor=cast.mika, tag=tag("merger"), into=tag("kasvu"))
    move_thread(actor=cast.mika, thread=thread, community=cast.yard)
    assert set(SynonymPlace.objects.values_list("community__slug", flat=True)) == {"vault", "yard"}


def test_nothing_a_merge_leaves_behind_names_the_old_tag(cast, things):
    growth = tag("growth").pk
    merge_tags(actor=cast.mika, tag=tag("growth"), into=tag("kasvu"))
    for model in (TaggedPage, TaggedPost, UserSkill, Follow):
        assert not model.objects.filter(tag_id=growth).exists()
    assert visible_tags(cast.cleo).filter(name="kasvu").exists()


def card_of(client, post) -> list[str]:
    html = client.get(post.get_absolute_url()).content.decode()
    return re.findall(r'class="link-card-title">([^<]*)<', html)


def linked(cast, place, word):
    return publish_post(actor=cast.aino, community=place, body=f"See http://testserver/tags/{word}/")


def test_card_of_a_tag_leads_on_when_the_tag_is_merged_and_merged_again_and_renamed(cast, things, sign_in):
    post, ben = linked(cast, cast.yard, "growth"), sign_in(cast.ben)
    assert card_of(ben, post) == ["#growth"]
    merge_tags(actor=cast.mika, tag=tag("growth"), into=tag("kasvu"))
    assert card_of(ben, post) == ["#kasvu"]
    merge_tags(actor=cast.mika, tag=tag("kasvu"), into=tag("plan"))
    assert card_of(ben, post) == ["#plan"]
    rename_tag(actor=cast.mika, tag=tag("plan"), name="suunnitelma")
    assert card_of(ben, post) == ["#suunnitelma"]
    rename_tag(actor=cast.mika, tag=tag("suunnitelma"), name="growth")  # what was merged away is its name again
    assert card_of(ben, post) == ["#growth"]


@pytest.mark.parametrize("word", ["growth", "synonym", "former"])
def test_text_written_later_with_an_old_word_gets_the_card_of_the_tag(cast, things, sign_in, word):
    old = linked(cast, cast.yard, "growth")
    merge_tags(actor=cast.mika, tag=tag("growth"), into=tag("kasvu"))
    add_synonym(actor=cast.mika, tag=tag("kasvu"), name="synonym")
    rename_tag(actor=cast.mika, tag=tag("kasvu"), name="former")
    rename_tag(actor=cast.mika, tag=tag("former"), name="now")
    edit_post(actor=cast.aino, post=old, body=f"See http://testserver/tags/{word}/ again")
    post, ben = linked(cast, cast.yard, word), sign_in(cast.ben)
    assert card_of(ben, post) == card_of(ben, old) == ["#now"]
    if word == "synonym":
        remove_synonym(actor=cast.mika, tag=tag("now"), name="synonym")
        assert card_of(ben, post) == []


def test_card_tells_nobody_what_a_hidden_word_was_merged_into(cast, things, sign_in):
    publish_post(actor=cast.aino, community=cast.vault, body="Plan #heist")
    early = linked(cast, cast.yard, "heist")
    assert (card_of(sign_in(cast.aino), early), card_of(sign_in(cast.cleo), early)) == (["#heist"], [])
    merge_tags(actor=cast.mika, tag=tag("heist"), into=tag("kasvu"))
    late = linked(cast, cast.yard, "heist")
    for post in (early, late):
        assert card_of(sign_in(cast.aino), post) == ["#kasvu"]
        assert card_of(sign_in(cast.cleo), post) == []
