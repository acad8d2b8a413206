"""The queue of a community and its history, as one moderator may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from feed.models import Hiding, Report
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


def pages_named(numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return title and permanent address of wiki pages."""
    from django.urls import reverse
    from wagtail.models import Page

    rows = Page.objects.filter(pk__in=list(numbers)).values_list("pk", "title")
    return {pk: (title, reverse("wiki:by_id", args=[pk])) for pk, title in rows}


def cases(user: Any, community: Community) -> list[Case]:
    """Return what waits in a community, the oldest first. Who reported it is not said to whom it is about."""
    rows = list(
        Report.objects.visible_to(user).waiting().filter(community=community).order_by("pk")
        .select_related("reporter", "about", "post__author")[:MOST]
    )  # fmt: skip
    pages = pages_named(row.page_id for row in rows if row.page_id)
    found: dict[tuple[int | None, int | None], Case] = {}
    for row in rows:
        key = (row.post_id, row.page_id)
        if key not in found:
            found[key] = _case(row, pages)
        who = None if row.about_id == user.pk else row.reporter
        found[key].said.append((row.get_kind_display(), row.words, who, row.created_at))
    return list(found.values())


def _case(row: Report, pages: dict[int, tuple[str, str]]) -> Case:
    if row.post is None:
        title, url = pages.get(row.page_id or 0, (_("A page that is gone"), ""))
        return Case(row, title, url, None)
    there = row.post.deleted_at is None
    title = preview_of(row.post.html, 80) if there else _("A post that is gone")
    url = row.post.get_absolute_url() if there else ""
    return Case(row, title, url, row.post.author, row.post.html if there else "", can_hide=there)


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
    """Return what moderators decided in a community, the newest first: reports, and posts hidden without one."""
    from django.urls import reverse

    reports = Report.objects.visible_to(user).filter(community=community, decided_at__isnull=False)
    lines = [
        Decided(_("Left as it is"), row.decided_by, row.note, row.decided_at, _place_of(row), _name_of(row))
        for row in reports.filter(decision=Report.Decision.KEPT)
        .select_related("decided_by", "post")
        .order_by("-pk")[:MOST]
    ]
    hidings = (
        Hiding.objects.visible_to(user)
        .filter(post__community=community)
        .select_related("hidden_by", "shown_by", "post")
    )
    for row in hidings[:MOST]:
        url, name = reverse("feed:hidden", args=[row.post_id]), preview_of(row.post.html, 80)
        lines.append(Decided(_("Hidden"), row.hidden_by, row.reason, row.hidden_at, url, name))
        if row.shown_at is not None:
            lines.append(Decided(_("Shown again"), row.shown_by, "", row.shown_at, url, name))
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST]


def _place_of(row: Report) -> str:
    if row.post is not None:
        return row.post.get_absolute_url() if row.post.deleted_at is None else ""
    return pages_named([row.page_id or 0]).get(row.page_id or 0, ("", ""))[1]


def _name_of(row: Report) -> str:
    if row.post is not None:
        return preview_of(row.post.html, 80) if row.post.deleted_at is None else _("A post that is gone")
    return pages_named([row.page_id or 0]).get(row.page_id or 0, (_("A page that is gone"), ""))[0]
