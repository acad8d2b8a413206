"""What a path is: made, copied, renamed, its roles named."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import Community, User
from wiki.onboarding.links import show_step
from wiki.onboarding.locks import lock_path, refresh_menus
from wiki.onboarding.models import Path, PathVersion, Role, Step, VersionStep
from wiki.onboarding.permissions import can_be_enrolled, can_create_path, can_edit_path, can_open_progress
from wiki.onboarding.versions import copy_fields, lines_of, write_lines

# Words that stand in addresses where a path's own would.
TAKEN = frozenset({"new", "on", "people", "tasks"})


def may_edit(actor: User, path: Path) -> None:
    """Refuse whoever may not change the path."""
    if not can_edit_path(actor, path):
        raise PermissionDenied


@transaction.atomic
def create_path(
    *,
    actor: User,
    community: Community,
    title: str,
    purpose: str = "",
    language: str = "fi",
    kind: str = Path.Kind.JOINING,
    owner: User | None = None,
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
        kind=kind,
        owner=owner or actor,
    )
    path.present = PathVersion.objects.create(path=path, number=1, created_by=actor)
    path.save(update_fields=["present"])
    record(actor=actor, verb="path.created", object=path, community_id=path.community_id)
    return path


@transaction.atomic
def copy_path(*, actor: User, path: Path, title: str, community: Community | None = None) -> Path:
    """Make a path with the same steps, order, days and roles in a community the actor moderates.

    The steps are the copy's own. Somebody on both paths is asked a step once. Texts are rendered for the new place.
    """
    if not Path.objects.visible_to(actor).filter(pk=path.pk).exists():
        raise PermissionDenied
    made = create_path(
        actor=actor, community=community or path.community, title=title, purpose=path.purpose,
        language=path.language, kind=path.kind,
    )  # fmt: skip
    made.copied_from = path
    made.save(update_fields=["copied_from"])
    roles = {
        role.pk: Role.objects.create(path=made, name=role.name, holder=role.holder, sees_progress=role.sees_progress)
        for role in path.roles.select_related("holder")
    }
    lines, fresh = lines_of(path), {}
    for line in lines:
        step = Step(path=made, role=roles.get(line.step.role_id or 0), **copy_fields(line.step))
        step.save()
        show_step(step)
        step.save(update_fields=["html"])
        fresh[line.step_id] = step
    assert made.present is not None  # noqa: S101  # create_path has just made it
    write_lines(
        made.present,
        [
            VersionStep(
                step=fresh[line.step_id],
                due_days=line.due_days,
                waits_for=[fresh[key].pk for key in line.waits_for if key in fresh],
            )
            for line in lines
        ],
    )
    return made


@transaction.atomic
def change_path(
    *,
    actor: User,
    path: Path,
    title: str,
    purpose: str,
    language: str,
    kind: str = "",
    owner: User | None = None,
) -> Path:
    """Change what a path is called, whom it is for, what its start date is and who owns it; its address stays.

    Whoever owns it sees how everybody on it gets on: only the owner gives it away, moderators one whose owner is gone.
    """
    may_edit(actor, path)
    path.title, path.purpose, path.language, path.kind = title, purpose, language, kind or path.kind
    if owner is not None and owner.pk != path.owner_id:
        if not can_open_progress(actor, path):
            raise ValidationError({"owner": _("Only its owner gives a path to somebody else.")})
        if not can_be_enrolled(owner, path):
            raise ValidationError({"owner": _("%(name)s cannot read this path.") % {"name": owner.name}})
        path.owner = owner
    path.save(update_fields=["title", "purpose", "language", "kind", "owner"])
    record(actor=actor, verb="path.changed", object=path, community_id=path.community_id)
    return path


@transaction.atomic
def save_role(
    *,
    actor: User,
    path: Path,
    role: Role | None = None,
    name: str | None = None,
    holder: User | None = None,
    sees_progress: bool | None = None,
) -> Role:
    """Name a role of the path and who holds it, or change one. `sees_progress` opens everybody's progress to her.

    So only the path's owner lets a role see it, and says who holds such a role.
    """
    path = lock_path(path)
    may_edit(actor, path)
    role = role or Role(path=path)
    if role.path_id != path.pk:
        raise PermissionDenied
    role.name = (name if name is not None else role.name).strip()
    if not role.name:
        raise ValidationError({"name": _("What is the role called?")})
    if path.roles.filter(name__iexact=role.name).exclude(pk=role.pk).exists():
        raise ValidationError({"name": _("There is such a role already.")})
    opens = role.sees_progress if sees_progress is None else sees_progress
    opened = role.holder_id if role.sees_progress else None
    if opens and (not role.sees_progress or (holder and holder.pk != opened)) and not can_open_progress(actor, path):
        raise ValidationError({"sees_progress": _("Only the path’s owner decides who sees how people get on.")})
    before, role.holder, role.sees_progress = role.holder_id, holder, opens
    role.save()
    record(actor=actor, verb="path.changed", object=path, community_id=path.community_id)
    refresh_menus(path.enrolments.select_related("person"), also=[before])
    return role


def _free_slug(title: str) -> str:
    stem = slugify(title)[:70] or "path"
    slug, number = stem, 2
    while slug in TAKEN or Path.objects.filter(slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug
