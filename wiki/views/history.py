"""History: all versions, one of them, two beside each other, and back to one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from intranet.paging import BadCursor
from wiki import actions, reading
from wiki.compare import compare
from wiki.models import VersionNote
from wiki.rendering import render_for_reading
from wiki.views.shared import me, number_from, place_of, readable, readable_page


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """List the versions of a page."""
    row = readable(request, pk)
    try:
        versions = reading.history(pk, request.GET.get("after"))
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    older = f"?after={versions.next_cursor}" if versions.next_cursor else ""
    return render(request, "wiki/history.html", place_of(row) | {"versions": versions.rows, "older_url": older})


@require_safe
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show the page as it was in one version; the address is permanent."""
    row = readable(request, pk)
    found = _version(pk, number)
    html = render_for_reading(found["body"], row["community_id"], me(request), row["language"])
    return render(request, "wiki/version.html", place_of(row) | {"version": found, "html": html})


def _version(pk: int, number: int | None) -> reading.Row:
    found: reading.Row | None = reading.version_row(pk, number) if number and number < 2**31 else None
    if found is None:
        raise Http404
    return found


@require_safe
def compare_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare two versions by words, in one column or side by side."""
    row = readable(request, pk)
    new = _version(pk, number_from(request.GET.get("to")) or row["version"])
    old_number = number_from(request.GET.get("from"))
    old = _version(pk, old_number) if old_number else reading.version_row(pk, new["number"] - 1)
    if old and old["number"] > new["number"]:
        old, new = new, old
    difference = compare(old["body"] if old else "", new["body"])
    context = {"old": old, "new": new, "difference": difference, "side_by_side": request.GET.get("view") == "sides"}
    return render(request, "wiki/compare.html", place_of(row) | context)


@require_POST
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make a version the text again."""
    page = readable_page(request, pk)
    try:
        actions.restore_version(actor=me(request), page=page, number=min(number, 2**31 - 1))
    except VersionNote.DoesNotExist:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("wiki:history", pk)
    messages.success(request, _("Version %(number)d is the text again.") % {"number": number})
    return redirect(page)
