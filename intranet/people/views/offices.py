"""Offices, for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from intranet.people import actions
from intranet.people.countries import country_name, part_name
from intranet.people.models import Office, User
from intranet.people.office_forms import OfficeForm
from intranet.people.permissions import can_keep_offices
from intranet.people.views.doors import do, fill, status_of


def _administrator(request: HttpRequest) -> User:
    if not can_keep_offices(request.user):
        raise PermissionDenied
    return request.user  # type: ignore[return-value]


def _office(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(Office.objects.visible_to(request.user).with_people(), pk=min(pk, 2**62))


@require_http_methods(["GET", "HEAD", "POST"])
def offices(request: HttpRequest) -> HttpResponse:
    """List the offices; add one."""
    me = _administrator(request)
    form = OfficeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and fill(form, lambda: actions.add_office(actor=me, **form.cleaned_data)):
        messages.success(request, _("%(name)s is added.") % {"name": form.cleaned_data["name"]})
        return redirect("people:offices")
    rows = [
        {"office": row, "country": country_name(row.country), "part": part_name(row.country, row.subdivision)}
        for row in Office.objects.visible_to(me).with_people()
    ]
    return render(request, "people/offices.html", {"rows": rows, "form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def office_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an office."""
    me = _administrator(request)
    office = _office(request, pk)
    initial = {field: getattr(office, field) for field in actions.OFFICE_FIELDS}
    initial["subdivision"] = part_name(office.country, office.subdivision)
    form = OfficeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and fill(form, lambda: actions.change_office(actor=me, office=office, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("people:offices")
    return render(request, "people/office_form.html", {"form": form, "office": office}, status=status_of(form))


@require_POST
def office_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an office where nobody works any more."""
    me = _administrator(request)
    office = _office(request, pk)
    return do(
        request,
        lambda: actions.remove_office(actor=me, office=office),
        done=_("%(name)s is removed.") % {"name": office.name},
        back="people:offices",
    )
