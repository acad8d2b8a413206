"""The queue of a community and its history, as one moderator may see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from feed.models import Hiding, Report, ThreadTrail
from feed.text import preview_of
from intranet.people.models import Community, User

MOST = 100


@dataclass(slots=True)
class Case:
    """All that is reported about one thing."""

    report: Report
    title: str
    url: str
    author: User | None
    html: str = ""
    can_hide: bool = False
    said: list[tuple[str, str, User | None, Any]] = field(default_factory=list)


def readable_page(user: Any, pk: int) -> Any:
    """Return a wiki page that `user` may read, None otherwise; pages live a floor above and are asked by themselves."""
    from wagtail.models import Page

    page = Page.objects.filter(pk=min(pk, 2**31 - 1), live=True).first()
    if page is None:
        return None
    page = page.specific
    if not hasattr(page, "community_id") or not type(page).objects.visible_to(user).filter(pk=page.pk).exists():
        return None
    return page


def readable_pages(user: Any, numbers: Iterable[int]) -> set[int]:
    """Return those of these wiki pages that `user` may read."""
    from wagtail.models import Page

    rows = Page.objects.filter(
        pk__in=list(numbers), live=True, wikipage__trashed_at=None,
        wikipage__community_id__in=Community.objects.visible_to(user).values("pk"),
    )  # fmt: skip
    return set(rows.values_list("pk", flat=True))


def writers_of(numbers: Iterable[int]) -> dict[int, set[int]]:
    """Return who wrote these wiki pages or keeps them right, by page: whom a report about one concerns."""
    from wagtail.models import Page

    columns = ("pk", "owner_id", "wikipage__owner_person_id", "wikipage__contributors")
    rows = Page.objects.filter(pk__in=list(numbers)).values_list(*columns)
    return {pk: {maker, keeper, *(wrote or ())} - {None} for pk, maker, keeper, wrote in rows}


def without_names(user: Any, rows: Iterable[Report]) -> set[int]:
    """Return which of these reports concern what `user` wrote: she is not told who made them."""
    rows = list(rows)
    writers = writers_of({row.page_id for row in rows if row.page_id})
    return {row.pk for row in rows if row.about_id == user.pk or user.pk in writers.get(row.page_id or 0, ())}


def pages_named(numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return title and permanent address of wiki pages."""
    from wagtail.models import Page

    rows = Page.objects.filter(pk__in=list(numbers)).values_list("pk", "title")
    return {pk: (title, reverse("wiki:by_id", args=[pk])) for pk, title in rows}


def cases(user: Any, community: Community) -> list[Case]:
    """Return what waits in a community, the oldest first. Who reported it is not said to whom it is about.

    Of a page that has moved out of sight since, nothing is said but that it is gone.
    """
    rows = list(
        Report.objects.visible_to(user).waiting().filter(community=community).order_by("pk")
        .select_related("reporter", "about", "post__author")[:MOST]
    )  # fmt: skip
    pages = pages_for(user, rows)
    found: dict[tuple[int | None, int | None], Case] = {}
    nameless = without_names(user, rows)
    for row in rows:
        key = (row.post_id, row.page_id)
        if key not in found:
            found[key] = _case(row, pages)
        who = None if row.pk in nameless else row.reporter
        found[key].said.append((row.get_kind_display(), row.words, who, row.created_at))
    return list(found.values())


def pages_for(user: Any, rows: Iterable[Report]) -> dict[int, tuple[str, str]]:
    """Return title and address of the pages that were reported, as far as `user` may read them."""
    return pages_named(readable_pages(user, [row.page_id for row in rows if row.page_id]))


def _case(row: Report, pages: dict[int, tuple[str, str]]) -> Case:
    title, url = _thing(row, pages)
    if row.post is None:
        return Case(row, title, url, None)
    there = row.post.deleted_at is None
    return Case(row, title, url, row.post.author, row.post.html if there else "", can_hide=there)


def _thing(row: Report, pages: dict[int, tuple[str, str]]) -> tuple[str, str]:
    """Return what a report is about and where that is."""
    if row.post is None:
        return pages.get(row.page_id or 0, (_("A page that is gone"), ""))
    if row.post.deleted_at is not None:
        return _("A post that is gone"), ""
    return preview_of(row.post.html, 80), row.post.get_absolute_url()


@dataclass(slots=True)
class Decided:
    """A line of the history."""

    words: str
    actor: User | None
    note: str
    at: Any
    url: str = ""
    title: str = ""


def history(user: Any, community: Community) -> list[Decided]:
    """Return what moderators decided in a community, the newest first: reports, hidden posts, closed and moved threads."""
    lines = [*_kept(user, community), *_hidden(user, community), *_trail(user, community)]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST]


def _kept(user: Any, community: Community) -> Iterator[Decided]:
    reports = Report.objects.visible_to(user).filter(community=community, decision=Report.Decision.KEPT)
    rows = list(reports.select_related("decided_by", "post").order_by("-pk")[:MOST])
    pages = pages_for(user, rows)
    for row in rows:
        title, url = _thing(row, pages)
        yield Decided(_("Left as it is"), row.decided_by, row.note, row.decided_at, url, title)


def _hidden(user: Any, community: Community) -> Iterator[Decided]:
    rows = Hiding.objects.visible_to(user).filter(post__community=community)
    for row in rows.select_related("hidden_by", "shown_by", "post")[:MOST]:
        url, name = reverse("feed:hidden", args=[row.post_id]), preview_of(row.post.html, 80)
        yield Decided(_("Hidden"), row.hidden_by, row.reason, row.hidden_at, url, name)
        if row.shown_at is not None:
            yield Decided(_("Shown again"), row.shown_by, "", row.shown_at, url, name)


def _trail(user: Any, community: Community) -> Iterator[Decided]:
    """Return closings and moves here, and moves away from here: of what has gone out of sight only that it went."""
    rows = ThreadTrail.objects.filter(Q(origin=community) | Q(destination=community) | Q(thread__community=community))
    rows = rows.select_related("actor", "thread").order_by("-pk")[:MOST]
    readable = set(Community.objects.visible_to(user).values_list("pk", flat=True))
    words = {"closed": _("Closed"), "reopened": _("Opened again"), "moved": _("Moved")}
    for row in rows:
        seen = row.thread.community_id in readable and row.thread.deleted_at is None
        title = preview_of(row.thread.html, 80) if seen else _("A conversation that is elsewhere")
        note = row.note if seen else ""
        url = row.thread.get_absolute_url() if seen else ""
        yield Decided(words[row.kind], row.actor, note, row.created_at, url, title)
