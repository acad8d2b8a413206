"""One post: write, change, take away, bring back, react, look at earlier versions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feed import actions, cards, permissions
from feed.forms import ReactionForm
from feed.kinds.actions import publish_kind, revise
from feed.kinds.forms import KindForm, edit_form
from feed.models import Post, PostDraft, Reaction
from feed.rows import item_of
from feed.threads.actions import drop_draft
from feed.views.shared import blame, composer_for, get_post, is_htmx, store_files, way_back, whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def post_create(request: HttpRequest) -> HttpResponse:
    """Start a thread; shown as a page of its own when something is missing or asked for."""
    return compose(request)


def compose(
    request: HttpRequest,
    *,
    initial: dict[str, Any] | None = None,
    action: str = "",
    template: str = "feed/compose.html",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Answer the form of a new thread, which begins with `initial` and is sent to `action`; `more` is for the template."""
    begun = None
    if request.method != "POST":
        mine = PostDraft.objects.visible_to(request.user).filter(thread=None)
        begun = mine.first() if "draft" in request.GET else None
        first = initial or {"kind": request.GET.get("kind", "")}
        first |= {**(begun.details or {}), "body": begun.body} if begun else {}
        form = KindForm(user=request.user, initial=first)
    elif (form := KindForm(request.POST, request.FILES, user=request.user)).is_valid():
        data = form.cleaned_data
        try:
            files = store_files(request.user, data["community"], data["uploads"])
            made = publish_kind(
                actor=request.user,
                kind=data["kind"],
                community=data["community"],
                body=data["body"],
                details=form.details,
                key=data["key"],
                about_page=data["about_page"],
                attachments=files,
            )
            drop_draft(actor=request.user, thread_pk=None)
            return HttpResponseRedirect(way_back(request, made.get_absolute_url()))
        except ValidationError as problem:
            blame(form, problem)
    composer = composer_for(request)
    if composer is None:
        raise PermissionDenied
    composer |= {"form": form, "action": action}
    if begun is not None and begun.community_id in [place.id for place in composer["places"]]:
        composer["chosen"] = begun.community_id
    # An address may say where and what is to be written; where one does not write, it says nothing.
    wanted = whole_number((request.POST if request.method == "POST" else request.GET).get("community", ""))
    if wanted in {place.id for place in composer["places"]}:
        composer["chosen"] = wanted
    status = 422 if composer["form"].errors else 200
    context = {"composer": composer, "next": request.POST.get("next", "")} | (more or {})
    return render(request, template, context, status=status)


@require_GET
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """The permanent address of a post: its place in its thread."""
    return redirect(get_post(request.user, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own words."""
    found = get_post(request.user, pk)
    if not permissions.can_edit_post(request.user, found):
        raise PermissionDenied
    form = edit_form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            revise(actor=request.user, post=found, body=form.cleaned_data["body"], details=form.details)
            return HttpResponseRedirect(found.get_absolute_url())
        except ValidationError as problem:
            blame(form, problem)
    return render(request, "feed/edit.html", {"post": found, "form": form}, status=422 if form.errors else 200)


@require_POST
def post_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a post away; the next page offers to bring it back."""
    found = get_post(request.user, pk)
    actions.delete_post(actor=request.user, post=found)
    undo = reverse("feed:post_restore", args=[pk])
    messages.success(request, _("Deleted."), extra_tags=f"undo:{undo}")
    root = found.thread_pk
    if Post.objects.visible_to(request.user).listed().filter(pk=root).exists():
        return HttpResponseRedirect(way_back(request, reverse("feed:thread", args=[root])))
    return HttpResponseRedirect(found.community.get_absolute_url())


@require_POST
def post_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring back what one has just deleted."""
    found = Post.objects.visible_to(request.user).filter(pk=pk, deleted_by=request.user.pk).first()
    if found is None:
        raise Http404
    try:
        found = actions.restore_post(actor=request.user, post=found)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return HttpResponseRedirect(reverse("feed:home"))
    return HttpResponseRedirect(found.get_absolute_url())


@require_GET
def post_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """What an edited post said before, newest first."""
    found = get_post(request.user, pk)
    context = {"post": found, "versions": found.versions.all()[:100]}
    return render(request, "feed/versions.html", context)


@require_POST
def post_unread(request: HttpRequest, pk: int) -> HttpResponse:
    """Make this post and what came after it unread again."""
    found = get_post(request.user, pk)
    actions.mark_unread_from(actor=request.user, post=found)
    messages.success(request, _("Unread from here."))
    return HttpResponseRedirect(found.community.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def post_reactions(request: HttpRequest, pk: int) -> HttpResponse:
    """See who reacted how; put or take back one's own."""
    found = get_post(request.user, pk)
    if request.method != "POST":
        rows = found.reactions.select_related("user").order_by("kind", "created_at", "pk")
        may = permissions.can_react(request.user, found)
        return render(request, "feed/reactors.html", {"post": found, "groups": grouped(rows), "can_write": may})
    form = ReactionForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(_("There is no such reaction."))
    if kind := form.cleaned_data["react"]:
        actions.react(actor=request.user, post=found, kind=kind)
    else:
        actions.unreact(actor=request.user, post=found, kind=form.cleaned_data["unreact"])
    if not is_htmx(request):
        return HttpResponseRedirect(way_back(request, found.get_absolute_url()))
    row = Post.objects.visible_to(request.user).filter(pk=pk).rows(request.user).get()
    reader = cards.Reader(request.user.pk, cards.token_input(get_token(request)), may_write=True)  # type: ignore[arg-type]  # signed in
    return HttpResponse(cards.reactions(item_of(row), reader))


def grouped(rows: Iterable[Any]) -> list[tuple[str, str, list[Any]]]:
    """Return (kind, label, people) for each kind of reaction there is."""
    people: dict[str, list[Any]] = {}
    for row in rows:
        people.setdefault(row.kind, []).append(row.user)
    return [(kind, str(label), people[kind]) for kind, label in Reaction.Kind.choices if kind in people]
