"""A path changes while people are on it: texts are live, structure makes versions, aligning loses and revives nothing."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from intranet.activity.models import Activity
from tests.builders import make_person
from tests.onboarding.conftest import step_of, titles
from wiki.onboarding import actions
from wiki.onboarding.alignment import preview_alignment
from wiki.onboarding.models import Completion, Step
from wiki.onboarding.progress import progress_for
from wiki.onboarding.versions import lines_of
from wiki.onboarding.ways import way_of

START = date(2026, 11, 2)


@pytest.fixture(autouse=True)
def second_of_november():
    with time_machine.travel("2026-11-02T09:00:00+02:00", tick=False):
        yield


def test_structure_makes_no_version_while_nobody_walks_it(cast, way):
    actions.save_step(actor=cast.mika, path=way, kind="do", title="More")
    assert list(way.versions.values_list("number", flat=True)) == [1]


def test_texts_are_live_and_structure_makes_a_version_once(cast, way, hers):
    actions.save_step(actor=cast.mika, path=way, step=step_of(way, "Keys"), title="All keys")
    assert way.versions.count() == 1
    assert titles(hers)[0] == "All keys"
    actions.save_step(actor=cast.mika, path=way, step=step_of(way, "Badge"), due_days=3)
    actions.save_step(actor=cast.mika, path=way, kind="do", title="Cellar")
    actions.remove_step(actor=cast.mika, step=step_of(way, "Roof"))
    way.refresh_from_db()
    assert way.present.number == 2
    assert titles(hers) == ["All keys", "Badge", "Lift", "Roof"]
    # The next one gets what is there now.
    ben = actions.enrol(actor=cast.mika, path=way, person=cast.ben, start_on=START)
    assert titles(ben) == ["All keys", "Badge", "Lift", "Cellar"]


def change(cast, way) -> None:
    """Badge goes, Roof goes, Cellar comes, Lift is two days later."""
    actions.remove_step(actor=cast.mika, step=step_of(way, "Badge"))
    actions.remove_step(actor=cast.mika, step=step_of(way, "Roof"))
    actions.save_step(actor=cast.mika, path=way, kind="do", title="Cellar", due_days=5)
    actions.save_step(actor=cast.mika, path=way, step=step_of(way, "Lift"), due_days=6, waits_for=[])


def test_preview_says_per_person_what_aligning_then_does(cast, way, hers):
    badge = step_of(way, "Badge")
    actions.complete_step(actor=cast.aino, enrolment=hers, step=badge)
    change(cast, way)
    [said] = preview_alignment(cast.mika, way)
    assert [step.title for step in said.added] == ["Cellar"]
    assert [step.title for step in said.dropped] == ["Roof"]
    assert [line.step.title for line in said.kept] == ["Badge"]
    assert [(one.step.title, one.was, one.will_be) for one in said.shifted] == [
        ("Lift", date(2026, 11, 6), date(2026, 11, 10))
    ]
    assert titles(hers) == ["Keys", "Badge", "Lift", "Roof"]
    actions.align(actor=cast.mika, path=way)
    assert sorted(titles(hers)) == ["Badge", "Cellar", "Keys", "Lift"]
    assert Completion.objects.filter(enrolment=hers, step=badge).exists()
    assert actions.align(actor=cast.mika, path=way) == []
    assert preview_alignment(cast.mika, way) == []
    assert Activity.objects.filter(verb="enrolment.aligned").count() == 1


def test_nothing_dropped_or_skipped_comes_back(cast, way, hers):
    roof, lift = step_of(way, "Roof"), step_of(way, "Lift")
    actions.skip_step(actor=cast.ben, enrolment=hers, step=lift, reason="Works from home")
    actions.remove_step(actor=cast.mika, step=roof)
    actions.align(actor=cast.mika, path=way)
    assert "Roof" not in titles(hers)
    actions.restore_step(actor=cast.mika, path=way, step=roof)
    actions.save_step(actor=cast.mika, path=way, kind="do", title="Cellar")
    actions.align(actor=cast.mika, path=way)
    assert titles(hers) == ["Keys", "Badge", "Lift", "Cellar"]
    assert way_of(hers).is_skipped(lift.pk)


def test_a_step_with_a_chosen_day_and_a_step_of_ones_own_stay(cast, way, hers):
    roof = step_of(way, "Roof")
    actions.set_due(actor=cast.ben, enrolment=hers, step=roof, due_on=date(2026, 11, 20))
    actions.add_step_for(actor=cast.ben, enrolment=hers, kind="do", title="Skis", due_days=3)
    actions.remove_step(actor=cast.mika, step=roof)
    actions.align(actor=cast.mika, path=way)
    assert set(titles(hers)) == {"Keys", "Badge", "Lift", "Roof", "Skis"}
    assert way_of(hers).windows()[roof.pk].due_on == date(2026, 11, 20)


def test_who_has_finished_is_left_alone_unless_named(cast, way, hers):
    for line in way_of(hers).lines:
        actions.complete_step(actor=cast.aino, enrolment=hers, step=line.step)
    assert hers.finished_at is not None
    actions.save_step(actor=cast.mika, path=way, kind="do", title="Cellar")
    assert preview_alignment(cast.mika, way) == []
    assert actions.align(actor=cast.mika, path=way) == []
    actions.align(actor=cast.mika, path=way, enrolments=[hers])
    hers.refresh_from_db()
    assert hers.finished_at is None


def test_steps_wait_and_never_in_a_circle(cast, way, hers):
    badge, lift = step_of(way, "Badge"), step_of(way, "Lift")
    with pytest.raises(ValidationError):
        actions.complete_step(actor=cast.aino, enrolment=hers, step=lift)
    with pytest.raises(ValidationError):
        actions.save_step(actor=cast.mika, path=way, step=badge, waits_for=[lift.pk])
    actions.complete_step(actor=cast.aino, enrolment=hers, step=badge)
    actions.complete_step(actor=cast.aino, enrolment=hers, step=lift)


def test_order_by_numbers(cast, way):
    order = [line.step_id for line in lines_of(way)]
    actions.arrange_steps(actor=cast.mika, path=way, order=[order[3], order[1]])
    way.refresh_from_db()
    assert [line.step_id for line in lines_of(way)] == [order[3], order[1], order[0], order[2]]
    other = actions.create_path(actor=cast.mika, community=cast.lab, title="Other")
    with pytest.raises(ValidationError):
        actions.arrange_steps(actor=cast.mika, path=other, order=order)


@pytest.mark.parametrize("name", ["aino", "ben", "cleo", "gita", "root"])
def test_only_owner_and_moderators_change_the_structure(cast, way, hers, name):
    actor, step = cast.people[name], step_of(way, "Keys")
    for act in (
        lambda: actions.save_step(actor=actor, path=way, kind="do", title="Mine"),
        lambda: actions.remove_step(actor=actor, step=step),
        lambda: actions.arrange_steps(actor=actor, path=way, order=[step.pk]),
        lambda: actions.align(actor=actor, path=way),
        lambda: actions.enrol_many(actor=actor, path=way, people=[cast.ben], start_on=START),
        lambda: actions.save_role(actor=actor, path=way, name="IT"),
        lambda: actions.add_rule(actor=actor, path=way, title="Engineer"),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_copy_stands_alone_and_asks_nobody_twice(cast, way, hers):
    copy = actions.copy_path(actor=cast.mika, path=way, title="For engineers", community=cast.yard)
    assert [line.step.title for line in lines_of(copy)] == ["Keys", "Badge", "Lift", "Roof"]
    assert not {line.step_id for line in lines_of(copy)} & {line.step_id for line in lines_of(way)}
    assert lines_of(copy)[2].waits_for == [lines_of(copy)[1].step_id]
    actions.complete_step(actor=cast.aino, enrolment=hers, step=step_of(way, "Keys"), note="On a red ribbon")
    second = actions.enrol(actor=cast.mika, path=copy, person=cast.aino, start_on=START)
    [counted] = second.completions.all()
    assert counted.step == step_of(copy, "Keys")
    assert counted.note == ""  # written for other eyes
    actions.complete_step(actor=cast.aino, enrolment=second, step=step_of(copy, "Badge"))
    assert set(way_of(hers).completions) == {step_of(way, "Keys").pk, step_of(way, "Badge").pk}
    actions.reopen_step(actor=cast.aino, enrolment=second, step=step_of(copy, "Keys"))
    assert set(way_of(hers).completions) == {step_of(way, "Badge").pk}


@pytest.mark.parametrize("name", ["cleo", "root"])
def test_nobody_copies_what_they_cannot_read(cast, way, name):
    with pytest.raises(PermissionDenied):
        actions.copy_path(actor=cast.people[name], path=way, title="Mine", community=cast.everyone)


def test_enrolling_a_thousand_takes_no_more_statements_than_a_hundred(cast, django_assert_max_num_queries):
    path = actions.create_path(actor=cast.mika, community=cast.everyone, title="Everybody")
    for number in range(12):
        actions.save_step(actor=cast.mika, path=path, kind="do", title=f"Step {number}", due_days=number)
    people = [make_person(f"New{number}") for number in range(120)]
    with django_assert_max_num_queries(40):
        assert len(actions.enrol_many(actor=cast.mika, path=path, people=people[:100], start_on=START)) == 100
    with django_assert_max_num_queries(40):
        made = actions.enrol_many(actor=cast.mika, path=path, people=people, start_on=START)
    assert len(made) == 20
    assert Activity.objects.filter(verb="enrolment.started").count() == 120
    assert len(progress_for(cast.mika, path.enrolments.all())) == 120


def test_a_path_has_at_most_two_hundred_steps(cast, way):
    version = way.present
    steps = Step.objects.bulk_create(Step(path=way, kind="do", title=f"Step {number}") for number in range(196))
    version.lines.bulk_create(
        version.lines.model(version=version, step=step, position=number, due_days=number // 4)
        for number, step in enumerate(steps, start=5)
    )
    with pytest.raises(ValidationError):
        actions.save_step(actor=cast.mika, path=way, kind="do", title="Too many")
    enrolment = actions.enrol(actor=cast.mika, path=way, person=cast.aino, start_on=START)
    assert progress_for(cast.aino, [enrolment])[0].total == 200
