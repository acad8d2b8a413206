"""What the apps say about a line of the diary (`settings.NOTIFICATION_RECIPIENTS`), and how they describe their things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from intranet.notifications.models import Level, Watch

Thing = tuple[str, int]  # kind of a watch, number


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody hears of it: a reason of `words.REASONS`, the watched thing if it is one, and whether it counts."""

    reason: str
    watched: Thing | None = None
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """These people are to hear of this; who did it is left out, and so is who may not read the community.

    `bundle` names what is told together; `place` is what marks it read when it is visited.
    """

    event: str
    object: tuple[str, str | int]  # as in the diary: "app.model" and primary key
    people: dict[int, Why]
    bundle: str
    community_id: int | None = None
    place: Thing | None = None
    is_direct: bool = False
    at: datetime | None = None  # when it came to pass, if the diary was told later
    # What was read already is added to, but does not come up again: reactions, once an hour.
    stays_read: bool = False
    # By every way there is, whatever was chosen, and at once.
    is_urgent: bool = False
    # The app itself shows it without any list: a row is written for those alone who have a browser to be told in.
    only_browsers: bool = False
    # By whom it was is not said.
    is_nameless: bool = False
    # Also to who did it: it followed from what she did without her seeing it.
    tells_actor: bool = False


@dataclass(frozen=True, slots=True)
class Crowd:
    """All members of a community are to hear of this, but `but`, and who has muted one of `things`.

    Written by the worker in batches, each in a transaction of its own; `hearing.people` is empty.
    """

    hearing: Hearing
    community_id: int
    why: Why
    but: frozenset[int] = frozenset()
    things: Sequence[Thing] = ()


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Somebody no longer does what others were told of; what is left without anybody goes."""

    event: str
    object: tuple[str, str | int]
    actor: int


@dataclass(frozen=True, slots=True)
class Default:
    """Somebody watches a thing from now on, unless she has chosen otherwise for it or muted what it lies in."""

    user: int
    thing: Thing
    origin: str
    within: Sequence[Thing] = ()


@dataclass(frozen=True, slots=True)
class NoDefault:
    """Nobody but `but` watches a thing any more for that reason."""

    thing: Thing
    origin: str
    but: int | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """Things are gone for good: so is what was told of them, and their levels."""

    object_type: str
    ids: Sequence[int]
    kinds: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Rehomed:
    """Things belong to another community now."""

    object_type: str
    ids: Sequence[int]
    community_id: int


@dataclass(frozen=True, slots=True)
class Visited:
    """Somebody has been at a place."""

    user: int
    place: Thing


Outcome = Hearing | Crowd | TakenBack | Default | NoDefault | Gone | Rehomed | Visited


@dataclass(frozen=True, slots=True)
class Described:
    """A thing as one reader may see it; `name` is what a sentence calls it."""

    name: str
    url: str
    place: str = ""
    extra: dict[str, str] = field(default_factory=dict)


REASON_OF = {"page": "page", "branch": "branch", "community": "community", "thread": "thread"}


def listeners(things: Sequence[Thing], at: datetime) -> dict[int, Why]:
    """Return who watches or follows, given the things it is about from the narrowest to the widest: one query.

    Each person's narrowest level counts; who follows hears quietly. Nobody hears of what was before she chose (`at`).
    """
    found: dict[int, Why] = {}
    for user, (thing, level, origin) in levels(things, at=at).items():
        if level in {Level.WATCH, Level.FOLLOW}:
            reason = REASON_OF[thing[0]] if origin == Watch.Origin.CHOSEN else str(origin)
            found[user] = Why(reason, thing, is_quiet=level == Level.FOLLOW)
    return found


def muted(things: Sequence[Thing], people: Iterable[int]) -> set[int]:
    """Return which of these people have muted the narrowest of the things they have a level for."""
    return {user for user, (_thing, level, _origin) in levels(things, people).items() if level == Level.MUTE}


def levels(
    things: Sequence[Thing], people: Iterable[int] | None = None, at: datetime | None = None
) -> dict[int, tuple[Thing, str, str]]:
    """Return for each person with a level for any of these things the narrowest one: thing, level, origin."""
    if not things:
        return {}
    kinds: dict[str, list[int]] = {}
    for kind, number in things:
        kinds.setdefault(kind, []).append(number)
    asked = Q()
    for kind, numbers in kinds.items():
        asked |= Q(kind=kind, number__in=numbers)
    rows = Watch.objects.filter(asked)
    if people is not None:
        rows = rows.filter(user_id__in=list(people))
    if at is not None:
        rows = rows.filter(updated_at__lte=at)
    rank = {thing: n for n, thing in enumerate(things)}
    found: dict[int, tuple[Thing, str, str]] = {}
    for user, kind, number, level, origin in rows.values_list("user_id", "kind", "number", "level", "origin"):
        thing = (kind, number)
        if user not in found or rank[thing] < rank[found[user][0]]:
            found[user] = (thing, level, origin)
    return found
