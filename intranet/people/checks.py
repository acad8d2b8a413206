"""What Django's system checks say about sign-in; `serve` asks them at every start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

TAG = "sign_in"


def check_domains(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn when single sign-on makes an account for anybody its provider knows."""
    if not settings.OIDC_URL or settings.OIDC_DOMAINS:
        return []
    return [
        checks.Warning(
            f"OIDC_URL is set and OIDC_DOMAINS is empty: whoever {settings.OIDC_URL} signs in becomes an employee here "
            "and reads every open community.",
            hint="Name the mail domains of your house: OIDC_DOMAINS=house.example,sister.example. Leave it empty only for "
            "a provider that knows nobody else.",
            id="people.W001",
        )
    ]
