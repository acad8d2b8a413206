"""What waits at home for whoever keeps pages right (`settings.WAITING`): one line for all that are due, one a flag."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intranet.people.models import Membership, User
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from wiki.care.confirming import house_day
from wiki.care.facts import OWNED
from wiki.care.reading import FLAGGED, LEFT, falls_due
from wiki.models import WikiPage

MOST = 200  # beyond this a number says no more than "many"
FLAGS_SHOWN = 3
NOTHING_FOR = 600  # seconds that "nothing waits" is kept


def _waiting(*, variant: tuple[bool, date], user: int) -> QuerySet[Any, Any]:
    """Build the query of what waits: mine, of communities I moderate, and pages there that nobody owns any more."""
    is_guest, today = variant
    pages = WikiPage.objects.visible_to(reader(user, is_guest=is_guest)).order_by()
    moderated = Membership.objects.filter(user_id=user, role=Membership.Role.MODERATOR).values("community_id")
    wanting = falls_due(today) | FLAGGED
    columns = ("pk", "title", "open_flags", "community__name", "community__slug")
    mine = pages.filter(wanting, owner_person_id=user).values_list(Value("mine"), *columns)
    ours = pages.filter(wanting, owner_community_id__in=moderated).values_list(Value("mine"), *columns)
    left = pages.filter(LEFT, community_id__in=moderated).values_list(Value("left"), *columns)
    said = pages.filter(~OWNED & FLAGGED, community_id__in=moderated).values_list(Value("said"), *columns)
    found: QuerySet[Any, Any] = mine.union(ours, left, said, all=True)[:MOST]
    return found


_WAITING = Prepared(_waiting, numbers=["user"])


def pages_waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """Return lines of url, title, detail, symbol. Asks once; that nothing waits is kept for a while.

    What is kept goes by the person's `rights_version`, which everything counts up that gives somebody something to look
    after (`confirming.tell`).
    """
    user = request.user
    if not isinstance(user, User) or not is_current(user):
        return []
    today = house_day()
    key = f"care:{user.pk}:{user.rights_version}:{today}"
    if cache.get(key):
        return []
    rows = _WAITING.rows((user.is_guest, today), user=user.pk)
    if not rows:
        cache.set(key, True, NOTHING_FOR)
        return []
    return _lines(rows)


def _lines(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    lines = []
    mine = [row for row in rows if row[0] == "mine"]
    if mine:
        words = ngettext("%(n)d page waits for your look", "%(n)d pages wait for your look", len(mine))
        title = mine[0][2] if len(mine) == 1 else mine[0][2] + ", …"
        lines.append(_line(reverse("wiki:care_mine"), words % {"n": len(mine)}, title, "badge-check"))
    flagged = [row for row in rows if row[3] and row[0] != "left"]
    for _kind, pk, title, _flags, _name, _slug in flagged[:FLAGS_SHOWN]:
        lines.append(_line(reverse("wiki:care", args=[pk]), title, _("A reader says it is outdated"), "flag"))
    places: dict[str, list[Any]] = {}
    for row in rows:
        if row[0] == "left":
            places.setdefault(row[5], []).append(row)
    for slug, left in places.items():
        words = ngettext("%(n)d page needs a new owner", "%(n)d pages need a new owner", len(left))
        url = reverse("wiki:care_list", args=[slug]) + "?show=left"
        lines.append(_line(url, words % {"n": len(left)}, left[0][4], "user-round-x"))
    return lines


def _line(url: str, title: str, detail: str, symbol: str) -> dict[str, Any]:
    return {"url": url, "title": title, "detail": detail, "symbol": symbol}
