"""Who is in which community. Every change counts up the person's rights and so takes effect with the next request."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.actions.rules import bump_rights, refuse, require
from intranet.people.models import Community, JoinRequest, Membership, User
from intranet.people.models.people import is_current
from intranet.people.permissions import (
    can_invite,
    can_join,
    can_leave,
    can_moderate,
    can_request_to_join,
    membership_of,
)
from intranet.text import clean_text

# Of what goes with a request and with its decision.
MOST_SAID = 300


def admit(*, actor: User | None, community: Community, person: User, origin: str, verb: str) -> Membership:
    """Make somebody a member, once; used by the verbs that let people in."""
    membership, new = Membership.objects.get_or_create(user=person, community=community, defaults={"origin": origin})
    if new:
        # Whoever is in does not ask any more.
        JoinRequest.objects.filter(user=person, community=community, decided_at__isnull=True).update(
            decided_at=timezone.now(), decided_by=actor, granted=True
        )
        bump_rights([person.pk])
        record(actor=actor, verb=verb, object=community, target=person, community_id=community.pk)
    return membership


@transaction.atomic
def join_community(*, actor: User, community: Community) -> Membership:
    """Become a member of an open community; who is one already stays one."""
    if membership := membership_of(actor, community):
        return membership
    require(can_join(actor, community), _("Joining this community is asked for."))
    return admit(actor=actor, community=community, person=actor, origin=Membership.Origin.SELF, verb="community.joined")


@transaction.atomic
def leave_community(*, actor: User, community: Community) -> None:
    """Stop being a member. Everyone cannot be left, and the last moderator hands over first."""
    if community.is_everyone:
        raise refuse(_("Everybody who works here is in this community; it cannot be left."))
    membership = membership_of(actor, community)
    if membership is None:
        return
    require(can_leave(actor, community))
    _keep_a_moderator(membership)
    membership.delete()
    bump_rights([actor.pk])
    record(actor=actor, verb="community.left", object=community, target=actor, community_id=community.pk)


@transaction.atomic
def request_to_join(*, actor: User, community: Community, note: str = "") -> JoinRequest:
    """Ask the moderators to be let in; asking twice is asking once."""
    require(can_request_to_join(actor, community), _("You cannot ask to join this community."))
    request, new = JoinRequest.objects.get_or_create(
        user=actor, community=community, decided_at=None, defaults={"note": clean_text(note).strip()[:MOST_SAID]}
    )
    if new:
        record(actor=actor, verb="community.requested", object=request, target=community, community_id=community.pk)
    return request


@transaction.atomic
def decide_request(*, actor: User, join_request: JoinRequest, granted: bool, answer: str = "") -> JoinRequest:
    """Let somebody in, or not, with a word for the asker. Decided once: a second moderator who comes too late is told so."""
    community = join_request.community
    require(can_moderate(actor, community), _("Only moderators decide who joins."))
    answer = " ".join(clean_text(answer).split())
    if len(answer) > MOST_SAID:
        raise refuse(_("At most %(limit)d characters fit.") % {"limit": MOST_SAID}, field="answer")
    changed = JoinRequest.objects.filter(pk=join_request.pk, decided_at__isnull=True).update(
        decided_at=timezone.now(), decided_by=actor, granted=granted, answer=answer
    )
    if not changed:
        raise refuse(_("This was decided already."))
    join_request.refresh_from_db()
    record(
        actor=actor,
        verb="community.request_decided",
        object=join_request,
        target=join_request.user,
        community_id=community.pk,
        data={"granted": granted},
    )
    if granted:
        if not is_current(join_request.user):
            raise refuse(_("This account is closed."))
        admit(
            actor=actor,
            community=community,
            person=join_request.user,
            origin=Membership.Origin.ADDED,
            verb="community.joined",
        )
    return join_request


@transaction.atomic
def add_member(*, actor: User, community: Community, person: User) -> Membership:
    """Bring somebody in whom the actor knows of."""
    require(can_invite(actor, community), _("Only moderators add members."))
    known = User.objects.visible_to(actor).active().filter(pk=person.pk).exists()
    if not known:
        raise refuse(_("There is nobody of this name."), field="person")
    return admit(
        actor=actor,
        community=community,
        person=person,
        origin=Membership.Origin.ADDED,
        verb="community.invited",
    )


@transaction.atomic
def remove_member(*, actor: User, community: Community, person: User) -> None:
    """Take somebody out; what the person wrote stays."""
    require(can_moderate(actor, community), _("Only moderators remove members."))
    if community.is_everyone:
        raise refuse(_("Everybody who works here is in this community; it cannot be left."))
    membership = membership_of(person, community)
    if membership is None:
        return
    _keep_a_moderator(membership)
    membership.delete()
    bump_rights([person.pk])
    record(actor=actor, verb="community.member_removed", object=community, target=person, community_id=community.pk)


@transaction.atomic
def change_role(*, actor: User, community: Community, person: User, role: str) -> Membership:
    """Make a member a moderator, or a moderator a member. There is always one moderator."""
    require(can_moderate(actor, community), _("Only moderators change roles."))
    if role not in Membership.Role.values:
        raise refuse(_("Choose a role."), field="role")
    membership = membership_of(person, community)
    if membership is None:
        raise refuse(_("There is nobody of this name."), field="person")
    if role == Membership.Role.MODERATOR and person.is_guest:
        raise refuse(_("A guest cannot be a moderator."), field="role")
    if role == membership.role:
        return membership
    if role == Membership.Role.MEMBER:
        _keep_a_moderator(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    bump_rights([person.pk])
    record(
        actor=actor,
        verb="community.member_changed",
        object=community,
        target=person,
        community_id=community.pk,
        data={"role": role},
    )
    return membership


def _keep_a_moderator(membership: Membership) -> None:
    """Refuse to let the last moderator go while others stay behind."""
    if membership.role != Membership.Role.MODERATOR:
        return
    # Locked where the database can: two moderators leaving at once must not both find the other one there.
    others = list(
        Membership.objects.select_for_update()
        .filter(community_id=membership.community_id)
        .exclude(pk=membership.pk)
        .values_list("role", flat=True)
    )
    if others and Membership.Role.MODERATOR not in others:
        raise refuse(_("Make somebody else a moderator first; a community always has one."))
