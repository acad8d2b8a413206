"""Taking pages along: as Markdown in a zip file, as PDF."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from intranet.people.models import Community
from wiki.downloads import Busy, document, zipped_everything, zipped_page, zipped_section
from wiki.links import page_url
from wiki.pdf.make import PdfFailed
from wiki.titles import section_address
from wiki.views.shared import me, readable_page


def _or_back(request: HttpRequest, back: str, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Answer, or say where the person came from what prevents it."""
    try:
        return answer()
    except Busy:
        messages.error(request, _("Others are exporting just now. Try again in a minute."))
    except PdfFailed as failed:
        messages.error(request, failed.words)
    return redirect(back)


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out a page, with `?below=1` also those below it."""
    found, below = readable_page(request, pk), request.GET.get("below") == "1"
    return _or_back(request, found.get_absolute_url(), lambda: zipped_page(me(request), found, below=below))


@require_GET
def pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out a page as a document."""
    found = readable_page(request, pk)
    return _or_back(request, found.get_absolute_url(), lambda: document(me(request), found))


@require_GET
def section(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Hand out the pages of a community."""
    community = Community.objects.visible_to(me(request)).filter(slug=slug).first()
    if community is None:
        raise Http404
    return _or_back(request, page_url(section_address(slug)), lambda: zipped_section(me(request), community))


@require_GET
def everything(request: HttpRequest) -> HttpResponseBase:
    """Hand out all pages the person may read."""
    return _or_back(request, reverse("wiki:home"), lambda: zipped_everything(me(request)))
