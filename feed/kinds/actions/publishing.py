"""One door for whatever somebody writes in a composer: the kind says which action it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from feed.actions.posts import edit_post, publish_post
from feed.kinds.actions.announcements import announce, change_announcement
from feed.kinds.actions.polls import change_poll, start_poll
from feed.kinds.actions.praise import give_praise
from feed.kinds.actions.questions import ask_question
from feed.models import Post, PostKind
from intranet.people.models import Community

PUBLISH: dict[str, Callable[..., Post]] = {
    PostKind.UPDATE: publish_post,
    PostKind.QUESTION: ask_question,
    PostKind.PRAISE: give_praise,
    PostKind.POLL: start_poll,
    PostKind.ANNOUNCEMENT: announce,
}
CHANGE: dict[str, Callable[..., Post]] = {PostKind.POLL: change_poll, PostKind.ANNOUNCEMENT: change_announcement}


def publish_kind(
    *, actor: Any, kind: str, community: Community, body: str, details: Mapping[str, Any], **post: Any
) -> Post:
    """Start a thread of a kind; `details` are what that kind asks for. Raises PermissionDenied, ValidationError."""
    if kind not in PUBLISH:
        raise ValidationError({"kind": _("There is no such kind of post.")})
    return PUBLISH[kind](actor=actor, community=community, body=body, **details, **post)


@transaction.atomic
def revise(*, actor: Any, post: Post, body: str, details: Mapping[str, Any]) -> Post:
    """Change one's own words and what belongs to their kind, both or neither. Raises PermissionDenied, ValidationError."""
    if details and post.kind in CHANGE:
        CHANGE[post.kind](actor=actor, post=post, **details)
    return edit_post(actor=actor, post=post, body=body)
