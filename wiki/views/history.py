"""History: all versions, one of them, two beside each other, back to one, and one that has to go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from intranet.paging import BadCursor
from wiki import actions
from wiki.compare import compare
from wiki.forms import DeleteVersionForm, add_errors
from wiki.history import reading
from wiki.history.folding import fold
from wiki.models import VersionNote
from wiki.permissions import can_purge
from wiki.rendering import render_for_reading
from wiki.views.shared import me, number_from, place_of, readable, readable_page

MOST = 2**31 - 1
SIDES = "sides"


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """List the versions of a page, quick saves and minor changes folded."""
    row = readable(request, pk)
    try:
        versions = reading.history(pk, request.GET.get("after"))
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    context = {
        "entries": fold(versions.rows), "contributors": reading.contributors(pk),
        "older_url": f"?after={versions.next_cursor}" if versions.next_cursor else "",
        "view": SIDES if request.GET.get("view") == SIDES else "",
    }  # fmt: skip
    return render(request, "wiki/history.html", place_of(row) | context)


@require_safe
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show the page as it was in one version; the address is permanent."""
    row = readable(request, pk)
    found = _version(pk, number)
    older, newer = reading.beside(pk, found["number"])
    context: dict[str, Any] = {"version": found, "older": older, "newer": newer}
    if found["is_gone"]:
        return _gone(request, row, found)
    context["html"] = render_for_reading(found["body"], row["community_id"], me(request), row["language"])
    context["may_purge"] = number != row["version"] and can_purge(me(request), row["community_id"])
    return render(request, "wiki/version.html", place_of(row) | context)


def _version(pk: int, number: int | None) -> reading.Row:
    found = reading.version_row(pk, number) if number and number <= MOST else None
    if found is None:
        raise Http404
    return found


def _gone(request: HttpRequest, row: reading.Row, found: reading.Row) -> HttpResponse:
    """Say that a version was deleted, by whom and why."""
    return render(request, "wiki/version_gone.html", place_of(row) | {"version": found}, status=410)


@require_safe
def compare_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare two versions by words, in one column or side by side; without `from`, what one version changed."""
    row = readable(request, pk)
    new = _version(pk, number_from(request.GET.get("to")) or row["version"])
    asked = number_from(request.GET.get("from"))
    before = asked or reading.beside(pk, new["number"])[0]
    old = _version(pk, before) if before else None
    if old and old["number"] > new["number"]:
        old, new = new, old
    for one in (new, old):
        if one and one["is_gone"]:
            return _gone(request, row, one)
    difference = compare(old["body"] if old else "", new["body"])
    sides = request.GET.get("view") == SIDES
    context = {"old": old, "new": new, "difference": difference, "side_by_side": sides,
               "keep": f"&view={SIDES}" if sides else "", "newer": reading.beside(pk, new["number"])[1]}  # fmt: skip
    return render(request, "wiki/compare.html", place_of(row) | context)


@require_POST
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make a version the text again."""
    page = readable_page(request, pk)
    try:
        actions.restore_version(actor=me(request), page=page, number=min(number, MOST))
    except VersionNote.DoesNotExist:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("wiki:history", pk)
    messages.success(request, _("Version %(number)d is the text again.") % {"number": number})
    return redirect(page)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Ask an administrator why, then delete what a version said for good."""
    row = readable(request, pk)
    if not can_purge(me(request), row["community_id"]):
        raise PermissionDenied
    found = _version(pk, number)
    if found["is_gone"]:
        return _gone(request, row, found)
    form = DeleteVersionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.delete_version(actor=me(request), page=pk, number=number, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Version %(number)d is deleted.") % {"number": number})
            return redirect("wiki:history", pk)
    context = {"version": found, "form": form, "same": reading.same_text(pk, number, found["body"])}
    return render(request, "wiki/version_delete.html", place_of(row) | context, status=422 if form.is_bound else 200)
