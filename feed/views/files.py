"""Files: take one in, hand one out to those who may see it."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feed.actions import add_file, remove_file, restore_file
from feed.forms import UploadForm
from feed.models import Attachment
from feed.views.shared import way_back
from intranet.files import THUMBNAIL_WIDTHS, Kind, response_headers

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def markdown_of(file: Attachment) -> str:
    """Return how a text shows or links a file."""
    label = re.sub(r"([\\\[\]])", r"\\\1", file.name)
    return f"{'!' if file.is_image else ''}[{label}]({file.get_absolute_url()})"


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file for a community in; the editor gets the Markdown that shows it."""
    form = UploadForm(request.POST, request.FILES, user=request.user)
    problem = ""
    if form.is_valid():
        data = form.cleaned_data
        try:
            file = add_file(
                actor=request.user, community=data["community"], file=data["file"], name=data["file"].name or ""
            )
            return JsonResponse(
                {"url": file.get_absolute_url(), "name": file.name, "markdown": markdown_of(file)}, status=201
            )
        except ValidationError as refused:
            problem = " ".join(refused.messages)
    words = problem or " ".join(str(message) for errors in form.errors.values() for message in errors)
    return JsonResponse({"detail": words}, status=422)


@require_POST
def file_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file away."""
    found = Attachment.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    remove_file(actor=request.user, attachment=found)
    undo = reverse("feed:file_restore", args=[pk])
    messages.success(request, _("The file was removed."), extra_tags=f"undo:{undo}")
    return HttpResponseRedirect(way_back(request, reverse("feed:home")))


@require_POST
def file_restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give back a file that the person has just removed."""
    try:
        restore_file(actor=request.user, attachment=pk)
    except Attachment.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The file is back."))
    return HttpResponseRedirect(way_back(request, reverse("feed:home")))


@require_safe
def file(request: HttpRequest, pk: UUID, name: str) -> HttpResponseBase:
    """Hand a file out, or with `?w=` a smaller picture of it, to those who may see its community; else 404.

    The browser may keep it but asks every time whether it still may show it.
    """
    found = Attachment.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    stored_as, kind = found.stored_as, Kind(found.content_type, "", is_image=found.is_image)
    width = request.GET.get("w", "")
    if width and found.width is not None and width in {str(w) for w in THUMBNAIL_WIDTHS} and int(width) < found.width:
        stored_as, kind = f"{stored_as}.w{width}", Kind("image/webp", "webp", is_image=True)
    headers = response_headers(kind, found.name)
    headers["Cache-Control"] = "private, no-cache"
    headers["ETag"] = etag = quote_etag(f"{found.digest[:32]}{'w' + width if stored_as != found.stored_as else ''}")
    # The headers above are the file's whole policy; ours for pages must not be put beside it.
    if (unchanged := get_conditional_response(request, etag=etag)) is not None:
        for header, value in headers.items():
            unchanged.headers[header] = value
        return unchanged
    try:
        return serve(request, stored_as, headers)
    except FileNotFoundError as gone:
        raise Http404 from gone


def serve(request: HttpRequest, stored_as: str, headers: dict[str, str]) -> HttpResponseBase:
    """Answer with a stored content, or the one part of it that was asked for (RFC 9110, section 14)."""
    size = default_storage.size(stored_as)
    part = part_of(request.headers.get("Range", ""), size)
    headers |= {"Accept-Ranges": "bytes"}
    if part == "none":
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    if request.method == "HEAD":
        return HttpResponse(headers={**headers, "Content-Length": str(size)})
    stored = default_storage.open(stored_as, "rb")
    if part is None or request.headers.get("If-Range", headers["ETag"]) != headers["ETag"]:
        whole = FileResponse(stored)
        # Set afterwards: FileResponse guesses type and name from the stored file, and its guess would win.
        for header, value in {**headers, "Content-Length": str(size)}.items():
            whole.headers[header] = value
        return whole
    first, last = part
    stored.seek(first)
    headers |= {"Content-Range": f"bytes {first}-{last}/{size}"}
    with stored:
        return HttpResponse(stored.read(last - first + 1), status=206, headers=headers)


def part_of(words: str, size: int) -> Any:
    """Return (first, last) byte of a single range, "none" when it lies outside, None when there is none to heed."""
    found = RANGE.fullmatch(words)
    if not found or found.group(1) == found.group(2) == "":
        return None
    if not found.group(1):
        length = int(found.group(2))
        return (max(0, size - length), size - 1) if length and size else "none"
    first = int(found.group(1))
    last = min(int(found.group(2)), size - 1) if found.group(2) else size - 1
    if first >= size:
        return "none"
    return None if last < first else (first, last)
