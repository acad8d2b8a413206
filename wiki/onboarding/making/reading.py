"""What the editor shows of a path, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.people.models import Community, User
from wiki.models import WikiPage
from wiki.onboarding.alignment import Change, preview_alignment
from wiki.onboarding.making.actions import in_phases
from wiki.onboarding.making.examples import Example
from wiki.onboarding.making.words import SYMBOLS, differences, due_words, headings, phase_of, whom_words
from wiki.onboarding.models import Alignment, Enrolment, Path, Step, VersionStep
from wiki.onboarding.versions import lines_of

# What a "read" step cannot do without, and other steps may have.
NEEDS_PAGE = frozenset({Step.Kind.READ})


@dataclass(slots=True)
class EditorRow:
    """A step as a line of the editor. `page` and `place` are titles, "" for what the editor may not read."""

    line: VersionStep
    phase: str
    page: str = ""
    place: str = ""
    waits: list[str] = field(default_factory=list)
    is_leaving: bool = False

    @property
    def step(self) -> Step:
        """Return the step itself."""
        return self.line.step

    @property
    def symbol(self) -> str:
        """Return the icon of the kind."""
        return SYMBOLS.get(self.step.kind, "check")

    @property
    def due(self) -> str:
        """Return when it is due, in words."""
        return due_words(self.line.due_days, is_leaving=self.is_leaving)

    @property
    def whom(self) -> str:
        """Return whom to meet or who does it."""
        return whom_words(self.step)

    @property
    def lacks_page(self) -> bool:
        """Is it about a page, and none is chosen?"""
        return self.step.page_id is None and self.step.kind in NEEDS_PAGE

    @property
    def lacks_somebody(self) -> bool:
        """Is it about a colleague or a role, and there is none?"""
        step = self.step
        if step.whom == Step.Whom.PERSON:
            return step.person is None
        return step.whom == Step.Whom.ROLE and (step.role is None or step.role.holder_id is None)


def editor_rows(viewer: Any, path: Path, lines: Sequence[VersionStep]) -> list[EditorRow]:
    """Return the steps of a path, `lines`, as its editor sees them (two queries more than the lines)."""
    titles = {line.step_id: line.step.title for line in lines}
    pages = WikiPage.objects.visible_to(viewer).filter(pk__in={line.step.page_id or 0 for line in lines})
    places = Community.objects.visible_to(viewer).filter(pk__in={line.step.community_id or 0 for line in lines})
    page_titles, place_names = dict(pages.values_list("pk", "title")), dict(places.values_list("pk", "name"))
    return [
        EditorRow(
            line, phase_of(line.due_days), page_titles.get(line.step.page_id or 0, ""),
            place_names.get(line.step.community_id or 0, ""), [titles[key] for key in line.waits_for if key in titles],
            path.is_leaving,
        )
        for line in in_phases(list(lines))
    ]  # fmt: skip


def by_phase(path: Path, rows: Sequence[EditorRow]) -> list[dict[str, Any]]:
    """Return the rows under the headings of their spans; spans without steps are there too."""
    return [
        {"key": key, "heading": heading, "rows": [row for row in rows if row.phase == key]}
        for key, heading in headings(is_leaving=path.is_leaving)
    ]


def example_phases(example: Example) -> list[dict[str, Any]]:
    """Return the steps of an example under the headings of their spans, with when they are due in words."""
    told = [
        {"step": step, "due": due_words(step.due_days), "phase": phase_of(step.due_days),
         "symbol": SYMBOLS[step.content["kind"]]}
        for step in example.steps
    ]  # fmt: skip
    found = [
        {"heading": heading, "rows": [one for one in told if one["phase"] == key]}
        for key, heading in headings(is_leaving=False)
    ]
    return [phase for phase in found if phase["rows"]]


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is not there yet when people are to go on a path: in words, and which step wants it."""

    text: str
    step: Step


