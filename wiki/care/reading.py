"""Lists of pages by how they stand: a community's, mine, and what its readers said about one page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Count, DateField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from feed.rows import Face
from intranet.paging import Slice, keyset
from intranet.people.models import Community, Membership, User
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from wiki.care.facts import COLUMNS, OWNED, beside, care_of, standing, today
from wiki.care.models import Confirmation, PageFlag
from wiki.care.schedule import LEAD
from wiki.links import page_url
from wiki.models import WikiPage

Row = dict[str, Any]

LIST_PAGE = 50
FIRST_FEW = 5
LATER = date(9999, 12, 31)  # pages without a day come after all that have one
MOST_SAID = 50

FLAGGED = Q(open_flags__gt=0)
LEFT = Q(left_owner__isnull=False)


def falls_due(today: date) -> Q:
    """Return the condition of pages whose owner is to look at them: due or overdue."""
    return OWNED & Q(review_on__lt=today + LEAD)


def _verified(today: date) -> Q:
    return OWNED & (Q(review_on__isnull=True) | Q(review_on__gte=today + LEAD))


# What a list can be narrowed to, in the order people read it; `schedule.status_of` says the same of one row.
FILTERS: dict[str, Callable[[date], Q]] = {
    "waiting": lambda today: falls_due(today) | FLAGGED | LEFT,
    "overdue": lambda today: OWNED & Q(review_on__lt=today),
    "due": lambda today: OWNED & Q(review_on__gte=today, review_on__lt=today + LEAD),
    "flagged": lambda _today: FLAGGED,
    "left": lambda _today: LEFT,
    "unowned": lambda _today: ~OWNED,
    "verified": _verified,
    "all": lambda _today: Q(),
}
_LIST = ("pk", "title", "address", "left_owner__name", "left_owner__handle", *COLUMNS)
_ORDER, _TYPES = ("next_on", "pk"), (date, int)


def _with_care(rows: list[Any], user: User, today: date) -> list[Row]:
    return [row | {"url": page_url(row["address"]), "care": care_of(row, user.pk, today)} for row in rows]


def _listed(pages: QuerySet[Any, Any], user: User, cursor: str | None) -> Slice[Row]:
    next_on = Coalesce("review_on", Value(LATER, DateField()), output_field=DateField())
    rows = pages.annotate(next_on=next_on, **beside(user)).values(
        *_LIST, "next_on", "owner_name", "owner_slug", "in_owner", "community__name", "community__hue"
    )
    found = keyset(rows, _ORDER, cursor, LIST_PAGE, types=_TYPES)
    return Slice(_with_care(found.rows, user, today()), found.next_cursor)


def care_list(user: User, community: Community, which: str, owner: str, cursor: str | None) -> Slice[Row]:
    """Return a page of a community's pages, the most urgent first. Raises BadCursor.

    `which` is one of `FILTERS`; `owner` is "person:3", "community:4" or "" for all.
    """
    pages = WikiPage.objects.visible_to(user).filter(FILTERS[which](today()), community=community)
    kind, _, number = owner.partition(":")
    if kind in ("person", "community") and number.isascii() and number.isdigit() and len(number) < 10:
        pages = pages.filter(**{f"owner_{kind}_id": int(number)})
    return _listed(pages, user, cursor)


def chosen_person(user: User, owner: str) -> User | None:
    """Return the person that "person:3" names, as far as `user` may know her."""
    number = owner.removeprefix("person:")
    if number == owner or not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return User.objects.visible_to(user).filter(pk=int(number)).first()


def care_counts(user: User, community: Community) -> dict[str, int]:
    """Return how many of a community's pages each filter finds, in one query."""
    day = today()
    pages = WikiPage.objects.visible_to(user).filter(community=community).order_by()
    counts: dict[str, int] = pages.aggregate(
        **{name: Count("pk", filter=condition(day)) for name, condition in FILTERS.items() if name != "all"},
        all=Count("pk"),
    )
    return counts


