"""Somebody decided between two texts."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from intranet.people.models import User
from wiki.actions.pages import Conflict, Saved, keep_draft, save_page, version_content_of
from wiki.actions.rules import clean_body, lock_page
from wiki.conflicts import resolved
from wiki.models import WikiPage


@transaction.atomic
def resolve_conflict(
    *,
    actor: User,
    page: WikiPage | int,
    base_revision_id: int | None,
    their_revision_id: int | None,
    title: str,
    mine: str,
    decisions: Sequence[tuple[str, str]],
    tags: Sequence[str] | str | None = None,
    summary: str = "",
    language: str | None = None,
) -> Saved | Conflict:
    """Save the text made of the decisions, upon the version that was shown as theirs.

    Where "theirs" won, the actor's own text stays her draft; her whole text is kept before anything is looked at.
    """
    current = lock_page(actor, page)
    mine = clean_body(mine)
    keep_draft(actor, current, base_revision_id, title, mine)
    base = version_content_of(current, base_revision_id).get("body", "")
    theirs = version_content_of(current, their_revision_id).get("body", "")
    body = resolved(base, mine, theirs, decisions)
    result = save_page(
        actor=actor,
        page=current,
        base_revision_id=their_revision_id,
        title=title or None,
        body=body,
        tags=tags,
        summary=summary or _("Brought two texts together"),
        language=language,
    )
    if isinstance(result, Saved) and any(choice == "theirs" for choice, _text in decisions):
        keep_draft(actor, current, result.page.live_revision_id, title, mine)
    return result
