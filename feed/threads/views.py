"""What moderators do with a thread, what became of one that is not here, and drafts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feed import permissions
from feed.kinds.forms import typed_details
from feed.models import Post, PostDraft
from feed.threads import actions
from feed.threads.forms import CloseForm, MoveForm, PostDraftForm, ReopenForm
from feed.threads.menu import menu_of
from feed.threads.moving import change_of, places_for
from feed.threads.reading import trace_of
from feed.views.shared import get_post, get_thread, is_htmx
from intranet.people.models import Community


def moderated(request: HttpRequest, pk: int) -> Post:
    """Return a thread for its moderators; others are told that it is not theirs to decide, or that it is not there."""
    found = get_thread(request.user, pk)
    if not permissions.can_moderate(request.user, found):
        raise PermissionDenied
    return found


@require_safe
def post_menu(request: HttpRequest, pk: int) -> HttpResponse:
    """What one may do with a post: a menu for the script, a page for everybody else."""
    found = get_post(request.user, pk)
    context = {"post": found, "groups": menu_of(request, found)}
    return render(request, "feed/_menu.html" if is_htmx(request) else "feed/menu.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a thread with a comment, or open it again."""
    found = moderated(request, pk)
    is_closed = found.closed_at is not None
    kind = ReopenForm if is_closed else CloseForm
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_valid():
        change = actions.reopen_thread if is_closed else actions.close_thread
        try:
            change(actor=request.user, thread=found, note=form.cleaned_data["note"])
            messages.success(
                request, _("The conversation is open again.") if is_closed else _("The conversation is closed.")
            )
            return redirect(found)
        except ValidationError as problem:
            form.add_error("note", problem)
    context = {"post": found, "form": form, "is_closed": is_closed}
    return render(request, "feed/close.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a thread: choose where to, see who gains and who loses, then do it."""
    found = moderated(request, pk)
    form = MoveForm(request.POST if request.method == "POST" else None, places=places_for(request.user, found))
    change = None
    if form.is_valid():
        data = form.cleaned_data
        change = change_of(found, data["community"])
        if data["confirmed"] == str(data["community"].pk):
            try:
                actions.move_thread(actor=request.user, thread=found, community=data["community"], note=data["note"])
                messages.success(
                    request, _("The conversation is now in %(place)s.") % {"place": data["community"].name}
                )
                return redirect(found)
            except ValidationError as problem:
                form.add_error(None, problem)
    context = {"post": found, "form": form, "change": change,
               "destination": form.cleaned_data.get("community") if form.is_valid() else None}  # fmt: skip
    return render(request, "feed/move.html", context, status=422 if form.errors else 200)


def elsewhere(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer for a thread that is not at its address: a reply leads to its place, a hidden post to why it is hidden.

    Who could read it before it was moved is told that it was, and where to, as far as she may know that place. What she
    was about to say is still there. Anything else is 404.
    """
    text = request.POST.get("body", "")
    there = Post.objects.visible_to(request.user).filter(pk=pk).first()
    if there is not None and there.deleted_at is None and there.thread_id:
        return redirect(there)
    context: dict[str, Any] = {"text": text, "line": None, "destination": None, "is_hidden": False}
    trace = trace_of(request.user, pk)
    if trace is not None and (there is None or there.deleted_at is None):
        context |= {"line": trace[0], "destination": trace[1]}
    elif there is None:
        raise Http404
    elif there.hidden_at is not None:
        if request.method != "POST":
            return redirect("feed:hidden", pk=pk)
        context |= {"is_hidden": True, "place": there.community}
    elif not text:
        raise Http404
    return render(request, "feed/thread_gone.html", context, status=410 if request.method != "POST" else 422)


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what somebody types; answers JSON: `draft` is its number, null when there is nothing to keep."""
    form = PostDraftForm(request.POST)
    form.is_valid()
    data = form.cleaned_data
    thread = community = None
    if data.get("thread"):
        thread = get_thread(request.user, data["thread"])
    if data.get("community"):
        community = Community.objects.of_member(request.user).filter(pk=data["community"]).first()
    try:
        kept = actions.save_post_draft(
            actor=request.user, thread=thread, community=community, body=data.get("body") or "", key=data.get("key"),
            details=typed_details(request.POST),
        )  # fmt: skip
    except ValidationError as problem:
        return JsonResponse({"detail": " ".join(problem.messages)}, status=422)
    return JsonResponse({"draft": kept.pk if kept else None})


@require_safe
def begun(request: HttpRequest) -> HttpResponse:
    """Return a new post that was begun, perhaps on another device, with its kind; the composer asks when it is opened."""
    found = PostDraft.objects.visible_to(request.user).filter(thread=None).first()
    if found is None:
        return HttpResponse(status=204)
    return JsonResponse({
        "body": found.body, "community": found.community_id, "at": found.updated_at.isoformat(),
        "details": found.details or {},
    })  # fmt: skip


@require_POST
def draft_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    try:
        actions.discard_post_draft(actor=request.user, draft=min(pk, 2**31))
    except PostDraft.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The draft is gone."))
    return HttpResponseRedirect(reverse("feed:drafts"))


@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """Show what somebody has begun to say and not sent."""
    rows = list(PostDraft.objects.visible_to(request.user).select_related("community")[:200])
    threads = Post.objects.visible_to(request.user).listed().select_related("community")
    there = threads.in_bulk([row.thread_id for row in rows if row.thread_id])
    shown = [{"draft": row, "thread": there.get(row.thread_id or 0)} for row in rows]
    return render(request, "feed/drafts.html", {"drafts": shown})
