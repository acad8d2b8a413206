"""Who hears of a post, and what a post is called (`settings.NOTIFICATION_RECIPIENTS`, `NOTIFICATION_OBJECTS`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from feed.kinds.alarm import alarm
from feed.models import Post, PostKind, Reaction
from feed.moderation import recipients as moderation
from feed.text import preview_of
from intranet.activity.models import Activity
from intranet.notifications.hearing import (
    Crowd,
    Described,
    Gone,
    Hearing,
    Outcome,
    Rehomed,
    TakenBack,
    Thing,
    Visited,
    Why,
    listeners,
    muted,
)
from intranet.people.models import Membership

KIND = "feed.post"
NAME_LENGTH = 80
LEFT = Q(deleted_at__isnull=True) | Q(reply_count__gt=0)


def of_post(activity: Activity) -> Iterator[Outcome]:
    """Say who hears of a line of the diary about a post: who is named, who is answered, who watches the place."""
    thread = int(activity.data.get("thread") or 0)
    if activity.verb == "post.read" and activity.actor_id is not None:
        yield Visited(activity.actor_id, ("thread", thread))
    elif activity.verb == "post.deleted":
        yield _gone(activity, thread)
    elif activity.verb in {"post.reacted", "post.unreacted"}:
        yield from _reacted(activity, thread)
    elif activity.verb == "post.hidden":
        yield _gone(activity, thread)
        yield from moderation.of_hiding(activity)
    elif activity.verb == "post.moved" and activity.community_id:
        # Whoever cannot read the new place hears nothing more of what was told already.
        posts = Post.objects.filter(Q(pk=thread) | Q(thread=thread)).order_by().values_list("pk", flat=True)
        yield Rehomed(KIND, list(posts), activity.community_id)
        if activity.data.get("crisis"):
            yield from alarm(thread, origin=activity.data.get("origin"))
    elif activity.verb in {"post.published", "post.replied", "post.edited"}:
        post = Post.objects.filter(pk=activity.object_id, deleted_at__isnull=True).select_related("thread").first()
        if post is not None:
            yield from _said(activity, post)
            if activity.verb == "post.published" and activity.data.get("crisis"):
                yield from alarm(post.pk, at=post.created_at)


def _gone(activity: Activity, thread: int) -> Gone:
    """Say that a post is there no more: a thread without a post left is gone as well, one with replies goes on."""
    is_left = Post.objects.filter(LEFT, pk=thread).exists()
    return Gone(KIND, [int(activity.object_id), *([] if is_left else [thread])])


def _said(activity: Activity, post: Post) -> Iterator[Outcome]:
    place: Thing = ("thread", post.thread_pk)
    home, at = post.community_id, None if activity.verb == "post.edited" else post.created_at
    named = [pk for pk in activity.data.get("mentioned", ()) if isinstance(pk, int)]
    if named:
        people = dict.fromkeys(named, Why("mention"))
        yield Hearing("mentioned", (KIND, post.pk), people, f"mention:post:{post.pk}", home, place, True, at)
    called = [pk for pk in activity.data.get("communities", ()) if isinstance(pk, int)]
    if activity.verb == "post.edited":
        yield from _called(post, called, place, set(named), at)
        return
    if post.kind == PostKind.PRAISE:
        praised = dict.fromkeys((row[0] for row in post.facts["people"]), Why("praise"))
        yield Hearing("praised", (KIND, post.pk), praised, f"praise:{post.pk}", home, place, True, at)
        named += praised
    answered: dict[int, Why] = {}
    if post.thread is not None:
        authors = set(
            Post.objects.filter(pk__in=[post.thread.pk, post.parent_id or 0]).values_list("author_id", flat=True)
        )
        answered = {pk: Why("reply", place) for pk in authors - set(named) - muted([place], authors)}
        yield Hearing("replied", (KIND, post.thread_pk), answered, f"reply:{post.thread_pk}", home, place, True, at)
    yield from _called(post, called, place, set(named) | answered.keys(), at)
    # A community that is watched tells of its new conversations; their replies only who watches a conversation itself.
    watched = listeners([place] if post.thread_id else [place, ("community", home)], activity.created_at)
    in_called = Membership.objects.filter(community_id__in=called, user_id__in=list(watched)) if called else ()
    told = {*answered, *named, *(one.user_id for one in in_called)}
    others = {pk: why for pk, why in watched.items() if pk not in told}
    event = "continued" if post.thread_id else "wrote"
    yield Hearing(event, (KIND, post.thread_pk), others, f"thread:{post.thread_pk}", home, place, at=at)


def _called(post: Post, called: list[int], place: Thing, but: set[int], at: datetime | None) -> Iterator[Outcome]:
    """Say that whole communities were named; who has muted the place or them does not hear of it."""
    for pk in called:
        hearing = Hearing("called", (KIND, post.pk), {}, f"called:post:{post.pk}", post.community_id, place, True, at)
        things: list[Thing] = [place, ("community", pk), ("community", post.community_id)]
        yield Crowd(hearing, pk, Why("call"), frozenset(but), things)


def _reacted(activity: Activity, thread: int) -> Iterator[Outcome]:
    """Say that somebody reacted, as one line an hour; nothing of it once she has taken all of it back."""
    post = Post.objects.filter(pk=activity.object_id, deleted_at__isnull=True).first()
    if post is None or activity.actor_id is None:
        return
    mine = Reaction.objects.filter(post=post, user_id=activity.actor_id).order_by("-created_at").first()
    if mine is None:
        yield TakenBack("reacted", (KIND, post.pk), activity.actor_id)
    elif activity.verb == "post.reacted":
        place: Thing = ("thread", thread or post.thread_pk)
        people = {pk: Why("reaction") for pk in {post.author_id} - muted([place], [post.author_id])}
        at, home = mine.created_at, post.community_id
        bundle = f"reacted:{post.pk}:{at:%Y%m%d%H}"
        yield Hearing("reacted", (KIND, post.pk), people, bundle, home, place, at=at, stays_read=True)


def describe_posts(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return the posts among these that `user` may see, by how they begin; one that is gone and has replies has no words."""
    posts = Post.objects.visible_to(user).filter(LEFT, pk__in=keys).select_related("community")
    return {str(post.pk): Described(_name(post), post.get_absolute_url(), post.community.name) for post in posts}


def _name(post: Post) -> str:
    if post.deleted_at:
        return _("A moderator hid this.") if post.hidden_at else _("This post was deleted.")
    return preview_of(post.html, NAME_LENGTH) or "…"
