"""What one does with questions, polls and announcements."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from feed import cards
from feed.kinds import actions, permissions, receipts, show
from feed.kinds.facts import house_today
from feed.kinds.forms import VersionForm, VoteForm
from feed.kinds.own import own_of
from feed.kinds.reading import voters_of
from feed.models import Announcement, Post, PostKind
from feed.navigation import communities
from feed.rows import item_of
from feed.views.shared import get_post, is_htmx, way_back
from intranet import paging
from intranet.people.models.communities import MEMBER_ORDER

PAGE = 50


def of_kind_or_404(request: HttpRequest, pk: int, kind: str) -> Post:
    """Return a thread of that kind that the reader may see, or answer 404."""
    post = get_post(request.user, pk)
    if post.kind != kind:
        raise Http404
    return post


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that this reply answers its question; with `undo`, that it does not after all."""
    reply = get_post(request.user, pk)
    thread = get_post(request.user, reply.thread_pk)
    if thread.kind != PostKind.QUESTION or reply.pk == thread.pk:
        raise Http404
    try:
        if request.POST.get("undo"):
            actions.unmark_answer(actor=request.user, thread=thread)
        else:
            actions.mark_answer(actor=request.user, reply=reply)
            messages.success(request, _("Marked as the answer. Others find it on top now."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return HttpResponseRedirect(thread.get_absolute_url())


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote, or vote otherwise."""
    post, problem = of_kind_or_404(request, pk, PostKind.POLL), ""
    if not permissions.can_vote(request.user, post):
        raise PermissionDenied
    form = VoteForm(request.POST)
    try:
        if not form.is_valid():
            problem = " ".join(str(words) for errors in form.errors.values() for words in errors)
        else:
            edition = form.cleaned_data["edition"]
            actions.vote(actor=request.user, post=post, choices=form.cleaned_data["choice"], edition=edition)
    except ValidationError as refused:
        problem = " ".join(refused.messages)
    if is_htmx(request):
        return HttpResponse(_poll(request, pk, problem))
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, _("Your vote counts."))
    return HttpResponseRedirect(way_back(request, post.get_absolute_url()))


def _poll(request: HttpRequest, pk: int, problem: str) -> str:
    """Return the poll as it stands after a vote, in the place of the one that was sent."""
    row = Post.objects.visible_to(request.user).filter(pk=pk).rows(request.user).get()
    item = item_of(row)
    item.own = own_of(request.user, [row]).get(pk, item.own)
    here = way_back(request, "")
    token = cards.token_input(get_token(request))
    reader = cards.Reader(request.user.pk, token, may_write=True, here=here)  # type: ignore[arg-type]  # signed in
    return show.poll(item, reader, problem=problem)


@require_GET
def votes(request: HttpRequest, pk: int) -> HttpResponse:
    """See who chose what, where that was said before voting."""
    post = of_kind_or_404(request, pk, PostKind.POLL)
    if not permissions.can_see_voters(post):
        raise Http404
    return render(request, "feed/kinds/votes.html", {"post": post, "groups": voters_of(post)})


@require_POST
def poll_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a poll now."""
    post = of_kind_or_404(request, pk, PostKind.POLL)
    actions.close_poll(actor=request.user, post=post)
    messages.success(request, _("The poll is closed."))
    return HttpResponseRedirect(post.get_absolute_url())


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one has read an announcement as it stands."""
    post = of_kind_or_404(request, pk, PostKind.ANNOUNCEMENT)
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    try:
        actions.acknowledge(actor=request.user, post=post, version=form.cleaned_data["version"])
        messages.success(request, _("Thank you for reading."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return HttpResponseRedirect(post.get_absolute_url())
    return HttpResponseRedirect(way_back(request, post.get_absolute_url()))


@require_GET
def receipt_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who has read an announcement and who has not, to its sender and the moderators."""
    post = of_kind_or_404(request, pk, PostKind.ANNOUNCEMENT)
    if not permissions.can_lead(request.user, post):
        raise PermissionDenied
    announcement = Announcement.objects.visible_to(request.user).select_related("post").get(pk=pk)
    state = "read" if request.GET.get("show") == "read" else "pending"
    people = receipts.read_of(announcement) if state == "read" else receipts.pending_of(announcement)
    try:
        page = paging.keyset(
            people.select_related("user", "user__team"),
            MEMBER_ORDER,
            request.GET.get("after"),
            PAGE,
            types=(str, str, int),
        )
    except paging.BadCursor:
        raise BadRequest from None
    context = {
        "post": post,
        "announcement": announcement,
        "counts": receipts.count_receipts(announcement, house_today()),
        "stands": show.stands(post.facts, house_today()),
        "state": state,
        "people": page.rows,
        "older": f"?{urlencode({'show': state, 'after': page.next_cursor})}" if page.next_cursor else "",
    }
    return render(request, "feed/kinds/receipts.html", context)


@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind those who have not read it."""
    post = of_kind_or_404(request, pk, PostKind.ANNOUNCEMENT)
    try:
        count = actions.remind(actor=request.user, post=post)
        words = ngettext("%(n)d person is reminded.", "%(n)d people are reminded.", count) % {"n": count}
        messages.success(request, words if count else _("Everybody has read it already."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return HttpResponseRedirect(way_back(request, post.get_absolute_url()))


@require_POST
def announcement_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an announcement from the top of everybody's list."""
    post = of_kind_or_404(request, pk, PostKind.ANNOUNCEMENT)
    actions.end_announcement(actor=request.user, post=post)
    messages.success(request, _("The announcement is ended. It stays where it was written."))
    return HttpResponseRedirect(post.get_absolute_url())


@require_GET
def crisis(request: HttpRequest) -> HttpResponse:
    """Give the banner that stands on every page, for pages that were open when it came or ended."""
    page = request.htmx.current_url_abs_path if is_htmx(request) else ""  # type: ignore[attr-defined]  # set by HtmxMiddleware
    found: dict[str, Any] = communities(request)["crisis"] or {}
    return render(request, "feed/kinds/_crisis.html", found | {"this_page": page or "/"})
