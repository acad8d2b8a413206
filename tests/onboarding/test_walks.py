"""Walks nobody thought of: people are enrolled, do and undo, while the path changes under their feet.

`WALKS=5000 python -m pytest -s tests/onboarding/test_walks.py` (`make walks`) takes all five thousand.
"""

import os
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from wiki.onboarding import actions
from wiki.onboarding.alignment import preview_alignment
from wiki.onboarding.models import Completion, Enrolment, Step
from wiki.onboarding.progress import progress_of_ways
from wiki.onboarding.standing import standings
from wiki.onboarding.versions import lines_of
from wiki.onboarding.ways import day_of, load, with_people

WALKS = int(os.environ.get("WALKS", "40"))
numbers = st.integers(0, 30)
BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Walks(RuleBasedStateMachine):
    """Two people on a path and on its copy, in a house that is put back after each walk."""

    cast = None  # the test says which, and which paths
    paths = ()

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.clock = time_machine.travel(BEGIN, tick=False)
        self.time = self.clock.start()
        self.owner = self.cast.mika
        self.people = [self.cast.aino, self.cast.ben]
        self.gone: dict[int, set[int]] = {}
        self.seen: dict[int, set[int]] = {}
        self.skipped: set[tuple[int, int]] = set()
        self.done: set[tuple[int, int]] = set()

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # --- what is there ---

    @property
    def enrolments(self) -> list[Enrolment]:
        return list(with_people(Enrolment.objects.all()).order_by("pk"))

    def path(self, number: int):
        path = self.paths[number % 2]
        path.refresh_from_db()
        return path

    def one(self, number: int) -> Enrolment:
        keys = list(Enrolment.objects.order_by("pk").values_list("pk", flat=True))
        return Enrolment.objects.select_related("person__manager", "path").get(pk=keys[number % len(keys)])

    def step(self, enrolment: Enrolment, number: int) -> Step | None:
        lines = load([enrolment])[0].lines
        return lines[number % len(lines)].step if lines else None

    @staticmethod
    def refused(act, *args, **kwargs) -> bool:
        """Do it, or be refused in words; anything else is an error of ours."""
        try:
            with transaction.atomic():
                act(*args, **kwargs)
        except (ValidationError, PermissionDenied):
            return True
        return False

    # --- what happens ---

    @rule(who=numbers, which=numbers, days=st.integers(-10, 10))
    def enrol(self, who: int, which: int, days: int) -> None:
        start = BEGIN.date() + timedelta(days=days)
        person = self.people[who % 2]
        actions.enrol(actor=self.owner, path=self.path(which), person=person, start_on=start)

    @rule(days=st.integers(0, 9))
    def time_passes(self, days: int) -> None:
        self.time.shift(timedelta(days=days))

    @rule(which=numbers, at=numbers)
    def complete(self, which: int, at: int) -> None:
        enrolment = self.one(which)
        step = self.step(enrolment, at)
        person = enrolment.person
        if step and not self.refused(actions.complete_step, actor=person, enrolment=enrolment, step=step):
            assert Completion.objects.filter(enrolment=enrolment, step=step).count() == 1

    @rule(which=numbers, at=numbers)
    def undo(self, which: int, at: int) -> None:
        enrolment = self.one(which)
        if step := self.step(enrolment, at):
            actions.reopen_step(actor=enrolment.person, enrolment=enrolment, step=step)
            taken = self.done - self.completed()
            assert all(Step.objects.get(pk=pk).key == step.key for _enrolment, pk in taken)
            self.done -= taken

    @rule(which=numbers, due=st.integers(-9, 30))
    def edit_adds(self, which: int, due: int) -> None:
        path = self.path(which)
        actions.save_step(actor=self.owner, path=path, kind="do", title="New", due_days=due)

    @rule(which=numbers, at=numbers)
    def edit_removes(self, which: int, at: int) -> None:
        path = self.path(which)
        if lines := lines_of(path):
            actions.remove_step(actor=self.owner, step=lines[at % len(lines)].step)

    @rule(which=numbers, at=numbers)
    def edit_brings_back(self, which: int, at: int) -> None:
        path = self.path(which)
        there = {line.step_id for line in lines_of(path)}
        if away := list(path.steps.filter(only_for__isnull=True).exclude(pk__in=there).order_by("pk")):
            actions.restore_step(actor=self.owner, path=path, step=away[at % len(away)], due_days=at)

    @rule(which=numbers, at=numbers, to=numbers, due=st.integers(-9, 30))
    def edit_changes(self, which: int, at: int, to: int, due: int) -> None:
        path = self.path(which)
        if lines := lines_of(path):
            line, other = lines[at % len(lines)], lines[to % len(lines)]
            self.refused(
                actions.save_step, actor=self.owner, path=path, step=line.step, due_days=due, waits_for=[other.step_id]
            )
            order = [one.step_id for one in lines]
            actions.arrange_steps(actor=self.owner, path=path, order=order[::-1])

    @rule(which=numbers, some=st.booleans())
    def align(self, which: int, some: bool) -> None:
        path = self.path(which)
        chosen = [one for one in self.enrolments if one.path_id == path.pk] if some else None
        said = preview_alignment(self.owner, path, chosen)
        did = actions.align(actor=self.owner, path=path, enrolments=chosen)
        assert [(one.enrolment.pk, one.added, one.dropped, one.shifted) for one in said] == [
            (one.enrolment.pk, one.added, one.dropped, one.shifted) for one in did
        ]

    @rule(which=numbers, days=st.none() | st.integers(1, 20))
    def pause(self, which: int, days: int | None) -> None:
        enrolment = self.one(which)
        until = day_of(enrolment.person) + timedelta(days=days) if days else None
        self.refused(actions.pause, actor=self.owner, enrolment=enrolment, until_on=until)

    @rule(which=numbers)
    def resume(self, which: int) -> None:
        self.refused(actions.resume, actor=self.owner, enrolment=self.one(which))

    @rule(which=numbers, days=st.integers(-30, 30))
    def move(self, which: int, days: int) -> None:
        enrolment = self.one(which)
        start = enrolment.start_on + timedelta(days=days)
        self.refused(actions.move_start, actor=self.owner, enrolment=enrolment, start_on=start)

    @rule(which=numbers, at=numbers)
    def skip(self, which: int, at: int) -> None:
        enrolment = self.one(which)
        if step := self.step(enrolment, at):
            self.refused(actions.skip_step, actor=self.owner, enrolment=enrolment, step=step, reason="Not here")
            self.skipped |= {(enrolment.pk, step.pk)} if load([enrolment])[0].is_skipped(step.pk) else set()

    @rule(which=numbers, at=numbers, days=st.none() | st.integers(-9, 40))
    def choose_day(self, which: int, at: int, days: int | None) -> None:
        enrolment = self.one(which)
        if step := self.step(enrolment, at):
            day = None if days is None else day_of(enrolment.person) + timedelta(days=days)
            self.refused(actions.set_due, actor=self.owner, enrolment=enrolment, step=step, due_on=day)

    @rule(which=numbers, due=st.integers(-9, 30))
    def add_for_one(self, which: int, due: int) -> None:
        self.refused(
            actions.add_step_for, actor=self.owner, enrolment=self.one(which), kind="do", title="Mine", due_days=due
        )

    @rule(which=numbers, at=numbers)
    def take_back(self, which: int, at: int) -> None:
        enrolment = self.one(which)
        if step := self.step(enrolment, at):
            self.refused(actions.take_step_back, actor=self.owner, enrolment=enrolment, step=step)

    @precondition(lambda self: len(self.seen) > 2)
    @rule(which=numbers)
    def leave(self, which: int) -> None:
        actions.end_enrolment(actor=self.owner, enrolment=self.one(which))

    # --- what always holds ---

    @staticmethod
    def completed() -> set[tuple[int, int]]:
        return set(Completion.objects.values_list("enrolment_id", "step_id"))

    @invariant()
    def nothing_done_is_lost(self) -> None:
        now = self.completed()
        assert self.done <= now
        self.done = now

    @invariant()
    def lists_are_whole(self) -> None:
        found = load(self.enrolments)
        assert len({(way.enrolment.path_id, way.enrolment.person_id) for way in found}) == len(found)
        for way in found:
            keys = [line.step.pk for line in way.lines]
            pk = way.enrolment.pk
            assert len(keys) == len(set(keys)), "a step twice"
            assert way.completions.keys() <= set(keys), "done, and not on the list"
            gone = self.gone.setdefault(pk, set())
            assert not gone & set(keys), "came back"
            gone |= self.seen.get(pk, set()) - set(keys)
            self.seen[pk] = set(keys)
            assert all(not way.is_open(step) for enrolment, step in self.skipped if enrolment == pk and step in keys)
            for window in way.windows().values():
                assert window.opens_on <= window.due_on
                assert not window.is_waiting or window.due_on >= way.today
            assert (way.enrolment.finished_at is not None) == way.is_finished

    @invariant()
    def lists_of_people_say_what_their_pages_say(self) -> None:
        for progress, told in zip(
            progress_of_ways(self.owner, load(self.enrolments)), standings(self.enrolments), strict=True
        ):
            following, late = progress.next_row, [row for row in progress.rows if row.is_overdue]
            first = min(late, key=lambda row: (row.due_on, row.position), default=None)
            assert (told.done, told.total, told.percent) == (progress.done, progress.total, progress.percent)
            assert (told.overdue, told.is_paused) == (progress.overdue, progress.is_paused)
            assert told.next_title == (following.step.title if following else "")
            assert (told.late and told.late.due_on) == (first and first.due_on)
            assert (told.late.days if told.late else 0) == (progress.way.late(first.due_on) if first else 0)


@pytest.mark.slow
@pytest.mark.django_db
def test_no_walk_loses_what_was_done_or_brings_back_what_was_removed(cast):
    path = actions.create_path(actor=cast.mika, community=cast.lab, title="Way")
    for number, due in enumerate((-2, 0, 3, 3, 12)):
        actions.save_step(actor=cast.mika, path=path, kind="do", title=f"Step {number}", due_days=due)
    path.refresh_from_db()
    Walks.cast, Walks.paths = cast, [path, actions.copy_path(actor=cast.mika, path=path, title="Copy")]
    actions.enrol(actor=cast.mika, path=path, person=cast.aino, start_on=BEGIN.date())
    run_state_machine_as_test(
        Walks,
        settings=settings(
            max_examples=WALKS, stateful_step_count=10, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), print_blob=False,
        ),
    )  # fmt: skip
