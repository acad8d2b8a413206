"""Who may do what with a path."""

from typing import Any

from intranet.people.models import Community, Membership, User
from wiki.onboarding.models import Enrolment, Path


def can_create_path(user: Any, community: Community) -> bool:
    """May `user` make a path in this community? Its moderators may."""
    return Membership.objects.filter(user_id=user.pk, community=community, role=Membership.Role.MODERATOR).exists()


def can_edit_path(user: Any, path: Path) -> bool:
    """May `user` change the path and put people on it? Its owner and the community's moderators may."""
    readable = Community.objects.visible_to(user).filter(pk=path.community_id).exists()
    return readable and (path.owner_id == user.pk or can_create_path(user, path.community))


def can_complete(user: Any, enrolment: Enrolment) -> bool:
    """May `user` tick steps? Only the person on the path."""
    return bool(enrolment.person_id == user.pk)


def can_be_enrolled(person: User, path: Path) -> bool:
    """Can `person` read the path's community? A path somebody cannot read helps nobody."""
    return bool(Community.objects.visible_to(person).filter(pk=path.community_id).exists())
