"""What is looked for in vain: counted without names, shown from three people on, gone when a page answers it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.urls import reverse

from search import find
from search.gaps import actions, noting, reading
from search.gaps.models import VainSearch
from search.query import parse
from tests.builders import make_person
from wiki.actions import create_page


@pytest.fixture(autouse=True)
def nothing_noted():
    noting.forget()
    yield
    noting.forget()


@pytest.fixture
def look(house, sign_in):
    """Return a function with which somebody looks for something, and the process writes down what it noted."""

    def look(user, text, **more):
        answer = sign_in(user).get(reverse("search:search"), {"q": text, **more})
        assert answer.status_code == 200
        noting.write_noted()
        return answer

    return look


def listed(user) -> list[str]:
    return [gap.words for gap in reading.gaps(user)[0]]


def three(look, cast, text):
    for user in (cast.aino, cast.ben, cast.cleo):
        look(user, text)


def all_six(look, cast, text):
    """Let more than three look: two of three have the same number once in ninety times, and then a fourth is needed."""
    for user in cast.people.values():
        look(user, text)


def test_words_that_three_people_miss_are_shown_to_editors_and_to_nobody_else(cast, look, sign_in):
    for user in (cast.aino, cast.ben):
        look(user, "Sauvakävely")
        assert listed(cast.mika) == []
    for user in (cast.cleo, cast.gita, cast.root, cast.mika):
        look(user, "sauvakävelyn")
    for name, user in cast.people.items():
        assert listed(user) == (["sauvakävelyn"] if name in {"mika", "root"} else [])
        answer = sign_in(user).get(reverse("search:gaps"))
        assert answer.status_code == (200 if name in {"mika", "root"} else 403)


def test_one_person_is_one_however_often_she_looks(cast, look):
    for _ in range(5):
        look(cast.aino, "sauvakävely")
    look(cast.ben, "sauvakävely")
    look(cast.ben, "sauvakävelyä")
    assert listed(cast.mika) == []
    assert not VainSearch.objects.filter(is_shown=True).exists()


def test_database_says_neither_who_nor_what_before_there_are_three(cast, look):
    look(cast.aino, "irtisanomisaika")
    look(cast.ben, "irtisanomisaika")
    row = VainSearch.objects.values().get()
    assert "irtisano" not in repr(row)
    assert all(0 <= number <= 255 for number in row["askers"])
    all_six(look, cast, "irtisanomisaika")
    row = VainSearch.objects.get()
    assert (row.words, row.askers, row.salt) == ("irtisanomisaika", [], "")


def test_number_of_a_person_says_nothing_about_another_question(cast, look):
    people = [make_person(f"P{n}") for n in range(2)]
    numbers = set()
    for n in range(8):
        noted = {f"word{n}": actions.Noted(f"word{n}", {people[0].pk: False})}
        actions.add_vain(noted=noted, on=noting.today())
    numbers = {tuple(row.askers) for row in VainSearch.objects.all()}
    assert len(numbers) > 3  # by chance two may be the same


@pytest.mark.parametrize("text", [
    "matti.virtanen@example.com", "@aino.example sauvakävely", "040 123 4567", "+358-40-1234567", "sauvakävely 0401234567",
    "131052-308T", "131052-308t sauvakävely", "FI21 1234 5600 0007 85", "4111 1111 1111 1111", "s" * 81,
    '"sauvakävely kesällä"', "-kesä sauvakävely", "in:lab sauvakävely", "from:aino sauvakävely", "sauvakävely OR hiihto",
    "title:sauvakävely", "a b c d e f g", "Cleo sauvakävely", "", "!!!",
])  # fmt: skip
def test_what_may_point_at_a_person_or_is_no_plain_question_is_never_stored(cast, look, text):
    three(look, cast, text)
    assert not VainSearch.objects.exists()


@pytest.mark.parametrize("text", ["iso 27001", "covid-19 ohje", "lomake 12", "v2.3.1 asennus"])
def test_numbers_of_forms_and_standards_are_counted(cast, look, text):
    all_six(look, cast, text)
    assert listed(cast.mika) == [text]


def test_what_is_found_or_narrowed_down_or_looked_at_ahead_is_not_counted(cast, look, sign_in):
    three(look, cast, "kuutamo")
    for user in (cast.aino, cast.ben, cast.cleo):
        look(user, "sauvakävely", kind="page")
        look(user, "sauvakävely", page="2")
        sign_in(user).get(reverse("search:search"), {"q": "sauvakävely"}, headers={"Sec-Purpose": "prefetch"})
    noting.write_noted()
    assert not VainSearch.objects.exists()


def test_search_without_an_index_counts_nothing(cast, look, house):
    import shutil

    from search.engines import engine

    shutil.rmtree(engine().store.folder)
    three(look, cast, "sauvakävely")
    assert not VainSearch.objects.exists()


def test_some_of_the_words_are_a_weak_answer(cast, look):
    all_six(look, cast, "kuutamo sauvakävely")
    (gap,) = reading.gaps(cast.mika)[0]
    assert (gap.state, gap.times) == ("weak", 6)


def test_words_that_only_a_closed_place_has_are_not_told_to_editors_elsewhere(cast, look):
    for text in ("salaisuusvault sauvakävely", "sauvakävely salaisuusvaultin"):
        three_of_vault = (cast.aino, cast.ben, cast.mika)
        for user in three_of_vault:
            look(user, text)
    assert not VainSearch.objects.exists()
    look(cast.cleo, "salaisuusvault sauvakävely")
    assert VainSearch.objects.get().found_nothing == 1, "who does not know the word is counted"


def test_gap_is_gone_for_who_may_read_the_page_that_answers_it(cast, look, catch_up):
    all_six(look, cast, "sauvakävely")
    create_page(actor=cast.aino, community=cast.vault, title="Sauvakävelyn ohje", body="Kaksi sauvaa.")
    catch_up()
    assert listed(cast.mika) == []
    assert listed(cast.root) == ["sauvakävely"]  # Root does not read the vault: nothing tells that it has a page
    create_page(actor=cast.aino, community=cast.yard, title="Sauvakävely", body="Kaksi sauvaa.")
    catch_up()
    assert listed(cast.root) == []


def test_done_is_gone_can_be_taken_back_and_comes_back_when_three_more_miss_it(cast, look, sign_in):
    all_six(look, cast, "sauvakävely")
    mika, gap = sign_in(cast.mika), VainSearch.objects.get()
    answer = mika.post(reverse("search:gap_done", args=[gap.pk]), follow=True)
    assert listed(cast.mika) == []
    *_others, message = answer.context["messages"]
    mika.post(message.extra_tags.removeprefix("undo:"))
    assert listed(cast.mika) == ["sauvakävely"]
    actions.mark_done(actor=cast.root, gap=gap.pk)
    actions.mark_done(actor=cast.root, gap=gap.pk)
    for user in (cast.aino, cast.ben):
        look(user, "sauvakävely")
    assert listed(cast.mika) == []
    all_six(look, cast, "sauvakävely")
    assert listed(cast.mika) == ["sauvakävely"]


def test_who_is_no_editor_changes_nothing_and_what_is_not_shown_is_not_there(cast, look):
    look(cast.aino, "sauvakävely")
    row = VainSearch.objects.get()
    for act in (actions.mark_done, actions.reopen):
        with pytest.raises(VainSearch.DoesNotExist):
            act(actor=cast.mika, gap=row.pk)
        for name in ("aino", "cleo", "gita"):
            with pytest.raises(PermissionDenied):
                act(actor=cast.people[name], gap=row.pk)


def test_what_too_few_look_for_is_forgotten_after_a_month(cast, look):
    look(cast.aino, "sauvakävely")
    all_six(look, cast, "hiihtoretki")
    VainSearch.objects.update(first_on=noting.today() - timedelta(days=31))
    actions.forget_vain()
    assert [row.words for row in VainSearch.objects.all()] == ["hiihtoretki"]
    VainSearch.objects.update(last_on=noting.today() - timedelta(days=181))
    actions.forget_vain()
    assert not VainSearch.objects.exists()


def test_looking_writes_nothing_and_a_database_that_is_busy_breaks_nothing(cast, house, sign_in, monkeypatch):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(cast.aino)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("search:search"), {"q": "sauvakävely"})
    assert not [row["sql"] for row in asked if row["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]

    def busy(**_words):
        raise DatabaseError("database is locked")

    monkeypatch.setattr(noting, "add_vain", busy)
    with pytest.raises(DatabaseError):
        noting.write_noted()
    noting.write_noted()  # the count is lost, and nothing else


def test_memory_for_what_waits_is_bounded(cast, house, monkeypatch):
    found = find.Found()
    monkeypatch.setattr(noting, "MOST_WAITING", 10)
    monkeypatch.setattr(noting, "MOST_OF_ONE", 4)
    for user in range(100):
        for n in range(10):
            noting.note_vain(user, parse(f"sana{user}x{n}"), found)
    assert len(noting._waiting) == 10
    assert max(sum(user in one.people for one in noting._waiting.values()) for user in range(100)) == 4


def test_table_is_bounded(cast, monkeypatch):
    monkeypatch.setattr(actions, "MOST_ROWS", 3)
    noted = {f"w{n}": actions.Noted(f"w{n}", {1: False}) for n in range(6)}
    actions.add_vain(noted=noted, on=noting.today())
    assert VainSearch.objects.count() == 3
    actions.add_vain(noted={**noted, "z": actions.Noted("z", {2: False})}, on=noting.today())
    assert VainSearch.objects.count() == 3


def test_list_asks_the_database_the_same_with_three_rows_and_with_thirty(cast, house, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    mika, counts = sign_in(cast.mika), []
    for many in (3, 30):
        noted = {f"zq{n}x": actions.Noted(f"zq{n}x", dict.fromkeys(range(40), False)) for n in range(many)}
        actions.add_vain(noted=noted, on=noting.today())
        mika.get(reverse("search:gaps"))
        with CaptureQueriesContext(connection) as asked:
            mika.get(reverse("search:gaps"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
