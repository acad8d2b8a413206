"""What goes where when somebody's pages are handed over: asked before it happens, and by the action under its locks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from intranet.people.models import Community, Membership, User
from intranet.people.models.people import is_current
from intranet.people.permissions import is_administrator
from wiki.links import page_url
from wiki.models import WikiPage

# So many at a time; what is left is handed over by pressing again.
AT_A_TIME = 500
# Of one community so many are named.
NAMED = 50


def is_in_charge(actor: Any, person: User) -> bool:
    """Is it the person herself, her manager, or an administrator? Moderators are in charge of their communities' pages."""
    if not is_current(actor) or actor.is_guest:
        return False
    return actor.pk in (person.pk, person.manager_id) or is_administrator(actor)


def can_hand_over(actor: Any, person: User) -> bool:
    """May she hand over pages that somebody keeps, in the communities she is a member of?"""
    if is_in_charge(actor, person):
        return True
    moderated = Membership.objects.filter(user_id=actor.pk, role=Membership.Role.MODERATOR)
    return is_current(actor) and not actor.is_guest and moderated.exists()


def kept_by(actor: Any, person: User) -> QuerySet[WikiPage]:
    """Return what somebody keeps right, and kept until she left, as far as the actor may read it."""
    pages: QuerySet[WikiPage] = WikiPage.objects.visible_to(actor)
    return pages.filter(Q(owner_person_id=person.pk) | Q(left_owner_id=person.pk))


def handable(actor: Any, person: User, to: User) -> QuerySet[WikiPage]:
    """Return those the actor may hand over to `to`: both are members of the page's community."""
    mine = Membership.objects.filter(user_id=actor.pk)
    if not is_in_charge(actor, person):
        mine = mine.filter(role=Membership.Role.MODERATOR)
    theirs = Membership.objects.filter(user_id=to.pk)
    return kept_by(actor, person).filter(
        community_id__in=mine.values("community_id")
    ).filter(community_id__in=theirs.values("community_id"))  # fmt: skip


@dataclass(slots=True)
class Place:
    """The pages of one community: they go (`why` is ""), or stay because of the receiver ("to") or the actor ("actor")."""

    community: Community
    why: str = ""
    number: int = 0
    pages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def more(self) -> int:
        """Return how many are not named."""
        return self.number - len(self.pages)


@dataclass(slots=True)
class Plan:
    """What handing over does."""

    places: list[Place]

    @property
    def going(self) -> list[Place]:
        """Return the communities whose pages change hands."""
        return [place for place in self.places if not place.why]

    @property
    def staying(self) -> list[Place]:
        """Return those whose pages stay as they are."""
        return [place for place in self.places if place.why]

    @property
    def number(self) -> int:
        """Return how many pages change hands in all."""
        return sum(place.number for place in self.going)

    @property
    def now(self) -> int:
        """Return how many of them the next press hands over."""
        return min(self.number, AT_A_TIME)


def plan_for(actor: User, person: User, to: User | None) -> Plan:
    """Return what handing over would do, by community; without `to` what there is. Five questions, however many."""
    mine = dict(Membership.objects.filter(user_id=actor.pk).values_list("community_id", "role"))
    theirs = set(Membership.objects.filter(user_id=to.pk).values_list("community_id", flat=True)) if to else None
    in_charge = is_in_charge(actor, person)
    rows = kept_by(actor, person).order_by("title", "pk").values("pk", "title", "address", "community_id")
    found: dict[int, Place] = {}
    communities = Community.objects.visible_to(actor).in_bulk(
        set(kept_by(actor, person).order_by().values_list("community_id", flat=True))
    )
    for row in rows:
        community = communities.get(row["community_id"])
        if community is None:
            continue
        place = found.get(community.pk)
        if place is None:
            role = mine.get(community.pk)
            may = role is not None if in_charge else role == Membership.Role.MODERATOR
            why = "actor" if not may else "to" if theirs is not None and community.pk not in theirs else ""
            place = found[community.pk] = Place(community, why)
        place.number += 1
        if len(place.pages) < NAMED:
            place.pages.append(row | {"url": page_url(row["address"])})
    return Plan(sorted(found.values(), key=lambda place: (bool(place.why), place.community.name)))
