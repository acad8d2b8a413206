"""A conversation becomes a page: who may, what is quoted, who is told, and that nothing leaks on the way."""

import io
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from feed import actions as feed
from feed.models import Attachment, Post
from feed.moderation.actions import hide_post
from feed.threads.actions import move_thread
from intranet.activity.models import Activity
from intranet.people import actions as people
from intranet.people.models import Membership
from tests.feed.test_pages import MEMBERS, PEOPLE, READERS
from tests.house.addresses import read_to_the_end
from tests.house.world import picture
from wiki import actions
from wiki.harvest.actions import begin_page
from wiki.harvest.models import Harvest
from wiki.harvest.reading import gains
from wiki.models import Draft, WikiPage


def begin(actor, thread, posts, place, *, title="Drying wood", agreed=None, **more):
    """Make the draft, having agreed to whoever gains."""
    if agreed is None:
        found = gains(thread.community, place)
        agreed = found.code if found else ""
    return begin_page(
        actor=actor, thread=thread, posts=[post.pk for post in posts], title=title, community=place, agreed=agreed,
        **more,
    )  # fmt: skip


def publish(actor, harvest, *, body=None, agreed=None, title=None):
    """Publish the draft as its author."""
    draft = harvest.draft
    place = draft.parent.specific
    if agreed is None:
        found = gains(harvest.thread.community, place.community)
        agreed = found.code if found else ""
    return actions.create_page(
        actor=actor, parent=place, title=title or draft.title, body=draft.body if body is None else body,
        draft_id=draft.pk, agreed=agreed,
    )  # fmt: skip


# --- The way through --------------------------------------------------------------------------------------------------


def test_in_the_browser_from_the_thread_to_the_page_and_back(cast, talk, sign_in):
    thread, replies = talk()
    aino = sign_in(cast.aino)
    page = aino.get(thread.get_absolute_url()).content.decode()
    url = reverse("wiki:from_thread", args=[thread.pk])
    assert url in page
    chooser = aino.get(url).content.decode()
    assert "Under a roof" in chooser
    sent = {
        "posts": [thread.pk, replies[0].pk], "community": cast.yard.pk, "title": "Drying wood", "key": uuid.uuid4(),
    }  # fmt: skip
    answered = aino.post(url, sent)
    assert answered.status_code == 302
    editor = aino.get(answered["Location"])
    form = editor.context["form"]
    assert "> Under a roof, two summers at least." in form.initial["body"]
    assert "[Ben Example](/people/ben.example/)" in form.initial["body"]
    assert "This draft quotes a conversation" in editor.content.decode()
    values = {name: form.initial.get(name) or "" for name in ("title", "body", "parent", "draft", "agreed")}
    assert aino.post(answered["Location"], values).status_code == 302
    made = WikiPage.objects.get(title="Drying wood")
    shown = aino.get(made.get_absolute_url()).content.decode()
    assert "Made of the conversation" in shown
    assert thread.get_absolute_url() in shown
    assert f'id="post-{thread.pk}"' in shown  # the page shows it as its talk
    assert set(made.contributors) == {cast.aino.pk, cast.ben.pk}
    back = aino.get(thread.get_absolute_url()).content.decode()
    assert "Summarised in" in back
    assert made.get_absolute_url() in back


def test_pressing_the_button_twice_makes_one_draft_and_publishing_twice_one_page(cast, talk, sign_in):
    thread, replies = talk()
    aino, url = sign_in(cast.aino), reverse("wiki:from_thread", args=[thread.pk])
    sent = {"posts": [replies[0].pk], "community": cast.yard.pk, "title": "Drying wood", "key": uuid.uuid4()}
    first, second = aino.post(url, sent), aino.post(url, sent)
    assert first["Location"] == second["Location"]
    assert Draft.objects.count() == 1
    harvest = Harvest.objects.get()
    page = publish(cast.aino, harvest)
    assert not Draft.objects.exists()
    with pytest.raises(ValidationError):
        actions.create_page(actor=cast.aino, community=cast.yard, title="Drying wood", draft_id=harvest.draft_id)
    assert aino.post(url, sent)["Location"] == reverse("wiki:by_id", args=[page.pk])


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("place", READERS)
def test_only_readers_of_the_thread_make_a_page_of_it(cast, talk, sign_in, name, place):
    thread, _replies = talk(getattr(cast, place))
    client, url = sign_in(cast.people[name]), reverse("wiki:from_thread", args=[thread.pk])
    expected = 200 if name in READERS[place] else 404
    assert client.get(url).status_code == expected
    if expected == 404:
        assert client.post(url, {"posts": thread.pk, "title": "x"}).status_code == 404
        with pytest.raises(Post.DoesNotExist):
            begin(cast.people[name], thread, [thread], cast.lab if name == "gita" else cast.everyone)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("place", READERS)
