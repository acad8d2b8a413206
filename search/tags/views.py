"""A tag's page, the cloud, and the tags proposed while somebody writes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from taggit.models import Tag

from feed.navigation import communities
from intranet.people.models import Community
from intranet.people.permissions import can_edit_tags
from search.tags import reading
from search.tags.suggesting import LONGEST, suggested
from search.views import LABELS
from wiki.tags.words import synonyms_of


def tag_or_404(request: HttpRequest, slug: str) -> tuple[Tag, list[Tag]]:
    """Return the tag of an address, and what else the word means to this person; 404 when she may see nothing of it."""
    found = reading.meanings(request.user, slug)
    if not found:
        raise Http404
    return found[0], found[1:]


@require_safe
@never_cache
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Show everything tagged so that this person may see; an old name leads to the tag for good.

    Never kept by the browser: who may follow an old name is asked every time.
    """
    found, others = tag_or_404(request, slug)
    if found.slug != slug:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(reverse("search:tag", args=[found.slug]) + (f"?{query}" if query else ""))
    counts = reading.counts_of(request.user, found)
    kind, page = request.GET.get("kind", ""), _page(request)
    kind = kind if kind in counts else ""
    last = min(counts.get(kind, 0), reading.MOST)
    context = {
        "tag": found,
        "others": others,
        "counts": counts,
        "tabs": _tabs(counts, kind),
        "kind": kind,
        "results": reading.results_of(request.user, found, kind, page=page) if kind else [],
        "groups": [] if kind else [(LABELS[one.kind], one) for one in reading.groups_of(request.user, found, counts)],
        "newer_url": _url(kind, page - 1) if kind and page > 1 else "",
        "older_url": _url(kind, page + 1) if kind and page * reading.PAGE_SIZE < last else "",
        "synonyms": synonyms_of(request.user, found),
        "is_followed": reading.is_followed(request.user, found),
        "may_edit": can_edit_tags(request.user),
    }
    return render(request, "search/tags/tag.html", context)


def _page(request: HttpRequest) -> int:
    page = request.GET.get("page", "1")
    return int(page) if page.isascii() and page.isdigit() and len(page) < 4 and int(page) else 1


def _url(kind: str, page: int = 1) -> str:
    parts = {"kind": kind, "page": page if page > 1 else ""}
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def _number(count: int) -> str:
    return f"{reading.MOST}+" if count >= reading.MOST else str(count)


def _tabs(counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    tabs = [{"url": "?", "label": _("All"), "count": _number(sum(counts.values())), "on": not chosen}]
    return tabs + [
        {"url": _url(kind), "label": LABELS[kind], "count": _number(count), "on": kind == chosen}
        for kind, count in counts.items()
    ]


@require_safe
def cloud(request: HttpRequest) -> HttpResponse:
    """Show the tags in use, in all communities this person reads or in one of them."""
    slug = request.GET.get("community", "")[:100].replace("\x00", "")
    place = get_object_or_404(Community.objects.visible_to(request.user), slug=slug) if slug else None
    context = {
        "tags": reading.cloud(request.user, place),  # type: ignore[arg-type]
        "place": place,
        "places": communities(request)["communities"],
    }
    return render(request, "search/tags/cloud.html", context)


@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """Propose tags this person may see that the text speaks of, as chips; 204 for none. Changes nothing."""
    text, given = request.POST.get("text", "")[:LONGEST], request.POST.get("tags", "")[:2_000]
    found = suggested(request.user, text, given=given)
    if not found:
        return HttpResponse(status=204)
    return render(request, "search/tags/_suggested.html", {"tags": found})
