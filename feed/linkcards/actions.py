"""What people and other floors do to the cards of a post."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from feed import permissions
from feed.linkcards.kinds import OFF, SUMMARY, Entry, entries, packed
from feed.linkcards.models import PreviewUse
from feed.models import Post
from intranet.activity.actions import record


@transaction.atomic
def remove_card(*, actor: Any, post: Post, kind: str, key: str) -> Post:
    """Take a card off one's own post; it does not come back when the text is changed. Twice is once.

    Raises PermissionDenied for anybody but the author.
    """
    post = Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=post.pk)
    if not permissions.can_edit_post(actor, post):
        raise PermissionDenied
    before = entries(post.cards)
    after: list[Entry] = [
        (one[0], one[1], OFF if one[:2] == (kind, key) and one[2] != SUMMARY else one[2]) for one in before
    ]
    if after == before:
        return post
    post.cards = packed(after)
    post.save(update_fields=["cards"])
    if kind == "web":
        PreviewUse.objects.filter(post_id=post.pk, preview_id=int(key)).delete()
    record(actor=actor, verb="post.card_removed", object=post, community_id=post.community_id)
    return post


def note_summary(*, thread: Post, page_id: int, about: bool = True) -> Post:
    """Let a thread say that it was summarised in a page, and be the talk of that page if it is no other's.

    Part of the action that makes the page, which locks and asks; reading asks who may see the page.
    """
    kept: list[Entry] = [one for one in entries(thread.cards) if one != ("page", str(page_id), SUMMARY)]
    thread.cards = packed([("page", str(page_id), SUMMARY), *kept])
    changed = ["cards"]
    if about and thread.about_page_id is None:
        thread.about_page_id = page_id
        changed.append("about_page_id")
    thread.save(update_fields=changed)
    return thread
