"""A browser is told things, or not any more: asked by the page's script, switched off by a form as well."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from intranet.notifications.push import actions
from intranet.people.browsers import browser_name

BIGGEST = 2**63 - 1


def _sent(request: HttpRequest, name: str, most: int = 1_000) -> str:
    return request.POST.get(name, "")[: most + 1]


@require_POST
def switch_on(request: HttpRequest) -> HttpResponse:
    """Let the browser that asks be told things."""
    me: Any = request.user
    try:
        browser = actions.switch_on(
            actor=me,
            session_key=request.session.session_key or "",
            endpoint=_sent(request, "endpoint"),
            p256dh=_sent(request, "p256dh", 100),
            auth=_sent(request, "auth", 40),
            name=browser_name(request.headers.get("User-Agent", "")),
            tells_all=bool(request.POST.get("tells_all")),
        )
    except ValidationError as problem:
        return JsonResponse({"detail": " ".join(problem.messages)}, status=422)
    return JsonResponse({"id": browser.pk}, status=201)


@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Go on after signing in again; 404 says that this browser belongs to nobody, or to somebody else."""
    me: Any = request.user
    known = actions.renew(actor=me, session_key=request.session.session_key or "", endpoint=_sent(request, "endpoint"))
    return HttpResponse(status=204 if known else 404)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch a browser off, or choose how much a message says in it."""
    me: Any = request.user
    try:
        if "tells_all" in request.POST:
            actions.choose_words(actor=me, browser=min(pk, BIGGEST), tells_all=request.POST["tells_all"] == "1")
            messages.success(request, _("Saved."))
        else:
            actions.switch_off(actor=me, browser=min(pk, BIGGEST))
            messages.success(request, _("That browser is told nothing any more."))
    except ObjectDoesNotExist:
        raise Http404 from None
    return redirect("notifications:settings")
