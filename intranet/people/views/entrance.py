"""The sign-in page; in a demo house it fills itself in for whoever one wants to be."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings

from intranet.people.demo_accounts import demo_accounts


class SignIn(LoginView):
    """Sign in by mail address and password. `?as=` fills in an account of the demo company, where there is one."""

    def _demo(self) -> tuple[list[dict[str, Any]], str]:
        """Return the accounts to offer, and the one that was chosen."""
        accounts = [{"email": email, "words": words} for email, words in demo_accounts().items()]
        chosen = self.request.GET.get("as", "") if self.request.method == "GET" else ""
        return accounts, chosen if any(one["email"] == chosen for one in accounts) else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add `demo_accounts` (email, words), and `demo_email` and `demo_password` of the one that was chosen."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        accounts, chosen = self._demo()
        password = settings.DEMO_PASSWORD if chosen else ""
        return {**context, "demo_accounts": accounts, "demo_email": chosen, "demo_password": password}


login = SignIn.as_view()
