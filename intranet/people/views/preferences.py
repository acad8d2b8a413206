"""Language and theme, from anywhere and also without signing in."""

from __future__ import annotations

from allauth.account.internal.decorators import login_not_required
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from intranet.people import actions
from intranet.people.models import User
from intranet.people.views.doors import go, next_or

YEAR = 365 * 24 * 3600
THEME_COOKIE = "loikka_theme"


def keep_cookie(response: HttpResponse, name: str, value: str) -> None:
    """Remember a choice in this browser for a year."""
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on; kept with the person, else in the browser."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES) or not check_for_language(code):
        return HttpResponseBadRequest()
    if isinstance(request.user, User):
        actions.change_profile(actor=request.user, person=request.user, language=code)
    response = go(next_or(request, "/"))
    keep_cookie(response, settings.LANGUAGE_COOKIE_NAME, code)
    return response


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Choose light, dark or like the device; the script calls this too, and wants no page back."""
    theme = request.POST.get("theme", "")
    if theme not in User.Theme.values:
        return HttpResponseBadRequest()
    if isinstance(request.user, User):
        actions.choose_theme(actor=request.user, theme=theme)
    response = go(next_or(request, "/")) if "next" in request.POST else HttpResponse(status=204)
    keep_cookie(response, THEME_COOKIE, theme)
    return response
