"""The result page and the switcher."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from feed.navigation import communities
from intranet.people.models import Community
from search import find
from search.engines.base import KINDS
from search.query import parse
from search.similar import similar as similar_to
from search.words.showing import pinned

LABELS = {
    "page": _("Pages"),
    "post": _("Posts"),
    "file": _("Files"),
    "person": _("People"),
    "community": _("Communities"),
}


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Show what somebody finds: all kinds in one list, or one kind, best or newest first."""
    query, state = parse(request.GET.get("q", "")), _state(request)
    found = find.search(request.user, query, **state)  # type: ignore[arg-type]
    last = min(found.total, find.MOST_RESULTS)
    context = {
        "query": query,
        "place": _place_of(request) if query.is_empty else "",
        "found": found,
        # Only for the words alone, on the first page: who narrows down or leafs on has seen it.
        "pinned": pinned(request.user, query) if _only_words(request) else [],  # type: ignore[arg-type]
        "tabs": _tabs(query.text, found, state),
        "newest_first": state["newest_first"],
        "sort_url": _url(query.text, state["kind"], not state["newest_first"]),
        "previous_url": _page_url(query.text, state, state["page"] - 1) if state["page"] > 1 else "",
        "next_url": _page_url(query.text, state, state["page"] + 1) if state["page"] * find.PAGE_SIZE < last else "",
    }
    return render(request, "search/results.html", context)


def _only_words(request: HttpRequest) -> bool:
    """Is nothing in the address but the words?"""
    return [name for name, value in request.GET.items() if value] == ["q"]


def _place_of(request: HttpRequest) -> str:
    """Return the address of one of the reader's communities, for an example that finds something."""
    mine = communities(request)["communities"]
    return next((str(row["slug"]) for row in mine if not row["is_everyone"]), mine[0]["slug"] if mine else "")


def _state(request: HttpRequest) -> dict[str, Any]:
    kind, page = request.GET.get("kind", ""), request.GET.get("page", "1")
    return {
        "kind": kind if kind in KINDS else "",
        "page": min(int(page), 1000) if page.isascii() and page.isdigit() and len(page) < 5 and int(page) else 1,
        "newest_first": request.GET.get("sort") == "new",
    }


def _url(text: str, kind: str, newest_first: bool, page: int = 1) -> str:
    parts = {"q": text, "kind": kind, "sort": "new" if newest_first else "", "page": page if page > 1 else ""}
    return f"{reverse('search:search')}?{urlencode({name: value for name, value in parts.items() if value})}"


def _page_url(text: str, state: dict[str, Any], page: int) -> str:
    return _url(text, state["kind"], state["newest_first"], page)


def _tabs(text: str, found: find.Found, state: dict[str, Any]) -> list[dict[str, Any]]:
    chosen, newest = state["kind"], state["newest_first"]
    tabs = [{"url": _url(text, "", newest), "label": _("All"), "count": sum(found.counts.values()), "on": not chosen}]
    for kind in KINDS:
        if found.counts.get(kind) or kind == chosen:
            url, count = _url(text, kind, newest), found.counts.get(kind, 0)
            tabs.append({"url": url, "label": LABELS[kind], "count": count, "on": kind == chosen})
    return tabs


@require_GET
def switcher(request: HttpRequest) -> HttpResponse:
    """Give the dialog that the script opens, with the places a person goes to most."""
    return render(request, "search/_switcher.html", _suggestions(request))


@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Give what begins like the typed text, as the options of the switcher."""
    return render(request, "search/_suggestions.html", _suggestions(request))


def _suggestions(request: HttpRequest) -> dict[str, Any]:
    user, text = request.user, parse(request.GET.get("q", "")).text
    if not text:
        mine = Community.objects.of_member(user).order_by(F("last_activity_at").desc(nulls_last=True), "name")[:6]
        return {"text": "", "communities": mine, "is_guest": user.is_guest}  # type: ignore[union-attr]
    results, tags = find.suggest(user, text)  # type: ignore[arg-type]
    count = len(results) + len(tags)
    return {"text": text, "results": results, "tags": tags, "count": count, "search_url": _url(text, "", False)}


@require_GET
def similar(request: HttpRequest) -> HttpResponse:
    """Give what may answer a question that is being typed: answered questions and pages this person may see."""
    found = similar_to(request.user, request.GET.get("q", ""))  # type: ignore[arg-type]
    return render(request, "search/_similar.html", {"results": found})
