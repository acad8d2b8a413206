"""Identities at the provider of single sign-on."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from intranet.activity.actions import record
from intranet.people.models import User


@transaction.atomic
def link_identity(*, actor: User, account: SocialAccount) -> SocialAccount:
    """Bind an identity of the provider to a person, for good: from now on its subject decides, not its mail address."""
    account.user = actor
    account.save()
    data: dict[str, Any] = {"provider": account.provider}
    record(actor=actor, verb="user.linked", object=actor, data=data)
    return account
