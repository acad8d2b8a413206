"""Cards below a post: what each reader sees of what it links to, and what it costs."""

import re

import pytest
from django.urls import reverse

from feed import actions
from feed.linkcards.actions import note_summary, remove_card
from feed.linkcards.finding import MOST_CARDS, links_in
from feed.models import Post
from feed.moderation.actions import hide_post
from feed.threads.actions import move_thread
from intranet.activity.models import Activity
from intranet.people.models import Membership
from tests.feed.test_pages import PEOPLE, READERS
from wiki import actions as wiki
from wiki.onboarding.models import Path

ADDRESS = "http://testserver"


def page_in(cast, place, title="Secretpage"):
    return wiki.create_page(actor=cast.aino, community=getattr(cast, place), title=f"{title} {place}", body="Text")


def cards_of(html):
    """Return the titles of the cards of a page of ours."""
    return re.findall(r'class="link-card-title">([^<]*)<', html)


def home(client):
    return client.get("/").content.decode()


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("place", READERS)
def test_a_card_is_shown_to_those_who_may_see_what_it_leads_to_and_to_nobody_else(
    cast, say, sign_in, program, name, place
):
    page = page_in(cast, place)
    thread = say(cast.aino, getattr(cast, place), f"secretwords {place}")
    links = f"{ADDRESS}{page.get_absolute_url()} and {ADDRESS}{thread.get_absolute_url()}"
    person = cast.people[name]
    where = cast.lab if name in READERS["lab"] else cast.everyone
    author = cast.aino
    post = say(author, where, f"Look: {links}")
    expected = [f"Secretpage {place}", f"secretwords {place}"] if name in READERS[place] else []
    client = sign_in(person)
    assert cards_of(client.get(post.get_absolute_url()).content.decode()) == expected
    shown = home(client) if where != cast.everyone else client.get("/communities/everyone/").content.decode()
    body = shown[shown.index(f'id="post-{post.pk}"') :]
    body = body[: body.index("</article>")]
    assert cards_of(body) == expected
    assert page.get_absolute_url() in body  # the plain link stays
    if not expected:
        assert "secretwords" not in body
        # The tool tip of a link to a page of an open community is part of the text and the same for all.
        assert "Secretpage" not in body.replace(f'title="Secretpage {place}"', "") or place in {"lab", "vault"}
        assert "Secretpage" not in body or place in {"everyone", "yard"}
    told = program(person).get(f"/posts/{post.pk}").json()
    assert [card["title"] for card in told["cards"]] == expected


def test_there_is_a_card_for_everything_of_ours(cast, say, sign_in):
    path = Path.objects.create(community=cast.yard, title="First month", slug="first-month", owner=cast.aino)
    say(cast.aino, cast.yard, "About #forklift")
    kinds = {
        "/people/ben.example/": "Ben Example", "/communities/yard/": "Yard", "/communities/lab/": "Lab",
        "/tags/forklift/": "#forklift", f"/paths/{path.slug}/": "First month",
    }  # fmt: skip
    for link, title in kinds.items():
        post = say(cast.aino, cast.everyone, f"See {ADDRESS}{link} please")
        assert cards_of(sign_in(cast.aino).get(post.get_absolute_url()).content.decode()) == [title]


def test_a_hidden_community_and_what_only_it_has_give_no_card_to_others(cast, say, sign_in):
    say(cast.aino, cast.vault, "About #heist")
    Path.objects.create(community=cast.vault, title="Heist", slug="heist", owner=cast.aino)
    links = ["/communities/vault/", "/tags/heist/", "/paths/heist/", "/people/gita.example/"]
    post = say(cast.aino, cast.everyone, " ".join(ADDRESS + link for link in links[:3]))
    other = say(cast.aino, cast.everyone, ADDRESS + links[3])
    cleo = sign_in(cast.cleo)
    assert cards_of(cleo.get(post.get_absolute_url()).content.decode()) == []
    assert cards_of(cleo.get(other.get_absolute_url()).content.decode()) == []
    aino = sign_in(cast.aino)
    assert len(cards_of(aino.get(post.get_absolute_url()).content.decode())) == 3
    assert cards_of(aino.get(other.get_absolute_url()).content.decode()) == ["Gita Example"]


def test_a_card_follows_a_page_that_is_renamed_and_moved_and_goes_with_the_page(cast, say, sign_in):
    page = page_in(cast, "yard", "Guide")
    post = say(cast.aino, cast.everyone, f"{ADDRESS}{page.get_absolute_url()}")
    wiki.rename_page(actor=cast.aino, page=page, title="Handbook")
    cleo = sign_in(cast.cleo)
    assert cards_of(cleo.get(post.get_absolute_url()).content.decode()) == ["Handbook"]
    wiki.move_page(actor=cast.aino, page=page, parent=wiki.ensure_section(cast.vault, actor=cast.aino))
    assert cards_of(cleo.get(post.get_absolute_url()).content.decode()) == []
    assert cards_of(sign_in(cast.ben).get(post.get_absolute_url()).content.decode()) == ["Handbook"]
    wiki.trash_page(actor=cast.aino, page=page)
    assert cards_of(sign_in(cast.ben).get(post.get_absolute_url()).content.decode()) == []


