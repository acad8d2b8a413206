"""A thread: read it, answer it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from feed import permissions
from feed.actions import mark_read, reply_to_post
from feed.audience import audience, head_counts
from feed.forms import BodyForm, MomentForm
from feed.models import Post
from feed.rows import Item, Thread
from feed.threads.actions import drop_draft
from feed.threads.reading import load_part, load_thread, trail_of
from feed.threads.views import elsewhere
from feed.views.shared import blame, get_post, get_thread, is_htmx, store_files, whole_number


def answered_in(found: Thread, reply: str) -> Item | None:
    """Return the reply that is being answered, None when the thread itself is."""
    branches = [one for one in found.replies if isinstance(one, Item)]
    shown = [*branches, *(one for branch in branches for one in branch.replies if isinstance(one, Item))]
    return next((one for one in shown if str(one.pk) == reply and one.html), None)


def thread_context(
    request: HttpRequest, found: Thread, form: BodyForm | None = None, reply: str = ""
) -> dict[str, Any]:
    """Return what the page of a thread shows; `reply` is the one that is being answered."""
    row = found.row
    heads = head_counts([(row["community_id"], row["community__kind"])])[row["community_id"]]
    role = row["membership__role"]
    if form is None and role and row["closed_at"] is None:
        # What was begun on another device goes on here; the script keeps it over a text of its own that is older.
        form = BodyForm(user=request.user, initial={"body": row["draft"] or ""})
    return {
        "thread": found,
        "item": found.first,
        "row": row,
        "role": role,
        "form": form,
        "trail": trail_of(request.user, row["id"]) if row["trail_length"] else [],
        "audience": audience(row["community__kind"], heads),
        "answered": answered_in(found, reply or request.GET.get("reply", "")),
        "has_draft": bool(row["draft"]),
    }


def reply_part(request: HttpRequest, pk: int, part: int, count: int) -> HttpResponse:
    """Return a part of a thread that its page left out."""
    row, items = load_part(request.user, pk, part, count)
    context = {"items": items, "row": row, "role": row["membership__role"], "pk": pk}
    return render(request, "feed/_part.html", context)


@require_GET
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """A thread's page. The address of a reply leads to its place in its thread; of one that was moved, to what is known."""
    at, part, count = (whole_number(request.GET.get(name, "")) for name in ("at", "part", "n"))
    if part and count and is_htmx(request):
        return reply_part(request, pk, part, count)
    try:
        found = load_thread(request.user, pk, at=at or whole_number(request.GET.get("reply", "")), part=part)
    except Http404:
        return elsewhere(request, pk)
    return render(request, "feed/thread.html", thread_context(request, found))


@require_POST
def reply_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a thread, or one of its replies (`parent`)."""
    root = Post.objects.visible_to(request.user).listed().select_related("community").filter(pk=pk).first()
    if root is None:
        return elsewhere(request, pk)
    parent = request.POST.get("parent", "")
    answered = root
    if whole_number(parent):
        answered = get_post(request.user, whole_number(parent))
    if answered.thread_pk != root.pk:
        raise Http404
    if not permissions.can_reply(request.user, root):
        if root.trail_length and request.POST.get("body"):
            return elsewhere(request, pk)  # it was moved to where she only reads along
        raise PermissionDenied
    form = BodyForm(request.POST, request.FILES, user=request.user, community=root.community)
    if form.is_valid():
        data = form.cleaned_data
        try:
            files = store_files(request.user, root.community, data["uploads"])
            reply = reply_to_post(
                actor=request.user, post=answered, body=data["body"], key=data["key"], attachments=files
            )
            drop_draft(actor=request.user, thread_pk=root.pk)
            return HttpResponseRedirect(reply.get_absolute_url())
        except ValidationError as problem:
            blame(form, problem)
    found = load_thread(request.user, pk, at=whole_number(parent))
    return render(request, "feed/thread.html", thread_context(request, found, form, parent), status=422)


@require_POST
def thread_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Note how far the person has read; the page says so when it is looked at, or its button does."""
    root = get_thread(request.user, pk)
    form = MomentForm(request.POST)
    until = (form.cleaned_data["until"] if form.is_valid() else None) or root.last_activity_at
    mark_read(actor=request.user, thread=root, until=until)
    if is_htmx(request):
        return HttpResponse(status=204)
    return HttpResponseRedirect(reverse("feed:home"))


@require_GET
def new_replies(request: HttpRequest, pk: int) -> HttpResponse:
    """How many replies of others came since the page was made."""
    root = get_thread(request.user, pk)
    form = MomentForm(request.GET)
    since = (form.cleaned_data["since"] if form.is_valid() else None) or timezone.now()
    fresh = Post.objects.visible_to(request.user).present().filter(thread=root, created_at__gt=since)
    first = list(fresh.exclude(author=request.user).order_by("created_at", "id").values_list("pk", flat=True)[:100])
    context = {"pk": root.pk, "count": len(first), "first": first[0] if first else None, "since": since}
    return render(request, "feed/_new_replies.html", context)
