"""The people somebody looks after: how far they are, what is stuck and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from intranet.paging import BadCursor, Slice, keyset
from wiki.onboarding.models import Enrolment, Path
from wiki.onboarding.progress import Progress, StepRow, progress_for
from wiki.onboarding.ways import Way, load, with_people

# A step is stuck when it has been due for so many working days of the person.
STUCK_AFTER = 2
PAGE = 30
# Nobody looks through more at a time; of a path with more open enrolments the newest count.
MOST = 1000
SHOWN = ("open", "stuck", "finished")


@dataclass(slots=True)
class Charge:
    """Somebody who is looked after, with the step that has been stuck the longest."""

    progress: Progress
    stuck: StepRow | None
    late: int

    @property
    def enrolment(self) -> Enrolment:
        """Return whose way it is."""
        return self.progress.enrolment

    @property
    def since(self) -> date | None:
        """Return since when something is stuck: the day after its due date."""
        return self.stuck.due_on + timedelta(days=1) if self.stuck else None


def looked_after(viewer: Any, path: Path | None = None) -> Any:
    """Return the enrolments of the viewer's people; with `path` all on it that she may see, for its owner."""
    found = Enrolment.objects.visible_to(viewer).exclude(person_id=viewer.pk)
    if path is not None:
        return found.filter(path=path)
    as_boss = Q(manager_id=viewer.pk) | Q(manager__isnull=True, person__manager_id=viewer.pk)
    # Whoever owns a path alone sees everybody on it there; a role that sees progress is about these people too.
    return found.filter(Q(buddy_id=viewer.pk) | as_boss | ~Q(path__owner_id=viewer.pk))


def my_people(
    viewer: Any, *, show: str = "open", path: Path | None = None, cursor: str | None = None, limit: int = PAGE
) -> Slice[Charge]:
    """Return one page of the viewer's people: "open", "stuck" (the longest first) or "finished" (newest first).

    A fixed number of queries, whatever their number. Raises BadCursor.
    """
    people = looked_after(viewer, path)
    if show == "stuck":
        return _stuck(viewer, people.open(), cursor, limit)
    if show == "finished":
        chosen, order, types = people.filter(finished_at__isnull=False), ("-finished_at", "-pk"), None
    else:
        chosen, order, types = people.open(), ("-start_on", "-pk"), (date, int)
    found = keyset(chosen, order, cursor or None, limit, **({"types": types} if types else {}))
    return Slice(charges(viewer, found.rows), found.next_cursor)


def charges(viewer: Any, enrolments: Iterable[Enrolment]) -> list[Charge]:
    """Return these enrolments, in their order, with how far they are."""
    order = {enrolment.pk: at for at, enrolment in enumerate(enrolments)}
    found = progress_for(viewer, [Enrolment(pk=pk) for pk in order]) if order else []
    return [_charge(one) for one in sorted(found, key=lambda one: order[one.enrolment.pk])]


def _charge(progress: Progress) -> Charge:
    overdue = [row for row in progress.rows if row.is_overdue]
    first = min(overdue, key=lambda row: (row.due_on, row.position), default=None)
    late = progress.way.late(first.due_on) if first else 0
    return Charge(progress, first if late >= STUCK_AFTER else None, late)


def _stuck(viewer: Any, people: Any, cursor: str | None, limit: int) -> Slice[Charge]:
    ways = load(with_people(people)[:MOST])
    late = {way.enrolment.pk: days for way in ways if (days := longest_late(way)) >= STUCK_AFTER}
    ordered = sorted(late, key=lambda pk: (-late[pk], pk))
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 6):
        raise BadCursor
    start = int(cursor or 0)
    page = [Enrolment(pk=pk) for pk in ordered[start : start + limit]]
    more = str(start + limit) if len(ordered) > start + limit else None
    return Slice(charges(viewer, page), more)


def longest_late(way: Way) -> int:
    """Count the working days that the step which is late the longest is; 0 when the clock stands or nothing is late."""
    if way.is_paused:
        return 0
    spread = way.windows()
    due = [spread[line.step.pk].due_on for line in way.lines if way.is_open(line.step.pk)]
    first = min(due, default=way.today)
    return way.late(first) if first < way.today else 0
