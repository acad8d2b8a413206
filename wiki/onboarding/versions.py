"""The structure of a path: lines in a version, which nobody changes under somebody's feet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from intranet.people.models import User
from wiki.onboarding.models import Enrolment, Path, PathVersion, Step, VersionStep
from wiki.onboarding.schedule import waits_in_circles

STEPS_AT_MOST = 200


def lines_of(path: Path) -> list[VersionStep]:
    """Return the steps of the path as the next person gets them, in order, with what they are about."""
    return list(
        VersionStep.objects.filter(version=path.present_id)
        .select_related("step__page", "step__person", "step__community", "step__role")
        .order_by("position", "pk")
    )


def is_walked(version: PathVersion) -> bool:
    """Is or was anybody on this version? Then it stays as it is."""
    return Enrolment.objects.filter(version=version).exists()


def open_version(path: Path, actor: User | None) -> PathVersion:
    """Return a version of a locked path that may be changed: the present one, or a copy when people are on it."""
    present = path.present
    if present is not None and not is_walked(present):
        return present
    number = present.number + 1 if present else 1
    version = PathVersion.objects.create(path=path, number=number, created_by=actor)
    if present is not None:
        VersionStep.objects.bulk_create(
            VersionStep(
                version=version, step_id=line.step_id, position=line.position, due_days=line.due_days,
                waits_for=line.waits_for,
            )
            for line in present.lines.order_by("position", "pk")
        )  # fmt: skip
    path.present = version
    path.save(update_fields=["present"])
    return version


def write_lines(version: PathVersion, lines: Sequence[VersionStep]) -> None:
    """Make these the lines of a version, numbered from 1. Raises ValidationError for steps that wait in a circle."""
    if len(lines) > STEPS_AT_MOST:
        raise ValidationError(_("A path has at most %(count)s steps.") % {"count": STEPS_AT_MOST})
    there = {line.step_id for line in lines}
    fresh = [
        VersionStep(
            version=version, step_id=line.step_id, position=position, due_days=line.due_days,
            waits_for=[key for key in dict.fromkeys(line.waits_for) if key in there and key != line.step_id],
        )
        for position, line in enumerate(lines, start=1)
    ]  # fmt: skip
    if waits_in_circles({line.step_id: line.waits_for for line in fresh}):
        raise ValidationError({"waits_for": _("These steps would wait for each other.")})
    version.lines.all().delete()
    VersionStep.objects.bulk_create(fresh)


def reuse_version(path: Path) -> None:
    """Go back to the version before the present one of a locked path when nothing differs and nobody is on the present."""
    present = path.present
    before = path.versions.filter(number__lt=present.number).order_by("-number").first() if present else None
    if present is None or before is None or present.words or is_walked(present):
        return
    old, new = (
        [(one.step_id, one.due_days, sorted(one.waits_for)) for one in version.lines.all()]
        for version in (before, present)
    )
    if old == new:
        path.present = before
        path.save(update_fields=["present"])
        present.delete()


def forget_unused(steps: Iterable[Step]) -> None:
    """Throw away steps that no version has and nobody has or had on the way."""
    for step in steps:
        if not (step.lines.exists() or step.completions.exists() or step.states.exists() or step.unclear.exists()):
            step.delete()


def copy_fields(step: Step) -> dict[str, Any]:
    """Return what a copy of a step in another path begins with."""
    names = (
        "kind", "title", "text", "page_id", "whom", "person_id", "community_id", "proof", "act", "url", "question",
        "choices", "right", "readers", "key", "is_early", "template",
    )  # fmt: skip
    return {name: getattr(step, name) for name in names}
