"""Everything that changes a path or somebody's way along it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import Community, User
from wiki.onboarding.links import show_step
from wiki.onboarding.models import Completion, Enrolment, Path, Step
from wiki.onboarding.permissions import can_be_enrolled, can_complete, can_create_path, can_edit_path

STEPS_AT_MOST = 200


@transaction.atomic
def create_path(
    *, actor: User, community: Community, title: str, purpose: str = "", language: str = "fi", owner: User | None = None
) -> Path:
    """Make an empty path in a community the actor moderates."""
    if not can_create_path(actor, community):
        raise PermissionDenied
    path = Path.objects.create(
        community=community,
        title=title,
        slug=_free_slug(title),
        purpose=purpose,
        language=language,
        owner=owner or actor,
    )
    record(actor=actor, verb="path.created", object=path, community_id=community.pk)
    return path


@transaction.atomic
def change_path(*, actor: User, path: Path, title: str, purpose: str, language: str) -> Path:
    """Change what a path is called and whom it is for; its address stays."""
    _may_edit(actor, path)
    path.title, path.purpose, path.language = title, purpose, language
    path.save(update_fields=["title", "purpose", "language"])
    record(actor=actor, verb="path.changed", object=path, community_id=path.community_id)
    return path


@transaction.atomic
def save_step(*, actor: User, path: Path, step: Step | None = None, **fields: Any) -> Step:
    """Add a step at the end of the path, or change one of its steps.

    `fields` are those of Step but `path`, `position` and `html`. What people have completed stays completed.
    """
    path = _lock(path)
    _may_edit(actor, path)
    if step is None:
        count = path.steps.count()
        if count >= STEPS_AT_MOST:
            raise ValidationError(_("A path has at most %(count)s steps.") % {"count": STEPS_AT_MOST})
        last = path.steps.order_by("-position").first()
        step = Step(path=path, position=last.position + 1 if last else 1)
    for name, value in fields.items():
        setattr(step, name, value)
    step.path = path
    step.save()
    show_step(step)
    step.save(update_fields=["html"])
    _path_changed(actor, path)
    return step


@transaction.atomic
def move_step(*, actor: User, step: Step, up: bool) -> None:
    """Swap a step with its neighbour; at the end of the list nothing happens."""
    path = _lock(step.path)
    _may_edit(actor, path)
    steps = list(path.steps.order_by("position", "pk"))
    at = next(i for i, other in enumerate(steps) if other.pk == step.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(steps):
        return
    steps[at], steps[to] = steps[to], steps[at]
    for position, other in enumerate(steps, start=1):
        other.position = position
    Step.objects.bulk_update(steps, ["position"])
    _path_changed(actor, path)


@transaction.atomic
def remove_step(*, actor: User, step: Step) -> None:
    """Take a step off the path, unless somebody has done it: what was done is never forgotten."""
    path = _lock(step.path)
    _may_edit(actor, path)
    if step.completions.exists():
        raise ValidationError(_("Somebody has already done this step, so it stays."))
    step.delete()
    for enrolment in path.enrolments.filter(finished_at__isnull=True):
        _settle(enrolment)
    _path_changed(actor, path)


@transaction.atomic
def enrol(
    *,
    actor: User,
    path: Path,
    person: User,
    start_on: date,
    buddy: User | None = None,
    manager: User | None = None,
    at: datetime | None = None,
) -> Enrolment:
    """Put a person on a path. Somebody who is on it already stays as they are (the existing enrolment returns)."""
    _may_edit(actor, path)
    for somebody in (person, buddy, manager):
        if somebody is not None and not can_be_enrolled(somebody, path):
            raise ValidationError(
                _("%(name)s cannot read the community of this path. Add the person to it first.")
                % {"name": somebody.name}
            )
    if person in (buddy, manager):
        raise ValidationError(_("Nobody is their own buddy or manager."))
    enrolment, new = Enrolment.objects.get_or_create(
        path=path,
        person=person,
        defaults={"start_on": start_on, "buddy": buddy, "manager": manager, "created_at": at or timezone.now()},
    )
    if new:
        record(actor=actor, verb="enrolment.started", object=enrolment, target=person, community_id=path.community_id)
        _refresh_menu([enrolment])
    return enrolment


@transaction.atomic
def complete_step(
    *,
    actor: User,
    enrolment: Enrolment,
    step: Step,
    note: str = "",
    activity_id: int | None = None,
    at: datetime | None = None,
) -> Completion:
    """Mark a step as done; doing it twice is doing it once. `activity_id` names the act that did it by itself."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if not can_complete(actor, enrolment) or step.path_id != enrolment.path_id:
        raise PermissionDenied
    completion, new = Completion.objects.get_or_create(
        enrolment=enrolment,
        step=step,
        defaults={
            "completed_by": actor,
            "note": note,
            "activity_id": activity_id,
            "completed_at": at or timezone.now(),
        },
    )
    if new:
        # The person's progress is for few eyes: the diary row belongs to no community.
        record(actor=actor, verb="step.completed", object=step, target=enrolment)
        _settle(enrolment, at=at)
        _refresh_menu([enrolment])
    return completion


@transaction.atomic
def reopen_step(*, actor: User, enrolment: Enrolment, step: Step) -> None:
    """Take a tick back; a step that is open stays open."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if not can_complete(actor, enrolment) or step.path_id != enrolment.path_id:
        raise PermissionDenied
    if enrolment.completions.filter(step=step).delete()[0]:
        record(actor=actor, verb="step.reopened", object=step, target=enrolment)
        _settle(enrolment)
        _refresh_menu([enrolment])


def _lock(path: Path) -> Path:
    locked: Path = Path.objects.select_for_update().get(pk=path.pk)
    return locked


def _may_edit(actor: User, path: Path) -> None:
    if not can_edit_path(actor, path):
        raise PermissionDenied


def _settle(enrolment: Enrolment, at: datetime | None = None) -> None:
    """Write down that all steps are done, or that they are not."""
    is_open = Step.objects.filter(path_id=enrolment.path_id).exclude(completions__enrolment=enrolment).exists()
    if is_open == (enrolment.finished_at is None):
        return
    enrolment.finished_at = None if is_open else at or timezone.now()
    enrolment.save(update_fields=["finished_at"])


def _path_changed(actor: User, path: Path) -> None:
    """Record the change, and let the menu of everybody on the path count again."""
    record(actor=actor, verb="path.changed", object=path, community_id=path.community_id)
    enrolments = list(path.enrolments.all())
    for enrolment in enrolments:
        _settle(enrolment)
    _refresh_menu(enrolments)


def _refresh_menu(enrolments: Iterable[Enrolment]) -> None:
    # The ring in the menu, and what waits at home for all three, are cached by this number.
    people = {pk for one in enrolments for pk in (one.person_id, one.buddy_id, one.manager_id) if pk}
    User.objects.filter(pk__in=people).update(rights_version=F("rights_version") + 1)


def _free_slug(title: str) -> str:
    stem = slugify(title)[:70] or "path"
    slug, number = stem, 2
    while Path.objects.filter(slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug
