"""Starting and changing communities, and entering one as administrator."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.actions.rules import bump_rights, refuse, require
from intranet.people.handles import make_slug
from intranet.people.models import Community, Membership, User
from intranet.people.permissions import can_change_community, can_create_community, can_enter

COMMUNITY_FIELDS = {"name", "purpose", "kind", "hue", "by_request"}


def _check_name(actor: User | None, name: str, own: Community | None = None) -> str:
    """Return the name without stray space; refuse one that a community the actor may know of has already."""
    name = " ".join(name.split())
    if not name:
        raise refuse(_("Give the community a name."), field="name")
    rows = Community.objects.listed_for(actor) if actor is not None else Community.objects.all()
    if rows.filter(name__iexact=name).exclude(pk=own.pk if own else 0).exists():
        raise refuse(_("There is a community of this name already."), field="name")
    return name


@transaction.atomic
def create_community(
    *,
    actor: User,
    name: str,
    kind: str = Community.Kind.OPEN,
    purpose: str = "",
    hue: int | None = None,
    by_request: bool = False,
    slug: str = "",
    is_everyone: bool = False,
) -> Community:
    """Start a community; whoever starts it is its first member and moderator."""
    require(can_create_community(actor), _("Guests cannot start communities."))
    name = _check_name(actor, name)
    if kind not in Community.Kind.values:
        raise refuse(_("Choose who may read."), field="kind")
    try:
        with transaction.atomic():
            community = Community.objects.create(
                name=name,
                slug=slug or make_slug(name, secret=kind == Community.Kind.HIDDEN),
                kind=kind,
                purpose=purpose.strip(),
                hue=(Community.objects.count() * 7) % 24 if hue is None else hue,
                by_request=by_request and kind == Community.Kind.OPEN and not is_everyone,
                is_everyone=is_everyone,
                created_by=actor,
            )
    except IntegrityError as error:  # the same name twice at the same moment
        raise refuse(_("There is a community of this name already."), field="name") from error
    Membership.objects.create(
        user=actor, community=community, role=Membership.Role.MODERATOR, origin=Membership.Origin.SELF
    )
    bump_rights([actor.pk])
    record(actor=actor, verb="community.created", object=community, community_id=community.pk, data={"kind": kind})
    return community


@transaction.atomic
def change_community(*, actor: User, community: Community, **changes: Any) -> Community:
    """Change name, purpose, colour, kind or joining; another kind changes what everybody may read, from now on."""
    require(can_change_community(actor, community), _("Only moderators change a community."))
    if unknown := set(changes) - COMMUNITY_FIELDS:
        raise ValueError(f"{sorted(unknown)} are not changed here")
    if "name" in changes:
        changes["name"] = _check_name(actor, changes["name"], own=community)
    kind = changes.get("kind", community.kind)
    if kind not in Community.Kind.values:
        raise refuse(_("Choose who may read."), field="kind")
    if community.is_everyone and (kind != Community.Kind.OPEN or changes.get("by_request")):
        raise refuse(_("The community of everybody stays open."), field="kind")
    if kind != Community.Kind.OPEN:
        changes["by_request"] = False  # there it goes without saying
    changed = sorted(key for key, value in changes.items() if getattr(community, key) != value)
    if not changed:
        return community
    data: dict[str, Any] = {"fields": changed}
    if "kind" in changed:
        data["kind"] = [community.kind, kind]
    for key in changed:
        setattr(community, key, changes[key])
    community.save(update_fields=changed)
    if "kind" in changed:
        bump_rights()
    record(actor=actor, verb="community.changed", object=community, community_id=community.pk, data=data)
    return community


@transaction.atomic
def enter_community(*, actor: User, community: Community) -> Membership:
    """Enter a closed community as administrator, to put something right. Its members see who entered and when."""
    require(can_enter(actor, community), _("Only administrators enter a closed community without being asked in."))
    membership = Membership.objects.create(
        user=actor, community=community, role=Membership.Role.MODERATOR, origin=Membership.Origin.SELF
    )
    bump_rights([actor.pk])
    record(actor=actor, verb="community.entered", object=community, target=actor, community_id=community.pk)
    return membership
