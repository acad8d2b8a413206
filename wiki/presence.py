"""Who else has a page open for writing, as its readers see it."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import QuerySet

from feed.rows import Face
from intranet.people.models import User
from wiki.models import Editing


def others_editing(page: int, user: int, now: int) -> QuerySet[User]:
    """Return who has the page open besides `user`, whose own second tab is nobody else. `now` in seconds since 1970."""
    open_tabs = Editing.objects.filter(page_id=page, seen_until__gt=now).exclude(user_id=user)
    return User.objects.filter(pk__in=open_tabs.values("user_id"))


def faces_editing(user: Any, page: int) -> list[Face]:
    """Return the faces of those who have the page open; the caller has seen that `user` may read it."""
    rows = others_editing(page, user.pk, int(time.time())).order_by("name")
    return [Face(*row) for row in rows.values_list("pk", "name", "handle", "photo", "is_guest")[:20]]
