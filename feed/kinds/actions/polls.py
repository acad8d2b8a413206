"""Start a poll, vote, close it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from feed.actions.posts import diary_data, publish_post
from feed.kinds import permissions
from feed.kinds.facts import clean_closing, clean_options, is_closed, poll_facts, refuse, same_minute, voter_of
from feed.models import Post, PostKind, Vote
from feed.permissions import can_edit_post
from intranet.activity.actions import record
from intranet.people.models import Community


def start_poll(
    *,
    actor: Any,
    community: Community,
    body: str,
    options: Sequence[str],
    several: bool = False,
    anonymous: bool = False,
    closes_at: datetime | None = None,
    **post: Any,
) -> Post:
    """Ask with choices. `post`: as of `publish_post`. Raises PermissionDenied, ValidationError."""
    facts = poll_facts(
        clean_options(options),
        several=several,
        anonymous=anonymous,
        closes_at=clean_closing(closes_at, post.get("at") or timezone.now()),
    )
    return publish_post(actor=actor, community=community, body=body, kind=PostKind.POLL, facts=facts, **post)


@transaction.atomic
def vote(*, actor: Any, post: Post, choices: Sequence[int], edition: int | None = None) -> Post:
    """Choose in a poll, or choose otherwise; nothing takes one's vote back. The same again changes nothing.

    `edition` is that of the choices somebody has seen: they may have changed meanwhile. Raises PermissionDenied,
    ValidationError for a closed poll and for choices there are not.
    """
    # Everybody who votes here passes one after the other, so that counting and writing are one.
    post = _locked(post)
    if not permissions.can_vote(actor, post):
        raise PermissionDenied
    facts = post.facts
    if is_closed(facts, timezone.now()):
        raise ValidationError(_("This poll is closed. Votes do not change any more."), code="closed")
    if edition is not None and edition != facts["edition"]:
        raise ValidationError(
            _("The choices have changed in the meantime. Look again before you vote."), code="edition"
        )
    chosen = sorted(set(choices))
    if any(not 0 <= choice < len(facts["options"]) for choice in chosen):
        raise ValidationError(_("There is no such choice."), code="choice")
    if len(chosen) > 1 and not facts["several"]:
        raise ValidationError(_("Only one choice is possible here."), code="several")
    voter = voter_of(post.pk, actor.pk, anonymous=facts["anonymous"])
    before = Vote.objects.filter(post=post, voter=voter)
    if sorted(before.values_list("choice", flat=True)) == chosen:
        return post
    before.delete()
    user = None if facts["anonymous"] else actor
    Vote.objects.bulk_create(
        Vote(post=post, user=user, voter=voter, slot=choice + 1 if facts["several"] else 0, choice=choice)
        for choice in chosen
    )
    count_votes(post)
    # Of an anonymous poll the diary does not know either who it was.
    record(actor=user, verb="poll.voted", object=post, community_id=post.community_id, data=diary_data(post))
    return post


def count_votes(post: Post) -> None:
    """Make the numbers on a poll's card true; the caller has locked it."""
    rows = list(Vote.objects.filter(post=post).values_list("choice", "voter"))
    counts = Counter(choice for choice, _voter in rows)
    votes = [counts[place] for place in range(len(post.facts["options"]))]
    post.facts = {**post.facts, "votes": votes, "voters": len({voter for _choice, voter in rows})}
    post.save(update_fields=["facts"])


@transaction.atomic
def change_poll(
    *, actor: Any, post: Post, options: Sequence[str], several: bool, anonymous: bool, closes_at: datetime | None
) -> Post:
    """Change the choices and rules of a poll of one's own, as long as nobody has voted.

    Raises PermissionDenied, ValidationError.
    """
    post = _locked(post)
    if post.kind != PostKind.POLL or not can_edit_post(actor, post):
        raise PermissionDenied
    closes_at = same_minute(post.facts["closes"], closes_at)
    fresh = poll_facts(clean_options(options), several=several, anonymous=anonymous, closes_at=closes_at)
    rules = ("options", "several", "anonymous", "closes")
    if all(fresh[name] == post.facts[name] for name in rules):
        return post
    if post.facts["voters"] or Vote.objects.filter(post=post).exists():
        raise refuse("options", _("Somebody has voted: choices and rules stay as they are."))
    clean_closing(closes_at, timezone.now())
    post.facts = fresh | {"edition": post.facts["edition"] + 1}
    post.save(update_fields=["facts"])
    data = diary_data(post)
    record(actor=actor, verb="poll.changed", object=post, community_id=post.community_id, data=data)
    return post


@transaction.atomic
def close_poll(*, actor: Any, post: Post) -> Post:
    """End a poll now; one that is closed stays as it is. Raises PermissionDenied."""
    post = _locked(post)
    if post.kind != PostKind.POLL or not permissions.can_lead(actor, post):
        raise PermissionDenied
    now = timezone.now()
    if not is_closed(post.facts, now):
        post.facts = {**post.facts, "closes": now.isoformat()}
        post.save(update_fields=["facts"])
        data = diary_data(post)
        record(actor=actor, verb="poll.closed", object=post, community_id=post.community_id, data=data)
    return post


def _locked(post: Post) -> Post:
    return Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=post.pk)  # type: ignore[no-any-return]
