"""Whose key is this? Asked by the API with every request."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from intranet.people.actions.tokens import PREFIX, digest_of
from intranet.people.models import AccessToken, User
from intranet.people.models.people import is_current

# Written at most this often: a busy program must not turn every read into a write.
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def find_bearer(secret: str) -> tuple[AccessToken, User] | None:
    """Return a working key and its person; None when it is unknown, ended, run out, or the account is closed."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    now = timezone.now()
    token = (
        AccessToken.objects.select_related("user")
        .filter(digest=digest_of(secret), revoked_at__isnull=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .first()
    )
    if token is None or not is_current(token.user):
        return None
    if token.last_used_at is None or now - token.last_used_at > USE_IS_NOTED_EVERY:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token, token.user
