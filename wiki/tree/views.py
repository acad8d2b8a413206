"""All pages of a section as a tree, its parts as fragments, and where a dragged page was let go."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feed.views.shared import is_htmx
from intranet.paging import BadCursor
from intranet.people.models import Community
from intranet.text import clean_text
from wiki import actions
from wiki.models import WikiPage
from wiki.permissions import can_write_in
from wiki.reading import Row, page_row, section_row
from wiki.tree.lines import Look, lines, tree, tree_url
from wiki.tree.reading import MOST_OPENED, Parts, children, filtered, opened, sister_before, way_to
from wiki.views.shared import me, number_from, readable_page


def numbers_from(raw: str) -> list[int]:
    """Return the page numbers of "3,17", without what is none."""
    numbers = (number_from(part) for part in raw[:1_000].split(",")[:MOST_OPENED])
    return list(dict.fromkeys(number for number in numbers if number))


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a section's pages as a tree: `open` some of them, the way `at` a page, those found by `q`, or `under` one."""
    section = section_row(me(request), slug)
    if section is None:
        raise Http404
    is_choosing = request.GET.get("mode") == "choose"
    if is_choosing and not section["is_mine"]:
        raise PermissionDenied
    try:
        if "under" in request.GET:
            answer = _under(request, section, is_choosing)
        else:
            answer = _whole(request, section, is_choosing)
    except BadCursor:
        return HttpResponseBadRequest()
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _look(request: HttpRequest, section: Row, is_choosing: bool, **more: Any) -> Look:
    name = request.GET.get("name", "parent")[:40] if is_choosing else ""
    keep = (("mode", "choose"),) if is_choosing else ()
    return Look(
        url=tree_url(section["slug"]),
        keep=keep,
        name=name,
        chosen=number_from(request.GET.get("chosen")) or 0,
        moving=number_from(request.GET.get("moving")) or 0,
        # Among the pages a filter left, and in a later part, nobody sees what a page would stand behind.
        may_move=section["is_mine"] and not is_choosing and not {"q", "after"} & set(request.GET),
        **more,
    )


def _under(request: HttpRequest, section: Row, is_choosing: bool) -> HttpResponse:
    """Show the pages of one place: as lines for the script, else as a page of its own."""
    place = number_from(request.GET["under"]) or 0
    above = page_row(me(request), pk=place) if place != section["wiki_section__pk"] else None
    if place >= 2**31 or (above is None and place != section["wiki_section__pk"]):
        raise Http404
    part = children(me(request), place, request.GET.get("after"))
    if above is not None and above["community_id"] != section["pk"]:
        raise Http404
    look = _look(request, section, is_choosing)
    if is_htmx(request):
        return HttpResponse(lines({place: part}, place, look))
    return _page(request, section, {place: part}, place, look, {"above": above})


def _whole(request: HttpRequest, section: Row, is_choosing: bool) -> HttpResponse:
    """Show the tree from its top."""
    root, query = section["wiki_section__pk"] or 0, clean_text(request.GET.get("q", "")[:100]).strip()
    more: dict[str, Any] = {"query": query}
    if query:
        found = filtered(me(request), section["pk"], query)
        parts, look = found.parts, _look(request, section, is_choosing, matches=found.matches)
        more |= {"matches": len(found.matches), "is_cut": found.is_cut}
    else:
        at = number_from(request.GET.get("at")) or 0
        way = way_to(me(request), section["pk"], at) if at else []
        ways = list(dict.fromkeys([*numbers_from(request.GET.get("open", "")), *way[:-1]]))
        parts = opened(me(request), root, ways, way[-1] if way else 0)
        look = _look(request, section, is_choosing, opened=tuple(ways), current=at)
    return _page(request, section, parts, root, look, more)


def _page(
    request: HttpRequest, section: Row, parts: Parts, root: int, look: Look, more: dict[str, Any]
) -> HttpResponse:
    label = _("Pages of %(name)s") % {"name": section["name"]}
    top = _("Top of %(name)s") % {"name": section["name"]} if look.name and "above" not in more else ""
    has_pages = bool(parts.get(root) and parts[root].rows)
    context = {
        **more,
        "section": section,
        "tree": tree(parts, root, look, label=label, top=top) if has_pages or top else "",
        "tree_url": look.url,
        "may_move": look.may_move,
        # Without a script the rest of a long place is a page of its own, which leads back to the dialog.
        "moving": look.moving if look.name else 0,
    }
    return render(request, "wiki/tree/_tree.html" if is_htmx(request) else "wiki/tree/tree.html", context)


@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a page below `parent`, behind its sister `after` (0: first; nothing: by title).

    Answers JSON for the script (`text`, `undo`, or `confirm`: where to ask first, because other people would read it),
    a redirect to the tree otherwise.
    """
    page = readable_page(request, pk)
    given = request.POST if "parent" in request.POST else request.GET
    parent, after = number_from(given.get("parent")), number_from(given.get("after"))
    if not can_write_in(me(request), page.community_id):
        raise PermissionDenied
    target = _target(request, parent) if parent else None
    if target is None:
        raise Http404
    if target != page.community_id:
        query = urlencode({"in": target, "parent": parent})
        return _answer(request, page, {"confirm": f"{reverse('wiki:move', args=[pk])}?{query}"})
    back = {"parent": page.parent_page_id} | sister_before(page)
    try:
        moved = actions.place_page(actor=me(request), page=page, parent=parent, after=after)
    except ValidationError as error:
        return _answer(request, page, {"error": " ".join(error.messages)}, status=422)
    undo = f"{reverse('wiki:place', args=[pk])}?{urlencode(back)}"
    return _answer(request, moved, {"text": _("“%(title)s” has moved.") % {"title": page.title}, "undo": undo})


def _target(request: HttpRequest, pk: int) -> int | None:
    """Return the community of a place the person may see."""
    page = WikiPage.objects.visible_to(me(request)).filter(pk=pk).values_list("community_id", flat=True).first()
    if page is not None:
        return int(page)
    known = Community.objects.visible_to(me(request)).filter(wiki_section__pk=pk).values_list("pk", flat=True).first()
    return known


def _answer(request: HttpRequest, page: WikiPage, said: dict[str, str], status: int = 200) -> HttpResponse:
    if request.accepts("text/html"):
        if "confirm" in said:
            return redirect(said["confirm"])
        if "error" in said:
            messages.error(request, said["error"])
        else:
            messages.success(request, said["text"], extra_tags=f"undo:{said['undo']}")
        return redirect(f"{tree_url(page.community.slug)}?at={page.pk}#page-{page.pk}")
    return JsonResponse(said, status=status)
