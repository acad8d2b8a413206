"""Personal keys for programs."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.actions.rules import refuse, require
from intranet.people.models import AccessToken, User
from intranet.people.models.people import is_current
from intranet.people.permissions import can_revoke_token

# Found by secret scanners, and by the person who wonders what this string in a script is.
PREFIX = "loikka_"
MOST_TOKENS = 50


def digest_of(secret: str) -> str:
    """Return how a key is stored: SHA-256 of 32 random bytes needs no salt, there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def issue_token(
    *, actor: User | None, owner: User, name: str, scope: str, expires_at: datetime | None = None
) -> tuple[AccessToken, str]:
    """Make a key and return it with its secret, which is shown once and kept nowhere."""
    require(actor is None or actor.pk == owner.pk, _("Everybody makes their own keys."))
    if not is_current(owner):
        raise refuse(_("This account is closed."))
    if scope not in AccessToken.Scope.values:
        raise refuse(_("Choose what the key may do."), field="scope")
    if AccessToken.objects.filter(user=owner, revoked_at__isnull=True).count() >= MOST_TOKENS:
        raise refuse(_("You have many keys already. End one that is not used any more."))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        user=owner, name=name.strip()[:80], scope=scope, digest=digest_of(secret), expires_at=expires_at
    )
    record(actor=actor, verb="token.issued", object=token, target=owner, data={"scope": scope})
    return token, secret


@transaction.atomic
def revoke_token(*, actor: User, token: AccessToken) -> AccessToken:
    """End a key at once."""
    require(can_revoke_token(actor, token))
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record(actor=actor, verb="token.revoked", object=token)
    return token
