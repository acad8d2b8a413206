"""Before a thread moves: where it may go, and who will read it that does not now, and who will no longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from feed.models import Mention, Post
from intranet.notifications.models import Level, Watch
from intranet.people.models import Community, User

# So many names are said; the rest is a number.
NAMED = 12


@dataclass(frozen=True, slots=True)
class Change:
    """Who reads a thread after it has moved: `losing` took part, were named or follow it."""

    before: int
    after: int
    gain: int
    lose: int
    losing: list[User]
    losing_more: int
    # The wiki page it is about stays where it is.
    page_stays: bool


def places_for(actor: Any, thread: Post) -> QuerySet[Community]:
    """Return the communities a moderator may take a thread to: those she is a member of."""
    places: QuerySet[Community] = Community.objects.of_member(actor).exclude(pk=thread.community_id).order_by("name")
    return places


def change_of(thread: Post, destination: Community) -> Change:
    """Say who gains and who loses when a thread goes to another community."""
    now, then = User.objects.readers_of(thread.community), User.objects.readers_of(destination)
    concerned = concerned_by(thread)
    losing = now.filter(pk__in=concerned).exclude(pk__in=then.values("pk")).order_by("name", "pk")
    named = list(losing[:NAMED])
    return Change(
        before=now.count(),
        after=then.count(),
        gain=then.exclude(pk__in=now.values("pk")).count(),
        lose=now.exclude(pk__in=then.values("pk")).count(),
        losing=named,
        losing_more=max(0, losing.count() - len(named)) if len(named) == NAMED else 0,
        page_stays=thread.about_page_id is not None,
    )


def concerned_by(thread: Post) -> set[int]:
    """Return who wrote in a thread, is named in it, or follows it."""
    posts = Post.objects.filter(thread=thread).order_by()
    people = {thread.author_id, *posts.values_list("author_id", flat=True).distinct()}
    named = Mention.objects.filter(post=thread).union(Mention.objects.filter(post__thread=thread), all=True)
    people |= {row.user_id for row in named}
    heard = Watch.objects.filter(kind=Watch.Kind.THREAD, number=thread.pk, level__in=(Level.WATCH, Level.FOLLOW))
    return people | set(heard.values_list("user_id", flat=True))
