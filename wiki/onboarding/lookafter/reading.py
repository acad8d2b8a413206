"""The people somebody looks after: how far they are, what is stuck and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from intranet.paging import BadCursor, Slice, keyset
from intranet.people.models import User
from wiki.onboarding.models import Enrolment, Path
from wiki.onboarding.progress import Progress, StepRow, progress_for
from wiki.onboarding.standing import STUCK_AFTER, Standing, standings

PAGE = 30
# Nobody looks through more at a time; of a path with more open enrolments the newest count.
MOST = 1000
SHOWN = ("open", "overdue", "stuck", "finished")


@dataclass(slots=True)
class Charge:
    """Somebody who is looked after, with all steps and the one that has been stuck the longest."""

    progress: Progress
    stuck: StepRow | None

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
    viewer: Any,
    *,
    show: str = "open",
    path: Path | None = None,
    words: str = "",
    cursor: str | None = None,
    limit: int = PAGE,
) -> Slice[Standing]:
    """Return one page of the viewer's people: "open", "overdue" or "stuck" (the longest first) or "finished" (newest first).

    `words` are parts of a name. A fixed number of queries, whatever their number. Raises BadCursor.
    """
    people = looked_after(viewer, path).select_related("person__office", "path")
    if words:
        people = people.filter(person__in=User.objects.visible_to(viewer).matching(words).values("pk"))
    if show in {"overdue", "stuck"}:
        return _late(people.open(), cursor, limit, stuck=show == "stuck")
    if show == "finished":
        chosen, order, types = people.filter(finished_at__isnull=False), ("-finished_at", "-pk"), None
    else:
        chosen, order, types = people.open(), ("-start_on", "-pk"), (date, int)
    found = keyset(chosen, order, cursor or None, limit, **({"types": types} if types else {}))
    return Slice(standings(found.rows), found.next_cursor)


def charges(viewer: Any, enrolments: Iterable[Enrolment]) -> list[Charge]:
    """Return these enrolments with all of their steps."""
    return [_charge(one) for one in progress_for(viewer, enrolments)]


def _charge(progress: Progress) -> Charge:
    overdue = [row for row in progress.rows if row.is_overdue]
    first = min(overdue, key=lambda row: (row.due_on, row.position), default=None)
    return Charge(progress, first if first and progress.way.late(first.due_on) >= STUCK_AFTER else None)


def _late(people: Any, cursor: str | None, limit: int, *, stuck: bool) -> Slice[Standing]:
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 6):
        raise BadCursor
    found = [one for one in standings(people[:MOST]) if (one.is_stuck if stuck else one.late)]
    found.sort(key=lambda one: (-one.late.days if one.late else 0, one.enrolment.pk))
    start = int(cursor or 0)
    more = str(start + limit) if len(found) > start + limit else None
    return Slice(found[start : start + limit], more)
