"""Who did what when on a path, as a table for the records: written row by row, so that its length costs no memory."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from intranet.activity.actions import record
from intranet.people.models import User
from wiki.onboarding.insight.reading import is_owner
from wiki.onboarding.models import Enrolment, Path
from wiki.onboarding.progress import Progress, StepRow, progress_for
from wiki.onboarding.ways import day_of

AT_A_TIME = 100
BOM = "\ufeff"
# A spreadsheet takes a cell that begins with one of these for a formula, and runs it. The wide ones too, in East Asia.
FORMULAS = frozenset("=+-@\t\r\n＝＋－＠")
# Where semicolons stand between cells a comma does not, and the other way round: what comes after either can begin one.
_NEXT_CELL = re.compile(r'([,;\t\r\n]"*)(?=[=+\-@＝＋－＠])')


@transaction.atomic
def export_completions(*, actor: User, path: Path, delimiter: str = ",") -> Iterator[str]:
    """Write into the diary that the actor takes everybody's completions along, and return them as lines of CSV.

    Answers to check-ins are in it for whom the step names alone. What the actor may see is asked again with every
    hundred people.
    """
    if not is_owner(actor, path):
        raise PermissionDenied
    record(actor=actor, verb="path.exported", object=path)
    return _lines(actor, path, delimiter)


def safe_cell(value: Any) -> str:
    """Return a cell that no spreadsheet runs: an apostrophe before what would be a formula, here or in a cell of its own."""
    text = "" if value is None else str(value)
    return _NEXT_CELL.sub(r"\1'", f"'{text}" if text[:1] in FORMULAS else text)


class _Line:
    """Gives back what is written to it: what `csv.writer` wants of a file."""

    def write(self, text: str) -> str:
        return text


def _lines(actor: User, path: Path, delimiter: str) -> Iterator[str]:
    writer = csv.writer(_Line(), delimiter=delimiter)
    language = actor.language or None

    def line(cells: list[Any]) -> str:
        return str(writer.writerow([safe_cell(cell) for cell in cells]))  # type: ignore[func-returns-value]

    with override(language) if language else override(None, deactivate=True):
        names, states = _header(), _states()
    yield BOM + line(names)
    last = 0
    while chunk := _after(actor, path, last):
        last = chunk[-1]
        for progress in progress_for(actor, [Enrolment(pk=pk) for pk in chunk]):
            for row in progress.rows:
                yield line(_cells(progress, row, states))


def _after(actor: User, path: Path, last: int) -> list[int]:
    found = Enrolment.objects.visible_to(actor).filter(path=path, pk__gt=last).order_by("pk")
    return list(found.values_list("pk", flat=True)[:AT_A_TIME])


def _header() -> list[str]:
    return [
        _("Person"), _("Mail address"), _("Path"), _("Version"), _("Start date"), _("Step"), pgettext("step", "State"),
        _("Due on"), _("Done on"), _("Done by"), pgettext("step", "Note"), _("Reason"), _("Answer"),
    ]  # fmt: skip


def _states() -> dict[str, str]:
    return {"done": _("Done"), "skipped": _("Skipped"), "open": pgettext("step", "Open"), "overdue": _("overdue")}


def _cells(progress: Progress, row: StepRow, states: dict[str, str]) -> list[Any]:
    enrolment, done = progress.enrolment, row.completion
    state = "done" if done else "skipped" if row.is_skipped else "overdue" if row.is_overdue else "open"
    by = ""
    if done:
        doer = progress.way.doer(row.step)
        names = {one.pk: one.name for one in (enrolment.person, doer) if one is not None}
        by = names.get(done.completed_by_id or 0, "")
    return [
        enrolment.person.name, enrolment.person.email, enrolment.path.title,
        enrolment.version.number if enrolment.version else "", enrolment.start_on.isoformat(), row.step.title,
        states[state], row.due_on.isoformat(), day_of(enrolment.person, done.completed_at).isoformat() if done else "",
        by, done.note if done else "", row.state.reason if row.state and row.is_skipped else "", row.answer,
    ]  # fmt: skip
