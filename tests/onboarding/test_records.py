"""What is on record stays there as it was, and a table of it does nothing in a spreadsheet."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from tests.api.programs import Program, is_problem
from tests.house.world import picture
from tests.onboarding.conftest import step_of
from wiki.onboarding import actions
from wiki.onboarding.insight.export import export_completions
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


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("other", [",", ";", "\t"])
def test_a_note_begins_no_formula_wherever_a_spreadsheet_cuts_it(cast, way, hers, delimiter, other):
    """A Finnish spreadsheet wants semicolons between cells, an English one commas; the table has one of them."""
    note = 'Fine;=1+1,=2+2\t=3+3,"@4 - and 5 - so, well -ish; 6+7'
    actions.complete_step(actor=cast.aino, enrolment=hers, step=step_of(way, "Keys"), note=note)
    text = "".join(export_completions(actor=cast.mika, path=way, delimiter=delimiter))
    cells = [cell.strip('"') for line in text.splitlines() for cell in line.split(other)]
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}]
    assert "4 - and 5 - so, well -ish; 6+7" in text


def test_of_files_that_are_refused_together_none_stays_behind(cast, way, hers):
    step = step_of(way, "Keys")
    actions.save_step(actor=cast.mika, path=way, step=step, proof="file")
    stored = set(everything_stored())
    files = [ContentFile(picture(), name="card.png"), ContentFile(b"", name="empty.png")]
    with pytest.raises(ValidationError):
        actions.complete_step(actor=cast.aino, enrolment=hers, step=step, files=files)
    assert set(everything_stored()) == stored
    assert not Completion.objects.exists()


def everything_stored() -> Iterator[str]:
    root = Path(default_storage.path(""))
    return (str(one) for one in root.rglob("*") if one.is_file())
