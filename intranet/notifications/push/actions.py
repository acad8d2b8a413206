"""Let a browser be told things, and stop that."""

from __future__ import annotations

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.notifications.models import PushSubscription
from intranet.notifications.push.sealing import check_keys
from intranet.outbound import Outbound, Refused
from intranet.people.models import User

# Of one person; the one that was switched on first makes place.
MOST_BROWSERS = 10


@transaction.atomic
def switch_on(
    *, actor: User, session_key: str, endpoint: str, p256dh: str, auth: str, name: str = "", tells_all: bool = False
) -> PushSubscription:
    """Let this browser be told things while its sign-in lasts. The same browser again takes the place of before.

    Raises ValidationError for what is no address of a carrier or no key.
    """
    try:
        if not endpoint.startswith("https://") or len(endpoint) > 1000:
            raise ValueError
        Outbound().looked_at(endpoint)
        check_keys(p256dh, auth)
    except (Refused, ValueError, TypeError) as error:
        raise ValidationError(_("That is no browser that can be told things."), code="browser") from error
    values = {
        "user": actor, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "session_key": session_key,
        "name": name[:80], "tells_all": tells_all, "failures": 0, "retry_at": None,
    }  # fmt: skip
    digest = sha256(endpoint.encode()).hexdigest()
    browser, _new = PushSubscription.objects.update_or_create(digest=digest, defaults=values)
    mine = PushSubscription.objects.filter(user=actor).order_by("-created_at", "-pk")
    for old in mine[MOST_BROWSERS:]:
        old.delete()
    record(actor=actor, verb="push.switched_on", object=actor, data={"browser": browser.pk})
    return browser


def renew(*, actor: User, session_key: str, endpoint: str) -> bool:
    """Go on telling a browser things after another sign-in of the same person; False when it is not one of hers."""
    digest = sha256(endpoint.encode()).hexdigest()
    rows = PushSubscription.objects.filter(user=actor, digest=digest)
    return bool(rows.update(session_key=session_key))


@transaction.atomic
def switch_off(*, actor: User, browser: int) -> None:
    """Tell a browser nothing any more. Raises PushSubscription.DoesNotExist."""
    PushSubscription.objects.visible_to(actor).get(pk=browser).delete()
    record(actor=actor, verb="push.switched_off", object=actor, data={"browser": browser})


def choose_words(*, actor: User, browser: int, tells_all: bool) -> PushSubscription:
    """Choose how much a message says in a browser. Raises PushSubscription.DoesNotExist."""
    row: PushSubscription = PushSubscription.objects.visible_to(actor).get(pk=browser)
    row.tells_all = tells_all
    row.save(update_fields=["tells_all"])
    return row
