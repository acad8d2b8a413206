"""What is on record stays there as it was, and a table of it does nothing in a spreadsheet."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from tests.api.programs import Program, is_problem
from tests.onboarding.conftest import step_of
from wiki.onboarding import actions
from wiki.onboarding.models import Completion


def send(person, method, path, body=None):
    return Program(person, "write").send(method, path, json.dumps(body or {}))


def ended(cast, hers):
    return actions.end_enrolment(actor=cast.mika, enrolment=hers)


def test_who_is_off_a_path_takes_nothing_back(cast, way, hers, sign_in):
    keys = step_of(way, "Keys")
    actions.complete_step(actor=cast.aino, enrolment=hers, step=keys)
    ended(cast, hers)
    assert is_problem(send(cast.aino, "DELETE", f"/enrolments/{hers.pk}/steps/{keys.pk}/done"), 422)
    taken = sign_in(cast.aino).post(reverse("onboarding:step_reopen", args=[hers.pk, keys.pk]), follow=True)
    assert "This person is no longer on the path." in taken.text
    assert Completion.objects.count() == 1


@pytest.mark.parametrize("first", ["ended", "open"])
def test_what_counted_on_two_paths_is_taken_back_only_where_the_person_is(cast, way, hers, first):
    copy = actions.copy_path(actor=cast.mika, path=way, title="Weeks again", community=cast.lab)
    other = actions.enrol(actor=cast.mika, path=copy, person=cast.aino, start_on=timezone.localdate())
    done_on = hers if first == "ended" else other
    actions.complete_step(actor=cast.aino, enrolment=done_on, step=step_of(done_on.path, "Keys"))
    assert Completion.objects.count() == 2
    ended(cast, hers)
    actions.reopen_step(actor=cast.aino, enrolment=other, step=step_of(copy, "Keys"))
    assert [one.enrolment for one in Completion.objects.all()] == [hers]
    with pytest.raises(ValidationError):
        actions.reopen_step(actor=cast.aino, enrolment=hers, step=step_of(way, "Keys"))
