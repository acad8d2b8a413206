"""May she? One predicate a question, about one object."""

from __future__ import annotations

from typing import Any

from intranet.people.models import AccessToken, Community, Membership, User
from intranet.people.models.people import is_current


def membership_of(user: Any, community: Community) -> Membership | None:
    """Return the person's membership, if the person is a member."""
    return Membership.objects.filter(user_id=user.pk, community_id=community.pk).first()


def is_administrator(user: Any) -> bool:
    """Does this person run the house? It gives no right to read more."""
    return is_current(user) and bool(user.is_staff) and not user.is_guest


def can_know(user: Any, community: Community) -> bool:
    """May she know that this community exists?"""
    return Community.objects.listed_for(user).filter(pk=community.pk).exists()


def can_read(user: Any, community: Community) -> bool:
    """May she read what is in this community?"""
    return Community.objects.visible_to(user).filter(pk=community.pk).exists()


def can_join(user: Any, community: Community) -> bool:
    """May she become a member by herself, without asking?"""
    return (
        is_current(user)
        and not user.is_guest
        and community.kind == Community.Kind.OPEN
        and not community.by_request
        and membership_of(user, community) is None
    )


def can_request_to_join(user: Any, community: Community) -> bool:
    """May she ask to become a member?"""
    asked_for = community.kind == Community.Kind.CLOSED or (
        community.kind == Community.Kind.OPEN and community.by_request
    )
    return is_current(user) and not user.is_guest and asked_for and membership_of(user, community) is None


def can_leave(user: Any, community: Community) -> bool:
    """May she stop being a member? Everyone cannot be left."""
    return is_current(user) and not community.is_everyone and membership_of(user, community) is not None


def can_write(user: Any, community: Community) -> bool:
    """May she write here? Members do, guests too."""
    return is_current(user) and membership_of(user, community) is not None


def can_moderate(user: Any, community: Community) -> bool:
    """May she look after the members and the talk?

    Moderators, and administrators where everybody may read; elsewhere an administrator has to enter first.
    """
    if not is_current(user) or user.is_guest:
        return False
    if is_administrator(user) and community.kind == Community.Kind.OPEN:
        return True
    membership = membership_of(user, community)
    return membership is not None and membership.role == Membership.Role.MODERATOR


def can_invite(user: Any, community: Community) -> bool:
    """May she bring others in? Into Everyone nobody is brought: employees are there already, guests never."""
    return not community.is_everyone and can_moderate(user, community)


def can_change_community(user: Any, community: Community) -> bool:
    """May she change name, purpose, colour, and who may read?"""
    return can_moderate(user, community)


def can_create_community(user: Any) -> bool:
    """May she start a community? Every employee may."""
    return is_current(user) and not user.is_guest


def can_enter(user: Any, community: Community) -> bool:
    """May she enter a closed community as administrator, for its members to see?"""
    return is_administrator(user) and community.kind == Community.Kind.CLOSED and membership_of(user, community) is None


def can_add_people(user: Any) -> bool:
    """May she open and close accounts?"""
    return is_administrator(user)


def can_keep_offices(user: Any) -> bool:
    """May she add, change and remove places of work?"""
    return is_administrator(user)


def can_see_directory(user: Any) -> bool:
    """May she leaf through all people? Guests may not."""
    return is_current(user) and not user.is_guest


def can_change_profile(user: Any, person: User) -> bool:
    """May she change what this person tells about themselves?"""
    return is_current(user) and (user.pk == person.pk or is_administrator(user))


def can_follow(user: Any, person: User) -> bool:
    """May she follow this person?"""
    return is_current(user) and user.pk != person.pk and User.objects.visible_to(user).filter(pk=person.pk).exists()


def can_edit_tags(user: Any) -> bool:
    """May she look after the house's words: rename and merge tags? Administrators, and who moderates Everyone."""
    if not is_current(user) or user.is_guest:
        return False
    looks_after = Membership.objects.filter(
        user_id=user.pk, community__is_everyone=True, role=Membership.Role.MODERATOR
    )
    return is_administrator(user) or looks_after.exists()


def can_revoke_token(user: Any, token: AccessToken) -> bool:
    """May she end this key? The owner, and administrators."""
    return is_current(user) and (token.user_id == user.pk or is_administrator(user))
