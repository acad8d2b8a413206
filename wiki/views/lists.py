"""Front room of the wiki, wanted pages, trash."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wiki import reading
from wiki.trashed import trash as trash_of
from wiki.views.shared import me


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the sections the person may read, and what changed last."""
    sections = reading.sections(me(request))
    return render(request, "wiki/home.html", {"sections": sections, "can_write": any(s["is_mine"] for s in sections)})


@require_safe
def wanted(request: HttpRequest) -> HttpResponse:
    """Show titles that pages link to and that no page has yet."""
    return render(request, "wiki/wanted.html", {"wanted": reading.wanted(me(request))})


@require_safe
def trash(request: HttpRequest) -> HttpResponse:
    """Show what was deleted where the person writes."""
    return render(request, "wiki/trash.html", {"pages": trash_of(me(request))})