def test_the_page_goes_only_where_its_maker_writes(cast, talk, name, place):
    source = cast.lab if name == "gita" else cast.everyone
    thread, _replies = talk(source)
    where, person = getattr(cast, place), cast.people[name]
    if name in MEMBERS[place]:
        assert begin(person, thread, [thread], where).draft.author == person
    else:
        with pytest.raises((PermissionDenied, type(where).DoesNotExist)):
            begin(person, thread, [thread], where)


def test_posts_of_other_threads_are_not_quoted(cast, talk):
    thread, _replies = talk()
    other, _ = talk(cast.vault, "The secret")
    with pytest.raises(ValidationError):
        begin(cast.aino, thread, [thread, other], cast.yard)


# --- Who gains --------------------------------------------------------------------------------------------------------


def test_who_gains_is_said_before_it_happens_in_the_chooser_and_again_before_publishing(cast, talk, sign_in):
    thread, replies = talk(cast.lab)
    aino, url = sign_in(cast.aino), reverse("wiki:from_thread", args=[thread.pk])
    sent = {"posts": [replies[0].pk], "community": cast.yard.pk, "title": "Drying wood", "key": uuid.uuid4()}
    assert "cannot read the conversation" not in aino.get(url).content.decode()  # the same community
    refused = aino.post(url, sent)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "2 people who cannot read the conversation will read the page." in page  # Cleo and Root
    assert 'value="Drying wood"' in page
    assert not Draft.objects.exists()
    switched = aino.post(url, {**sent, "switch": "1"})
    assert switched.status_code == 200
    assert "2 people who cannot read" in switched.content.decode()
    code = switched.context["gains"].code
    answered = aino.post(url, {**sent, "agreed": code})
    assert answered.status_code == 302
    editor = aino.get(answered["Location"])
    assert "2 people who cannot read" in editor.content.decode()
    values = {name: editor.context["form"].initial.get(name) or "" for name in ("title", "body", "parent", "draft")}
    late = aino.post(answered["Location"], values)  # an editor that was not told
    assert late.status_code == 422
    assert not WikiPage.objects.exists()
    values["agreed"] = late.context["form"].data["agreed"]
    assert aino.post(answered["Location"], values).status_code == 302
    assert WikiPage.objects.get().community == cast.yard


def test_agreeing_to_one_place_is_not_agreeing_to_another(cast, talk):
    thread, replies = talk(cast.lab)
    for_yard = gains(cast.lab, cast.yard).code
    with pytest.raises(ValidationError) as refused:
        begin(cast.aino, thread, replies, cast.everyone, agreed=for_yard)
    assert "agreed" in refused.value.message_dict


def test_a_thread_that_became_more_private_meanwhile_asks_again(cast, talk):
    thread, replies = talk(cast.yard)
    harvest = begin(cast.aino, thread, replies, cast.yard)
    people.change_community(actor=cast.mika, community=cast.vault, purpose="Moved here")
    Post.objects.filter(thread=thread).update(community=cast.vault)
    Post.objects.filter(pk=thread.pk).update(community=cast.vault)
    with pytest.raises(ValidationError) as refused:
        publish(cast.aino, harvest, agreed="")
    assert refused.value.message_dict.keys() == {"agreed"}
    harvest.thread.refresh_from_db()
    assert publish(cast.aino, harvest).community == cast.yard


def test_a_thread_moved_between_draft_and_page_is_looked_at_where_it_is_now(cast, talk, sign_in):
    thread, replies = talk(cast.yard)
    harvest = begin(cast.aino, thread, replies, cast.yard)
    move_thread(actor=cast.mika, thread=thread, community=cast.vault)
    with pytest.raises(ValidationError) as refused:
        publish(cast.aino, harvest, agreed="")
    assert refused.value.message_dict.keys() == {"agreed"}
    harvest.thread.refresh_from_db()
    page = publish(cast.aino, harvest)
    assert "Made of the conversation" in sign_in(cast.ben).get(page.get_absolute_url()).content.decode()
    assert "Made of the conversation" not in sign_in(cast.cleo).get(page.get_absolute_url()).content.decode()


def test_a_hidden_post_is_not_quoted_and_not_published(cast, talk):
    thread, replies = talk(cast.yard)
    harvest = begin(cast.aino, thread, [thread, *replies], cast.yard)
    hide_post(actor=cast.mika, post=replies[0], reason="Not for here")
    with pytest.raises(ValidationError):
        publish(cast.aino, harvest)
    with pytest.raises(ValidationError):
        begin(cast.aino, thread, replies, cast.yard, title="Another")


