"""While there is no index, operators and choices narrow all the same, and open nothing."""

import shutil

import pytest

from search import find
from search.engines import engine
from search.query import parse
from tests.search.narrowing.test_facets import chosen
from tests.search.narrowing.test_operators import QUESTIONS
from tests.search.test_find import places_of
from wiki.onboarding.actions import create_path


def seen(user, question, address=""):
    answer = find.search(user, parse(question), choice=chosen(address), size=50)
    return answer.is_plain, sorted(f"{one.kind}:{one.pk}" for one in answer.results)


NARROWED = [
    ("kuutamo in:lab", ""), ("kuutamo -in:lab", ""), ("kuutamo from:ben", ""), ("kuutamo", "from=ben.example"),
    ("kuutamo tag:kuutamo type:page", ""), ("kuutamo -tag:kuutamo type:page", ""), ("kuutamo is:open", ""),
    ("kuutamo", "is=answered"), ("kuutamo is:verified", ""), ("kuutamo type:page lang:sv", ""), ("kuutamo has:file", ""),
    ("kuutamo type:post -has:file", ""), ("kuutamo", "in=lab&in=yard"), ("kuutamo after:2020", ""), ("kuutamo after:2090", ""),
    ("kuutamo", "year=1999"), ("kuutamo is:mine type:page", ""), ("kuutamo -type:post", ""), ("kuutamo in:nowhere", ""),
]  # fmt: skip


@pytest.mark.parametrize(("question", "address"), NARROWED)
def test_same_things_are_left_as_with_the_index(cast, varied, question, address):
    is_plain, with_index = seen(cast.ben, f"{question} -type:tag", address)
    assert not is_plain
    shutil.rmtree(engine().store.folder)
    is_plain, without = seen(cast.ben, f"{question} -type:tag", address)
    assert is_plain
    # Words are looked up as they are written: fewer are found, and nothing that the index would not find.
    assert set(without) <= set(with_index)
    assert bool(without) is bool(with_index)


def test_nobody_sees_more(cast, varied):
    shutil.rmtree(engine().store.folder)
    for name, user in cast.people.items():
        for question in QUESTIONS:
            answer = find.search(user, parse(f"{question} kuutamo"), size=50)
            found = {one.community.slug for one in answer.results if one.community and one.kind != "community"}
            assert found <= places_of(name), (name, question)


def test_what_must_not_be_there_is_not(cast, varied):
    shutil.rmtree(engine().store.folder)
    everything = set(seen(cast.ben, "kuutamo")[1])
    for unwanted in ("-kuutamolla", '-"katsotaan kuutamoa"', "-kävellään"):
        assert set() < set(seen(cast.ben, f"kuutamo {unwanted}")[1]) < everything, unwanted
    assert seen(cast.ben, "kuutamo -kuutamo")[1] == []


def test_pages_are_of_their_size_and_follow_each_other(cast, varied):
    shutil.rmtree(engine().store.folder)
    whole = seen(cast.ben, "kuutamo")[1]
    pages = [find.search(cast.ben, parse("kuutamo"), page=page, size=4) for page in range(1, len(whole) // 4 + 3)]
    assert {page.total for page in pages} == {len(whole)}
    assert [len(page.results) for page in (pages[0], pages[1], pages[-1])] == [4, 4, 0]
    assert sorted(f"{one.kind}:{one.pk}" for page in pages for one in page.results) == whole


def test_paths_are_narrowed_too(cast, varied):
    create_path(actor=cast.mika, community=cast.lab, title="Kuutamopolku")
    shutil.rmtree(engine().store.folder)
    for question, is_there in (("in:lab", 1), ("in:yard", 0), ("-in:lab", 0), ("from:mika", 1), ("after:2020", 1)):
        assert len(seen(cast.ben, f"kuutamo type:path {question}")[1]) == is_there, question
