"""The result page's words for what is missing, empty tabs and their numbers, and what editors are led to."""

import re

import pytest

from feed.actions import publish_post
from search import find
from search.engines import engine
from search.query import parse
from search.readers import rebuild
from search.words import actions
from wiki.actions import create_page

OUT, NO_WORD = "This only says what to leave out", "There is no word in this to look for"


@pytest.mark.parametrize(
    ("text", "said"),
    [("-kuutamo", OUT), ('-"kuutamossa kävellään"', OUT), ("-in:lab", OUT), ("-has:file", OUT), ("-is:open -x", OUT),
     ('""', NO_WORD), ("-", NO_WORD), ("?!", NO_WORD), ("", ""), ("   ", "")],
)  # fmt: skip
def test_what_is_missing_in_a_question_is_said_beside_the_field(cast, house, sign_in, text, said):
    page = sign_in(cast.aino).get("/search/", {"q": text}).content.decode()
    for words in (OUT, NO_WORD):
        assert (words in page) is (words == said), words
    assert ('aria-describedby="q_error"' in page) is bool(said)
    assert 'class="facts' in page  # and the help below it


def test_what_to_leave_out_beside_an_operator_is_answered_with_everything_but(cast, house, sign_in):
    page = sign_in(cast.aino).get("/search/", {"q": "-kävellään in:yard"}).content.decode()
    assert OUT not in page
    assert page.count('class="hit"') == find.search(cast.aino, parse("-kävellään in:yard")).total > 0


@pytest.fixture
def split(cast, index):
    """Posts with both words, pages with one of them."""
    create_page(actor=cast.aino, community=cast.yard, title="Revontuli", body="Taivaalla.")
    create_page(actor=cast.aino, community=cast.yard, title="Kuutamo", body="Taivaalla.")
    for number in range(2):
        publish_post(actor=cast.aino, community=cast.yard, body=f"Revontuli ja kuutamo yhtä aikaa, {number}")
    publish_post(actor=cast.aino, community=cast.vault, body="Revontuli ja kuutamo salassa")
    rebuild()


QUESTIONS = ("revontuli kuutamo", "kuutamo", "revontuli olematonsana", "kuutamo -salassa", '"revontuli ja kuutamo"')


@pytest.mark.parametrize("text", QUESTIONS)
def test_numbers_of_the_tabs_are_what_choosing_them_finds_whichever_is_open(cast, split, text):
    for name, user in cast.people.items():
        every = find.search(user, parse(text))
        for kind in ("", "page", "post", "file", "person", "tag"):
            found = find.search(user, parse(text), kind=kind)
            assert found.counts == every.counts, (name, kind)
            assert found.total == (every.counts.get(kind, 0) if kind else sum(every.counts.values())), (name, kind)
            assert len(found.results) == found.total, (name, kind)


def test_numbers_of_the_tabs_without_an_index_are_what_choosing_them_finds(cast, split):
    import shutil

    shutil.rmtree(engine().store.folder)
    every = find.search(cast.aino, parse("kuutamo"))
    assert every.is_plain
    assert set(every.counts) == {"page", "post"}
    for kind, number in every.counts.items():
        found = find.search(cast.aino, parse("kuutamo"), kind=kind)
        assert (found.counts, found.total) == (every.counts, number)
        assert {result.kind for result in found.results} == {kind}


def test_empty_tab_leads_to_those_that_are_not(cast, split, sign_in):
    page = sign_in(cast.cleo).get("/search/", {"q": "revontuli kuutamo", "kind": "page"}).content.decode()
    page = " ".join(page.split())
    assert "Nothing under “Pages”" in page
    assert re.search(
        r'class="button" href="/search/\?q=revontuli\+kuutamo&amp;kind=post">Posts <span class="number">2<', page
    )
    assert "Nothing found" not in page
    # What has one of the words follows.
    assert page.index("With some of the words") < page.index("<mark>Revontuli</mark></a>")
    nothing = sign_in(cast.cleo).get("/search/", {"q": "olematonsana", "kind": "page"}).content.decode()
    assert "Nothing found" in nothing
    assert "Nothing under" not in nothing


def test_pinned_result_that_is_the_only_one_leaves_no_empty_tab(cast, split, sign_in):
    page = create_page(actor=cast.aino, community=cast.yard, title="Ainokainen", body="x")
    rebuild()
    actions.pin_result(actor=cast.mika, words="ainokainen", target=page)
    shown = sign_in(cast.cleo).get("/search/", {"q": "ainokainen"}).content.decode()
    assert "Pinned by editors" in shown
    assert "Nothing under" not in shown


def test_programs_are_given_what_is_pinned_above_the_hits_and_once(cast, house, sign_in):
    actions.pin_result(actor=cast.mika, words="kuutamo", target=house.pages["yard"])
    actions.pin_result(actor=cast.mika, words="kuutamo", target=house.pages["vault"])
    for name, user in cast.people.items():
        answer = sign_in(user).get("/api/v1/search", {"q": "kuutamoa"}).json()
        titles = [one["title"] for one in answer["pinned"]]
        members = {"aino", "ben", "mika"}
        assert titles == ([] if name == "gita" else ["Kuutamoretki yard"]) + (
            ["Kuutamoretki vault"] * (name in members)
        )
        assert not set(titles) & {one["title"] for one in answer["hits"]}
    client = sign_in(cast.aino)
    for more in ({"page": 2}, {"kind": "page"}, {"sort": "new"}, {"tag": "kuutamo"}):
        answer = client.get("/api/v1/search", {"q": "kuutamo", **more}).json()
        assert answer["pinned"] == [], more
    assert "Kuutamoretki yard" in {
        one["title"] for one in client.get("/api/v1/search", {"q": "kuutamo", "kind": "page"}).json()["hits"]
    }


def test_editors_are_led_to_what_they_look_after_and_nobody_else(cast, house, sign_in):
    from search.words.permissions import is_editor

    for name, user in cast.people.items():
        for address in ("/search/", "/search/?q=kuutamo", "/search/?q=olematonsana", "/"):
            page = sign_in(user).get(address).content.decode()
            assert ("Looking after search" in page) is is_editor(user), (name, address)
        for part, allowed in (("pins", is_editor(user)), ("gaps", is_editor(user))):
            assert (sign_in(user).get(f"/search/{part}/").status_code == 200) is allowed, (name, part)
    page = sign_in(cast.mika).get("/search/?q=kuutamo").content.decode()
    assert 'href="/search/pins/?words=kuutamo"' in page
