"""Who has a page open for writing. No part of the diary: it is true for seconds, and nobody is to be watched by it."""

from __future__ import annotations

import time
from functools import partial

from django.db import transaction

from intranet.activity.live import bridge
from intranet.activity.live.hub import Hint
from intranet.people.models import User
from wiki.actions.rules import require_writer
from wiki.models import Editing, WikiPage

# Browsers say every 8 seconds that a page is still open; readers ask as often while they see somebody. Together 30.
KEPT = 22
MOST_TABS = 20


@transaction.atomic
def note_editing(*, actor: User, page: int, tab: str) -> None:
    """Remember for some seconds that the actor has the page open for writing. Raises DoesNotExist, PermissionDenied."""
    current = WikiPage.objects.visible_to(actor).select_related("community").get(pk=page)
    require_writer(actor, current.community)
    now = int(time.time())
    mine = Editing.objects.filter(page=current, user=actor)
    was_seen = mine.filter(seen_until__gt=now).exists()
    Editing.objects.filter(page=current, seen_until__lte=now).delete()
    if mine.count() < MOST_TABS:
        Editing.objects.update_or_create(page=current, user=actor, tab=tab[:32], defaults={"seen_until": now + KEPT})
    if not was_seen:
        tell(current)


@transaction.atomic
def stop_editing(*, actor: User, page: int, tab: str) -> None:
    """Forget that the actor has the page open in this tab. Raises DoesNotExist."""
    current = WikiPage.objects.visible_to(actor).get(pk=page)
    gone, _kinds = Editing.objects.filter(page=current, user=actor, tab=tab[:32]).delete()
    if gone and not Editing.objects.filter(page=current, user=actor, seen_until__gt=time.time()).exists():
        tell(current)


def tell(page: WikiPage) -> None:
    """Hint to those who may read the page, and to nobody else, that they look who is editing."""
    hint = Hint(f"community:{page.community_id}", (f"editing:{page.pk}",))
    transaction.on_commit(partial(bridge.publish, [hint]))
