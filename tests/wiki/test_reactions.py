"""Reacting to a page, and asking for what is missing on it."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from feed.models import Post, Reaction
from intranet.activity.live.hints import hints_of
from intranet.activity.models import Activity
from wiki.models import WikiPage
from wiki.reactions import actions


def test_readers_of_a_page_say_that_it_helped_once_each(cast, write):
    page = write("Pump")
    for person in (cast.cleo, cast.cleo, cast.ben):  # Cleo reads the open community without being a member
        actions.react_to_page(actor=person, page=page, kind="helped")
    page.refresh_from_db()
    assert page.reaction_counts == {"helped": 2}
    assert Activity.objects.filter(verb="page.reacted").count() == 2
    actions.unreact_to_page(actor=cast.cleo, page=page, kind="helped")
    actions.unreact_to_page(actor=cast.cleo, page=page, kind="helped")
    page.refresh_from_db()
    assert page.reaction_counts == {"helped": 1}


def test_what_one_may_not_read_one_cannot_react_to(cast, write):
    page = write("Secret", community=cast.vault)
    for person in (cast.cleo, cast.gita, cast.root):
        with pytest.raises(WikiPage.DoesNotExist):
            actions.react_to_page(actor=person, page=page, kind="helped")
    with pytest.raises(ValidationError):
        actions.react_to_page(actor=cast.ben, page=page, kind="boo")
    assert not Reaction.objects.exists()


def test_that_it_helped_is_not_said_to_a_post(cast, sign_in):
    from feed.actions import publish_post, react

    post = publish_post(actor=cast.aino, community=cast.yard, body="Hello")
    with pytest.raises(ValidationError):
        react(actor=cast.ben, post=post, kind="helped")
    answer = sign_in(cast.ben).post(reverse("feed:post_reactions", args=[post.pk]), {"react": "helped"})
    assert answer.status_code == 400


def test_reaction_hints_at_the_page_and_not_at_the_lists(cast, write):
    page = write("Pump")
    actions.react_to_page(actor=cast.ben, page=page, kind="thanks")
    (hint,) = hints_of(Activity.objects.get(verb="page.reacted"))
    assert hint.topics == (f"page:{page.pk}",)


def test_page_shows_the_numbers_and_takes_a_click_without_scripts(cast, write, sign_in):
    page, ben = write("Pump"), sign_in(cast.ben)
    url = reverse("wiki:reactions", args=[page.pk])
    assert "This helped" in ben.get(page.get_absolute_url()).content.decode()
    answer = ben.post(url, {"react": "helped"})
    assert answer.url == page.get_absolute_url() + "#reactions"
    html = ben.get(page.get_absolute_url()).content.decode()
    assert 'name="unreact" value="helped"' in html
    assert '<span class="number">1</span>' in html
    ben.post(url, {"unreact": "helped"})
    assert 'name="react" value="helped"' in ben.get(page.get_absolute_url()).content.decode()


def test_click_with_scripts_answers_the_row_alone(cast, write, sign_in):
    page = write("Pump")
    url = reverse("wiki:reactions", args=[page.pk])
    html = sign_in(cast.ben).post(url, {"react": "love"}, headers={"HX-Request": "true"}).content.decode()
    assert html.startswith("<form")
    assert 'name="unreact" value="love"' in html
    others = sign_in(cast.aino).get(url + "?row=1").content.decode()
    assert 'name="react" value="love"' in others


@pytest.mark.parametrize("data", [{}, {"react": "boo"}, {"react": "love", "unreact": "love"}, {"react": "a\x00b"}])
def test_click_that_means_nothing_is_answered_in_words(cast, write, sign_in, data):
    page = write("Pump")
    answer = sign_in(cast.ben).post(reverse("wiki:reactions", args=[page.pk]), data)
    assert answer.status_code == 400


def test_everybody_who_reads_the_page_sees_who_reacted(cast, write, sign_in):
    page = write("Pump", community=cast.lab)
    actions.react_to_page(actor=cast.ben, page=page, kind="celebrate")
    url = reverse("wiki:reactions", args=[page.pk])
    html = sign_in(cast.gita).get(url).content.decode()
    assert "Ben Example" in html
    assert "Celebrate" in html
    assert sign_in(cast.cleo).get(url).status_code == 404


@pytest.mark.parametrize("number", [3, 30])
def test_list_of_who_reacted_asks_the_same_however_many_there_are(
    cast, write, sign_in, django_assert_max_num_queries, number
):
    from tests.builders import make_person

    page = write("Pump")
    for n in range(number):
        actions.react_to_page(actor=make_person(f"Reader{n}"), page=page, kind="helped")
    client = sign_in(cast.ben)
    with django_assert_max_num_queries(6):
        client.get(reverse("wiki:reactions", args=[page.pk]))


def test_something_missing_becomes_a_question_in_the_pages_community(cast, write, sign_in):
    page, ben = write("Pump", community=cast.lab), sign_in(cast.ben)
    html = ben.get(reverse("wiki:ask", args=[page.pk])).content.decode()
    assert "[[Pump]]: something is missing here." in html
    assert "Only members can read this: 4 people" in html
    answer = ben.post(
        reverse("feed:post_create"),
        {
            "community": cast.lab.pk,
            "about_page": page.pk,
            "body": "[[Pump]]: what pressure?",
            "next": page.get_absolute_url(),
        },
    )
    assert answer.url == page.get_absolute_url()
    post = Post.objects.get()
    assert (post.community_id, post.about_page_id) == (cast.lab.pk, page.pk)
    assert "what pressure?" in ben.get(page.get_absolute_url()).content.decode()


def test_who_may_not_write_is_told_how_to_come_in(cast, write, sign_in):
    page = write("Pump")
    html = sign_in(cast.cleo).get(reverse("wiki:ask", args=[page.pk])).content.decode()
    assert "Only members of Yard can ask here." in html
    assert "<textarea" not in html
    assert (
        sign_in(cast.cleo).get(reverse("wiki:ask", args=[write("Secret", community=cast.vault).pk])).status_code == 404
    )


def test_reactions_leave_with_the_page_and_are_no_part_of_its_versions(cast, write):
    from wiki import actions as wiki

    page = write("Pump", "one")
    actions.react_to_page(actor=cast.ben, page=page, kind="helped")
    page.refresh_from_db()
    wiki.save_page(actor=cast.ben, page=page.pk, base_revision_id=page.live_revision_id, body="two")
    wiki.restore_version(actor=cast.ben, page=page.pk, number=1)
    page.refresh_from_db()
    assert page.reaction_counts == {"helped": 1}
    assert "reaction_counts" not in page.latest_revision.content


def test_program_reacts_and_lists(cast, write, sign_in):
    page, client = write("Pump"), sign_in(cast.ben)
    url = f"/api/v1/pages/{page.pk}/reactions"
    assert client.put(f"{url}/helped").json() == {"helped": 1}
    assert client.put(f"{url}/helped").json() == {"helped": 1}
    listed = client.get(url).json()
    assert listed["items"][0]["person"] == cast.ben.handle
    assert client.delete(f"{url}/helped").json() == {}
    assert client.put(f"{url}/boo").status_code == 422
