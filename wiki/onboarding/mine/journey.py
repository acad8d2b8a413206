"""Several paths of one person as one way: what is asked twice is asked once, and one thing is next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from intranet.people.models import User
from wiki.onboarding.mine.forms import CompleteForm
from wiki.onboarding.mine.leads import Lead, eyes, invitation, lead_of, watchers
from wiki.onboarding.models import Path, Step
from wiki.onboarding.progress import Progress, StepRow
from wiki.onboarding.schedule import when

SPANS = ("today", "week", "later")


@dataclass(slots=True)
class Stop:
    """One step of the way, from the path it is due first on; `twins` are the others that ask the same."""

    progress: Progress
    row: StepRow
    twins: list[tuple[Progress, StepRow]] = field(default_factory=list)

    @property
    def step(self) -> Step:
        """Return the step itself."""
        return self.row.step

    @property
    def enrolment_id(self) -> int:
        """Return whose list it is ticked on."""
        return self.progress.enrolment.pk

    @property
    def path(self) -> Path:
        """Return the path it belongs to."""
        return self.progress.enrolment.path

    @property
    def also(self) -> list[Path]:
        """Return the other paths that ask for it."""
        return [progress.enrolment.path for progress, _row in self.twins]

    @property
    def lead(self) -> Lead | None:
        """Return where one does it, None when that is in the person's own hands."""
        return lead_of(self.row)

    @property
    def form(self) -> CompleteForm:
        """Return the form with what the step asks for."""
        return CompleteForm(step=self.step)

    @property
    def is_ticked(self) -> bool:
        """Is it done by pressing one button?"""
        return self.step.proof in {Step.Proof.TICK, Step.Proof.PAGE} and self.step.kind != Step.Kind.TASK

    @property
    def is_act(self) -> bool:
        """Does it complete itself when the act happens?"""
        return self.step.proof == Step.Proof.ACT

    @property
    def eyes(self) -> list[User]:
        """Return who reads the answer, besides the person."""
        return eyes(self.progress.way, self.step)

    @property
    def watchers(self) -> list[User]:
        """Return who sees notes and files, besides the person."""
        return watchers(self.progress.way)

    @property
    def invitation(self) -> str:
        """Return the address of a mail that suggests to meet, "" when there is nobody to write to."""
        return invitation(self.row, self.progress.enrolment.person) if self.step.kind == Step.Kind.MEET else ""

    @property
    def is_paused(self) -> bool:
        """Does the clock of its path stand?"""
        return self.progress.is_paused

    @property
    def order(self) -> tuple[bool, bool, date, date, int, int]:
        """Return what decides what is next: what can be done by the person herself, then the day."""
        row = self.row
        is_for_others = row.is_waiting or row.step.kind == Step.Kind.TASK
        start = self.progress.enrolment.start_on
        return self.is_paused, is_for_others, row.due_on, start, row.position, row.step.pk


@dataclass
class Journey:
    """The paths of one person that are merged; `stops` in the order of their days."""

    paths: list[Progress]
    stops: list[Stop] = field(default_factory=list)

    @property
    def today(self) -> date | None:
        """Return the day it is for the person."""
        return self.paths[0].today if self.paths else None

    @property
    def open_stops(self) -> list[Stop]:
        """Return what is neither done nor skipped, the next one first."""
        return sorted((stop for stop in self.stops if stop.row.is_open), key=lambda stop: stop.order)

    @property
    def next_stop(self) -> Stop | None:
        """Return the one thing to do next."""
        return next(iter(self.open_stops), None)

    @property
    def groups(self) -> list[tuple[str, list[Stop]]]:
        """Return what else is open: due today (what is late too), in the coming week, later. Empty spans are left out."""
        spans: dict[str, list[Stop]] = {span: [] for span in SPANS}
        rest = sorted(self.open_stops[1:], key=lambda stop: (stop.row.due_on, stop.order))
        for stop in rest:
            spans["later" if stop.is_paused else when(stop.row.due_on, stop.progress.today)].append(stop)
        return [(span, stops) for span, stops in spans.items() if stops]

    @property
    def due_stops(self) -> list[Stop]:
        """Return what waits for the person today: the next step, and what else is due by now and can be done."""
        following = self.next_stop
        if following is None or following.is_paused:
            return []
        rest = [
            stop
            for stop in self.open_stops[1:]
            if not stop.is_paused
            and not stop.row.is_waiting
            and stop.step.kind != Step.Kind.TASK
            and stop.row.due_on <= stop.progress.today
        ]
        return [following, *rest]

    @property
    def done_stops(self) -> list[Stop]:
        """Return what is done, newest first."""
        done = [stop for stop in self.stops if stop.row.completion is not None]
        return sorted(done, key=lambda stop: stop.row.completion.completed_at, reverse=True)  # type: ignore[union-attr]

    @property
    def skipped_stops(self) -> list[Stop]:
        """Return what the person need not do."""
        return [stop for stop in self.stops if stop.row.is_skipped]

    @property
    def done(self) -> int:
        """How much is done."""
        return sum(stop.row.is_done for stop in self.stops)

    @property
    def total(self) -> int:
        """How much there is to do; what was skipped does not count."""
        return sum(not stop.row.is_skipped for stop in self.stops)

    @property
    def percent(self) -> int:
        """How much is done, in whole percent."""
        return 100 * self.done // self.total if self.total else 100 * bool(self.stops)

    @property
    def is_finished(self) -> bool:
        """Is there something on the list, and nothing open?"""
        return bool(self.stops) and self.next_stop is None

    @property
    def is_paused(self) -> bool:
        """Does the clock of every path stand?"""
        return bool(self.paths) and all(progress.is_paused for progress in self.paths)

    @property
    def is_several(self) -> bool:
        """Is the way made of more than one path?"""
        return len(self.paths) > 1

    @property
    def page_ids(self) -> set[int]:
        """Return the pages that are to be read and can be: at their end one says that one has."""
        return {
            row.page.pk
            for stop in self.stops
            for row in [stop.row]
            if row.is_open and not row.is_waiting and row.page is not None and row.step.kind == Step.Kind.READ
        }

    @property
    def faces(self) -> list[User]:
        """Return the people to know, each once."""
        return list({person.pk: person for progress in self.paths for person in progress.faces}.values())


def merge(paths: Iterable[Progress]) -> Journey:
    """Return paths of one person as one way. The same step, by its key, is one stop: open if it is open anywhere."""
    journey = Journey(sorted(paths, key=lambda item: (item.enrolment.start_on, item.enrolment.pk)))
    groups: dict[str, list[tuple[Progress, StepRow]]] = {}
    for progress in journey.paths:
        for row in progress.rows:
            groups.setdefault(row.step.key or f"only:{row.step.pk}", []).append((progress, row))
    for same in groups.values():
        ranked = sorted(same, key=lambda one: _rank(*one))
        (progress, row), twins = ranked[0], ranked[1:]
        journey.stops.append(Stop(progress, row, [one for one in twins if one[0] is not progress]))
        # A path that has the same page twice asks twice: these are two steps of one version.
        journey.stops += [Stop(*one) for one in twins if one[0] is progress]
    return journey


def _rank(progress: Progress, row: StepRow) -> tuple[int, bool, bool, date, int, int]:
    state = 0 if row.is_open else 1 if row.completion is not None else 2
    copied = row.completion is not None and row.completion.same_as_id is not None
    return state, copied, row.is_waiting, row.due_on, progress.enrolment.pk, row.step.pk
