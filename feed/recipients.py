"""Who hears of a post, and what a post is called (`settings.NOTIFICATION_RECIPIENTS`, `NOTIFICATION_OBJECTS`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from feed.models import Post
from feed.text import preview_of
from intranet.activity.models import Activity
from intranet.notifications.hearing import Described, Gone, Hearing, Outcome, Thing, Visited, Why, listeners, muted

KIND = "feed.post"
NAME_LENGTH = 80
LEFT = Q(deleted_at__isnull=True) | Q(reply_count__gt=0)


def of_post(activity: Activity) -> Iterator[Outcome]:
    """Say who hears of a line of the diary about a post: who is named, who is answered, who watches the place."""
    thread = int(activity.data.get("thread") or 0)
    if activity.verb == "post.read" and activity.actor_id is not None:
        yield Visited(activity.actor_id, ("thread", thread))
    elif activity.verb == "post.deleted":
        # A thread without a post left is gone as well; one with replies goes on, whatever became of its first post.
        is_left = Post.objects.filter(LEFT, pk=thread).exists()
        yield Gone(KIND, [int(activity.object_id), *([] if is_left else [thread])])
    elif activity.verb in {"post.published", "post.replied", "post.edited"}:
        post = Post.objects.filter(pk=activity.object_id, deleted_at__isnull=True).select_related("thread").first()
        if post is not None:
            yield from _said(activity, post)


def _said(activity: Activity, post: Post) -> Iterator[Outcome]:
    place: Thing = ("thread", post.thread_pk)
    home, at = post.community_id, None if activity.verb == "post.edited" else post.created_at
    named = [pk for pk in activity.data.get("mentioned", ()) if isinstance(pk, int)]
    if named:
        people = dict.fromkeys(named, Why("mention"))
        yield Hearing("mentioned", (KIND, post.pk), people, f"mention:post:{post.pk}", home, place, True, at)
    if activity.verb == "post.edited":
        return
    answered: dict[int, Why] = {}
    if post.thread is not None:
        authors = set(
            Post.objects.filter(pk__in=[post.thread.pk, post.parent_id or 0]).values_list("author_id", flat=True)
        )
        answered = {pk: Why("reply", place) for pk in authors - set(named) - muted([place], authors)}
        yield Hearing("replied", (KIND, post.thread_pk), answered, f"reply:{post.thread_pk}", home, place, True, at)
    # A community that is watched tells of its new conversations; their replies only who watches a conversation itself.
    watched = listeners([place] if post.thread_id else [place, ("community", home)], activity.created_at)
    others = {pk: why for pk, why in watched.items() if pk not in answered and pk not in named}
    event = "continued" if post.thread_id else "wrote"
    yield Hearing(event, (KIND, post.thread_pk), others, f"thread:{post.thread_pk}", home, place, at=at)


def describe_posts(user: Any, keys: list[str]) -> dict[str, Described]:
    """Return the posts among these that `user` may see, by how they begin; one that is deleted and has replies has no words."""
    posts = Post.objects.visible_to(user).filter(LEFT, pk__in=keys).select_related("community")
    return {str(post.pk): Described(_name(post), post.get_absolute_url(), post.community.name) for post in posts}


def _name(post: Post) -> str:
    return _("This post was deleted.") if post.deleted_at else preview_of(post.html, NAME_LENGTH) or "…"
