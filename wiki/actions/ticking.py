"""A box of a page's task list is ticked where it stands."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.people.models import User
from intranet.text import TextTooLong
from wiki.actions.pages import Saved, chosen_tags, put_text, version_content_of
from wiki.actions.rules import lock_page
from wiki.models import WikiPage
from wiki.ticking import Box, boxes_of, set_box, states_of
from wiki.writing import Change


@transaction.atomic
def tick_box(*, actor: User, page: WikiPage | int, base_revision_id: int | None, box: int, is_done: bool) -> Saved:
    """Tick the `box`-th box (from 0) of the version `base_revision_id`, or take its tick away: a minor change.

    Somebody else's change elsewhere does no harm; the box must still be the same line. Unlike a save this leaves the
    actor's draft of the page alone. Raises DoesNotExist, PermissionDenied, ValidationError.
    """
    current = lock_page(actor, page)
    now = _box(current.body, box)
    if base_revision_id != current.live_revision_id:
        before = _box(version_content_of(current, base_revision_id).get("body", ""), box)
        if before.words != now.words:
            raise moved()
    if now.is_done == is_done:
        return Saved(current, current.version, is_new=False)
    body = set_box(current.body, now, is_done=is_done)
    # Made before the rendering that tells: which boxes there must be afterwards.
    expected = [seen.is_done for seen in boxes_of(current.body)]
    expected[box] = is_done
    change = Change(actor=actor, at=timezone.now(), is_minor=True)
    put_text(current, current.title, body, chosen_tags(current.tag_names), current.language, change)
    if states_of(current.html) != expected:
        raise moved()
    return Saved(current, current.version)


def moved() -> ValidationError:
    """Return what somebody is told whose box is not there any more."""
    return ValidationError({"box": _("The page has changed meanwhile. Look again and tick the box then.")})


def _box(body: str, number: int) -> Box:
    try:
        boxes = boxes_of(body)
    except TextTooLong:
        boxes = []
    if not 0 <= number < len(boxes):
        raise moved()
    return boxes[number]
