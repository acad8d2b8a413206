"""The sign-in page of a demo house offers its accounts; no other house knows of them."""

import re

import pytest
from django.conf import settings
from django.test import Client

from intranet.people import actions
from intranet.people.demo_accounts import DEMO_CAST
from tests.builders import ensure_tree, make_person

LOGIN = "/accounts/login/"


@pytest.fixture
def demo(cast):
    """The six of the cast, who are called like those of the demo company, with its password."""
    for person in cast.people.values():
        person.set_password(settings.DEMO_PASSWORD)
        person.save()
    return cast


def test_a_demo_house_offers_its_accounts(demo, client):
    page = client.get(LOGIN).content.decode()
    for email in DEMO_CAST:
        assert f'href="?as={email}"' in page
    assert "moderator" in page
    # Nothing is filled in before somebody chooses.
    assert settings.DEMO_PASSWORD not in page


@pytest.mark.parametrize("email", DEMO_CAST)
def test_one_click_fills_the_form_in_and_the_next_one_signs_in(demo, client, email):
    link = re.search(rf'href="(\?as={email}[^"]*)"', client.get(f"{LOGIN}?next=/people/").content.decode())
    page = client.get(LOGIN + link.group(1).replace("&amp;", "&")).content.decode()
    form = page[page.index('<form class="form"') :]
    typed = {
        name: re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', form).group(1)
        for name in ("login", "password", "next")
    }
    assert typed == {"login": email, "password": settings.DEMO_PASSWORD, "next": "/people/"}
    answered = client.post(LOGIN, typed)
    assert (answered.status_code, answered.headers["Location"]) == (302, "/people/")


def test_a_refused_try_keeps_the_address_and_no_password(demo, client):
    page = client.post(f"{LOGIN}?as=ben@loikka.example", {"login": "aino@loikka.example", "password": "wrong"})
    assert 'value="aino@loikka.example"' in page.content.decode()
    assert settings.DEMO_PASSWORD not in page.content.decode()


@pytest.mark.parametrize("chosen", ["nobody@loikka.example", "", "\x00", '"><script>', "x" * 5000])
def test_an_account_that_is_not_offered_fills_in_nothing(demo, client, chosen):
    page = client.get(LOGIN, {"as": chosen}).content.decode()
    assert settings.DEMO_PASSWORD not in page
    assert "<script>" not in page.partition('<form class="form"')[2].partition("</form>")[0]


def nothing_is_offered(client) -> bool:
    pages = [client.get(LOGIN), client.get(LOGIN, {"as": "aino@loikka.example"})]
    return all(
        settings.DEMO_PASSWORD not in page.content.decode() and "Demo accounts" not in page.content.decode()
        for page in pages
    )


def test_a_house_without_the_demo_offers_none_whoever_lives_there(demo, client, settings):
    settings.DEMO = False
    assert nothing_is_offered(client)


def test_an_empty_house_offers_none(db, client):
    assert nothing_is_offered(client)


def test_a_house_of_others_offers_none(db, client):
    ensure_tree()
    make_person("Aino")
    make_person("Ben")
    assert nothing_is_offered(client)


def test_a_house_that_closed_one_of_them_offers_none(demo, client):
    actions.close_account(actor=demo.root, person=demo.cleo)
    assert nothing_is_offered(client)


def test_a_signed_in_person_is_not_asked_again(demo, sign_in):
    assert sign_in(demo.aino).get(f"{LOGIN}?as=ben@loikka.example").status_code == 302


def test_the_words_are_the_readers(demo):
    page = Client(headers={"Accept-Language": "fi"}).get(LOGIN).content.decode()
    assert "moderaattori" in page
    assert "Demotilit" in page
