"""Synonyms and pins: who keeps them, what they do to a question, who sees them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from intranet.activity.models import Activity
from search import find
from search.query import parse
from search.words import actions, kept, showing
from search.words.models import Pin, WordGroup
from wiki.actions import create_page


def names(user, text):
    return {result.name for result in find.search(user, parse(text), size=50).results if result.kind == "page"}


@pytest.fixture
def payroll(cast, index):
    from search.readers import rebuild

    page = create_page(actor=cast.aino, community=cast.yard, title="Tilipussin aika", body="Se tulee 15. päivä.")
    rebuild()
    return page


def test_word_finds_what_has_its_synonym_in_another_form(cast, payroll):
    assert names(cast.cleo, "palkat") == set()
    group = actions.add_synonyms(actor=cast.mika, words="palkka, lön = tilipussi")
    for text in ("palkka", "palkat", "löner", "tilipussi", "palkan aika"):
        assert names(cast.cleo, text) == {"Tilipussin aika"}, text
    assert names(cast.gita, "palkka") == set()  # what she may not read she does not find by other words either
    actions.remove_synonyms(actor=cast.mika, group=group.pk)
    assert names(cast.cleo, "palkka") == set()


def test_synonym_is_marked_in_what_was_found(cast, payroll):
    actions.add_synonyms(actor=cast.root, words="palkka,tilipussi")
    (result,) = find.search(cast.ben, parse("palkka")).results
    assert "<mark>Tilipussin</mark>" in str(result.title)


def test_what_has_the_word_itself_comes_before_what_has_its_synonym(cast, payroll, catch_up):

    create_page(actor=cast.aino, community=cast.yard, title="Palkan aika", body="Se tulee 15. päivä.")
    catch_up()
    actions.add_synonyms(actor=cast.mika, words="palkka,tilipussi")
    found = find.search(cast.ben, parse("palkka")).results
    assert [result.name for result in found] == ["Palkan aika", "Tilipussin aika"]


@pytest.mark.parametrize("text", ["palkka", "", ",,,", "palkka, palkka", "a, b c", "!, ?", "x" * 60 + ", y",
                                  ",".join(f"w{n}" for n in range(11))])  # fmt: skip
def test_what_is_no_list_of_words_is_refused_beside_the_field(cast, text):
    with pytest.raises(ValidationError) as refused:
        actions.add_synonyms(actor=cast.mika, words=text)
    assert list(refused.value.message_dict) == ["words"]
    assert not WordGroup.objects.exists()


def test_only_who_looks_after_the_words_of_the_house_keeps_synonyms(cast):
    for name, user in cast.people.items():
        if name in {"mika", "root"}:
            continue
        with pytest.raises(PermissionDenied):
            actions.add_synonyms(actor=user, words="a,b")


def test_the_same_words_twice_are_one_group_and_one_line_of_the_diary(cast):
    first = actions.add_synonyms(actor=cast.mika, words="Palkka, lön")
    assert actions.add_synonyms(actor=cast.root, words="lön, palkka") == first
    assert Activity.objects.filter(verb="synonyms.set").count() == 1


def test_a_question_asks_the_database_nothing_for_the_words(cast, payroll, django_assert_num_queries):
    actions.add_synonyms(actor=cast.mika, words="palkka,tilipussi")
    actions.pin_result(actor=cast.mika, words="palkka", target=payroll)
    kept.with_synonyms(parse("palkka"))
    with django_assert_num_queries(0):
        kept.with_synonyms(parse("palkka"))
        assert kept.pinned_to(parse("palkat")) == [f"page:{payroll.pk}"]
        assert showing.pinned(cast.aino, parse("jotain muuta")) == []


def test_a_process_that_hears_of_nothing_reads_again_after_a_minute(cast, monkeypatch):
    import time

    kept.with_synonyms(parse("x"))
    WordGroup.objects.create(words=["palkka", "tilipussi"], key="palkka,tilipussi")  # by somebody else's process
    assert len(kept.with_synonyms(parse("palkka")).must[0][0].terms) == len(parse("palkka").must[0][0].terms)
    later = time.monotonic() + kept.KEPT + 1
    monkeypatch.setattr(kept.time, "monotonic", lambda: later)
    assert "tilipussi" in dict(kept.with_synonyms(parse("palkka")).must[0][0].terms)


def test_pin_is_on_top_for_who_may_read_it_and_for_nobody_else(cast, house, sign_in):
    for place in ("everyone", "yard", "lab", "vault"):
        actions.pin_result(actor=cast.mika, words="retkeily", target=house.pages[place])
    seen = {
        name: {result.name.removeprefix("Kuutamoretki ") for result in showing.pinned(user, parse("retkeily"))}
        for name, user in cast.people.items()
    }
    first_three = {"everyone", "yard", "lab"}  # no more than three, the oldest first
    assert seen == {
        "aino": first_three, "ben": first_three, "mika": first_three, "cleo": {"everyone", "yard"},
        "root": {"everyone", "yard"}, "gita": {"lab"},
    }  # fmt: skip
    for name, user in cast.people.items():
        page = sign_in(user).get(reverse("search:search"), {"q": "retkeily"}).content.decode()
        for place in ("everyone", "yard", "lab"):
            assert (house.pages[place].get_absolute_url() in page) is (place in seen[name]), (name, place)


def test_pins_one_may_not_see_take_no_room_from_those_one_may(cast, house):
    for number in range(11):
        hidden = create_page(actor=cast.aino, community=cast.vault, title=f"Holvi {number}", body="x")
        Pin.objects.create(words="revontuli", page=hidden, pinned_by=cast.mika)
    actions.pin_result(actor=cast.mika, words="revontulet", target=house.pages["yard"])
    assert [one.name for one in showing.pinned(cast.cleo, parse("revontuli"))] == ["Kuutamoretki yard"]


def test_pinned_result_stands_once_on_the_first_page(cast, house, sign_in):
    address = house.pages["yard"].get_absolute_url()
    ben = sign_in(cast.ben)
    assert ben.get(reverse("search:search"), {"q": "kuutamo"}).content.decode().count(f'href="{address}') == 1
    actions.pin_result(actor=cast.mika, words="kuutamo", target=house.pages["yard"])
    answer = ben.get(reverse("search:search"), {"q": "kuutamo"})
    assert answer.content.decode().count(f'href="{address}') == 1
    assert [result.name for result in answer.context["pinned"]] == ["Kuutamoretki yard"]
    actions.pin_result(actor=cast.mika, words="salaisuusyard", target=house.pages["yard"])
    alone = ben.get(reverse("search:search"), {"q": "salaisuusyard"}).content.decode()
    assert "Nothing found" not in alone


def test_pin_works_for_every_form_and_order_of_its_words_and_for_synonyms(cast, house):
    actions.pin_result(actor=cast.mika, words="kesän loma", target=house.posts["yard"])
    actions.add_synonyms(actor=cast.mika, words="loma,semester")
    for text, shown in {
        "kesän lomat": 1, "loma kesä": 1, "kesä semester": 1, "loma": 0, "kesän loma ohje": 0, "-kesä loma": 0,
        '"kesän loma"': 0, "in:yard kesän loma": 0, "title:kesän loma": 0, "": 0,
    }.items():  # fmt: skip
        assert len(showing.pinned(cast.ben, parse(text))) == shown, text


def test_pin_is_gone_when_what_is_pinned_is(cast, house):
    from feed.actions import delete_post
    from wiki.actions import trash_page

    actions.pin_result(actor=cast.mika, words="retkeily", target=house.posts["yard"])
    actions.pin_result(actor=cast.mika, words="retkeily", target=house.pages["yard"])
    delete_post(actor=cast.aino, post=house.posts["yard"])
    trash_page(actor=cast.aino, page=house.pages["yard"])
    assert showing.pinned(cast.ben, parse("retkeily")) == []
    assert showing.pins_of(cast.mika) == []


def test_moderators_pin_what_is_theirs_and_editors_of_the_house_what_they_read(cast, house):
    from intranet.people.models import Membership

    Membership.objects.filter(user=cast.ben, community=cast.lab).update(role=Membership.Role.MODERATOR)
    actions.pin_result(actor=cast.ben, words="koe", target=house.pages["lab"])
    with pytest.raises(PermissionDenied):
        actions.pin_result(actor=cast.ben, words="koe", target=house.pages["yard"])
    actions.pin_result(actor=cast.root, words="koe", target=house.pages["yard"])
    with pytest.raises(ValidationError):  # Root does not read the lab, and is told the same as of nothing
        actions.target_of(cast.root, house.pages["lab"].get_absolute_url())
    lists = {name: {line.result.name[13:] for line in showing.pins_of(user)} for name, user in cast.people.items()}
    assert lists["ben"] == {"lab"}
    assert lists["root"] == {"yard"}
    assert lists["mika"] == {"lab", "yard"}
    assert lists["aino"] == lists["cleo"] == lists["gita"] == set()


def test_the_same_pin_twice_is_one_and_there_is_room_for_five(cast, house):
    pages = [*house.pages.values(), *house.posts.values()]
    first = actions.pin_result(actor=cast.mika, words="Retki", target=pages[0])
    assert actions.pin_result(actor=cast.root, words="retki", target=pages[0]) == first
    for target in pages[1:5]:
        actions.pin_result(actor=cast.mika, words="retki", target=target)
    with pytest.raises(ValidationError):
        actions.pin_result(actor=cast.mika, words="retki", target=pages[5])
    assert Pin.objects.count() == 5


def test_editor_pins_by_address_takes_it_away_and_back(cast, house, sign_in):
    mika, page = sign_in(cast.mika), house.pages["yard"]
    for address in (page.get_absolute_url(), f"http://testserver/wiki/id/{page.pk}/"):
        answer = mika.post(reverse("search:pins"), {"words": "retki", "address": address}, follow=True)
        assert "Kuutamoretki yard" in answer.content.decode()
    pin = Pin.objects.get()
    answer = mika.post(reverse("search:pin_remove", args=[pin.pk]), follow=True)
    (message,) = answer.context["messages"]
    undo = message.extra_tags.removeprefix("undo:")
    assert not Pin.objects.exists()
    mika.post(undo)
    assert Pin.objects.get().words == "retki"


@pytest.mark.parametrize("address", ["", "nothing", "https://evil.example/wiki/yard/", "//evil.example/", "/wiki/id/999999/",
                                     "/people/aino.example/", "/wiki/id/99999999999999999999/", "/threads/0/"])  # fmt: skip
def test_wrong_address_is_said_beside_the_field_and_kept(cast, house, sign_in, address):
    answer = sign_in(cast.mika).post(reverse("search:pins"), {"words": "retki", "address": address})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["address"]
    assert 'value="retki"' in answer.content.decode()


def test_lists_of_editors_ask_the_same_with_three_rows_and_with_thirty(cast, house, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    mika, counts = sign_in(cast.mika), {}
    for n in range(30):
        actions.pin_result(actor=cast.mika, words=f"sana{n}", target=house.pages["yard"])
        actions.add_synonyms(actor=cast.mika, words=f"sana{n},ord{n}")
        if n in {2, 29}:
            for name in ("search:pins", "search:synonyms"):
                mika.get(reverse(name))
                with CaptureQueriesContext(connection) as asked:
                    mika.get(reverse(name))
                counts.setdefault(name, set()).add(len(asked))
    assert all(len(numbers) == 1 for numbers in counts.values()), counts


def test_refused_change_of_a_group_keeps_what_was_typed_in_its_place(cast, sign_in):
    group = actions.add_synonyms(actor=cast.mika, words="palkka,lön")
    mika = sign_in(cast.mika)
    answer = mika.post(reverse("search:synonyms_change", args=[group.pk]), {"words": "yksi kaksi"})
    assert answer.status_code == 422
    assert 'value="yksi kaksi"' in answer.content.decode()
    assert mika.post(reverse("search:synonyms_change", args=[group.pk]), {"words": "palkka, tili"}).status_code == 302
    group.refresh_from_db()
    assert group.words == ["palkka", "tili"]
