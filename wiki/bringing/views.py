"""Bring a zip of pages in: choose it, see what it would make, have it done, see what became of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feed.audience import audience, head_counts
from intranet.people.models import Community
from wiki.bringing import actions
from wiki.bringing.forms import ImportForm
from wiki.bringing.models import PageImport
from wiki.bringing.permissions import can_import
from wiki.links import page_url
from wiki.titles import section_address
from wiki.views.shared import me


def _audience(community: Community) -> str:
    heads = head_counts([(community.pk, community.kind)])[community.pk]
    return audience(community.kind, heads)


@transaction.non_atomic_requests  # who looks through a zip keeps nobody from writing
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a zip for a community's section; it is looked at first."""
    community = Community.objects.visible_to(me(request)).filter(slug=slug).first()
    if community is None:
        raise Http404
    if not can_import(me(request), community):
        raise PermissionDenied
    initial = {"language": (me(request).language or "fi")[:2]}
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm(initial=initial)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            row = actions.upload_import(
                actor=me(request), community=community, file=upload, name=upload.name or "",
                language=form.cleaned_data["language"],
            )  # fmt: skip
            return redirect("wiki:import_one", row.pk)
        except ValidationError as error:
            form.add_error("file", error.messages)
    context = {
        "form": form, "community": community, "community_url": page_url(section_address(community.slug)),
        "audience": _audience(community),
        "earlier": PageImport.objects.visible_to(me(request)).filter(community=community)[:10],
    }  # fmt: skip
    return render(request, "wiki/import.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """See what an upload would make, start it or throw it away, and see how it goes."""
    row = PageImport.objects.visible_to(me(request)).select_related("community").filter(pk=pk).first()
    if row is None:
        raise Http404
    if request.method == "POST" and "drop" in request.POST:
        try:
            actions.drop_import(actor=me(request), pk=pk)
            messages.success(request, _("Nothing was brought in."))
        except PageImport.DoesNotExist:
            messages.error(request, _("It has begun already."))
            return redirect("wiki:import_one", pk)
        return redirect("wiki:import", row.community.slug)
    if request.method == "POST":
        actions.start_import(actor=me(request), pk=pk)
        return redirect("wiki:import_one", pk)
    context = {
        "row": row, "community": row.community, "community_url": page_url(section_address(row.community.slug)),
        "audience": _audience(row.community), "number": row.plan["new"] + row.plan["known"],
    }  # fmt: skip
    return render(request, "wiki/import_one.html", context)
