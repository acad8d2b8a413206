"""How a path works, and its list for the records."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import get_format
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from intranet.people.models import User
from wiki.onboarding.insight.export import export_completions
from wiki.onboarding.insight.reading import MEDIAN_FROM, insight, is_owner
from wiki.onboarding.models import Path
from wiki.views.shared import me


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the figures of a path's steps to its owner."""
    path = owned(me(request), slug)
    context = {"path": path, "insight": insight(me(request), path), "median_from": MEDIAN_FROM}
    return render(request, "onboarding/insight/path.html", context)


@require_POST
def export(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Hand out the list as a table; the diary says who took it."""
    # Where a comma stands in numbers, spreadsheets want semicolons between cells.
    delimiter = ";" if get_format("DECIMAL_SEPARATOR") == "," else ","
    return table(me(request), owned(me(request), slug), delimiter)


def owned(user: User, slug: str) -> Path:
    """Return a path of one's own; 404 for everything else."""
    path: Path = get_object_or_404(Path.objects.visible_to(user).select_related("community", "owner"), slug=slug)
    if not is_owner(user, path):
        raise Http404
    return path


def table(user: User, path: Path, delimiter: str = ",") -> StreamingHttpResponse:
    """Return the list as an answer that is written while it is sent."""
    lines = export_completions(actor=user, path=path, delimiter=delimiter)
    headers = {
        "Content-Disposition": str(content_disposition_header(True, f"{path.slug}.csv")),
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
