"""How a path works, for its owner alone: figures of steps, questions, and the list for the records."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.activity.models import Activity
from tests.builders import make_person
from tests.onboarding.test_paths import on_path, path  # noqa: F401  # fixtures
from tests.onboarding.test_people import on_the_path
from wiki.onboarding import actions
from wiki.onboarding.insight.export import safe_cell
from wiki.onboarding.insight.reading import insight
from wiki.onboarding.models import Completion
from wiki.onboarding.versions import lines_of

PEOPLE = ["aino", "ben", "cleo", "mika", "gita", "root"]


def place(name: str, path) -> str:  # noqa: F811
    return reverse(f"onboarding:{name}", args=[path.slug])


def table(answer) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff"), "Excel takes it for another alphabet without the mark"
    return list(csv.DictReader(io.StringIO(text[1:])))


@pytest.mark.parametrize("name", PEOPLE)
def test_only_the_owner_sees_figures_and_exports(cast, on_path, sign_in, name):  # noqa: F811
    client, owns = sign_in(cast.people[name]), name == "mika"
    assert client.get(place("insight", on_path.path)).status_code == (200 if owns else 404)
    assert client.post(place("insight_export", on_path.path)).status_code == (200 if owns else 404)
    assert client.get(place("insight_export", on_path.path)).status_code == 405
    assert Activity.objects.filter(verb="path.exported").count() == owns
    assert client.get(f"/api/v1/paths/{on_path.path.slug}/insight").status_code == (200 if owns else 404)


def test_steps_are_counted_and_small_numbers_stay_numbers(cast, path, sign_in):  # noqa: F811
    keys = lines_of(path)[0].step
    on_the_path(cast, path, 4)
    enrolments = list(path.enrolments.select_related("person"))
    for at, enrolment in enumerate(enrolments[:3]):
        start = timezone.now() - timedelta(days=10)
        actions.complete_step(
            actor=enrolment.person, enrolment=enrolment, step=keys, at=start + timedelta(days=[0, 2, 6][at])
        )
    found = insight(cast.mika, path)
    one = found.steps[0]
    assert (found.people, found.finished) == (4, 0)
    assert (one.people, one.done, one.judged, one.late) == (4, 3, 4, 3)
    assert one.median_days == 2
    assert one.late_percent is None
    assert found.steps[1].median_days is None
    page = sign_in(cast.mika).get(place("insight", path)).text
    assert "3 of 4" in page
    assert "too few" in page
    assert all(enrolment.person.name not in page for enrolment in enrolments)


def test_a_share_is_said_from_ten_people_on(cast, path):  # noqa: F811
    on_the_path(cast, path, 10)
    assert insight(cast.mika, path).steps[0].late_percent == 100


def test_what_was_unclear_is_told_with_the_question(cast, on_path, sign_in):  # noqa: F811
    keys = lines_of(on_path.path)[0].step
    actions.ask_about(actor=cast.aino, enrolment=on_path, step=keys, words="Which door do they open?")
    page = sign_in(cast.mika).get(place("insight", on_path.path)).text
    assert "Which door do they open?" in page
    assert insight(cast.mika, on_path.path).steps[0].unclear == 1


@pytest.mark.parametrize(
    "nasty", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "=cmd|' /C calc'!A0"]
)
def test_no_cell_is_a_formula(cast, on_path, sign_in, nasty):  # noqa: F811
    assert safe_cell(nasty).startswith("'")
    cast.aino.name = nasty
    cast.aino.save(update_fields=["name"])
    keys = lines_of(on_path.path)[0].step
    Completion.objects.create(enrolment=on_path, step=keys, completed_by=cast.aino, note=nasty)
    rows = table(sign_in(cast.mika).post(place("insight_export", on_path.path)))
    assert rows
    for row in rows:
        for cell in row.values():
            assert cell[:1] not in set("=+-@\t\r\n＝＋－＠") or cell == "", cell


def test_the_table_has_a_line_for_every_step_of_everybody(cast, on_path, sign_in):  # noqa: F811
    keys, meet, _post = (line.step for line in lines_of(on_path.path))
    actions.complete_step(actor=cast.aino, enrolment=on_path, step=keys, note="Got “them”; all, really")
    actions.skip_step(actor=cast.mika, enrolment=on_path, step=meet, reason="Knows him")
    rows = table(sign_in(cast.mika).post(place("insight_export", on_path.path)))
    assert [row["State"] for row in rows] == ["Done", "Skipped", "Open"]
    assert rows[0]["Note"] == "Got “them”; all, really"
    assert rows[0]["Done by"] == "Aino Example"
    assert rows[1]["Reason"] == "Knows him"


@pytest.mark.parametrize(("readers", "told"), [(["manager"], False), (["owner"], True)])
def test_answers_are_in_the_table_for_whom_the_step_names(cast, path, sign_in, readers, told):  # noqa: F811
    asked = actions.save_step(
        actor=cast.mika, path=path, kind="check_in", title="Day 5", question="How is it?", readers=readers
    )
    enrolment = actions.enrol(
        actor=cast.mika, path=path, person=cast.aino, start_on=timezone.localdate(), manager=cast.ben
    )
    actions.complete_step(actor=cast.aino, enrolment=enrolment, step=asked, answer="Too loud")
    rows = table(sign_in(cast.mika).post(place("insight_export", path)))
    assert ("Too loud" in str(rows)) == told


def test_a_finn_gets_semicolons(cast, on_path, sign_in):  # noqa: F811
    type(cast.mika).objects.filter(pk=cast.mika.pk).update(language="fi")
    answer = sign_in(cast.mika).post(place("insight_export", on_path.path))
    first = b"".join(answer.streaming_content).decode("utf-8").splitlines()[0]
    assert first.count(";") == 12


def test_figures_ask_the_same_for_three_and_for_thirty(cast, path, sign_in):  # noqa: F811
    counts, client = [], sign_in(cast.mika)
    for number in (3, 27):
        on_the_path(cast, path, number)
        client.get(place("insight", path))
        with CaptureQueriesContext(connection) as asked:
            client.get(place("insight", path))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_table_goes_on_behind_a_hundred_people(cast, path, sign_in):  # noqa: F811
    from intranet.people.models import Membership

    fresh = [make_person(f"Many{at}") for at in range(103)]
    Membership.objects.bulk_create(Membership(user=one, community=cast.lab, origin="added") for one in fresh)
    actions.enrol_many(actor=cast.mika, path=path, people=fresh, start_on=timezone.localdate())
    rows = table(sign_in(cast.mika).post(place("insight_export", path)))
    assert len(rows) == 3 * 103
    assert len({row["Mail address"] for row in rows}) == 103
