"""What the house has to tell somebody, and what somebody watches."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from intranet.notifications import actions, reading
from intranet.notifications.channels import KINDS, WAY_NAMES, WAYS, Ways, choices_of
from intranet.notifications.forms import LevelForm, QuietForm, SeenForm
from intranet.notifications.models import Notification, PushSubscription, QuietHours
from intranet.notifications.push.sealing import public_key
from intranet.notifications.things import described_things
from intranet.paging import BadCursor


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List what came by name, or what came by watching."""
    counts = reading.unread_counts(request.user)  # type: ignore[arg-type]  # signed in
    box = request.GET.get("box", "")
    if box not in Notification.Box.values:
        box = "updates" if counts["updates"] and not counts["direct"] else "direct"
    try:
        found = reading.notices(request.user, box, request.GET.get("after"))  # type: ignore[arg-type]
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    tabs = [
        {"url": f"?box={key}", "label": label, "count": counts[key] or None, "on": key == box}
        for key, label in Notification.Box.choices
    ]
    older = f"?box={box}&after={found.next_cursor}" if found.next_cursor else ""
    context = {"notices": found.rows, "tabs": tabs, "box": box, "older_url": older, "now": timezone.now(),
               "any_new": any(one.is_new for one in found.rows)}  # fmt: skip
    return render(request, "notifications/list.html", context)


@require_safe
def fresh(request: HttpRequest) -> HttpResponse:
    """Say how many have come since the list was made: the bar that waits above it."""
    form = SeenForm({"until": request.GET.get("since", "")})
    since = form.cleaned_data["until"] if form.is_valid() else None
    if since is None:
        return HttpResponseBadRequest(_("That is not a time."))
    me: Any = request.user
    return render(request, "notifications/_fresh.html", {"count": reading.come_since(me, since), "since": since})


@require_safe
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a notification is about; having been there marks it read."""
    row = Notification.objects.visible_to(request.user).filter(pk=min(pk, 2**63 - 1)).first()
    found = reading.named(request.user, [row]) if row else []  # type: ignore[arg-type]
    if not found:
        raise Http404
    actions.mark_seen(actor=request.user, pks=[pk])  # type: ignore[arg-type]
    return redirect(found[0].thing.url)


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Mark as read: all of a box up to when it was shown, or what was told of a place."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(_("That is not a time."))
    data = form.cleaned_data
    if data["kind"] and data["number"]:
        actions.mark_place_seen(actor=request.user, place=(data["kind"], data["number"]))  # type: ignore[arg-type]
        if getattr(request, "htmx", False):
            return HttpResponse(status=204)
        return redirect("notifications:list")
    actions.mark_all_seen(actor=request.user, until=data["until"] or timezone.now(), box=data["box"])  # type: ignore[arg-type]
    messages.success(request, _("Marked as read."))
    return redirect(f"{reverse('notifications:list')}?box={data['box'] or 'direct'}")


@require_POST
def mute(request: HttpRequest, pk: int) -> HttpResponse:
    """Hear no more of where a notification came from."""
    try:
        thing = actions.mute_source(actor=request.user, notification=min(pk, 2**63 - 1))  # type: ignore[arg-type]
    except ObjectDoesNotExist:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("notifications:list")
    name = described_things(request.user, [thing])[thing].name
    messages.success(request, _("You hear no more of “%(name)s”.") % {"name": name})
    return redirect(f"{reverse('notifications:watching')}?kind={thing[0]}")


@require_http_methods(["GET", "HEAD", "POST"])
def watching(request: HttpRequest) -> HttpResponse:
    """See and change everything one has a level for."""
    if request.method == "POST":
        return _set(request)
    kind = request.GET.get("kind", "")
    try:
        found = reading.watched(request.user, kind, request.GET.get("after"))  # type: ignore[arg-type]
    except BadCursor as error:
        return HttpResponseBadRequest(str(error))
    kinds = [("", _("All")), ("page", _("Pages")), ("branch", _("Pages with those below")),
             ("community", _("Communities")), ("thread", _("Conversations"))]  # fmt: skip
    tabs = [{"url": f"?kind={key}", "label": label, "count": None, "on": key == kind} for key, label in kinds]
    older = f"?kind={kind}&after={found.next_cursor}" if found.next_cursor else ""
    context = {"watched": found.rows, "tabs": tabs, "kind": kind, "older_url": older, "levels": reading.LEVELS}
    return render(request, "notifications/watching.html", context)


@require_safe
def level(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Choose how much to hear of one thing; its form is taken by `watching`."""
    me: Any = request.user
    thing = (kind, min(number, 2**63 - 1))
    if (described := described_things(me, [thing]).get(thing)) is None:
        raise Http404
    chosen = reading.own_levels(me, [thing]).get(thing)
    context = {"thing": described, "kind": kind, "number": number, "level": chosen.level if chosen else "normal",
               "levels": reading.LEVELS}  # fmt: skip
    return render(request, "notifications/level.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """See and choose by which ways one hears of what, in which browsers, and when it is quiet."""
    me: Any = request.user
    quiet = QuietHours.objects.visible_to(me).first()
    now = {"begins_at": quiet.begins_at, "ends_at": quiet.ends_at} if quiet else {}
    form = QuietForm(request.POST if "begins_at" in request.POST else None, initial=now)
    if request.method == "POST" and _is_taken(request, form):
        messages.success(request, _("Saved."))
        return redirect("notifications:settings")
    lines = [
        {"kind": kind, "label": KINDS[kind].label, "ways": list(zip(WAYS, WAY_NAMES, ways, strict=True))}
        for kind, ways in choices_of(me).items()
    ]
    context = {"lines": lines, "way_names": WAY_NAMES, "browsers": PushSubscription.objects.visible_to(me),
               "form": form, "key": public_key() if settings.OUTBOUND_HTTP else ""}  # fmt: skip
    return render(request, "notifications/settings.html", context, status=422 if form.errors else 200)


def _is_taken(request: HttpRequest, quiet: QuietForm) -> bool:
    """Take one of the page's two forms; what is wrong stands next to its field."""
    me: Any = request.user
    if not quiet.is_bound:
        sent = {kind: Ways(*(f"{kind}-{way}" in request.POST for way in WAYS)) for kind in KINDS}
        actions.set_preferences(actor=me, choices=sent)
        return True
    if not quiet.is_valid():
        return False
    try:
        actions.set_quiet_hours(actor=me, **quiet.cleaned_data)
    except ValidationError as problem:
        quiet.add_error(None, problem)
    return not quiet.errors


def _set(request: HttpRequest) -> HttpResponse:
    form = LevelForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(_("There is no such choice."))
    data: dict[str, Any] = form.cleaned_data
    thing = (data["kind"], data["number"])
    try:
        actions.set_level(actor=request.user, thing=thing, level=data["level"])  # type: ignore[arg-type]
    except ObjectDoesNotExist:
        raise Http404 from None
    name = described_things(request.user, [thing]).get(thing)
    words = {"name": name.name if name else "", "level": str(dict(reading.LEVELS).get(data["level"], ""))}
    messages.success(
        request, (_("“%(name)s”: %(level)s.") if data["level"] else _("“%(name)s” is off your list.")) % words
    )
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return redirect(wanted if is_ours and wanted.startswith("/") else "notifications:watching")
