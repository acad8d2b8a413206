"""A file: where it is used, what it was before, and another one in its place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feed.actions import replace_file
from feed.models import Attachment
from feed.views.files import serve
from intranet.files import MAX_BYTES, Kind, response_headers
from wiki.files import is_unreadable, pages_using, posts_using, rights_on, version_of, versions_of
from wiki.forms import ReplaceForm
from wiki.views.shared import me


def readable_file(request: HttpRequest, pk: UUID) -> Attachment:
    """Return a file the person may see, 404 for any other."""
    found: Attachment | None = (
        Attachment.objects.visible_to(me(request)).select_related("community").filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    return found


@require_safe
def about(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a file, where it is used and what it was before."""
    return _show(request, readable_file(request, pk), ReplaceForm())


def _show(request: HttpRequest, file: Attachment, form: ReplaceForm) -> HttpResponse:
    context: dict[str, Any] = {
        "file": file,
        "form": form,
        "pages": pages_using(me(request), file),
        "posts": posts_using(me(request), file),
        "versions": versions_of(file),
        "is_unreadable": is_unreadable(file),
        "megabytes": MAX_BYTES // (1024 * 1024),
        **rights_on(me(request), file),
    }
    return render(request, "wiki/file.html", context, status=422 if form.is_bound else 200)


@require_POST
def replace(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put another file in this one's place."""
    found = readable_file(request, pk)
    form = ReplaceForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            replace_file(actor=me(request), attachment=found, file=upload, name=upload.name or "")
            messages.success(request, _("The file was replaced. The earlier one is kept below."))
            return redirect("wiki:file", pk)
        except ValidationError as error:
            form.add_error("file", error)
    return _show(request, found, form)


@require_safe
def version(request: HttpRequest, pk: UUID, number: int) -> HttpResponseBase:
    """Hand out what a file was before, as the file itself is handed out."""
    found = version_of(readable_file(request, pk), number)
    if found is None:
        raise Http404
    headers = response_headers(Kind(found.content_type, "", is_image=found.width is not None), found.name)
    headers |= {"Cache-Control": "private, no-cache", "ETag": quote_etag(found.digest[:32])}
    try:
        return serve(request, found.stored_as, headers)
    except FileNotFoundError as gone:
        raise Http404 from gone
