"""The result page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from feed.navigation import communities
from intranet.people.permissions import is_administrator
from search import find
from search.engines.base import FACETS, KINDS
from search.gaps.noting import note_vain
from search.narrowing.addresses import Address
from search.narrowing.facets import offer
from search.query import Query, parse
from search.results import Result
from search.similar import similar as similar_to
from search.tags.reading import newest_tag
from search.words.showing import lift

LABELS = {
    "page": _("Pages"),
    "post": _("Posts"),
    "file": _("Files"),
    "person": _("People"),
    "community": _("Communities"),
    "tag": _("Tags"),
    "path": _("Paths"),
}


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Show what somebody finds: all kinds in one list, or one kind, best or newest first."""
    query = parse(request.GET.get("q", ""))
    address, page = Address.read(query.text, request.GET), _page_of(request)
    found = find.search(
        request.user,  # type: ignore[arg-type]
        query,
        kind=address.kind,
        page=page,
        newest_first=address.newest_first,
        choice=address.choice,
        facets=FACETS,
    )
    facets, chips = offer(request.user, found, address.choice)  # type: ignore[arg-type]
    last = min(found.total, find.MOST_RESULTS)
    is_empty = query.is_empty and not address.choice.pairs
    tabs = _tabs(found, address)
    context = {
        "query": query,
        "address": address,
        "is_empty": is_empty,
        "place": _place_of(request) if is_empty else "",
        "tag": newest_tag(request.user) if is_empty else "",
        "missing": _what_is_missing(query) if is_empty else "",
        "looks_after": _looks_after(request),
        "found": found,
        "meant_url": address.asking(found.did_you_mean).url(),
        "pinned": _pinned_or_missed(request, query, found),
        "facets": facets,
        "chips": chips,
        "tabs": tabs,
        "elsewhere": [tab for tab in tabs if tab["count"]]
        if address.kind and not found.counts.get(address.kind)
        else [],
        "previous_url": address.url(page - 1) if page > 1 else "",
        "next_url": address.url(page + 1) if page * find.PAGE_SIZE < last else "",
    }
    return render(request, "search/results.html", context)


def _pinned_or_missed(request: HttpRequest, query: Query, found: find.Found) -> list[Result]:
    """Return what editors pinned to these words; note, for a count without names, when there is nothing at all.

    Only for the words alone, on the first page: who narrows down or leafs on has seen it.
    """
    if [name for name, value in request.GET.items() if value] != ["q"]:
        return []
    shown = lift(request.user, query, found)  # type: ignore[arg-type]  # signed in
    if not shown and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        note_vain(int(request.user.pk or 0), query, found)
    return shown


def _what_is_missing(query: Query) -> str:
    """Return what to say beside the field of a question that asks for nothing."""
    if not query.text:
        return ""
    if query.leaves_out:
        return gettext("This only says what to leave out. Write what to look for as well.")
    return gettext("There is no word in this to look for.")


def _looks_after(request: HttpRequest) -> bool:
    """Is the reader an editor? As `search.words.permissions.is_editor`, told by the menu, which is asked anyway."""
    user: Any = request.user
    return not user.is_guest and (is_administrator(user) or communities(request)["moderates"])


def _place_of(request: HttpRequest) -> str:
    """Return the address of one of the reader's communities, for an example that finds something."""
    mine = communities(request)["communities"]
    return next((str(row["slug"]) for row in mine if not row["is_everyone"]), mine[0]["slug"] if mine else "")


def _page_of(request: HttpRequest) -> int:
    page = request.GET.get("page", "1")
    return min(int(page), 1000) if page.isascii() and page.isdigit() and len(page) < 5 and int(page) else 1


def _tabs(found: find.Found, address: Address) -> list[dict[str, Any]]:
    everything, chosen = sum(found.counts.values()), address.kind
    tabs = [{"url": address.of_kind("").url(), "label": _("All"), "count": everything, "on": not chosen}]
    for kind in KINDS:
        if found.counts.get(kind) or kind == chosen:
            url, count = address.of_kind(kind).url(), found.counts.get(kind, 0)
            tabs.append({"url": url, "label": LABELS[kind], "count": count, "on": kind == chosen})
    return tabs


@require_GET
def similar(request: HttpRequest) -> HttpResponse:
    """Give what may answer a question that is being typed: answered questions and pages this person may see."""
    found = similar_to(request.user, request.GET.get("q", ""))  # type: ignore[arg-type]
    return render(request, "search/_similar.html", {"results": found})