def test_a_card_goes_with_its_thread_and_with_what_it_leads_to(cast, say, answer, sign_in):
    target = say(cast.aino, cast.yard, "The target")
    post = say(cast.aino, cast.everyone, ADDRESS + target.get_absolute_url())
    cleo, ben = sign_in(cast.cleo), sign_in(cast.ben)
    assert cards_of(cleo.get(post.get_absolute_url()).content.decode()) == ["The target"]
    move_thread(actor=cast.mika, thread=target, community=cast.vault)
    assert cards_of(cleo.get(post.get_absolute_url()).content.decode()) == []
    assert cards_of(ben.get(post.get_absolute_url()).content.decode()) == ["The target"]
    hide_post(actor=cast.mika, post=Post.objects.get(pk=target.pk), reason="Not for here")
    assert cards_of(ben.get(post.get_absolute_url()).content.decode()) == []


def test_an_old_address_and_a_permanent_one_lead_to_the_same_card(cast, say, sign_in):
    page = page_in(cast, "yard", "Guide")
    old = page.get_absolute_url()
    wiki.rename_page(actor=cast.aino, page=page, title="Handbook")
    post = say(cast.aino, cast.yard, f"{ADDRESS}{old} {ADDRESS}/wiki/id/{page.pk}/")
    assert cards_of(sign_in(cast.aino).get(post.get_absolute_url()).content.decode()) == ["Handbook"]


def test_a_page_link_by_title_has_a_card_with_community_and_badge(cast, say, sign_in):
    page_in(cast, "yard", "Guide")
    post = say(cast.aino, cast.yard, "Read [[Guide yard]] first")
    html = sign_in(cast.aino).get(post.get_absolute_url()).content.decode()
    assert cards_of(html) == ["Guide yard"]
    assert "Yard</span>" in html
    assert "No owner" in html


def test_a_deleted_post_has_no_card_and_is_none(cast, say, answer, sign_in, program):
    target = say(cast.aino, cast.yard, "To be gone")
    post = say(cast.ben, cast.yard, ADDRESS + target.get_absolute_url())
    answer(cast.aino, post)
    actions.delete_post(actor=cast.aino, post=target)
    html = sign_in(cast.mika).get(post.get_absolute_url()).content.decode()
    assert cards_of(html) == []
    page = page_in(cast, "yard")
    actions.edit_post(actor=cast.ben, post=post, body=ADDRESS + page.get_absolute_url())
    actions.delete_post(actor=cast.ben, post=post)
    assert cards_of(sign_in(cast.mika).get(post.get_absolute_url()).content.decode()) == []
    listed = program(cast.mika).get("/feed").json()["items"]
    assert [item["cards"] for item in listed if item["id"] == post.pk] == [[]]


def test_mentions_and_tags_in_passing_are_no_cards_and_three_are_the_most(cast, say):
    assert say(cast.aino, cast.yard, "Hello @ben.example about #forklift and [[Nothing yet]]").cards is None
    pages = [page_in(cast, "yard", f"Page {n}") for n in range(5)]
    post = say(cast.aino, cast.yard, " ".join(ADDRESS + page.get_absolute_url() for page in pages))
    assert len(post.cards) == MOST_CARDS


def test_links_are_read_from_the_html_as_browsers_read_it():
    html = '<p><a href="/wiki/a/b/?x=1&amp;y=2" class="pagelink">x</a> <a class="mention" href="/people/a/">@a</a></p>'
    assert links_in(html) == ["/wiki/a/b/?x=1&y=2"]


def test_the_author_takes_a_card_away_for_good_and_nobody_else(cast, say, sign_in):
    page = page_in(cast, "yard", "Guide")
    post = say(cast.aino, cast.yard, ADDRESS + page.get_absolute_url())
    url = reverse("feed:card_remove", args=[post.pk])
    assert sign_in(cast.ben).post(url, {"card": f"page:{page.pk}"}).status_code == 403
    assert sign_in(cast.mika).post(url, {"card": f"page:{page.pk}"}).status_code == 403
    aino = sign_in(cast.aino)
    assert "Remove the card" in aino.get(post.get_absolute_url()).content.decode()
    assert "Remove the card" not in sign_in(cast.ben).get(post.get_absolute_url()).content.decode()
    assert aino.post(url, {"card": f"page:{page.pk}"}).status_code == 302
    assert aino.post(url, {"card": "nonsense"}).status_code == 302
    assert cards_of(aino.get(post.get_absolute_url()).content.decode()) == []
    actions.edit_post(actor=cast.aino, post=post, body=f"Still {ADDRESS}{page.get_absolute_url()}")
    assert cards_of(aino.get(post.get_absolute_url()).content.decode()) == []


