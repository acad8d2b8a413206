"""While there is no index, operators and choices narrow all the same, and open nothing."""

import shutil

import pytest

from search import find
from search.engines import engine
from search.query import parse
from tests.search.narrowing.test_facets import chosen
from tests.search.narrowing.test_operators import QUESTIONS
from tests.search.test_find import places_of


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
