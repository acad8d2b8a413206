"""The report of links that lead nowhere: a community's, and of all the person writes in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from intranet.paging import BadCursor
from intranet.people.models import Community
from intranet.people.permissions import can_moderate
from wiki.deadlinks import actions, reading
from wiki.deadlinks.words import KINDS
from wiki.links import page_url
from wiki.permissions import can_write_in
from wiki.titles import section_address
from wiki.views.shared import me


def _report(request: HttpRequest, community: Community | None) -> dict[str, Any]:
    """Return what the report shows. Raises BadCursor."""
    counts = reading.counts(me(request), community)
    first = next((kind for kind, count in counts.items() if count), "web")
    kind = request.GET.get("show", "")
    kind = kind if kind in KINDS else first
    found = reading.report(me(request), kind, request.GET.get("after"), community)
    tabs = [{"url": f"?show={one}", "label": KINDS[one], "count": counts[one], "on": one == kind} for one in KINDS]
    older = f"?show={kind}&after={found.next_cursor}" if found.next_cursor else ""
    return {"rows": found.rows, "tabs": tabs, "kind": kind, "older_url": older, "is_off": not settings.OUTBOUND_HTTP}


@require_safe
def all_links(request: HttpRequest) -> HttpResponse:
    """List the links that lead nowhere in all communities the person writes in; for administrators in all they read."""
    try:
        context = _report(request, None)
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    return render(request, "wiki/deadlinks/report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def community_links(request: HttpRequest, slug: str) -> HttpResponse:
    """List the links of a community's pages that lead nowhere; moderators have them checked again."""
    community = Community.objects.visible_to(me(request)).filter(slug=slug).first()
    if community is None:
        raise Http404
    moderates = can_moderate(me(request), community)
    if not moderates and not can_write_in(me(request), community.pk):
        raise PermissionDenied
    if request.method == "POST":
        count = actions.check_again(actor=me(request), community=community)
        words = ngettext(
            "%(count)d address is asked again within some minutes.",
            "%(count)d addresses are asked again within some minutes.", count,
        )  # fmt: skip
        messages.success(request, words % {"count": count})
        return redirect(request.get_full_path())
    try:
        context = _report(request, community)
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    place = {"community": community, "community_url": page_url(section_address(slug)), "moderates": moderates}
    return render(request, "wiki/deadlinks/report.html", context | place)
