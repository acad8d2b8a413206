"""My own corner: profile, photo, preferences, keys for programs."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intranet import files
from intranet.people import actions
from intranet.people.forms import PhotoForm, PreferencesForm, ProfileForm, TokenForm
from intranet.people.languages import language_name
from intranet.people.models import AccessToken, User
from intranet.people.views.doors import do, fill, status_of
from intranet.people.views.preferences import THEME_COOKIE, keep_cookie


def _profile_form(me: User, data: object = None) -> ProfileForm:
    initial = {key: getattr(me, key) for key in ("title", "about", "phone")}
    initial["skills"] = ", ".join(me.skills.order_by("name").values_list("name", flat=True))
    initial["languages"] = ", ".join(language_name(str(name)) for name in me.languages)
    return ProfileForm(data, initial=initial)  # type: ignore[arg-type]


def _preferences_form(me: User, data: object = None) -> PreferencesForm:
    initial = {
        "language": me.language or translation.get_language(),
        "time_zone": me.time_zone,
        "theme": me.theme,
    }
    return PreferencesForm(data, initial=initial)  # type: ignore[arg-type]


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change what I tell about myself and how the house speaks to me; `form` says which of the two is sent."""
    me: User = request.user  # type: ignore[assignment]
    sent = request.POST.get("form", "") if request.method == "POST" else ""
    form = _profile_form(me, request.POST if sent == "profile" else None)
    preferences = _preferences_form(me, request.POST if sent == "preferences" else None)
    bound = preferences if sent == "preferences" else form
    if bound.is_valid() and fill(bound, lambda: actions.change_profile(actor=me, person=me, **bound.cleaned_data)):
        response = redirect("people:settings")
        if bound is preferences:
            keep_cookie(response, THEME_COOKIE, preferences.cleaned_data["theme"])
            translation.activate(preferences.cleaned_data["language"])
        messages.success(request, _("Saved."))
        return response
    context = {"form": form, "preferences": preferences, "photo_form": PhotoForm()}
    return render(request, "people/settings.html", context, status=status_of(bound))


@require_POST
def photo(request: HttpRequest) -> HttpResponse:
    """Change my photo, or take it away."""
    me: User = request.user  # type: ignore[assignment]
    if "remove" in request.POST:
        return do(request, lambda: actions.remove_photo(actor=me, person=me), done=_("Saved."), back="people:settings")
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["photo"]
        if fill(form, lambda: _keep_photo(me, upload)):
            messages.success(request, _("Saved."))
            return redirect("people:settings")
    context = {"form": _profile_form(me), "preferences": _preferences_form(me), "photo_form": form}
    return render(request, "people/settings.html", context, status=422)


def _keep_photo(me: User, upload: object) -> None:
    try:
        content = files.read_limited(upload)  # type: ignore[arg-type]
    except files.FileRefused as error:
        raise ValidationError({"photo": _("This file is too large.")}) from error
    actions.set_photo(actor=me, person=me, content=content)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List my keys for programs and make one; the answer to making it is the only page that ever shows its secret."""
    me: User = request.user  # type: ignore[assignment]
    blank = {"scope": "read", "days": "90"}
    form = TokenForm(request.POST if request.method == "POST" else None, initial=blank)
    made: list[str] = []
    if form.is_valid() and fill(form, lambda: made.append(_issue(me, form.cleaned_data))):
        form = TokenForm(initial=blank)
    context = {
        "form": form,
        "secret": made[0] if made else "",
        "tokens": AccessToken.objects.visible_to(me).filter(revoked_at__isnull=True),
        "now": timezone.now(),
    }
    return render(request, "people/tokens.html", context, status=status_of(form))


def _issue(me: User, data: dict[str, str]) -> str:
    expires_at = timezone.now() + timedelta(days=int(data["days"])) if data["days"] != "0" else None
    _token, secret = actions.issue_token(
        actor=me, owner=me, name=data["name"], scope=data["scope"], expires_at=expires_at
    )
    return secret


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my keys."""
    token = get_object_or_404(AccessToken.objects.visible_to(request.user), pk=pk)
    return do(
        request,
        lambda: actions.revoke_token(actor=request.user, token=token),  # type: ignore[arg-type]
        done=_("The key does not work any more."),
        back="people:tokens",
    )


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Go to my own profile."""
    return redirect(request.user)  # type: ignore[arg-type]
