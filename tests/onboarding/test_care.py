"""What is done for one person: pauses, another start, skips, steps of her own, another buddy; and who may see and do it."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from intranet.activity.models import Activity
from intranet.people.models import User
from tests.onboarding.conftest import step_of
from wiki.onboarding import actions
from wiki.onboarding.alignment import start_preview
from wiki.onboarding.models import Enrolment, Unclear
from wiki.onboarding.progress import progress_for
from wiki.onboarding.ways import way_of

EVERYBODY = ["aino", "ben", "cleo", "mika", "gita", "root"]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-02T09:00:00+02:00", tick=False) as traveller:
        yield traveller


def days(enrolment) -> dict[str, str]:
    """Return when each step is due."""
    enrolment.refresh_from_db()
    way = way_of(enrolment)
    spread = way.windows()
    return {line.step.title: spread[line.step.pk].due_on.strftime("%d.%m.") for line in way.lines}


def test_a_pause_stops_the_clock_and_what_is_open_moves(cast, way, hers, clock):
    assert days(hers) == {"Keys": "02.11.", "Badge": "04.11.", "Lift": "06.11.", "Roof": "16.11."}
    clock.move_to("2026-11-05T09:00:00+02:00")
    actions.pause(actor=cast.mika, enrolment=hers)
    actions.pause(actor=cast.mika, enrolment=hers)
    assert hers.pauses.count() == 1
    clock.move_to("2026-11-12T09:00:00+02:00")
    assert progress_for(cast.aino, [hers])[0].is_paused
    assert progress_for(cast.aino, [hers])[0].overdue == 0
    actions.resume(actor=cast.mika, enrolment=hers)
    actions.resume(actor=cast.mika, enrolment=hers)
    # Five working days. The lift waits for the badge, which is late: three of the days that count.
    assert days(hers) == {"Keys": "02.11.", "Badge": "04.11.", "Lift": "16.11.", "Roof": "23.11."}
    assert Activity.objects.filter(verb__in=["enrolment.paused", "enrolment.resumed"]).count() == 2
    assert progress_for(cast.aino, [hers])[0].overdue == 2


def test_a_pause_may_say_when_it_ends(cast, hers, clock):
    with pytest.raises(ValidationError):
        actions.pause(actor=cast.mika, enrolment=hers, until_on=date(2026, 11, 2))
    actions.pause(actor=cast.mika, enrolment=hers, until_on=date(2026, 11, 9))
    assert days(hers)["Roof"] == "23.11."
    clock.move_to("2026-11-09T09:00:00+02:00")
    assert not progress_for(cast.aino, [hers])[0].is_paused


def test_another_start_moves_what_is_open_and_nothing_else(cast, way, hers):
    actions.complete_step(actor=cast.aino, enrolment=hers, step=step_of(way, "Keys"))
    actions.set_due(actor=cast.ben, enrolment=hers, step=step_of(way, "Roof"), due_on=date(2026, 11, 20))
    shifts = start_preview(way_of(hers), date(2026, 11, 9))
    assert [(one.step.title, one.will_be.day) for one in shifts] == [("Badge", 11), ("Lift", 13)]
    assert days(hers)["Badge"] == "04.11."
    actions.move_start(actor=cast.mika, enrolment=hers, start_on=date(2026, 11, 9))
    assert days(hers) == {"Keys": "09.11.", "Badge": "11.11.", "Lift": "13.11.", "Roof": "20.11."}
    assert way_of(hers).completions.keys() == {step_of(way, "Keys").pk}


def test_a_skipped_step_is_said_why_and_finishes_the_path(cast, way, hers):
    keys = [line.step for line in way_of(hers).lines]
    with pytest.raises(ValidationError):
        actions.skip_step(actor=cast.ben, enrolment=hers, step=keys[0], reason=" ")
    for step in keys[:3]:
        actions.complete_step(actor=cast.aino, enrolment=hers, step=step)
    actions.skip_step(actor=cast.ben, enrolment=hers, step=keys[3], reason="No roof here")
    hers.refresh_from_db()
    assert hers.finished_at is not None
    shown = progress_for(cast.aino, [hers])[0]
    assert (shown.percent, shown.skipped_rows[0].state.reason) == (100, "No roof here")
    actions.unskip_step(actor=cast.ben, enrolment=hers, step=keys[3])
    hers.refresh_from_db()
    assert hers.finished_at is None
    with pytest.raises(ValidationError):
        actions.skip_step(actor=cast.ben, enrolment=hers, step=keys[0], reason="Done already")


def test_a_step_for_one_person_is_hers_alone(cast, way, hers, sign_in):
    ben = actions.enrol(actor=cast.mika, path=way, person=cast.ben, start_on=date(2026, 11, 2))
    step = actions.add_step_for(actor=cast.ben, enrolment=hers, kind="do", title="Skis", due_days=3)
    assert "Skis" in days(hers)
    assert "Skis" not in days(ben)
    assert "Skis" not in sign_in(cast.mika).get(f"/paths/{way.slug}/").text
    way.refresh_from_db()
    assert way.present.number == 1
    actions.take_step_back(actor=cast.ben, enrolment=hers, step=step)
    assert "Skis" not in days(hers)
    with pytest.raises(PermissionDenied):
        actions.take_step_back(actor=cast.ben, enrolment=hers, step=step_of(way, "Keys"))


MANAGE = {"mika"}
LOOK_AFTER = {"mika", "ben"}


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_do_what_for_somebody(cast, way, hers, name):
    actor, keys = cast.people[name], step_of(way, "Keys")
    acts = {
        lambda: actions.move_start(actor=actor, enrolment=hers, start_on=date(2026, 11, 3)): MANAGE,
        lambda: actions.pause(actor=actor, enrolment=hers): MANAGE,
        lambda: actions.resume(actor=actor, enrolment=hers): MANAGE,
        lambda: actions.reassign(actor=actor, enrolment=hers, role="manager", person=None): MANAGE,
        lambda: actions.nudge(actor=actor, enrolment=hers, step=keys): LOOK_AFTER,
        lambda: actions.set_due(actor=actor, enrolment=hers, step=keys, due_on=date(2026, 11, 9)): LOOK_AFTER,
        lambda: actions.add_step_for(actor=actor, enrolment=hers, kind="do", title="x"): LOOK_AFTER,
        lambda: actions.skip_step(actor=actor, enrolment=hers, step=keys, reason="x"): LOOK_AFTER,
        lambda: actions.ask_about(actor=actor, enrolment=hers, step=keys, words="Which?"): {"aino"},
        lambda: actions.end_enrolment(actor=actor, enrolment=hers): MANAGE,
    }
    for act, allowed in acts.items():
        if name in allowed:
            act()
        else:
            with pytest.raises(PermissionDenied):
                act()


def sees(user, enrolment) -> bool:
    return Enrolment.objects.visible_to(user).filter(pk=enrolment.pk).exists()


def test_whoever_was_buddy_or_manager_sees_nothing_from_then_on(cast, way, hers):
    gita = cast.gita
    actions.reassign(actor=cast.mika, enrolment=hers, role="buddy", person=gita)
    assert not sees(cast.ben, hers)
    assert sees(gita, hers)
    User.objects.filter(pk=cast.aino.pk).update(manager=cast.ben)
    assert sees(cast.ben, hers)  # the manager of the profile, as long as the profile says so
    User.objects.filter(pk=cast.aino.pk).update(manager=None)
    assert not sees(cast.ben, hers)
    with pytest.raises(ValidationError):
        actions.reassign(actor=cast.mika, enrolment=hers, role="buddy", person=cast.aino)
    with pytest.raises(ValidationError):
        actions.reassign(actor=cast.mika, enrolment=hers, role="buddy", person=cast.cleo)


def test_roles_that_see_progress_see_it_and_others_their_tasks_only(cast, way, hers):
    actions.reassign(actor=cast.mika, enrolment=hers, role="buddy", person=None)
    it = actions.save_role(actor=cast.mika, path=way, name="IT", holder=cast.ben)
    assert not sees(cast.ben, hers)
    actions.save_role(actor=cast.mika, path=way, role=it, holder=cast.ben, sees_progress=True)
    assert sees(cast.ben, hers)
    hers.refresh_from_db()
    actions.hold_role(actor=cast.mika, enrolment=hers, role=it, person=cast.gita)
    assert not sees(cast.ben, hers)
    assert sees(cast.gita, hers)


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_colleague_does_the_colleagues_task(cast, way, name):
    it = actions.save_role(actor=cast.mika, path=way, name="IT", holder=cast.gita)
    step = actions.save_step(actor=cast.mika, path=way, kind="task", title="Set up the laptop", whom="role", role=it)
    hers = actions.enrol(actor=cast.mika, path=way, person=cast.aino, start_on=date(2026, 11, 2), buddy=cast.ben)
    actor = cast.people[name]
    if name == "gita":
        assert actions.complete_step(actor=actor, enrolment=hers, step=step).completed_by == cast.gita
    else:
        with pytest.raises(PermissionDenied):
            actions.complete_step(actor=actor, enrolment=hers, step=step)


@pytest.mark.parametrize(
    ("proof", "wrong", "right"),
    [
        ("note", {}, {"note": "Third floor"}),
        ("answer", {"answer": " "}, {"answer": "All well"}),
        ("quiz", {"choice": 0}, {"choice": 1}),
        ("file", {}, None),
    ],
)
def test_a_step_asks_for_its_proof(cast, way, proof, wrong, right):
    step = actions.save_step(
        actor=cast.mika, path=way, kind="do", title="Prove it", proof=proof, question="Which?", choices=["a", "b"],
        right=1,
    )  # fmt: skip
    hers = actions.enrol(actor=cast.mika, path=way, person=cast.aino, start_on=date(2026, 11, 2))
    with pytest.raises(ValidationError):
        actions.complete_step(actor=cast.aino, enrolment=hers, step=step, **wrong)
    if right is None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        right = {"files": [SimpleUploadedFile("form.txt", b"signed")]}
    done = actions.complete_step(actor=cast.aino, enrolment=hers, step=step, **right)
    assert [file.name for file in done.files.all()] == (["form.txt"] if proof == "file" else [])
    actions.reopen_step(actor=cast.aino, enrolment=hers, step=step)
    assert not way_of(hers).completions


def test_answers_are_read_by_whom_the_step_names_alone(cast, way):
    step = actions.save_step(
        actor=cast.mika, path=way, kind="check_in", title="Day five", question="How is it?", readers=["manager"]
    )
    hers = actions.enrol(
        actor=cast.mika, path=way, person=cast.aino, start_on=date(2026, 11, 2), buddy=cast.ben, manager=cast.gita
    )
    actions.complete_step(actor=cast.aino, enrolment=hers, step=step, answer="Lonely lunches")
    read = {}
    for name in ("aino", "ben", "gita", "mika"):
        [shown] = progress_for(cast.people[name], [hers])
        read[name] = next(row.answer for row in shown.rows if row.step == step)
    assert read == {"aino": "Lonely lunches", "ben": "", "gita": "Lonely lunches", "mika": ""}


def test_a_nudge_is_one_a_day(cast, way, hers, clock):
    keys = step_of(way, "Keys")
    assert actions.nudge(actor=cast.ben, enrolment=hers, step=keys)
    assert not actions.nudge(actor=cast.mika, enrolment=hers, step=keys)
    clock.move_to("2026-11-03T09:00:00+02:00")
    assert actions.nudge(actor=cast.mika, enrolment=hers, step=keys)
    actions.complete_step(actor=cast.aino, enrolment=hers, step=keys)
    with pytest.raises(ValidationError):
        actions.nudge(actor=cast.ben, enrolment=hers, step=keys)


def test_an_unclear_step_becomes_one_question(cast, way, hers):
    keys = step_of(way, "Keys")
    post = actions.ask_about(actor=cast.aino, enrolment=hers, step=keys, words="Which door is it?")
    assert (post.kind, post.community, post.author) == ("question", cast.lab, cast.aino)
    assert actions.ask_about(actor=cast.aino, enrolment=hers, step=keys, words="Again") == post
    assert Unclear.objects.get().post_id == post.pk


def test_who_has_left_does_nothing_more_and_what_was_done_stays(cast, way, hers):
    actions.complete_step(actor=cast.aino, enrolment=hers, step=step_of(way, "Keys"))
    actions.end_enrolment(actor=cast.mika, enrolment=hers)
    with pytest.raises(ValidationError):
        actions.complete_step(actor=cast.aino, enrolment=hers, step=step_of(way, "Badge"))
    assert hers.completions.count() == 1
    assert actions.enrol(actor=cast.mika, path=way, person=cast.aino, start_on=date(2026, 12, 1)).ended_at