def owners_in(user: User, community: Community) -> list[tuple[str, str]]:
    """Return (key, name) of the owners of a community's pages, people first, as far as `user` may know them."""
    pages = WikiPage.objects.visible_to(user).filter(community=community).order_by()
    people = User.objects.filter(pk__in=pages.filter(owner_person__isnull=False).values("owner_person_id"))
    places = Community.objects.listed_for(user).filter(
        pk__in=pages.filter(owner_community__isnull=False).values("owner_community_id")
    )
    rows = people.order_by().values_list(Value("person"), "pk", "name")
    found = rows.union(places.order_by().values_list(Value("community"), "pk", "name"), all=True)
    return sorted(
        ((f"{kind}:{pk}", name) for kind, pk, name in found), key=lambda one: (one[0][0] != "p", one[1].casefold())
    )


def owned_by(user: User) -> Q:
    """Return the condition of pages that `user` keeps right: her own, and those of communities she moderates."""
    moderated = Membership.objects.filter(user_id=user.pk, role=Membership.Role.MODERATOR).values("community_id")
    return Q(owner_person_id=user.pk) | Q(owner_community_id__in=moderated)


def my_list(user: User, which: str, cursor: str | None) -> Slice[Row]:
    """Return a page of what `user` keeps right in all communities, the most urgent first. Raises BadCursor."""
    pages = WikiPage.objects.visible_to(user).filter(owned_by(user))
    return _listed(pages.filter(FILTERS[which](today())), user, cursor)


def _needing(*, variant: tuple[bool, date], user: int, community: int) -> QuerySet[Any, Any]:
    """Build the query of a community's pages that need care, three parts along an index each; made new once a day."""
    is_guest, today = variant
    pages = WikiPage.objects.visible_to(reader(user, is_guest=is_guest)).filter(community_id=community).order_by()
    next_on = Coalesce("review_on", Value(LATER, DateField()), output_field=DateField())
    pages = pages.annotate(next_on=next_on, status=standing(today))
    due, flagged, left = (
        pages.filter(which).values_list("next_on", "pk", "title", "address", "open_flags", "status")
        for which in (falls_due(today), FLAGGED, LEFT)
    )
    found: QuerySet[Any, Any] = due.union(flagged, left, all=False).order_by("next_on", "pk")[: FIRST_FEW + 1]
    return found


_NEEDING = Prepared(_needing, numbers=["user", "community"])


def needing_care(user: User, community_id: int) -> list[Row]:
    """Return the few most urgent pages of a community, one more than are shown when there are more."""
    if not is_current(user):
        return []
    rows = _NEEDING.rows((user.is_guest, today()), user=user.pk, community=community_id)
    return [
        {"pk": pk, "title": title, "url": page_url(address), "open_flags": flags, "status": status}
        for _next_on, pk, title, address, flags, status in rows
    ]


_WHO = tuple(f"person__{name}" for name in ("pk", "name", "handle", "photo", "is_guest"))


def open_flags(page_id: int) -> list[Row]:
    """Return what readers say about a page and nobody has answered. The caller has seen that it may be read."""
    rows = PageFlag.objects.filter(page_id=page_id, resolved_at__isnull=True).order_by("created_at", "pk")
    return [_faced(row) for row in rows.values("pk", "reason", "created_at", *_WHO)[:MOST_SAID]]


def said_about(page_id: int) -> list[Row]:
    """Return the resolved flags of a page, the newest first. The caller has seen that it may be read."""
    rows = PageFlag.objects.filter(page_id=page_id, resolved_at__isnull=False).order_by("-resolved_at", "-pk")
    columns = ("pk", "reason", "created_at", "resolved_at", "outcome", "answer", "resolved_by__name", *_WHO)
    labels = dict(PageFlag.Outcome.choices)
    return [_faced(row) | {"label": labels.get(row["outcome"], "")} for row in rows.values(*columns)[:MOST_SAID]]


def confirmations(page_id: int) -> list[Row]:
    """Return who confirmed a page, the newest first. The caller has seen that it may be read."""
    rows = Confirmation.objects.filter(page_id=page_id, undone_at__isnull=True).order_by("-created_at", "-pk")
    return [_faced(row) for row in rows.values("pk", "created_at", "is_save", *_WHO)[:MOST_SAID]]


def _faced(row: Row) -> Row:
    parts = [row.pop(name) for name in _WHO]
    return row | {"person": Face(*parts) if parts[0] else None}
