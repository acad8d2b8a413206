"""An enrolment as a page shows it: steps with due dates, what is next, how far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from intranet.people.models import Community, User
from wiki.models import WikiPage
from wiki.onboarding import asked
from wiki.onboarding.models import Completion, Enrolment, Step, StepState
from wiki.onboarding.schedule import when
from wiki.onboarding.ways import Way, load, with_people


@dataclass(slots=True)
class StepRow:
    """One step on one person's way, as one reader may see it."""

    step: Step
    due_on: date
    completion: Completion | None
    page: WikiPage | None  # only if the reader may see it
    community: Community | None  # likewise
    whom: User | None
    is_overdue: bool
    opens_on: date
    is_waiting: bool
    is_skipped: bool
    state: StepState | None
    origin: str
    position: int
    may_read_answer: bool

    @property
    def is_done(self) -> bool:
        """Has the person done it?"""
        return self.completion is not None

    @property
    def is_open(self) -> bool:
        """Is it neither done nor skipped?"""
        return self.completion is None and not self.is_skipped

    @property
    def answer(self) -> str:
        """Return the answer to a check-in, "" for whom the step does not name."""
        return self.completion.answer if self.completion and self.may_read_answer else ""


@dataclass
class Progress:
    """How far somebody is on a path."""

    way: Way
    rows: list[StepRow] = field(default_factory=list)

    @property
    def enrolment(self) -> Enrolment:
        """Return whose way it is."""
        return self.way.enrolment

    @property
    def today(self) -> date:
        """Return the day it is for the person."""
        return self.way.today

    @property
    def is_paused(self) -> bool:
        """Does the clock stand today?"""
        return self.way.is_paused

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(row.is_done for row in self.rows)

    @property
    def total(self) -> int:
        """How many steps there are to do; what was skipped does not count."""
        return sum(not row.is_skipped for row in self.rows)

    @property
    def percent(self) -> int:
        """How much is done, in whole percent; of nothing but skipped steps everything."""
        return 100 * self.done // self.total if self.total else 100 * bool(self.rows)

    @property
    def overdue(self) -> int:
        """How many open steps are past their day."""
        return sum(row.is_overdue for row in self.rows)

    @property
    def next_row(self) -> StepRow | None:
        """The one step of the person's own to do next: the earliest due of the open ones that wait for nothing."""
        mine = [row for row in self.rows if row.is_open]
        return min(
            mine, key=lambda row: (row.is_waiting or row.step.kind == Step.Kind.TASK, row.due_on, row.position),
            default=None,
        )  # fmt: skip

    def open_rows(self, span: str) -> list[StepRow]:
        """Return the open steps due "today", in the coming "week" or "later", but the next one, which stands alone."""
        following = self.next_row
        return [
            row for row in self.rows if row.is_open and row is not following and when(row.due_on, self.today) == span
        ]

    @property
    def groups(self) -> list[tuple[str, list[StepRow]]]:
        """Return the spans that have open steps, in order."""
        return [(span, rows) for span in ("today", "week", "later") if (rows := self.open_rows(span))]

    @property
    def done_rows(self) -> list[StepRow]:
        """Return what is done, newest first."""
        done = [row for row in self.rows if row.completion is not None]
        return sorted(done, key=lambda row: row.completion.completed_at, reverse=True)  # type: ignore[union-attr]

    @property
    def skipped_rows(self) -> list[StepRow]:
        """Return what the person need not do."""
        return [row for row in self.rows if row.is_skipped]

    @property
    def faces(self) -> list[User]:
        """Return the people to know: buddy, manager, and whom the steps name."""
        people = [self.enrolment.buddy, self.enrolment.boss, *(row.whom for row in self.rows)]
        return list({person.pk: person for person in people if person is not None}.values())


def progress_for(viewer: Any, enrolments: Iterable[Enrolment]) -> list[Progress]:
    """Return the progress of enrolments the viewer may see, in a fixed number of queries (at most ten).

    Pages and communities that the viewer may not read are left out of the rows, and so are answers that are not for her.
    """
    keys = [enrolment.pk for enrolment in enrolments]
    return progress_of_ways(viewer, load(with_people(Enrolment.objects.visible_to(viewer).filter(pk__in=keys))))


def progress_of_ways(viewer: Any, ways: Sequence[Way]) -> list[Progress]:
    """Return the progress of ways the viewer may see, for instance one that is made up for a preview."""
    pages, places = _readable(viewer, ways)
    return [_progress(viewer, way, pages, places) for way in ways]


def _readable(viewer: Any, ways: Sequence[Way]) -> tuple[dict[int, WikiPage], dict[int, Community]]:
    """Return the pages and communities of steps that the viewer may read, by number."""
    paths = {way.enrolment.path_id for way in ways}
    steps = [line.step for way in ways for line in way.lines]
    page_ids = {step.page_id for step in steps if step.page_id}
    place_ids = {step.community_id for step in steps if step.community_id}
    pages: Iterable[WikiPage]
    places: Iterable[Community]
    if len(paths) <= asked.FEW:
        pages = asked.readable_pages(viewer, paths) if page_ids else []
        places = asked.readable_places(viewer, paths) if place_ids else []
    else:
        pages = WikiPage.objects.visible_to(viewer).filter(pk__in=page_ids).only("pk", "title", "address")
        places = Community.objects.visible_to(viewer).filter(pk__in=place_ids)
    return {page.pk: page for page in pages}, {place.pk: place for place in places}


def _progress(viewer: Any, way: Way, pages: dict[int, WikiPage], places: dict[int, Community]) -> Progress:
    progress, spread, is_paused = Progress(way), way.windows(), way.is_paused
    is_mine = viewer.pk == way.enrolment.person_id
    for line in way.lines:
        step, window = line.step, spread[line.step.pk]
        is_open = way.is_open(step.pk)
        progress.rows.append(
            StepRow(
                step=step,
                due_on=window.due_on,
                completion=way.completions.get(step.pk),
                page=pages.get(step.page_id or 0),
                community=places.get(step.community_id or 0),
                whom=way.whom(step),
                is_overdue=is_open and not is_paused and window.due_on < way.today,
                opens_on=window.opens_on,
                is_waiting=window.is_waiting and is_open,
                is_skipped=way.is_skipped(step.pk),
                state=way.states.get(step.pk),
                origin=line.origin,
                position=line.position,
                may_read_answer=bool(step.question) and (is_mine or viewer.pk in way.reader_ids(step)),
            )
        )
    return progress
