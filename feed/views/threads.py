"""A thread: read it, answer it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from feed import permissions
from feed.actions import mark_read, reply_to_post
from feed.audience import audience, head_counts
from feed.forms import BodyForm, MomentForm
from feed.models import Mention, Post
from feed.rows import Row, Thread, thread_of
from feed.views.shared import blame, get_post, get_thread, is_htmx, store_files
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader


def _root(*, variant: bool, user: int, thread: int) -> Any:
    """Build the query of what a thread begins with."""
    me = reader(user, is_guest=variant)
    return Post.objects.visible_to(me).listed().filter(pk=thread).thread_rows(me)


def _replies(*, variant: bool, user: int, thread: int) -> Any:
    """Build the query of a thread's replies in order of time."""
    me = reader(user, is_guest=variant)
    return Post.objects.visible_to(me).filter(thread=thread).order_by("created_at", "id").rows(me)


def _named(*, user: int, thread: int) -> Any:
    """Build the query of when somebody was last named in a thread."""
    return Mention.objects.newest_in(reader(user, is_guest=False), thread)


_ROOT = Prepared(_root, numbers=["user", "thread"])
_REPLIES = Prepared(_replies, numbers=["user", "thread"])
_NAMED = Prepared(_named, numbers=["user", "thread"])


def load_thread(user: Any, pk: int) -> Thread:
    """Return a thread with all its replies, in a fixed number of queries however many they are; 404 if not for `user`."""
    if not is_current(user) or pk >= 2**31:
        raise Http404
    values = {"user": user.pk, "thread": pk}
    root: list[Row] = _ROOT.dicts(user.is_guest, **values)
    if not root:
        raise Http404
    row = root[0]
    replies: list[Row] = _REPLIES.dicts(user.is_guest, **values) if row["reply_count"] else []
    named = [at for (at,) in _NAMED.rows(**values)]
    newest = max([row["last_activity_at"], *(reply["created_at"] for reply in replies), *named])
    return thread_of(user, row, replies, newest)


def thread_context(request: HttpRequest, found: Thread, form: BodyForm | None = None) -> dict[str, Any]:
    """Return what the page of a thread shows."""
    row = found.row
    heads = head_counts([(row["community_id"], row["community__kind"])])[row["community_id"]]
    role = row["membership__role"]
    return {
        "thread": found,
        "item": found.first,
        "row": row,
        "role": role,
        "is_moderator": role == "moderator",
        "form": form or (BodyForm(user=request.user) if role else None),
        "audience": audience(row["community__kind"], heads),
        "reply_to": request.GET.get("reply", ""),
    }


@require_GET
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """A thread's page. The address of a reply leads to its place in its thread."""
    try:
        found = load_thread(request.user, pk)
    except Http404:
        return redirect(get_post(request.user, pk))
    return render(request, "feed/thread.html", thread_context(request, found))


@require_POST
def reply_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a thread, or one of its replies (`parent`)."""
    root = get_thread(request.user, pk)
    parent = request.POST.get("parent", "")
    answered = get_post(request.user, int(parent)) if parent.isascii() and parent.isdigit() else root
    if answered.thread_pk != root.pk:
        raise Http404
    if not permissions.can_reply(request.user, root):
        raise PermissionDenied
    form = BodyForm(request.POST, request.FILES, user=request.user, community=root.community)
    if form.is_valid():
        data = form.cleaned_data
        try:
            files = store_files(request.user, root.community, data["uploads"])
            reply = reply_to_post(
                actor=request.user, post=answered, body=data["body"], key=data["key"], attachments=files
            )
            return HttpResponseRedirect(reply.get_absolute_url())
        except ValidationError as problem:
            blame(form, problem)
    context = thread_context(request, load_thread(request.user, pk), form) | {"reply_to": parent}
    return render(request, "feed/thread.html", context, status=422)


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