def lacks(
    lines: Sequence[VersionStep], people: Sequence[User] = (), buddy: User | None = None, manager: User | None = None
) -> list[Lack]:
    """Return what is not filled for these people: buddy, manager, roles, colleagues and pages that steps name."""
    found = []
    bossless = [person for person in people if manager is None and person.manager_id is None]
    for line in lines:
        step, row = line.step, EditorRow(line, "")
        needs_buddy = step.whom == Step.Whom.BUDDY and buddy is None
        if people and needs_buddy:
            found.append(Lack(_("“%(title)s” needs a buddy.") % {"title": step.title}, step))
        elif bossless and step.whom == Step.Whom.MANAGER:
            words = {"title": step.title, "names": ", ".join(person.name for person in bossless[:5])}
            found.append(Lack(_("“%(title)s” needs a manager; without one: %(names)s.") % words, step))
        elif row.lacks_somebody:
            who = step.role.name if step.role else _("a colleague")
            found.append(Lack(_("“%(title)s” needs %(who)s: nobody yet.") % {"title": step.title, "who": who}, step))
        if row.lacks_page:
            found.append(Lack(_("“%(title)s” needs a page.") % {"title": step.title}, step))
    return found


def behind(viewer: Any, path: Path) -> int:
    """Count who is on an older version of the path, of those whose progress the viewer sees."""
    on_it = Enrolment.objects.visible_to(viewer).open().filter(path=path)
    return on_it.exclude(version=path.present_id).count()


# So much of a path's history is told, and so many people are brought up to date at a time.
VERSIONS_AT_MOST, PEOPLE_AT_MOST = 20, 100


def history_of(viewer: Any, path: Path) -> list[dict[str, Any]]:
    """Return the versions of a path, newest first: what each changed in words, and how many people are on it.

    Only people whose progress the viewer sees are counted. Four queries, however many versions and steps.
    """
    versions = list(path.versions.select_related("created_by").order_by("-number")[: VERSIONS_AT_MOST + 1])
    lines: dict[int, list[VersionStep]] = {version.pk: [] for version in versions}
    rows = VersionStep.objects.filter(version__in=versions).select_related("step").order_by("position", "pk")
    for line in rows:
        lines[line.version_id].append(line)
    seen = Enrolment.objects.visible_to(viewer).filter(path=path).order_by()
    people = dict(seen.values_list("version").annotate(count=Count("pk")))
    told = []
    for version, before in zip(versions[:VERSIONS_AT_MOST], [*versions[1:], None], strict=False):
        changes = differences(lines[before.pk], lines[version.pk], is_leaving=path.is_leaving) if before else []
        told.append({
            "version": version, "changes": changes, "people": people.get(version.pk, 0),
            "steps": len(lines[version.pk]), "is_first": before is None, "is_present": version.pk == path.present_id,
        })  # fmt: skip
    return told


def changes_for(viewer: Any, path: Path) -> list[Change]:
    """Return what bringing people up to date would do, person by person, for so many as fit on a screen."""
    on_it = Enrolment.objects.visible_to(viewer).open().filter(path=path).exclude(version=path.present_id)
    return preview_alignment(viewer, path, on_it.order_by("pk")[:PEOPLE_AT_MOST])


def removed_steps(path: Path, lines: Sequence[VersionStep] | None = None) -> list[Step]:
    """Return the steps that were taken off a path and that somebody has or had on the way, by title."""
    there = [line.step_id for line in (lines_of(path) if lines is None else lines)]
    return list(path.steps.filter(only_for__isnull=True).exclude(pk__in=there).order_by("title", "pk"))


def alignment_of(path: Path) -> Alignment | None:
    """Return what the worker does for a path just now, or has done since an hour ago."""
    found: Alignment | None = path.alignments.first()
    if found is not None and found.finished_at and timezone.now() - found.finished_at > timedelta(hours=1):
        return None
    return found


def is_gone(path: Path, lines: Sequence[VersionStep], step_pk: int) -> bool:
    """Was a step taken off this path? False for one that is on it, and for those of other paths."""
    there = any(line.step_id == step_pk for line in lines)
    return not there and not Step.objects.filter(pk=step_pk).exclude(path=path, only_for__isnull=True).exists()
