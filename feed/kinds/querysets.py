"""Which announcements stand for whom."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from intranet.people.models import Community, Membership


class AnnouncementQuerySet(models.QuerySet[Any]):
    """Announcements, as their readers meet them."""

    def visible_to(self, user: Any) -> AnnouncementQuerySet:
        """Return those of posts that are there in communities `user` may read."""
        readable = Community.objects.visible_to(user).values("pk")
        return self.filter(post__community_id__in=readable, post__deleted_at__isnull=True)

    def standing(self, today: date) -> AnnouncementQuerySet:
        """Return those that are neither ended nor over."""
        return self.filter(ended_at__isnull=True, expires_on__gte=today)

    def waiting_for(self, user: Any, today: date) -> AnnouncementQuerySet:
        """Return those that stand in `user`'s own communities and whose text she has not acknowledged.

        The post is asked for behind the few that stand: in a join SQLite begins with all posts of the communities.
        """
        from feed.kinds.models import Acknowledgement
        from feed.models import Post

        mine = Membership.objects.filter(user_id=user.pk).values("community_id")
        read = Acknowledgement.objects.filter(announcement=OuterRef("pk"), user_id=user.pk, version=OuterRef("version"))
        there = Post.objects.filter(pk=OuterRef("pk"), deleted_at__isnull=True, community_id__in=mine)
        return self.standing(today).filter(~Exists(read), Exists(there))


def asked_of(user: Any) -> QuerySet[Any, Any]:
    """Return the mentions of `user` of late in questions that are open and where she has said nothing yet."""
    from feed.models import Mention, Post
    from feed.querysets import MENTION_DAYS

    # The sum keeps the databases from looking through all she ever wrote instead of the few replies of a thread; the
    # time, which says nothing new, from doing so before it is known that the post is an open question.
    said = Post.objects.alias(writer=F("author_id") + 0).filter(
        thread=OuterRef("post_id"),
        created_at__gte=OuterRef("post__unanswered_since"),
        writer=user.pk,
        deleted_at__isnull=True,
    )
    rows: QuerySet[Any, Any] = Mention.objects.filter(
        Q(post__unanswered_since__isnull=False),
        ~Q(post__author_id=F("user_id")),
        ~Exists(said),
        user=user.pk,
        created_at__gt=timezone.now() - MENTION_DAYS,
        post__deleted_at__isnull=True,
        post__community_id__in=Community.objects.visible_to(user).values("pk"),
    )
    return rows
