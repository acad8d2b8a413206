"""Bookmarks, and pins of a community."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feed.keeping import actions, reading
from feed.keeping.forms import BookmarkForm, PinForm
from feed.models import Bookmark
from feed.moderation.reading import readable_page
from feed.threads.views import moderated
from feed.views.shared import get_post, get_thread, way_back, whole_number
from intranet.paging import BadCursor
from intranet.people.models import Community

WEEKS = timedelta(days=14)


@require_safe
def bookmarks(request: HttpRequest) -> HttpResponse:
    """What somebody keeps, searched by words and community."""
    words, place = request.GET.get("q", "").replace("\x00", "")[:100].strip(), whole_number(request.GET.get("in", ""))
    try:
        found = reading.bookmarks(request.user, words=words, community=place, cursor=request.GET.get("after"))
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    asked = {"q": words, "in": place or ""}
    older = f"?{urlencode(asked | {'after': found.next_cursor})}" if found.next_cursor else ""
    places = Community.objects.visible_to(request.user).order_by("name").values_list("pk", "name")
    context = {"kept": found.rows, "q": words, "place": place, "places": places, "older_url": older,
               "is_filtered": bool(words or place)}  # fmt: skip
    return render(request, "feed/bookmarks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def bookmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a post, with a note."""
    found = get_post(request.user, pk)
    return _bookmark(request, {"post": found}, found.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def bookmark_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a wiki page, with a note."""
    page = readable_page(request.user, pk)
    if page is None:
        raise Http404
    return _bookmark(request, {"page_id": page.pk}, reverse("wiki:by_id", args=[pk]))


def _bookmark(request: HttpRequest, thing: dict[str, Any], url: str) -> HttpResponse:
    mine = Bookmark.objects.visible_to(request.user).filter(**thing).first()
    form = BookmarkForm(request.POST if request.method == "POST" else None, initial={"note": mine.note if mine else ""})
    if form.is_valid():
        try:
            actions.keep_bookmark(actor=request.user, note=form.cleaned_data["note"], **thing)
            messages.success(request, _("Kept under your bookmarks."))
            return redirect(url)
        except ValidationError as problem:
            form.add_error("note", problem)
    context = {"form": form, "url": url, "mine": mine}
    return render(request, "feed/bookmark.html", context, status=422 if form.errors else 200)


@require_POST
def bookmark_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep something no longer."""
    try:
        actions.drop_bookmark(actor=request.user, bookmark=min(pk, 2**31))
    except Bookmark.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The bookmark is gone."))
    return redirect(way_back(request, reverse("feed:bookmarks")))


@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Pin a thread to the top of its community until a day, or take it down."""
    found = moderated(request, pk)
    if found.deleted_at is not None:
        raise PermissionDenied
    pinned = found.pinned_until is not None and found.pinned_until > timezone.now()
    if request.method == "POST" and "down" in request.POST:
        actions.unpin_thread(actor=request.user, thread=found)
        messages.success(request, _("The conversation is pinned no longer."))
        return redirect(found.community)
    until = timezone.localdate(found.pinned_until) if pinned else timezone.localdate() + WEEKS
    form = PinForm(request.POST if request.method == "POST" else None, initial={"until": until})
    if form.is_valid():
        try:
            actions.pin_thread(actor=request.user, thread=found, until=form.cleaned_data["until"])
            messages.success(request, _("The conversation is pinned."))
            return redirect(found.community)
        except ValidationError as problem:
            form.add_error(None, problem)
    context = {"post": found, "form": form, "pinned": pinned}
    return render(request, "feed/pin.html", context, status=422 if form.errors else 200)


@require_POST
def pin_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """See a pinned thread no longer on top, or again (`?show`)."""
    found = get_thread(request.user, pk)
    if "show" in request.GET:
        actions.show_pin(actor=request.user, thread=found)
        return redirect(found.community)
    actions.dismiss_pin(actor=request.user, thread=found)
    undo = reverse("feed:pin_dismiss", args=[pk])
    messages.success(request, _("You see it in its place in the list from now on."), extra_tags=f"undo:{undo}?show")
    return redirect(found.community)
