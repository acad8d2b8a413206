"""What a person wrote, and what I follow."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from intranet.paging import BadCursor
from intranet.people.views.doors import person_or_404
from wiki.authors import reading
from wiki.views.shared import me

KINDS = {"pages": _("Pages"), "posts": _("Posts")}


@require_safe
def written(request: HttpRequest, handle: str) -> HttpResponse:
    """List what somebody wrote, newest first, as far as the person may read it."""
    person = person_or_404(request, handle)
    kind = request.GET.get("show", "")
    kind = kind if kind in KINDS else "pages"
    try:
        found = reading.written(me(request), person, kind, request.GET.get("after"))
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    context = {
        "person": person,
        "kind": kind,
        "lines": found.rows,
        "tabs": [
            {"url": f"?show={one}", "label": label, "count": None, "on": one == kind} for one, label in KINDS.items()
        ],
        "older": f"?{urlencode({'show': kind, 'after': found.next_cursor})}" if found.next_cursor else "",
    }
    return render(request, "wiki/authors/written.html", context)


@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """List the people and tags I follow."""
    try:
        found = reading.following(me(request), request.GET.get("after"))
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    older = f"?{urlencode({'after': found.next_cursor})}" if found.next_cursor else ""
    return render(request, "wiki/authors/following.html", {"lines": found.rows, "older": older})