# --- What is quoted ---------------------------------------------------------------------------------------------------


def test_a_post_deleted_before_the_draft_is_not_quoted_and_what_was_typed_stays(cast, talk, sign_in):
    thread, replies = talk()
    feed.delete_post(actor=cast.ben, post=replies[0])
    sent = {"posts": [thread.pk, replies[0].pk], "community": cast.yard.pk, "title": "Drying wood", "key": uuid.uuid4()}
    refused = sign_in(cast.aino).post(reverse("wiki:from_thread", args=[thread.pk]), sent)
    assert refused.status_code == 422
    assert 'value="Drying wood"' in refused.content.decode()
    with pytest.raises(ValidationError) as gone:
        begin(cast.aino, thread, [thread, *replies], cast.yard)
    assert "posts" in gone.value.message_dict
    assert "roof" not in Draft.objects.values_list("body", flat=True)


def test_a_post_deleted_after_the_draft_cannot_be_published_until_its_words_are_taken_out(cast, talk):
    thread, replies = talk()
    harvest = begin(cast.aino, thread, [thread, *replies], cast.yard)
    feed.delete_post(actor=cast.ben, post=replies[0])
    with pytest.raises(ValidationError) as refused:
        publish(cast.aino, harvest)
    assert "body" in refused.value.message_dict
    page = publish(cast.aino, harvest, body="Dry it under cover, for two years.")
    assert page.contributors == [cast.aino.pk]


def test_who_lost_the_thread_meanwhile_cannot_publish_its_words(cast, talk):
    thread, replies = talk(cast.lab)
    harvest = begin(cast.aino, thread, replies, cast.yard)
    Membership.objects.filter(user=cast.aino, community=cast.lab).delete()
    with pytest.raises(ValidationError):
        publish(cast.aino, harvest)
    assert not WikiPage.objects.exists()


def test_the_draft_says_what_the_post_says_now(cast, talk):
    thread, replies = talk()
    feed.edit_post(actor=cast.ben, post=replies[0], body="In the open, never.")
    assert "In the open, never." in begin(cast.aino, thread, replies, cast.yard).draft.body


def test_a_quote_calls_nobody_makes_no_heading_and_keeps_code_and_line_breaks(cast, talk):
    thread, _ = talk(question="# Big\nfirst\nsecond @ben.example\n```\n# code @ben.example\n```\n@nobody.here")
    body = begin(cast.aino, thread, [thread], cast.yard).draft.body
    assert "> **Big**" in body
    assert "> first  \n> second [Ben Example](/people/ben.example/)" in body
    assert "> # code @ben.example" in body
    assert "@nobody" not in body
    page = publish(cast.aino, Harvest.objects.get())
    assert page.contents == []
    assert Activity.objects.get(verb="page.published").data["mentions"] == []


def test_a_guest_is_not_named_to_those_who_may_not_know_of_her(cast, talk, sign_in):
    thread, replies = talk(cast.lab)
    feed.reply_to_post(actor=cast.aino, post=thread, body="Thanks @gita.example for that")
    posts = [thread, *Post.objects.filter(thread=thread).order_by("pk")]
    harvest = begin(cast.aino, thread, posts, cast.yard)
    assert "Gita" not in harvest.draft.body
    assert "gita" not in harvest.draft.body
    page = publish(cast.aino, harvest)
    assert cast.gita.pk not in page.contributors
    html = sign_in(cast.cleo).get(page.get_absolute_url()).content.decode()
    assert "Gita" not in html
    assert "gita" not in html
    inside = begin(cast.aino, thread, posts, cast.lab, title="Ours")
    assert "[Gita Example](/people/gita.example/)" in inside.draft.body
    assert len(replies) == 2


def test_files_of_a_closed_community_come_along_as_copies(cast, sign_in):
    file = feed.add_file(actor=cast.aino, community=cast.lab, file=io.BytesIO(picture()), name="saw.png")
    body = f"Look ![saw]({file.get_absolute_url()})"
    thread = feed.publish_post(actor=cast.aino, community=cast.lab, body=body)
    page = publish(cast.aino, begin(cast.aino, thread, [thread], cast.yard))
    assert str(file.pk) not in page.body
    copied = Attachment.objects.get(page=page)
    assert copied.community == cast.yard
    assert str(copied.pk) in page.body
    answered = sign_in(cast.cleo).get(copied.get_absolute_url())
    read_to_the_end(answered)
    assert answered.status_code == 200
    assert sign_in(cast.cleo).get(file.get_absolute_url()).status_code == 404
