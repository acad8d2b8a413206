"""Reading: a page, a section, and the addresses that lead to them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from feed.views.shared import place_at_hand
from wiki import reading
from wiki.care.reading import needing_care, open_flags
from wiki.front.counting import note_read
from wiki.front.reading import recent_changes, shelf, wanted_here
from wiki.refresh import refresh_stale
from wiki.ticking import with_buttons
from wiki.titles import section_slug
from wiki.tree.lines import top_of
from wiki.views.shared import me, place_of, readable


@require_safe
def page(request: HttpRequest, address: str) -> HttpResponse:
    """Show a page by its address, or a section by its community's; old addresses lead on."""
    if "/" not in address:
        return section(request, section_slug(address))
    row = reading.page_row(me(request), address=address)
    if row is None:
        if target := reading.moved_to(me(request), address):
            return HttpResponsePermanentRedirect(target)
        raise Http404
    row = refresh_stale(row)
    row["has_boxes"] = row["may_write"] and 'type="checkbox"' in row["html"]
    if row["has_boxes"]:
        row["html"] = with_buttons(row["html"])
    context = place_of(row) | reading.surroundings(me(request), row)
    if row["open_flags"] and (row["may_write"] or row["care"].may_confirm):
        context["flags"] = open_flags(row["pk"])
    note_read(request, row)
    context["wide_contents"] = len(row["contents"]) > 1
    return render(request, "wiki/page.html", context)


def section(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the front room of a community's pages."""
    row = reading.section_row(me(request), slug)
    if row is None:
        raise Http404
    user, pk = me(request), row["pk"]
    mine = place_at_hand(request, pk) or {}
    often, templates = shelf(user, pk)
    context = {
        "section": row,
        "tree": top_of(user, row),
        "recent": recent_changes(user, pk),
        "most_read": often,
        "needing": needing_care(user, pk),
        "wanted": wanted_here(pk),
        "may_import": mine.get("role") == "moderator" and not user.is_guest,
        "templates": templates if row["is_mine"] else [],
    }
    return render(request, "wiki/section.html", context)


@require_safe
def by_id(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from the permanent address to the one of today."""
    return redirect(readable(request, pk)["url"])
