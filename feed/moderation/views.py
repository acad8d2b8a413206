"""Report; the queue of a community; hide, and show again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feed import permissions
from feed.models import Hiding, Post, Report
from feed.moderation import actions, reading
from feed.moderation.forms import HideForm, KeepForm, ReportForm
from feed.views.shared import get_post
from intranet.people.models import Community, Membership


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the moderators about a post."""
    found = get_post(request.user, pk)
    if found.author_id == request.user.pk:
        raise PermissionDenied
    return _report(request, {"post": found}, found.get_absolute_url(), found.community)


@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the moderators about a wiki page."""
    found = reading.readable_page(request.user, pk)
    if found is None:
        raise Http404
    place = Community.objects.visible_to(request.user).get(pk=found.community_id)
    return _report(request, {"page": found}, reverse("wiki:by_id", args=[pk]), place)


def _report(request: HttpRequest, thing: dict[str, Any], url: str, place: Community) -> HttpResponse:
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.report(actor=request.user, **thing, **form.cleaned_data)
            messages.success(request, _("The moderators have been told. Nobody else learns who said it."))
            return redirect(url)
        except ValidationError as problem:
            form.add_error("words", problem)
    context = {**thing, "form": form, "url": url, "place": place}
    return render(request, "feed/moderation/report.html", context, status=422 if form.errors else 200)


def moderated(request: HttpRequest, slug: str) -> Community:
    """Return a community for its moderators; others who may read it are told that it is not theirs, 404 for the rest."""
    place = Community.objects.visible_to(request.user).filter(slug=slug).first()
    if place is None:
        raise Http404
    if permissions.role_in(request.user, place.pk) != Membership.Role.MODERATOR:
        raise PermissionDenied
    return place


@require_safe
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for a decision, and what was decided."""
    place = moderated(request, slug)
    show = "history" if request.GET.get("show") == "history" else "waiting"
    tabs = [
        {"url": "?", "label": _("Waiting"), "count": None, "on": show == "waiting"},
        {"url": "?show=history", "label": _("Decided"), "count": None, "on": show == "history"},
    ]
    context: dict[str, Any] = {
        "community": place,
        "tabs": tabs,
        "show": show,
        "hide_form": HideForm(),
        "keep_form": KeepForm(),
    }
    if show == "waiting":
        context["cases"] = reading.cases(request.user, place)
    else:
        context["lines"] = reading.history(request.user, place)
    return render(request, "feed/moderation/queue.html", context)


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide that what was reported stays."""
    found = Report.objects.visible_to(request.user).select_related("community").filter(pk=pk).first()
    if found is None:
        raise Http404
    try:
        actions.keep_reported(actor=request.user, report=found, note=request.POST.get("note", ""))
        messages.success(request, _("It stays as it is."))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("feed:moderation", slug=found.community.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a post, with a reason its author is told."""
    found = get_post(request.user, pk)
    if not actions.can_judge(request.user, found):
        raise PermissionDenied
    form = HideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.hide_post(actor=request.user, post=found, reason=form.cleaned_data["reason"])
            messages.success(request, _("The post is hidden. Its author has been told why."))
            return redirect("feed:hidden", pk=pk)
        except ValidationError as problem:
            form.add_error("reason", problem)
    context = {"post": found, "form": form}
    return render(request, "feed/moderation/hide.html", context, status=422 if form.errors else 200)


@require_safe
def hidden(request: HttpRequest, pk: int) -> HttpResponse:
    """A hidden post: its author and the moderators read it and why it is hidden, everybody else that it is."""
    found = Post.objects.visible_to(request.user).select_related("community", "author").filter(pk=pk).first()
    if found is None or (found.hidden_at is None and found.deleted_at is not None):
        raise Http404
    if found.hidden_at is None:
        return redirect(found)
    hiding = Hiding.objects.visible_to(request.user).select_related("hidden_by").filter(post=pk, shown_at=None).first()
    context = {"post": found, "hiding": hiding, "can_judge": actions.can_judge(request.user, found)}
    return render(request, "feed/moderation/hidden.html", context)


@require_POST
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Let everybody read a hidden post again."""
    found = Post.objects.visible_to(request.user).filter(pk=pk, hidden_at__isnull=False).first()
    if found is None:
        raise Http404
    actions.show_post(actor=request.user, post=found)
    messages.success(request, _("Everybody reads it again."))
    return redirect(found)
