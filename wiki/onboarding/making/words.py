"""A path in words: when a step is due, how it is done, what differs between two versions. Pure but for the language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wiki.onboarding.models import Path, Step, VersionStep

# Spans of time the editor groups steps by: key, heading, first and last day (as `due_days`).
PHASES: tuple[tuple[str, Promise, int, int], ...] = (
    ("before", gettext_lazy("Before the first day"), -180, -1),
    ("day", gettext_lazy("First day"), 0, 0),
    ("week", gettext_lazy("First week"), 1, 4),
    ("month", gettext_lazy("First month"), 5, 20),
    ("later", gettext_lazy("Later"), 21, 520),
)
# What the spans are called on the path of somebody who leaves; its first day is the last.
LEAVING_HEADINGS: dict[str, Promise] = {
    "before": gettext_lazy("Before the last day"),
    "day": gettext_lazy("Last day"),
    "week": gettext_lazy("The week after"),
    "month": gettext_lazy("The month after"),
    "later": gettext_lazy("Later"),
}
# A new step of a span is due then.
USUAL = {"before": -7, "day": 0, "week": 3, "month": 10, "later": 30}

SYMBOLS: dict[str, str] = {
    Step.Kind.READ: "book-open",
    Step.Kind.DO: "check",
    Step.Kind.MEET: "users",
    Step.Kind.POST: "message-circle",
    Step.Kind.IMPROVE: "pencil",
    Step.Kind.LINK: "external-link",
    Step.Kind.TASK: "user-check",
    Step.Kind.CHECK_IN: "message-circle-question-mark",
}


def phase_of(due_days: int) -> str:
    """Return the span a day belongs to."""
    return next(key for key, _heading, _first, last in PHASES if due_days <= last or key == "later")


def into_phase(due_days: int, phase: str) -> int:
    """Return the day of a span that is nearest to a day."""
    first, last = next((first, last) for key, _heading, first, last in PHASES if key == phase)
    return min(max(due_days, first), last)


def headings(*, is_leaving: bool) -> list[tuple[str, Promise]]:
    """Return the spans of a path in order: key and heading."""
    return [(key, LEAVING_HEADINGS[key] if is_leaving else heading) for key, heading, _first, _last in PHASES]


def due_words(due_days: int, *, is_leaving: bool = False) -> str:
    """Return when a step is due: “3 working days after the start”, or after the last day."""
    if is_leaving:
        return _last_day_words(due_days)
    if due_days == 0:
        return _("on the start date")
    if due_days < 0:
        words = ngettext("%(count)d day before the start", "%(count)d days before the start", -due_days)
        return words % {"count": -due_days}
    words = ngettext("%(count)d working day after the start", "%(count)d working days after the start", due_days)
    return words % {"count": due_days}


def _last_day_words(due_days: int) -> str:
    if due_days == 0:
        return _("on the last day")
    if due_days < 0:
        words = ngettext("%(count)d day before the last day", "%(count)d days before the last day", -due_days)
        return words % {"count": -due_days}
    words = ngettext("%(count)d working day after the last day", "%(count)d working days after the last day", due_days)
    return words % {"count": due_days}


def whom_words(step: Step) -> str:
    """Return whom a step is about: whom to meet, or who does the task."""
    if step.whom == Step.Whom.PERSON:
        return step.person.name if step.person else _("nobody yet")
    if step.whom == Step.Whom.ROLE:
        return step.role.name if step.role else _("nobody yet")
    return step.get_whom_display() if step.whom else ""


def mark_of(*parts: Any) -> str:
    """Return a short word that is another one when what it was made of has changed."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:16]


def step_mark(line: VersionStep) -> str:
    """Return what says how a step stands: its words and its place in time."""
    step = line.step
    return mark_of(
        step.kind, step.title, step.text, step.page_id, step.whom, step.person_id, step.role_id, step.community_id,
        step.proof, step.act, step.url, step.question, step.choices, step.right, step.readers, step.is_early,
        line.due_days, line.waits_for,
    )  # fmt: skip


def path_mark(path: Path) -> str:
    """Return what says how a path is called, what its start date is and whose it is."""
    return mark_of(path.title, path.purpose, path.kind, path.language, path.owner_id)


def structure_mark(lines: Sequence[VersionStep]) -> str:
    """Return what says how a path is built: its steps, their order, days and waits."""
    return mark_of([(line.step_id, line.due_days, line.waits_for) for line in lines])


def differences(before: Sequence[VersionStep], after: Sequence[VersionStep], *, is_leaving: bool = False) -> list[str]:
    """Return in words what became of one list of steps in another."""
    old, new = ({line.step_id: line for line in lines} for lines in (before, after))
    said = [_("New: “%(title)s”.") % {"title": line.step.title} for line in after if line.step_id not in old]
    said += [_("Taken away: “%(title)s”.") % {"title": line.step.title} for line in before if line.step_id not in new]
    for line in after:
        was = old.get(line.step_id)
        if was is not None and was.due_days != line.due_days:
            now, then = (due_words(one.due_days, is_leaving=is_leaving) for one in (line, was))
            words = {"title": line.step.title, "now": now, "was": then}
            said.append(_("“%(title)s” is due %(now)s, before that %(was)s.") % words)
        if was is not None and set(was.waits_for) != set(line.waits_for):
            said.append(_waits(line, new))
    common = [
        [line.step_id for line in lines if line.step_id in old and line.step_id in new] for lines in (before, after)
    ]
    return said + ([_("The order is another one.")] if common[0] != common[1] else [])


def _waits(line: VersionStep, there: dict[int, VersionStep]) -> str:
    titles = [f"“{there[key].step.title}”" for key in line.waits_for if key in there]
    if not titles:
        return _("“%(title)s” waits for nothing any more.") % {"title": line.step.title}
    return _("“%(title)s” waits for %(titles)s.") % {"title": line.step.title, "titles": ", ".join(titles)}
