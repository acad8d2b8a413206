"""Doors that open without signing in: a calendar's, and the one before the first day.

What is kept here alone opens nothing: an address is signed with the secret key of the house (`wiki.onboarding.mine.doors`).
"""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intranet.people.models import User
from wiki.onboarding.models.enrolments import Enrolment


def fresh_nonce() -> str:
    """Return what makes an address another one than all before it."""
    return secrets.token_hex(16)


class CalendarDoor(models.Model):
    """The secret address at which a calendar program finds somebody's due dates."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="path_calendar")
    nonce = models.CharField(max_length=32, default=fresh_nonce)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"


class Welcome(models.Model):
    """The link by which a person reads the early pages of a path before the first day."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="welcome")
    nonce = models.CharField(max_length=32, default=fresh_nonce)
    # The last day it opens.
    until_on = models.DateField(_("works until"))
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"welcome of {self.enrolment_id}"
