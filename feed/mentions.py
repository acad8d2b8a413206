"""Whom a text names: people, and communities as a whole; and what the writer is asked before it is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feed.permissions import role_in
from feed.text import people_left_out
from intranet.people.models import Community, Membership, User
from intranet.text import MAX_POST, find_references

# Whoever names more people than this means a community; each of them would be told by name.
MOST_NAMES = 50
# A community of more members than this is called together by its moderators only: nobody interrupts a whole company by
# a slip of the keyboard.
CROWD = 100


@dataclass(frozen=True, slots=True)
class Call:
    """A community that a text names: how many of its members hear of it, and how many cannot read the place."""

    community: Community
    heads: int
    left_out: int
    may_call: bool


def check_names(handles: Collection[str]) -> None:
    """Refuse a text that names more than can be meant. Raises ValidationError with a sentence for the writer."""
    if len(handles) > MOST_NAMES:
        raise ValidationError(
            _(
                "The text names %(count)d people; at most %(limit)d can be told by name. Mention their community instead."
            ),
            code="too_many_names",
            params={"count": len(handles), "limit": MOST_NAMES},
        )


def communities_named(user: Any, handles: Collection[str], place: Community) -> list[Community]:
    """Return the communities among these names that all readers of `place` may know and `user` may read.

    A name that is a person's who reads the place means that person.
    """
    if not handles or len(handles) > MOST_NAMES:
        return []
    known = Community.objects.visible_to(user).filter(Q(kind=Community.Kind.OPEN) | Q(pk=place.pk), slug__in=handles)
    found = list(known.order_by("name", "pk"))
    if not found:
        return []
    people = User.objects.readers_of(place).filter(handle__in=[one.slug for one in found])
    taken = set(people.values_list("handle", flat=True))
    return [one for one in found if one.slug not in taken]


def may_call(user: Any, community: Community, heads: int) -> bool:
    """May `user` call a community together? A small one by whoever may read it, a large one by its moderators."""
    return heads <= CROWD or role_in(user, community.pk) == Membership.Role.MODERATOR


def readers_of(place: Community) -> Any:
    """Return the numbers of those who may read a place, as a part of a query."""
    return User.objects.readers_of(place).values("pk")


def members_of(communities: Collection[int]) -> dict[int, int]:
    """Return how many members each of these communities has: one question."""
    rows = Membership.objects.filter(community_id__in=communities, user__in=User.objects.active().values("pk"))
    counted = dict(rows.values_list("community_id").annotate(heads=Count("pk")).order_by())
    return {pk: counted.get(pk, 0) for pk in communities}


def calls(user: Any, handles: Collection[str], place: Community) -> list[Call]:
    """Return what naming communities here would do, one line a community."""
    found = []
    for one in communities_named(user, handles, place):
        members = User.objects.active().filter(
            pk__in=Membership.objects.filter(community_id=one.pk).exclude(user_id=user.pk).values("user_id")
        )
        heads = members.count()
        readers = heads if one.pk == place.pk else members.filter(pk__in=User.objects.readers_of(place)).count()
        found.append(Call(one, readers, heads - readers, may_call(user, one, heads)))
    return found


def called(user: Any, handles: Collection[str], place: Community, before: str = "") -> dict[str, list[int]]:
    """Return, for the diary, the communities that are called for the first time: ids only, no row a member.

    `before` is what the text said before an edit.
    """
    if before and handles:
        handles = set(handles) - set(find_references(before, flavour="post").mentions)
    pks = [one.community.pk for one in calls(user, handles, place) if one.may_call and one.heads]
    return {"communities": pks} if pks else {}


@dataclass(frozen=True, slots=True)
class Question:
    """What a writer is asked before sending: sentences, and the names she says yes to by sending once more."""

    sentences: Sequence[str]
    names: str
    left_out: Sequence[User]
    calls: Sequence[Call]


def question(user: Any, body: str, place: Community, before: str = "") -> Question | None:
    """Return what is to be asked about the names in a text, None when nothing is.

    Asked are names that cannot read the place, and communities, with how many they are; not those that an edited
    text had `before`.
    """
    if not isinstance(body, str) or len(body) > MAX_POST or "@" not in body:
        return None
    handles = find_references(body, flavour="post").mentions
    old = set(find_references(before, flavour="post").mentions) if before else set()
    new = [handle for handle in handles if handle not in old]
    left_out = [one for one in people_left_out(user, body, place) if one.handle in new] if new else []
    together = calls(user, new, place)
    if not left_out and not together:
        return None
    names = sorted(
        [*(one.handle for one in left_out), *(f"{one.community.slug}:{one.heads > CROWD:d}" for one in together)]
    )
    return Question(list(_sentences(left_out, together, place)), ",".join(names), left_out, together)


def _sentences(left_out: Sequence[User], together: Sequence[Call], place: Community) -> list[str]:
    said = []
    if left_out:
        said.append(
            _("%(names)s cannot read %(community)s and will not hear of this.")
            % {"names": ", ".join(person.name for person in left_out), "community": place.name}
        )
    for one in together:
        values = {"community": one.community.name, "count": one.heads, "left": one.left_out, "limit": CROWD}
        if not one.may_call:
            said.append(
                _(
                    "%(community)s has more than %(limit)d members: only its moderators can call them all. "
                    "The name will stand in the text, and nobody is notified."
                )
                % values
            )
            continue
        words = ngettext(
            "%(community)s: %(count)d person is notified.", "%(community)s: %(count)d people are notified.", one.heads
        )
        said.append(words % values)
        if one.left_out:
            words = ngettext(
                "%(left)d member cannot read it here.", "%(left)d members cannot read it here.", one.left_out
            )
            said.append(words % values)
    said.append(_("Send it all the same?"))
    return said
