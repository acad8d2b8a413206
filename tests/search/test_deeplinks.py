"""A hit of a page leads to the place in it: to the heading of the section, and to the words."""

import re
from html import unescape

import pytest

from search import find
from search.deeplinks import anchor_of
from search.query import parse
from search.readers import rebuild
from wiki.actions import create_page

TEXT = """Johdanto, jossa ei ole mitään.

## Alku & loppu

Tässä kerrotaan kissoista.

## Ajo-ohje, osa 1

| Auto | Väri |
|---|---|
| Volvo | vihreä |

Autoa ajetaan varoen, **aina** – ja hiljaa. Sitten levätään.

## Alku & loppu

Koirien tietoa: <b>A&B, C-D</b>.
"""


@pytest.fixture
def guide(cast, index):
    made = create_page(actor=cast.aino, community=cast.yard, title="Opas", body=TEXT, language="fi")
    rebuild()
    return made


def leads(user, question):
    """Return the heading and the words a hit leads to."""
    [result] = find.search(user, parse(question)).results
    heading, _, words = result.anchor.partition(":~:text=")
    return heading.removeprefix("#"), words


@pytest.mark.parametrize(
    ("question", "section", "words"),
    [
        ("kissa", 0, "kissoista"),
        ("varoa", 1, "varoen%2C%20aina%20%E2%80%93%20ja%20hiljaa"),
        ("volvo", 1, "Volvo%20vihre%C3%A4"),
        ("koira", 2, "Koirien%20tietoa%3A%20%3Cb%3EA%26B%2C%20C%2DD%3C%2Fb%3E"),
        ("johdanto", None, "Johdanto%2C%20jossa%20ei%20ole%20mit%C3%A4%C3%A4n"),
        ("ohje", 1, "Ajo%2Dohje%2C%20osa%201"),
    ],
)
def test_hit_leads_to_its_section_and_its_words(cast, guide, sign_in, question, section, words):
    heading, text = leads(cast.ben, question)
    assert text == words
    assert heading == ("" if section is None else guide.contents[section]["id"])
    shown = sign_in(cast.ben).get(guide.get_absolute_url()).content.decode()
    assert not heading or len(re.findall(rf'<h2[^>]* id="{heading}"', shown)) == 1


def test_page_of_results_links_to_the_place(cast, guide, sign_in):
    shown = sign_in(cast.ben).get("/search/?q=koira").content.decode()
    [url] = re.findall(r'class="hit-title" href="([^"]+)"', shown)
    heading = guide.contents[2]["id"]
    assert (
        unescape(url)
        == f"{guide.get_absolute_url()}#{heading}:~:text=Koirien%20tietoa%3A%20%3Cb%3EA%26B%2C%20C%2DD%3C%2Fb%3E"
    )
    assert "<mark>Koirien</mark>" in shown


def test_hit_by_its_title_alone_leads_to_the_page(cast, guide):
    [result] = find.search(cast.ben, parse("opas")).results
    assert result.anchor == ""
    assert result.url == guide.get_absolute_url()


@pytest.mark.parametrize("plain", ["", "x", "\n", "sana", "sana " * 40, "a" * 500, "…", "(sana)."])
def test_any_text_and_place_gives_an_address(plain):
    for place in (-1, 0, 1, len(plain), len(plain) + 5):
        for contents in ([], [{}], [{"id": "h-x", "title": ""}], [{"id": 'h-"', "title": "sana"}]):
            anchor = anchor_of(plain, place, contents)
            assert re.fullmatch(r"(#[\w%-]*:~:text=[\w%.~]*)?", anchor)
            assert len(anchor) < 900
