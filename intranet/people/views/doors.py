"""What the views here share: finding what may be seen, saying how an action went, going back only to our own house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme

from intranet.people.models import Community, User


def person_or_404(request: HttpRequest, handle: str) -> User:
    """Return the person of this handle if the viewer may know of them."""
    return get_object_or_404(
        User.objects.visible_to(request.user).select_related("team", "manager", "office"), handle=handle
    )


def known_or_404(request: HttpRequest, slug: str) -> Community:
    """Return the community if the viewer may know of it."""
    return get_object_or_404(Community.objects.listed_for(request.user), slug=slug)


def readable_or_404(request: HttpRequest, slug: str) -> Community:
    """Return the community if the viewer may read it."""
    return get_object_or_404(Community.objects.visible_to(request.user), slug=slug)


def next_or(request: HttpRequest, default: str) -> str:
    """Return the address to go on to: what `next` says if it is in this house, else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else default


def words_of(error: ValidationError) -> str:
    """Return a refusal as one sentence or several."""
    return " ".join(error.messages)


def do(request: HttpRequest, act: Callable[[], Any], *, done: str, back: str) -> HttpResponse:
    """Run an action, say in a message how it went, and go back."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, words_of(error))
    else:
        if done:
            messages.success(request, done)
    return redirect(back)


def fill(form: forms.BaseForm, act: Callable[[], Any]) -> bool:
    """Run an action with what a valid form says; a refusal goes next to its field, and what was typed stays."""
    try:
        act()
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            for field, errors in error.error_dict.items():
                form.add_error(field if field in form.fields else None, errors)
        else:
            form.add_error(None, error)
        return False
    return True


def status_of(form: forms.BaseForm) -> int:
    """Return 422 for a form with mistakes in it, else 200."""
    return 422 if form.is_bound and form.errors else 200


def go(address: str) -> HttpResponseRedirect:
    """Go to an address of this house."""
    return HttpResponseRedirect(address)
