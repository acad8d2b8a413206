"""The person's own corner of the menu."""

from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest

from intranet.people.models import User
from intranet.people.permissions import is_administrator
from intranet.templatetags.ui import hue_of, initials_of


def me(request: HttpRequest) -> dict[str, Any]:
    """Return `me`, who is signed in. What waits for this person is counted with the communities (`feed.navigation`)."""
    user = request.user
    if not isinstance(user, User):
        return {}
    face = SimpleNamespace(
        name=user.name,
        handle=user.handle,
        photo_url=user.photo_url,
        hue=hue_of(user.name),
        initials=initials_of(user.name),
        url=user.get_absolute_url(),
        is_guest=user.is_guest,
        is_administrator=is_administrator(user),
        rights_version=user.rights_version,
    )
    return {"me": face}
