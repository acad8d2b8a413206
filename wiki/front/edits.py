"""Pages that were written and changed, as lines of home: one for a page and a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from feed.lines import Line
from intranet.people.models import Membership
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from wiki.care import facts
from wiki.front.reading import CHANGE_COLUMNS, by_page_and_day
from wiki.models import VersionNote, WikiPage
from wiki.reading import Row

# What is older stands in the page's history and in its section.
STAYS = timedelta(days=30)
A_DAY = timedelta(days=1)
MOST = 10  # lines on one page of home: who brings in a hundred pages does not bury what people say
# Pages that changed last among which changes are looked for, versions of each, and of all of them.
_PAGES, _VERSIONS, _ALL = 40, 20, 150


def edit_lines(request: HttpRequest, after: datetime | None, until: datetime | None) -> list[Line]:
    """Return the lines of a page of home, newest first: last changed after one time, up to another (`settings.FEED_LINES`).

    Of pages in communities the person is in and has not muted. Small changes make no line, nor what one did alone.
    A line tells of the whole day, on whichever page of home it stands.
    """
    user: Any = request.user
    if not is_current(user):
        return []
    lines = by_page_and_day(_notes(user, after, until))
    here = (line for line in lines if (not after or line["at"] > after) and (not until or line["at"] <= until))
    of_others = (line for line in here if {one.pk for one in line["people"]} != {user.pk})
    return [
        Line(line["at"], render_to_string("wiki/_edit_line.html", {"line": line})) for line in islice(of_others, MOST)
    ]


def _notes(user: Any, after: datetime | None, until: datetime | None) -> list[Row]:
    """Return the changes of all days that lie between the two times, the newest first."""
    if until is None:
        # The first page of home, nearly always the one that is looked at.
        return _FIRST.dicts((user.is_guest, facts.today()), user=user.pk)
    since = max(after - A_DAY, timezone.now() - STAYS) if after else timezone.now() - STAYS
    return list(_of(user, user.pk, since).filter(created_at__lte=until + A_DAY)[:_ALL])


def _of(viewer: Any, user: int, since: datetime, pages_at_most: int | None = None) -> QuerySet[Any, Any]:
    mine = Membership.objects.filter(user_id=user, muted=False).order_by().values("community_id")
    pages = WikiPage.objects.visible_to(viewer).filter(community_id__in=mine, edited_at__gt=since)
    latest = pages.order_by("-edited_at", "-pk").values("pk")[:pages_at_most]
    notes = VersionNote.objects.filter(
        page_id__in=latest, is_minor=False, deleted_at__isnull=True, created_at__gt=since,
        number__gt=F("page__version") - _VERSIONS,
    )  # fmt: skip
    place = {name: F(f"page__community__{name}") for name in ("name", "slug", "hue")}
    found: QuerySet[Any, Any] = notes.order_by("-created_at", "-pk").values(*CHANGE_COLUMNS, **place)
    return found


def _first(*, variant: tuple[bool, date], user: int) -> QuerySet[Any, Any]:
    """Build the query of the first page; the day in `variant` makes it anew each day."""
    since = timezone.now() - STAYS
    return _of(reader(user, is_guest=variant[0]), user, since, _PAGES)[:_ALL]


_FIRST = Prepared(_first, numbers=["user"])
