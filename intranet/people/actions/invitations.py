"""Bringing people from outside into one community, until a date."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from intranet.people import mails
from intranet.people.actions.accounts import add_person, clean_email
from intranet.people.actions.memberships import admit
from intranet.people.actions.rules import bump_rights, refuse, require
from intranet.people.models import Community, Membership, User
from intranet.people.permissions import can_invite


@transaction.atomic
def invite_guest(*, actor: User, community: Community, email: str, name: str, active_until: date) -> Membership:
    """Invite a person by mail address. Who has an account is simply added; a new guest gets a link to set a password.

    A guest's last day is never moved nearer by another community's invitation.
    """
    require(can_invite(actor, community), _("Only moderators invite guests."))
    address = clean_email(email)
    person = User.objects.get_queryset().filter(email=address).first()
    new = person is None
    if person is None:
        person = add_person(
            actor=None,
            email=address,
            name=name.strip() or address.partition("@")[0],
            is_guest=True,
            active_until=active_until,
            language=actor.language,
        )
    elif not person.is_active:
        raise refuse(_("This account was closed. Ask an administrator."), field="email")
    elif person.is_guest and person.active_until is not None and person.active_until < active_until:
        person.active_until = active_until
        person.save(update_fields=["active_until"])
        bump_rights([person.pk])
    membership = admit(
        actor=actor, community=community, person=person, origin=Membership.Origin.ADDED, verb="community.invited"
    )
    mails.queue_invitation(person, community=community, inviter=actor, new=new)
    return membership
