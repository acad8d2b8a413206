"""Where am I signed in?"""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from intranet.people import actions
from intranet.people.browsers import browser_name


@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """Show the browsers somebody is signed in with."""
    rows = UserSession.objects.filter(user_id=request.user.pk).order_by("-created_at")[:100]
    here = request.session.session_key
    sessions = [
        {"row": row, "here": row.session_key == here, "browser": browser_name(row.user_agent)}
        for row in rows
        if row.session_key == here or row.exists()
    ]
    return render(request, "people/sessions.html", {"sessions": sessions})


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session, this one too."""
    actions.sign_out_everywhere(actor=request.user, person=request.user)  # type: ignore[arg-type]
    logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("account_login")
