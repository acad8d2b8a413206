"""Who is in a community, who wants to be, and bringing people in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intranet import paging
from intranet.activity.models import Activity
from intranet.people import actions
from intranet.people.forms import AddMemberForm, InviteGuestForm, RoleForm
from intranet.people.models import Community, JoinRequest, Membership, User
from intranet.people.models.communities import MEMBER_ORDER
from intranet.people.permissions import can_invite, can_leave, can_moderate
from intranet.people.views.doors import do, fill, readable_or_404, status_of

PAGE = 50
ENTRIES = 5
MOST_WAITING = 200


def _entries(community: Community) -> list[dict[str, Any]]:
    """Return the latest administrators who entered without being asked in: person and time, newest first."""
    rows = list(
        Activity.objects.filter(community_id=community.pk, verb="community.entered")
        .order_by("-id")
        .values_list("actor_id", "created_at")[:ENTRIES]
    )
    people = User.objects.get_queryset().in_bulk([actor for actor, _when in rows]) if rows else {}
    return [{"person": people[actor], "when": when} for actor, when in rows if actor in people]


def _members_page(request: HttpRequest, community: Community, *, status: int = 200, **forms: Any) -> HttpResponse:
    moderates = can_moderate(request.user, community)
    members = Membership.objects.visible_to(request.user).filter(community=community).in_order()
    try:
        found = paging.keyset(members, MEMBER_ORDER, request.GET.get("after"), PAGE, types=(str, str, int))
    except paging.BadCursor:
        raise Http404 from None
    waiting = JoinRequest.objects.visible_to(request.user).filter(community=community).waiting()
    context = {
        "community": community,
        "members": found.rows,
        "older": f"?{urlencode({'after': found.next_cursor})}" if found.next_cursor else "",
        "moderates": moderates,
        "invites": can_invite(request.user, community),
        "can_leave": can_leave(request.user, community),
        "requests": waiting.count() if moderates else 0,
        "entries": _entries(community) if community.kind != Community.Kind.OPEN else [],
        "add_form": forms.get("add_form") or AddMemberForm(),
    }
    return render(request, "people/members.html", context, status=status)


@require_GET
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the members; moderators see who asks to join, too."""
    return _members_page(request, readable_or_404(request, slug))


@require_GET
def requests(request: HttpRequest, slug: str) -> HttpResponse:
    """Show moderators who asks to join, and what was decided before."""
    community = readable_or_404(request, slug)
    if not can_moderate(request.user, community):
        raise PermissionDenied
    return _requests_page(request, community)


def _requests_page(request: HttpRequest, community: Community, **failed: Any) -> HttpResponse:
    rows = JoinRequest.objects.visible_to(request.user).filter(community=community).select_related("user", "decided_by")
    waiting = rows.waiting()
    try:
        found = paging.keyset(rows.decided(), ("-decided_at", "-pk"), request.GET.get("after"), PAGE)
    except paging.BadCursor:
        raise Http404 from None
    context = {
        "community": community,
        "waiting": waiting[:MOST_WAITING],
        "count": waiting.count(),
        "decided": found.rows,
        "older": f"?{urlencode({'after': found.next_cursor})}" if found.next_cursor else "",
        **failed,
    }
    return render(request, "people/requests.html", context, status=422 if failed else 200)


@require_POST
def request_decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let somebody in, or not, with a word to go with it (`answer`)."""
    community = readable_or_404(request, slug)
    found = JoinRequest.objects.visible_to(request.user).filter(community=community)
    join_request = get_object_or_404(found.select_related("community", "user"), pk=pk)
    granted, answer = request.POST.get("decision") == "grant", request.POST.get("answer", "")
    me: User = request.user  # type: ignore[assignment]
    if len(answer) > actions.MOST_SAID:
        words = _("At most %(limit)d characters fit.") % {"limit": actions.MOST_SAID}
        return _requests_page(request, community, failed=pk, answer=answer, problem=words)
    done = _("%(name)s is a member now.") if granted else _("%(name)s was not let in.")
    return do(
        request,
        lambda: actions.decide_request(actor=me, join_request=join_request, granted=granted, answer=answer),
        done=done % {"name": join_request.user.name},
        back=reverse("people:requests", args=[slug]),
    )


def _find_person(request: HttpRequest, text: str) -> User:
    """Return the one person somebody means by a handle, mail address or name."""
    text = text.strip().lstrip("@")
    known = User.objects.visible_to(request.user).active()
    for rows in (known.filter(handle=text.lower()), known.filter(email=text.lower()), known.matching(text)):
        found = list(rows[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError({"person": _("Several people are called that. Use the handle.")})
    raise ValidationError({"person": _("There is nobody of this name.")})


@require_POST
def member_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring a colleague in."""
    community = readable_or_404(request, slug)
    if not can_invite(request.user, community):
        raise PermissionDenied
    form = AddMemberForm(request.POST)
    made: list[Membership] = []

    def add() -> None:
        person = _find_person(request, form.cleaned_data["person"])
        made.append(actions.add_member(actor=request.user, community=community, person=person))  # type: ignore[arg-type]

    if form.is_valid() and fill(form, add):
        messages.success(request, _("%(name)s is a member now.") % {"name": made[0].user.name})
        return redirect("people:members", slug)
    return _members_page(request, community, status=422, add_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite somebody from outside by mail address."""
    community = readable_or_404(request, slug)
    if not can_invite(request.user, community):
        raise PermissionDenied
    form = InviteGuestForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and fill(
        form,
        lambda: actions.invite_guest(actor=request.user, community=community, **form.cleaned_data),  # type: ignore[arg-type]
    ):
        # The same words whether the address was known here or not.
        messages.success(request, _("Invited %(email)s.") % {"email": form.cleaned_data["email"]})
        return redirect("people:members", slug)
    return render(request, "people/invite.html", {"form": form, "community": community}, status=status_of(form))


def _member_or_404(request: HttpRequest, community: Community, handle: str) -> User:
    rows = Membership.objects.visible_to(request.user).filter(community=community)
    user: User = get_object_or_404(rows.select_related("user"), user__handle=handle).user
    return user


@require_POST
def member_role(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """Make a member a moderator, or the other way round."""
    community = readable_or_404(request, slug)
    person = _member_or_404(request, community, handle)
    form = RoleForm(request.POST)
    role = form.cleaned_data["role"] if form.is_valid() else ""
    return do(
        request,
        lambda: actions.change_role(actor=request.user, community=community, person=person, role=role),  # type: ignore[arg-type]
        done=_("Saved."),
        back=reverse("people:members", args=[slug]),
    )


@require_POST
def member_remove(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """Take somebody out."""
    community = readable_or_404(request, slug)
    person = _member_or_404(request, community, handle)
    return do(
        request,
        lambda: actions.remove_member(actor=request.user, community=community, person=person),  # type: ignore[arg-type]
        done=_("%(name)s is not a member any more.") % {"name": person.name},
        back=reverse("people:members", args=[slug]),
    )
