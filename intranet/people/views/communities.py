"""Communities: which there are, starting one, its settings, coming and going."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intranet import paging
from intranet.people import actions
from intranet.people.forms import CommunityForm, JoinRequestForm
from intranet.people.gaining import Change, change_of_kind
from intranet.people.models import Community, JoinRequest, User
from intranet.people.permissions import (
    can_change_community,
    can_create_community,
    can_enter,
    can_read,
    can_request_to_join,
    is_administrator,
)
from intranet.people.views.doors import do, fill, known_or_404, next_or, readable_or_404, status_of

PAGE = 30
ORDER = ("name", "pk")


@require_GET
def community_list(request: HttpRequest) -> HttpResponse:
    """Show mine, and page by page the others I may know of; `q`: those with these words in their names."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    listed = Community.objects.listed_for(request.user)
    if query:
        listed = listed.filter(pk__in=listed.named(query))
    known: Any = listed.with_mine(request.user)
    try:
        others = paging.keyset(known.filter(my_role=""), ORDER, request.GET.get("after"), PAGE, types=(str, int))
    except paging.BadCursor:
        raise Http404 from None
    first = "after" not in request.GET
    wanted = {"q": query} if query else {}
    context = {
        "mine": list(known.exclude(my_role="").order_by("-is_everyone", *ORDER)) if first else [],
        "others": others.rows,
        "older": f"?{urlencode({**wanted, 'after': others.next_cursor})}" if others.next_cursor else "",
        "query": query,
        "first": first,
        "can_create": can_create_community(request.user),
        "enters": is_administrator(request.user),
    }
    return render(request, "people/community_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def community_create(request: HttpRequest) -> HttpResponse:
    """Start a community."""
    if not can_create_community(request.user):
        raise PermissionDenied
    form = CommunityForm(request.POST if request.method == "POST" else None)
    made: list[Community] = []
    if form.is_valid() and fill(
        form,
        lambda: made.append(actions.create_community(actor=request.user, **form.cleaned_data)),  # type: ignore[arg-type]
    ):
        messages.success(request, _("Here it is. Now bring people in."))
        return redirect("people:members", made[0].slug)
    return render(request, "people/community_form.html", {"form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def community_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Change name, purpose, colour, who may read."""
    community = readable_or_404(request, slug)
    if not can_change_community(request.user, community):
        raise PermissionDenied
    before = Community.objects.visible_to(request.user).get(pk=community.pk)
    form = CommunityForm(request.POST if request.method == "POST" else None, instance=community)
    # The form writes into its instance while it checks; the action gets the untouched row.
    told = None
    if form.is_valid():
        told = _untold(request, before, form.cleaned_data.get("kind") or before.kind)
        if told is None and fill(
            form,
            lambda: actions.change_community(actor=request.user, community=before, **form.cleaned_data),  # type: ignore[arg-type]
        ):
            messages.success(request, _("Saved."))
            return redirect(before.get_absolute_url())
    context = {"form": form, "community": before, "told": told}
    return render(request, "people/community_form.html", context, status=422 if told else status_of(form))


def _untold(request: HttpRequest, community: Community, kind: str) -> Change | None:
    """Return who gains and who loses by another kind, when the person has not been told; None when there is nothing to tell."""
    if kind == community.kind:
        return None
    change = change_of_kind(community, kind)
    agreed = request.POST.get("agreed") == change.code or not (change.gaining or change.losing)
    return None if agreed else change


@require_POST
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Become a member."""
    community = known_or_404(request, slug)
    back = next_or(request, community.get_absolute_url())
    return do(
        request,
        lambda: actions.join_community(actor=request.user, community=community),  # type: ignore[arg-type]
        done=_("You are a member of %(name)s now.") % {"name": community.name},
        back=back,
    )


@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop being a member."""
    community = known_or_404(request, slug)
    return do(
        request,
        lambda: actions.leave_community(actor=request.user, community=community),  # type: ignore[arg-type]
        done=_("You left %(name)s.") % {"name": community.name},
        back=reverse("people:community_list"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def request_to_join(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to be let in, and say why."""
    community = known_or_404(request, slug)
    if not can_request_to_join(request.user, community):
        return redirect(community) if can_read(request.user, community) else redirect("people:community_list")
    form = JoinRequestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        me: User = request.user  # type: ignore[assignment]
        note: str = form.cleaned_data["note"]
        return do(
            request,
            lambda: actions.request_to_join(actor=me, community=community, note=note),
            done=_("Asked. The moderators of %(name)s decide.") % {"name": community.name},
            back=reverse("people:community_list"),
        )
    mine = JoinRequest.objects.visible_to(request.user).filter(user_id=request.user.pk or 0, community=community)
    context: dict[str, Any] = {"form": form, "community": community, "last": mine.order_by("-pk").first()}
    return render(request, "people/community_request.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter a closed community as administrator; the page before says that its members will see it."""
    community = known_or_404(request, slug)
    if not can_enter(request.user, community):
        raise PermissionDenied
    if request.method == "POST":
        return do(
            request,
            lambda: actions.enter_community(actor=request.user, community=community),  # type: ignore[arg-type]
            done=_("You are in. The members see that you came as administrator."),
            back=reverse("people:members", args=[community.slug]),
        )
    return render(request, "people/community_enter.html", {"community": community})
