"""What of polls and announcements is the reader's own: one query for all that a page shows, none where it shows none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from feed.kinds.facts import voter_of
from feed.models import Acknowledgement, PostKind, Vote
from intranet.prepared import Prepared

ASKED = {PostKind.POLL.value, PostKind.ANNOUNCEMENT.value}


def _query(size: int) -> Prepared:
    """Prepare the query of so many posts: of votes and acknowledgements in one."""
    numbers = [f"post{n}" for n in range(size)]
    voters = [f"voter{n}" for n in range(size)]

    def build(*, user: int, **given: Any) -> QuerySet[Any, Any]:
        mine = Q()
        for number, voter in zip(numbers, voters, strict=True):
            mine |= Q(post_id=given[number], voter=given[voter])
        posts = [given[number] for number in numbers]
        read = Acknowledgement.objects.filter(user=user, announcement_id__in=posts).order_by()
        votes = Vote.objects.filter(mine).order_by().values_list("post_id", "choice")
        found: QuerySet[Any, Any] = votes.union(read.values_list("announcement_id", "version"), all=True)
        return found

    return Prepared(build, numbers=["user", *numbers], texts=voters)


_SIZES = {size: _query(size) for size in (1, 4, 26)}


def own_of(user: Any, posts: Iterable[Mapping[str, Any]]) -> dict[int, frozenset[int]]:
    """Return what `user` has chosen in polls, and which versions of announcements she has acknowledged.

    `posts` are rows with id, kind and facts; by their ids: places of choices, or versions.
    """
    asked = [(row["id"], row["kind"], row["facts"]) for row in posts if row["facts"] and row["kind"] in ASKED]
    found: dict[int, set[int]] = {}
    largest = max(_SIZES)
    for start in range(0, len(asked), largest):
        some = asked[start : start + largest]
        size = next(size for size in _SIZES if size >= len(some))
        values: dict[str, Any] = {"user": user.pk}
        for n in range(size):
            pk, _kind, facts = some[n] if n < len(some) else (0, "", {})
            values[f"post{n}"] = pk
            values[f"voter{n}"] = voter_of(pk, user.pk, anonymous=bool(facts.get("anonymous")))
        for pk, number in _SIZES[size].rows(**values):
            found.setdefault(pk, set()).add(number)
    return {pk: frozenset(numbers) for pk, numbers in found.items()}


def add_own(user: Any, items: Iterable[Any]) -> None:
    """Give every item (`feed.rows.Item`) what of it is the reader's own."""
    some = [item for item in items if item.row["facts"] is not None and item.row["kind"] in ASKED]
    if some:
        own = own_of(user, [item.row for item in some])
        for item in some:
            item.own = own.get(item.pk, item.own)
