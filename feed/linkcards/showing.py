"""Cards for one reader: one query for all posts of a list, none when no post has one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils import timezone

from feed.linkcards.kinds import OFF, SUMMARY, Card, entries, kinds
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader

# So many things of one kind are asked for with SQL that is made once.
SLOTS = 12
_NAMES = ("page", "post", "person", "community", "tag", "path", "web")


class HasCards(Protocol):
    """A post that is about to be shown."""

    cards: list[Card]


def _parts(viewer: Any, wanted: Mapping[str, Sequence[Any]]) -> QuerySet[Any, Any]:
    """Build one query of a part for each kind."""
    first, *rest = [kinds()[name].part(viewer, keys) for name, keys in wanted.items()]
    return first.union(*rest, all=True) if rest else first


def _cards(*, variant: tuple[bool, date, tuple[str, ...]], user: int, **keys: int) -> QuerySet[Any, Any]:
    """Build the query of cards of some kinds; new once a day, as what a page's badge says depends on it."""
    is_guest, _today, names = variant
    wanted = {name: [keys[f"{name}{n}"] for n in range(SLOTS)] for name in names}
    return _parts(reader(user, is_guest=is_guest), wanted)


class _ByKinds:
    """A prepared query for every set of kinds that comes together."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ...], Prepared] = {}

    def rows(self, user: Any, wanted: dict[str, list[str]]) -> list[tuple[Any, ...]]:
        """Return the rows of these things that `user` may see."""
        names = tuple(wanted)
        if names not in self._made:
            slots = [f"{name}{n}" for name in names for n in range(SLOTS)]
            # A part that asks nobody's rights has no place for the reader.
            numbers = slots if names == ("web",) else ["user", *slots]
            self._made[names] = Prepared(_without_user if names == ("web",) else _cards, numbers=numbers)
        values = {
            f"{name}{n}": int(wanted[name][n]) if n < len(wanted[name]) else 0 for name in names for n in range(SLOTS)
        }
        if names != ("web",):
            values["user"] = user.pk
        return self._made[names].rows((user.is_guest, timezone.localdate(), names), **values)


def _without_user(*, variant: tuple[bool, date, tuple[str, ...]], **keys: int) -> QuerySet[Any, Any]:
    return _cards(variant=variant, user=0, **keys)


_PREPARED = _ByKinds()


def things(user: Any, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Card]:
    """Return cards for those of these (kind, key) that `user` may see, in one query."""
    known = kinds()
    keys: dict[str, list[str]] = {}
    for kind, key in sorted(set(wanted)):
        if kind in known:
            keys.setdefault(kind, []).append(key)
    if not keys or not is_current(user):
        return {}
    quick = all(name in _NAMES and len(some) <= SLOTS for name, some in keys.items())
    rows = _PREPARED.rows(user, keys) if quick else list(_parts(user, keys))
    return {(row[0], card.key): card for row in rows if (card := known[row[0]].card(row))}


def cards_for(user: Any, stored: Iterable[Iterable[Sequence[str]] | None]) -> list[list[Card]]:
    """Return the cards of each of these posts, given what each remembers."""
    remembered = [[one for one in entries(some) if one[2] != OFF] for some in stored]
    wanted = {(kind, key) for some in remembered for kind, key, _mark in some}
    found = things(user, wanted) if wanted else {}
    return [_of_post(some, found) for some in remembered]


def _of_post(some: Sequence[tuple[str, str, str]], found: dict[tuple[str, str], Card]) -> list[Card]:
    cards: dict[tuple[str, str], Card] = {}
    for kind, key, mark in some:
        card = found.get((kind, key))
        if card is not None and (kind, key) not in cards:
            cards[kind, key] = _summary(card) if mark == SUMMARY else card
    return list(cards.values())


def _summary(card: Card) -> Card:
    return replace(card, is_summary=True)


def add_cards(user: Any, items: Iterable[Any]) -> None:
    """Give every item of a page its cards."""
    having = [item for item in items if item.row["cards"] and item.html]
    if having:
        for item, cards in zip(having, cards_for(user, [item.row["cards"] for item in having]), strict=True):
            item.cards = cards


def with_cards(user: Any, posts: Iterable[Any]) -> list[Any]:
    """Return posts (instances) with what programs are shown of their cards as `shown_cards`."""
    posts = list(posts)
    having = [post for post in posts if post.cards and post.deleted_at is None]
    if having:
        for post, cards in zip(having, cards_for(user, [post.cards for post in having]), strict=True):
            post.shown_cards = cards
    return posts
