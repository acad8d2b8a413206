"""The list of a community's files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from feed.shelf.reading import shelf
from intranet.paging import BadCursor
from intranet.people.models import Community
from intranet.text import clean_text


@require_GET
def community_files(request: HttpRequest, slug: str) -> HttpResponse:
    """List the files of a community, newest first; `q` is a part of the name."""
    place = Community.objects.visible_to(request.user).filter(slug=slug).first()
    if place is None:
        raise Http404
    query = clean_text(request.GET.get("q", "")[:100]).strip()
    try:
        found = shelf(request.user, place, query, request.GET.get("after"))
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    kept = {"q": query} if query else {}
    older = f"?{urlencode({**kept, 'after': found.next_cursor})}" if found.next_cursor else ""
    context = {"community": place, "files": found.rows, "query": query, "older": older}
    return render(request, "feed/files.html", context)
