"""An enrolment as a page shows it: steps with due dates, what is next, how far."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from intranet.people.models import Community, User
from wiki.models import WikiPage
from wiki.onboarding.models import Completion, Enrolment, Step
from wiki.onboarding.schedule import due_on, when


@dataclass
class StepRow:
    """One step on one person's way."""

    step: Step
    due_on: date
    completion: Completion | None
    page: WikiPage | None  # only if the reader may see it
    community: Community | None  # likewise
    whom: User | None
    is_overdue: bool

    @property
    def is_done(self) -> bool:
        """Has the person done it?"""
        return self.completion is not None


@dataclass
class Progress:
    """How far somebody is on a path."""

    enrolment: Enrolment
    rows: list[StepRow] = field(default_factory=list)
    today: date = field(default_factory=timezone.localdate)

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(row.is_done for row in self.rows)

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self.rows)

    @property
    def percent(self) -> int:
        """How much is done, in whole percent."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def overdue(self) -> int:
        """How many open steps are past their day."""
        return sum(row.is_overdue for row in self.rows)

    @property
    def next_row(self) -> StepRow | None:
        """The one step to do next: the earliest due of the open ones."""
        return min(
            (row for row in self.rows if not row.is_done),
            key=lambda row: (row.due_on, row.step.position),
            default=None,
        )

    def open_rows(self, span: str) -> list[StepRow]:
        """Return the open steps due "today", in the coming "week" or "later", but the next one, which stands alone."""
        following = self.next_row
        return [
            row
            for row in self.rows
            if not row.is_done and row is not following and when(row.due_on, self.today) == span
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
    def faces(self) -> list[User]:
        """Return the people to know: buddy, manager, and whom the steps name."""
        people = [self.enrolment.buddy, self.enrolment.manager, *(row.whom for row in self.rows)]
        return list({person.pk: person for person in people if person is not None}.values())


def progress_for(viewer: Any, enrolments: Iterable[Enrolment]) -> list[Progress]:
    """Return the progress of enrolments the viewer may see, in a fixed number of queries (five).

    Pages and communities that the viewer may not read are left out of the rows.
    """
    found = list(
        Enrolment.objects.visible_to(viewer)
        .filter(pk__in=[enrolment.pk for enrolment in enrolments])
        .select_related("path__community", "path__owner", "person", "buddy", "manager")
        .prefetch_related("completions", Prefetch("path__steps", Step.objects.select_related("person")))
    )
    steps = [step for enrolment in found for step in enrolment.path.steps.all()]
    pages = {
        page.pk: page
        for page in WikiPage.objects.visible_to(viewer)
        .filter(pk__in={step.page_id for step in steps if step.page_id})
        .only("pk", "title", "address")
    }
    places = {
        place.pk: place
        for place in Community.objects.visible_to(viewer).filter(
            pk__in={step.community_id for step in steps if step.community_id}
        )
    }
    return [_progress(enrolment, pages, places) for enrolment in found]


def _progress(enrolment: Enrolment, pages: dict[int, WikiPage], places: dict[int, Community]) -> Progress:
    progress = Progress(enrolment)
    done = {completion.step_id: completion for completion in enrolment.completions.all()}
    for step in enrolment.path.steps.all():
        due = due_on(enrolment.start_on, step.due_days)
        whom = {"buddy": enrolment.buddy, "manager": enrolment.manager, "person": step.person}.get(step.whom)
        progress.rows.append(
            StepRow(
                step=step,
                due_on=due,
                completion=done.get(step.pk),
                page=pages.get(step.page_id or 0),
                community=places.get(step.community_id or 0),
                whom=whom,
                is_overdue=step.pk not in done and due < progress.today,
            )
        )
    return progress