def test_programs_take_a_card_of_their_own_post_away(cast, say, program):
    page = page_in(cast, "yard", "Guide")
    post = say(cast.aino, cast.yard, ADDRESS + page.get_absolute_url())
    path = f"/posts/{post.pk}/cards?card=page:{page.pk}"
    assert program(cast.ben, scope="write").send("DELETE", path, "").status_code == 403
    assert program(cast.gita, scope="write").send("DELETE", path, "").status_code == 404
    assert program(cast.aino, scope="write").send("DELETE", path, "").status_code == 204
    assert program(cast.aino).get(f"/posts/{post.pk}").json()["cards"] == []


def test_a_card_of_another_post_is_not_taken_away(cast, say, program):
    page = page_in(cast, "yard")
    mine, other = (
        say(cast.aino, cast.yard, f"{word} {ADDRESS}{page.get_absolute_url()}") for word in ("Mine", "Other")
    )
    remove_card(actor=cast.aino, post=mine, kind="page", key=str(page.pk))
    assert program(cast.aino, scope="write").send("DELETE", f"/posts/{mine.pk}/cards/page/0", "").status_code == 404
    assert [card["kind"] for card in program(cast.aino).get(f"/posts/{other.pk}").json()["cards"]] == ["page"]
    assert Activity.objects.filter(verb="post.card_removed").count() == 1


def test_a_summary_is_named_only_to_those_who_may_read_the_page_and_survives_an_edit(cast, say, sign_in):
    thread = say(cast.aino, cast.yard, "How does it work?")
    page = page_in(cast, "vault", "Answer")
    note_summary(thread=thread, page_id=page.pk)
    actions.edit_post(actor=cast.aino, post=thread, body="How does this work?")
    remove_card(actor=cast.aino, post=thread, kind="page", key=str(page.pk))
    assert "Summarised in" in sign_in(cast.ben).get(thread.get_absolute_url()).content.decode()
    shown = sign_in(cast.cleo).get(thread.get_absolute_url()).content.decode()
    assert "Summarised" not in shown
    assert "Answer" not in shown


@pytest.mark.parametrize("threads", [3, 20])
def test_cards_cost_home_one_query_however_many_there_are_and_none_without(
    cast, say, sign_in, django_assert_max_num_queries, threads
):
    pages = [page_in(cast, "yard", f"Page {n}") for n in range(15)]
    for n in range(threads):
        say(cast.aino, cast.yard, f"{ADDRESS}{pages[n % 15].get_absolute_url()} {ADDRESS}/people/ben.example/")
    client = sign_in(cast.ben)
    client.get("/")
    with django_assert_max_num_queries(8):
        assert len(cards_of(home(client))) == 2 * threads
    Post.objects.update(cards=None)
    with django_assert_max_num_queries(7):
        assert cards_of(home(client)) == []


def test_titles_of_cards_are_escaped(cast, say, sign_in):
    page = wiki.create_page(actor=cast.aino, community=cast.yard, title='<b>"Bold" & free</b>', body="")
    post = say(cast.aino, cast.yard, ADDRESS + page.get_absolute_url())
    html = sign_in(cast.ben).get(post.get_absolute_url()).content.decode()
    assert "<b>&quot;" not in html
    assert "&lt;b&gt;&quot;Bold&quot; &amp; free&lt;/b&gt;" in html


def test_the_index_and_notifications_know_nothing_of_cards(cast, say):
    from feed.recipients import describe_posts

    page = page_in(cast, "vault")
    post = say(cast.aino, cast.everyone, f"Look {ADDRESS}{page.get_absolute_url()} @cleo.example")
    named = describe_posts(cast.cleo, [str(post.pk)])
    assert "Secretpage" not in str(named)
    assert "Secretpage" not in post.html
    assert "Secretpage" not in post.body


@pytest.mark.parametrize("link", ["communities/vault", "threads/{thread}", "paths/secret"])
def test_what_the_writer_may_not_see_takes_no_place_among_the_cards(cast, say, program, link):
    Path.objects.create(community=cast.vault, title="Secret", slug="secret", owner=cast.aino)
    hidden = say(cast.aino, cast.vault)
    known = " ".join(f"{ADDRESS}{say(cast.cleo, cast.everyone).get_absolute_url()}" for _n in range(MOST_CARDS))
    guess = f"{ADDRESS}/{link.format(thread=hidden.pk)}/"
    made = program(cast.cleo, "write").post("/posts", {"community": "everyone", "body": f"{guess} {known}"}).json()
    shown = program(cast.cleo).get("/posts", thread=made["id"]).json()["items"][0]["cards"]
    assert len(shown) == MOST_CARDS


def test_a_card_taken_away_stays_away_though_its_writer_lost_sight_of_it(cast, say):
    post = say(cast.ben, cast.everyone, f"{ADDRESS}/communities/vault/")
    remove_card(actor=cast.ben, post=post, kind="community", key=str(cast.vault.pk))
    Membership.objects.filter(user=cast.ben, community=cast.vault).delete()
    actions.edit_post(actor=cast.ben, post=post, body=f"{post.body} still")
    Membership.objects.create(user=cast.ben, community=cast.vault)
    again = actions.edit_post(actor=cast.ben, post=post, body=f"{post.body} there")
    assert again.cards == [["community", str(cast.vault.pk), "off"]]
