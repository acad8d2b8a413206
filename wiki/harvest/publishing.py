"""The draft of a page made of a conversation is published, thrown away, taken back: called by the actions that do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feed.actions.posts import lock_place as lock_talk
from feed.linkcards.actions import note_summary
from feed.permissions import role_in
from intranet.activity.actions import record
from intranet.people.models import Community, User
from wiki.harvest.models import Harvest
from wiki.harvest.quotes import says
from wiki.harvest.reading import gains, known_to_all, quotable
from wiki.models import Draft, WikiPage


def widening(count: int) -> ValidationError:
    """Return the refusal to show words to more people without their writer's having been told."""
    words = ngettext(
        "%(count)d person who cannot read the conversation will read the page. Say that this is meant.",
        "%(count)d people who cannot read the conversation will read the page. Say that this is meant.", count,
    )  # fmt: skip
    return ValidationError({"agreed": words % {"count": count}}, code="widening")


def require_publishable(actor: User, draft_id: int | None, body: str, target: Community, agreed: str) -> Harvest | None:
    """Return what a draft was made of, None for one made by hand; called when it is published, before anything is written.

    Raises ValidationError when it quotes a post that is gone or out of the actor's sight by now, or when it would be
    read by more people than the actor was told of (`agreed`).
    """
    found = Harvest.objects.filter(author=actor, draft_id=draft_id or 0, page__isnull=True).first()
    if found is None:
        return None
    source = lock_talk(found.thread.community_id)
    found.thread.refresh_from_db()
    if found.thread.community_id != source.pk:  # moved while we waited for its old place
        source = lock_talk(found.thread.community_id)
    here = set(quotable(actor, found.thread).values_list("pk", flat=True))
    gone = [line for post, line in found.quotes if post not in here and says(body, line)]
    if gone:
        words = _("A post that is quoted here was deleted, or you cannot read it any more. Take it out: “%(line)s”")
        raise ValidationError({"body": words % {"line": gone[0][:80]}}, code="gone")
    if (more := gains(source, target)) and agreed != more.code:
        raise widening(more.people)
    return found


def credited(harvest: Harvest, actor: User, target: Community) -> list[int]:
    """Return whose words the page is made of, besides the actor's: those that all its readers may know of."""
    here = dict(quotable(actor, harvest.thread).values_list("pk", "author_id"))
    people = list(dict.fromkeys(here[post] for post, _line in harvest.quotes if post in here))
    known = known_to_all(target, set(people))
    return [pk for pk in people if pk in known and pk != actor.pk]


def settle(*, actor: User, harvest: Harvest, page: WikiPage, people: Sequence[int]) -> None:
    """Let page and conversation know of each other, and tell those who are quoted; part of publishing the page.

    A conversation is marked by members of its community only: who reads along makes a page and leaves no mark.
    """
    harvest.page, harvest.published_at = page, timezone.now()
    # What was said stands in the page now, or was taken out of it: it is kept nowhere else.
    harvest.quotes = [(post, "") for post, _line in harvest.quotes]
    harvest.save(update_fields=["page", "published_at", "quotes"])
    thread: Any = harvest.thread
    if role_in(actor, thread.community_id):
        note_summary(thread=thread, page_id=page.pk)
    record(
        actor=actor, verb="post.summarised", object=thread, target=page, community_id=thread.community_id,
        data={"thread": thread.pk, "page": page.pk, "quoted": list(people)},
    )  # fmt: skip


def follow_discarded(draft: Draft, discarded: Any) -> None:
    """Keep what a draft was made of while it can be had back."""
    Harvest.objects.filter(draft=draft).update(draft=None, discarded=discarded)


def follow_restored(discarded: Any, draft: Draft) -> None:
    """Give a restored draft what it was made of."""
    Harvest.objects.filter(discarded=discarded).update(draft=draft, discarded=None)


def forget_lost() -> None:
    """Delete what was begun and thrown away for good; part of the sweep that forgets discarded drafts."""
    Harvest.objects.filter(draft=None, discarded=None, page=None).delete()
