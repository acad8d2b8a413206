"""Who may do what with a path."""

from typing import Any

from django.db.models import QuerySet

from intranet.people.models import Community, Membership, User
from wiki.onboarding.models import Enrolment, Path, Step
from wiki.onboarding.ways import Way


def can_create_path(user: Any, community: Community) -> bool:
    """May `user` make a path in this community? Its moderators may."""
    return Membership.objects.filter(user_id=user.pk, community=community, role=Membership.Role.MODERATOR).exists()


def can_edit_path(user: Any, path: Path) -> bool:
    """May `user` change the path and put people on it? Its owner and the community's moderators may."""
    readable = Community.objects.visible_to(user).filter(pk=path.community_id).exists()
    return readable and (path.owner_id == user.pk or can_create_path(user, path.community))


def can_open_progress(user: Any, path: Path) -> bool:
    """May `user` decide who sees how people get on: whose the path is, which roles see progress? Its owner alone may.

    Moderators see nobody's progress, so they cannot give it to themselves; only a path whose owner is gone is theirs.
    """
    if not can_edit_path(user, path):
        return False
    return path.owner_id == user.pk or not can_be_enrolled(path.owner, path)


def can_see_leavers(user: Any) -> bool:
    """May `user` know whose account has a last day? Administrators set it and see it, others on a path of theirs."""
    return bool(user.is_staff)


def can_complete(user: Any, enrolment: Enrolment) -> bool:
    """May `user` tick the steps of this enrolment? Only the person on the path; a colleague's task is another matter."""
    return bool(enrolment.person_id == user.pk)


def can_do_step(user: Any, way: Way, step: Step) -> bool:
    """May `user` complete this step? A colleague's task its colleague, every other step the person."""
    doer = way.doer(step)
    return doer is not None and doer.pk == user.pk


def can_look_after(user: Any, enrolment: Enrolment) -> bool:
    """May `user` nudge, skip, add a step and choose the buddy? Buddy, manager and the path's owner; never the person."""
    if enrolment.person_id == user.pk or user.pk not in {
        enrolment.buddy_id, enrolment.boss_id, enrolment.path.owner_id
    }:  # fmt: skip
        return False
    return Enrolment.objects.visible_to(user).filter(pk=enrolment.pk).exists()


def can_manage(user: Any, enrolment: Enrolment) -> bool:
    """May `user` move the start date, pause, end and choose the manager? The manager and the path's owner."""
    return user.pk in {enrolment.boss_id, enrolment.path.owner_id} and can_look_after(user, enrolment)


def may_read_answer(user: Any, way: Way, step: Step) -> bool:
    """May `user` read what was answered to a check-in? The person, and whom the step names."""
    return user.pk == way.enrolment.person_id or user.pk in way.reader_ids(step)


def can_be_enrolled(person: User, path: Path) -> bool:
    """Can `person` read the path's community? A path somebody cannot read helps nobody."""
    return bool(Community.objects.visible_to(person).filter(pk=path.community_id).exists())


def enrollable(path: Path) -> QuerySet[User]:
    """Return everybody who can be put on the path: `can_be_enrolled` asked the other way."""
    return User.objects.readers_of(path.community)
