"""The one door to a path one may edit, and forms as answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from intranet.people.models import Community, CommunityQuerySet
from wiki.onboarding.models import Path
from wiki.onboarding.permissions import can_edit_path
from wiki.views.shared import me


def editable(request: HttpRequest, slug: str) -> Path:
    """Return a path the person may edit, 404 for any other."""
    found = Path.objects.visible_to(me(request)).select_related("community", "owner", "present")
    path: Path = get_object_or_404(found, slug=slug)
    if not can_edit_path(me(request), path):
        raise Http404
    return path


def moderated(request: HttpRequest) -> CommunityQuerySet:
    """Return the communities in which the person may make paths."""
    return Community.objects.visible_to(me(request)).filter(
        memberships__user_id=me(request).pk, memberships__role="moderator"
    )


def typed(request: HttpRequest) -> QueryDict | None:
    """Return what was sent; nothing typed at all is still something sent."""
    return request.POST if request.method == "POST" else None


def status_of(*given: forms.BaseForm) -> int:
    """Return 422 when something that was sent is wrong."""
    return 422 if any(form.is_bound and form.errors for form in given) else 200


def add_errors(form: forms.BaseForm, error: ValidationError, **names: str) -> None:
    """Put what an action refused next to the field it is about; `names`: the action's name of it -> the form's."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, found in error.error_dict.items():
        field: Any = names.get(name, name)
        form.add_error(field if field in form.fields else None, found)
