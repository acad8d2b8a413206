"""A step that is taken off a path comes back where it was."""

import html
import re

import pytest
from django.http import QueryDict
from django.utils import timezone

from tests.onboarding.editing import address, path_of_five, shown, step
from wiki.onboarding import actions
from wiki.onboarding.making.undoing import place_from, place_query
from wiki.onboarding.models import Step
from wiki.onboarding.versions import lines_of


@pytest.fixture
def path(cast):
    return path_of_five(cast)


@pytest.fixture
def mika(cast, sign_in):
    return sign_in(cast.mika)


def test_a_step_taken_off_comes_back_where_it_was(cast, path, mika):
    keys, buddy, talk = (step(path, title) for title in ("Keys", "Buddy", "Talk"))
    actions.save_step(actor=cast.mika, path=path, step=buddy, waits_for=[keys.pk])
    actions.save_step(actor=cast.mika, path=path, step=talk, waits_for=[buddy.pk])
    actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=timezone.localdate())
    before, version = [(line.step_id, line.due_days, line.waits_for) for line in lines_of(path)], path.present_id
    answer = mika.post(address("step_remove", path, buddy.pk), follow=True)
    undo = re.search(rf'action="({address("step_restore", path, buddy.pk)}[^"]*)"', answer.text)
    assert undo, answer.text
    assert len(shown(path)) == 4
    assert mika.post(html.unescape(undo[1]), follow=True).status_code == 200
    path.refresh_from_db()
    assert [(line.step_id, line.due_days, line.waits_for) for line in lines_of(path)] == before
    assert path.present_id == version  # nobody is behind for nothing
    assert mika.post(html.unescape(undo[1])).status_code == 302  # twice is once
    assert len(shown(path)) == 5


def test_a_step_that_is_gone_for_good_says_so(path, mika):
    first, second = step(path, "Keys"), step(path, "Lunch")
    for one in (first, second):
        mika.post(address("step_remove", path, one.pk))
    assert not Step.objects.filter(pk=first.pk).exists()  # nobody had it
    answer = mika.post(address("step_restore", path, first.pk), follow=True)
    assert "cannot be put back any more" in answer.text
    for odd in ("", "?at=-1&days=b9999&after=x.y&then=.", "?at=99999999999999999999&days=1e9", "?days=b"):
        mika.post(address("step_restore", path, second.pk) + odd)
        assert len(shown(path)) == 4
        mika.post(address("step_remove", path, second.pk))


def test_a_step_that_somebody_took_off_meanwhile_is_neither_moved_nor_an_error(cast, path, mika, sign_in):
    keys, own = step(path, "Keys").pk, step(path, "Lunch")
    mika.post(address("step_remove", path, keys))
    became = shown(path)
    answer = mika.post(address("step_move", path, keys), {"direction": "down"}, headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert "meanwhile" in answer.json()["error"]
    assert "meanwhile" in mika.post(address("step_move", path, keys), {"direction": "down"}, follow=True).text
    assert mika.post(address("step_remove", path, keys), follow=True).status_code == 200  # twice is once
    assert shown(path) == became
    elsewhere = path_of_five(cast)
    for name in ("step_move", "step_remove"):
        assert mika.post(address(name, elsewhere, own.pk)).status_code == 404
        assert sign_in(cast.cleo).post(address(name, path, keys)).status_code == 404


@pytest.mark.parametrize("days", [-180, -1, 0, 3, 520])
def test_a_place_survives_an_address(days):
    place = actions.Place(4, days, [3, 17], [8])
    assert place_from(QueryDict(place_query(place))) == place
