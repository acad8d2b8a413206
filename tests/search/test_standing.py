"""Pages found by how they stand: verified, due, overdue, of nobody."""

from datetime import timedelta

import pytest

from search import find
from search.query import parse
from wiki.care import actions as care
from wiki.care.confirming import house_day
from wiki.models import WikiPage


@pytest.fixture
def kept(cast, house, catch_up):
    """Ben keeps the pages of Yard, Lab and Vault right: confirmed, waiting for him, and late."""
    for name in ("yard", "lab", "vault"):
        care.change_care(actor=cast.aino, page=house.pages[name], owner=cast.ben, review_every="3")
    care.confirm_page(actor=cast.ben, page=house.pages["yard"])
    care.confirm_page(actor=cast.ben, page=house.pages["vault"])
    WikiPage.objects.filter(pk=house.pages["vault"].pk).update(review_on=house_day() - timedelta(days=1))
    catch_up()
    return house


def found(user, question):
    answer = find.search(user, parse(question), size=50)
    assert not answer.is_plain
    return {result.community.slug for result in answer.results}


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("is:verified", {"yard"}),
        ("kuutamo is:verified", {"yard"}),
        ("on:tarkistettu", {"yard"}),
        ("är:kontrollerad", {"yard"}),
        ("is:due", {"lab"}),
        ("is:overdue", {"vault"}),
        ("is:unowned", {"everyone"}),
        ("is:due is:overdue", {"lab", "vault"}),
        ("kuutamo is:verified in:lab", set()),
    ],
)
def test_pages_are_found_by_how_they_stand_today(cast, kept, question, places):
    assert found(cast.ben, question) == places


def test_state_opens_no_closed_place(cast, kept):
    assert found(cast.cleo, "is:verified") == {"yard"}
    assert found(cast.cleo, "is:overdue") == found(cast.cleo, "is:due") == set()
    assert found(cast.gita, "is:due") == {"lab"}
    assert find.search(cast.cleo, parse("is:overdue")).counts == {}


def test_page_falls_due_without_being_written_again(cast, kept, monkeypatch):
    monkeypatch.setattr(find, "house_today", lambda: house_day() + timedelta(days=200))
    assert found(cast.ben, "is:verified") == set()
    assert found(cast.ben, "is:overdue") >= {"yard", "vault"}


def test_state_that_is_none_is_a_word(cast, kept):
    assert parse("is:nonsense").states == set()
    assert parse("is:nonsense").must


def test_results_show_the_badge(cast, kept, sign_in):
    html = sign_in(cast.ben).get("/search/", {"q": "is:verified"}).content.decode()
    assert "Verified" in html


def test_without_an_index_the_state_still_narrows(cast, kept):
    import shutil

    from search.engines import engine

    shutil.rmtree(engine().store.folder)
    answer = find.search(cast.ben, parse("kuutamo is:verified"))
    assert {result.community.slug for result in answer.results} == {"yard"}
