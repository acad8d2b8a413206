"""How allauth behaves in this house."""

from __future__ import annotations

import ipaddress
import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse

from intranet.people import actions
from intranet.people.models import User
from intranet.people.models.people import is_current

log = logging.getLogger("intranet.sign_in")
# Where a socket has no address (a Unix socket without a trusted proxy), everybody shares one rate limit.
NOWHERE = "0.0.0.0"  # noqa: S104  # not an address to listen at


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: people are added. What changes data goes through the actions."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether an address leads to this house; one that is no address at all does not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:  # "http://[::1" cannot be taken apart
            return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's address; behind proxies as many hops from the end as TRUSTED_PROXIES says."""
        try:
            return str(super().get_client_ip(request))
        except (ImproperlyConfigured, PermissionDenied):
            # Fewer hops than promised, or no address at all: the peer's own address, never what the client claims.
            return _address_or_nowhere(request.META.get("REMOTE_ADDR", ""))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write a refused sign-in into the log: from where, not who (people type passwords into the wrong field)."""
        log.warning("refused a sign-in from %s", self.get_client_ip(request))

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Turn away closed accounts, however they came here; the last gate before a session is made."""
        if not is_current(user):
            raise PermissionDenied
        return None

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Go where the person wanted to go, and write the sign-in down."""
        sso = "sociallogin" in (kwargs.get("signal_kwargs") or {})
        actions.note_sign_in(actor=user, method="sso" if sso else "password")
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say nothing at sign-in and sign-out: that it worked is plain to see."""
        template = kwargs.get("message_template") or (args[1] if len(args) > 1 else "")
        if template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, *args, **kwargs)

    def set_password(self, user: User, password: str) -> None:
        """Set a password through the action; the session that does it is kept, all others end."""
        actions.set_password(actor=user, person=user, password=password)
        request = self.request
        if request is not None and request.user.is_authenticated and request.user.pk == user.pk:
            update_session_auth_hash(request, user)

    def reauthenticate(self, user: User, password: str) -> bool:
        """Is this the person's password? Counted like a try to sign in."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go back to the settings."""
        from django.urls import reverse

        return reverse("people:settings")


def _address_or_nowhere(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return NOWHERE
