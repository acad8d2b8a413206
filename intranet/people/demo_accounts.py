"""Whoever the demo company shows the house with, and what each is for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from intranet.people.models import User

DEMO_CAST: dict[str, Any] = {
    "aino@loikka.example": _("author, in most communities"),
    "ben@loikka.example": _("in the same communities"),
    "cleo@loikka.example": _("outside everything closed"),
    "mika@loikka.example": _("moderator"),
    "gita@loikka.example": _("guest"),
    "root@loikka.example": _("administrator"),
}


def demo_accounts() -> dict[str, Any]:
    """Return mail address and words of the demo's accounts that are open; nothing in a house that is no demo."""
    if not settings.DEMO:
        return {}
    there = set(User.objects.active().filter(email__in=DEMO_CAST).values_list("email", flat=True))
    # All of them or none: a few would be people who happen to be called so.
    return DEMO_CAST if there == set(DEMO_CAST) else {}
