"""Which posts and files, for whom, and with what beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import connection, connections, models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from intranet.people.models import Community, InCommunityQuerySet, Membership

Order = Literal["activity", "newest"]
# What orders a list: the column and the primary key that breaks ties.
ORDER_COLUMN: dict[Order, str] = {"activity": "last_activity_at", "newest": "created_at"}
Cursor = tuple[datetime, int]

# A mention that nobody opened for this long no longer waits.
MENTION_DAYS = timedelta(days=60)
# How many of a followed tag's newest posts the home feed looks at.
TAG_DEPTH = 200
# How many of the house's threads that moved last home looks through before it asks each community by itself.
HOME_DEPTH = 1_000

ROW_FIELDS = (
    "id",
    "thread_id",
    "parent_id",
    "body",
    "html",
    "renderer_version",
    "created_at",
    "edited_at",
    "deleted_at",
    "hidden_at",
    "last_activity_at",
    "reply_count",
    "reaction_counts",
    "cards",
    "community_id",
    "community__name",
    "community__slug",
    "community__hue",
    "community__kind",
    "author_id",
    "author__name",
    "author__handle",
    "author__photo",
    "author__is_guest",
    "about_page_id",
    "kind",
    "facts",
)
THREAD_FIELDS = (
    "membership__role",
    "membership__read_until",
    "membership__muted",
    "position__read_until",
    "position__kept",
    "position__muted_at",
    "closed_at",
    "pinned_until",
    "about_page__title",
    "page_address",
    "last_reply_id",
    "last_reply__html",
    "last_reply__created_at",
    "last_reply__author_id",
    "last_reply__author__name",
    "last_reply__author__handle",
    "last_reply__author__photo",
    "last_reply__author__is_guest",
)


class Joined(models.Aggregate):
    """All values of a short text column, joined with commas."""

    function = "GROUP_CONCAT"
    output_field = models.CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """PostgreSQL's word for it."""
        return self.as_sql(
            compiler, connection, function="STRING_AGG", template="%(function)s(%(expressions)s, ',')", **extra
        )


class PostQuerySet(InCommunityQuerySet):
    """Posts, as somebody may see them. Lists are made of rows (`values`), not of instances, on hot pages."""

    def roots(self) -> PostQuerySet:
        """Return threads: posts that are not replies."""
        return self.filter(thread__isnull=True)

    def present(self) -> PostQuerySet:
        """Return posts that were not deleted."""
        return self.filter(deleted_at__isnull=True)

    def listed(self) -> PostQuerySet:
        """Return threads that lists show: a deleted one stays as a stub while it has replies."""
        return self.filter(Q(deleted_at__isnull=True) | Q(reply_count__gt=0), thread__isnull=True)

    def in_order(self, order: Order = "activity", before: Cursor | None = None) -> PostQuerySet:
        """Return the rows newest first, and only those after `before` in that order (keyset)."""
        column = ORDER_COLUMN[order]
        rows = self.order_by(f"-{column}", "-id")
        if before is None:
            return rows
        at, pk = before
        # The first condition says nothing new; it is the one an index can start from.
        after: PostQuerySet = rows.filter(Q(**{f"{column}__lte": at}), Q(**{f"{column}__lt": at}) | Q(id__lt=pk))
        return after

    def with_mine(self, user: Any) -> PostQuerySet:
        """Add `mine`: the kinds of `user`'s own reactions, joined with commas."""
        from feed.models import Reaction

        own = Reaction.objects.filter(post=OuterRef("pk"), user=user.pk).order_by().values("post")
        rows: PostQuerySet = self.annotate(mine=Subquery(own.annotate(kinds=Joined("kind")).values("kinds")))
        return rows

    def rows(self, user: Any) -> Any:
        """Return dicts of replies or posts with their author, place and the person's own reactions."""
        return self.with_mine(user).values(*ROW_FIELDS, "mine")

    def with_page(self, user: Any) -> PostQuerySet:
        """Add `page_address` of the wiki page a thread is about, for those who may read the page.

        A thread stays where it was said when its page moves to another community, whose readers may be others. A page in
        the trash is not named.
        """
        page = "about_page__wikipage__"
        # In this order: most threads are about no page, and most pages are where their talk is, so that the last
        # question is hardly ever asked.
        there = Q(about_page__live=True) & Q(**{f"{page}trashed_at": None})
        readable = Community.objects.visible_to(user).values("pk")
        shown = there & (Q(**{f"{page}community": F("community")}) | Q(**{f"{page}community__in": readable}))
        rows: PostQuerySet = self.annotate(
            page_address=models.Case(models.When(shown, then=F(f"{page}address")), default=None)
        )
        return rows

    def thread_rows(self, user: Any, *more: str) -> Any:
        """Return dicts of threads: `rows`, plus what unread marks, page link and last reply are made of, and `more`."""
        return (
            self.with_mine(user)
            .with_page(user)
            .annotate(
                membership=FilteredRelation(
                    "community__memberships", condition=Q(community__memberships__user=user.pk)
                ),
                position=FilteredRelation("read_positions", condition=Q(read_positions__user=user.pk)),
            )
            .values(*ROW_FIELDS, *THREAD_FIELDS, "mine", *more)
        )

    def unread_by(self, user: Any) -> PostQuerySet:
        """Return the threads that lists mark as unread for `user`: the same rule as `rows.is_unread`, in SQL."""
        from feed.models import ReadPosition

        position = ReadPosition.objects.filter(user=user.pk, thread=OuterRef("pk"))
        member = Membership.objects.filter(user=user.pk, community=OuterRef("community_id"), muted=False)
        fresh = Exists(member.filter(read_until__lt=OuterRef("last_activity_at")))
        covered = Exists(position.filter(read_until__gte=OuterRef("last_activity_at")))
        kept = Exists(position.filter(kept=True, read_until__lt=OuterRef("last_activity_at")))
        quiet = Exists(position.filter(muted_at__isnull=False))
        threads = self.visible_to(user).listed().filter(Exists(member), ~quiet)
        return threads.filter(kept | (Q(fresh) & ~Q(covered)))

    def latest_for_home(self, user: Any, order: Order = "activity", limit: int = 21) -> PostQuerySet:
        """Return what home shows first, found among the `HOME_DEPTH` threads of the house that come first in `order`.

        Read along one index until `limit` are found: a hundred rows for most people, whatever they follow. `window` of
        a row says how many threads were at hand; when it is `HOME_DEPTH` and the page is not full, ask `for_home`.
        """
        readable, params = Community.objects.visible_to(user).order_by().values("pk").query.sql_with_params()
        sql = LATEST_SQL.format(readable=readable, depth=HOME_DEPTH, limit=int(limit), column=ORDER_COLUMN[order])
        ids = among(sql, [user.pk, user.pk, user.pk, user.pk, *params])
        window = RawSQL(WINDOW_SQL.format(depth=HOME_DEPTH), [], models.IntegerField())  # noqa: S611
        found: PostQuerySet = self.visible_to(user).filter(ids).in_order(order).annotate(window=window)
        return found

    def for_home(
        self,
        user: Any,
        *,
        communities: Sequence[int],
        people: Sequence[int] = (),
        tags: Sequence[int] = (),
        order: Order = "activity",
        before: Cursor | None = None,
        limit: int = 21,
        only: str = "",
    ) -> PostQuerySet:
        """Return the newest threads of these communities, people and tags, at most `limit`.

        One short range scan of an index for each of them, so that the cost depends on how many somebody follows and
        not on how many posts there are. Fan-out on read: nothing is written per follower. `only`: a condition on `p`
        (`feed.kinds.lists.kind_sql`).
        """
        if not (communities or people or tags):
            return self.none()
        sql, params = home_sql(self, user, communities, people, tags, order, before, limit, only)
        return self.visible_to(user).filter(among(sql, params)).in_order(order)


def among(sql: str, params: Sequence[Any]) -> RawSQL:
    """Return the condition that a post is among those whose ids `sql`, parts of our own, selects.

    PostgreSQL does not change the order of more than eight tables: given a plain IN, it joins all posts with all they
    belong to before it looks which twenty are wanted.
    """
    wanted = f"= ANY(ARRAY({sql}))" if connection.vendor == "postgresql" else f"IN ({sql})"
    return RawSQL(f'"feed_post"."id" {wanted}', params, models.BooleanField())  # noqa: S611


WINDOW_SQL = "SELECT COUNT(*) FROM (SELECT id FROM feed_post WHERE thread_id IS NULL LIMIT {depth}) AS newest"
# The bound is a time, so that the database stops at the limit. The `+` keeps SQLite from reading every community's
# whole index instead of this one (700 ms instead of half a one at 100,000 posts), and from asking once for each followed
# tag whether a thread has it (2 ms instead of half a one with twenty tags); PostgreSQL does not mind it.
LATEST_SQL = """
SELECT p.id FROM feed_post p
WHERE p.thread_id IS NULL AND (p.deleted_at IS NULL OR p.reply_count > 0)
AND p.{column} >= (
  SELECT MIN({column}) FROM (SELECT {column} FROM feed_post WHERE thread_id IS NULL
  ORDER BY {column} DESC, id DESC LIMIT {depth}) AS newest)
AND (+p.community_id IN (SELECT community_id FROM people_membership WHERE user_id = %s) OR (
  (+p.author_id IN (SELECT person_id FROM people_follow WHERE follower_id = %s AND person_id IS NOT NULL)
   OR (p.deleted_at IS NULL AND EXISTS (
     SELECT 1 FROM feed_taggedpost g WHERE g.content_object_id = p.id
     AND +g.tag_id IN (SELECT tag_id FROM people_follow WHERE follower_id = %s AND tag_id IS NOT NULL)))
   OR (p.reply_count > 0 AND EXISTS (
     SELECT 1 FROM feed_post r JOIN feed_taggedpost g ON g.content_object_id = r.id
     WHERE r.thread_id = p.id AND r.deleted_at IS NULL
     AND +g.tag_id IN (SELECT tag_id FROM people_follow WHERE follower_id = %s AND tag_id IS NOT NULL))))
  AND +p.community_id IN ({readable})))
ORDER BY p.{column} DESC, p.id DESC LIMIT {limit}
"""


def home_sql(
    queryset: PostQuerySet,
    user: Any,
    communities: Iterable[int],
    people: Iterable[int],
    tags: Iterable[int],
    order: Order,
    before: Cursor | None,
    limit: int,
    only: str = "",
) -> tuple[str, list[Any]]:
    """Return SQL (the same for SQLite and PostgreSQL) and parameters for the ids that make one page of home.

    Built from column names of ours and whole numbers; what comes from outside (the cursor) is a parameter.
    """
    connection = connections[queryset.db]
    column = ORDER_COLUMN[order]
    keyset, after = "", []
    if before is not None:
        # Raw parameters bypass the field's own conversion of times.
        keyset = f" AND (p.{column}, p.id) < (%s, %s)"
        after = [connection.ops.adapt_datetimefield_value(before[0]), before[1]]
    shown = f"p.thread_id IS NULL AND (p.deleted_at IS NULL OR p.reply_count > 0){only}{keyset}"
    tail = f"ORDER BY p.{column} DESC, p.id DESC LIMIT {int(limit)}"
    readable, readable_params = Community.objects.visible_to(user).order_by().values("pk").query.sql_with_params()
    head = f"SELECT p.id AS id, p.{column} AS at FROM feed_post p WHERE "  # noqa: S608
    terms: list[str] = []
    params: list[Any] = []
    for community in communities:
        terms.append(f"{head}p.community_id = {int(community)} AND {shown} {tail}")
        params += after
    for person in people:
        terms.append(f"{head}p.author_id = {int(person)} AND {shown} AND p.community_id IN ({readable}) {tail}")
        params += [*after, *readable_params]
    for tag in tags:
        newest = f"SELECT content_object_id FROM feed_taggedpost WHERE tag_id = {int(tag)} ORDER BY id DESC"  # noqa: S608
        tagged = (
            "SELECT COALESCE(t.thread_id, t.id) FROM feed_post t WHERE t.deleted_at IS NULL "  # noqa: S608
            f"AND t.id IN (SELECT content_object_id FROM ({newest} LIMIT {TAG_DEPTH}) AS newest)"
        )
        terms.append(f"{head}p.id IN ({tagged}) AND {shown} AND p.community_id IN ({readable}) {tail}")
        params += [*after, *readable_params]
    union = " UNION ALL ".join(f"SELECT * FROM ({term}) AS t{i}" for i, term in enumerate(terms))  # noqa: S608
    page = f"SELECT DISTINCT id, at FROM ({union}) AS u ORDER BY at DESC, id DESC LIMIT {int(limit)}"  # noqa: S608
    return f"SELECT id FROM ({page}) AS page", params  # noqa: S608


class MentionQuerySet(models.QuerySet[Any]):
    """Mentions, as the one who is named meets them."""

    def newest_in(self, user: Any, thread_pk: int) -> QuerySet[Any, Any]:
        """Return when `user` was last named in a thread, or nothing; an edit may name somebody after the last reply."""
        named = self.filter(Q(post=thread_pk) | Q(post__thread=thread_pk), user=user.pk)
        return named.order_by("-created_at").values_list("created_at")[:1]

    def waiting_for(self, user: Any) -> MentionQuerySet:
        """Return `user`'s mentions of late in posts that are readable, there, and not read yet."""
        from feed.models import ReadPosition

        read = ReadPosition.objects.filter(
            user=user.pk,
            thread=Coalesce(OuterRef("post__thread_id"), OuterRef("post_id")),
            read_until__gte=OuterRef("created_at"),
        )
        passed = Membership.objects.filter(
            user=user.pk, community=OuterRef("post__community_id"), read_until__gte=OuterRef("created_at")
        )
        return self.filter(
            ~Exists(read),
            ~Exists(passed),
            user=user.pk,
            created_at__gt=timezone.now() - MENTION_DAYS,
            post__deleted_at__isnull=True,
            # Open questions wait in a way of their own (`feed.kinds.querysets.asked_of`).
            post__unanswered_since__isnull=True,
            post__community_id__in=Community.objects.visible_to(user).values("pk"),
        ).order_by("-created_at")


class AttachmentQuerySet(InCommunityQuerySet):
    """Files, visible like the community they were put in."""

    def visible_to(self, user: Any) -> AttachmentQuerySet:
        """Return files that are in use where `user` may read, and the person's own fresh uploads there."""
        used = Q(post__isnull=False, post__deleted_at__isnull=True) | Q(page__isnull=False)
        fresh = Q(uploader_id=user.pk, post__isnull=True, page__isnull=True)
        rows: AttachmentQuerySet = super().visible_to(user)
        return rows.filter(used | fresh, removed_at__isnull=True)

    def removed_by(self, user: Any) -> AttachmentQuerySet:
        """Return files that `user` has taken away where she still may read."""
        rows: AttachmentQuerySet = super().visible_to(user)
        return rows.filter(removed_by_id=user.pk, removed_at__isnull=False)

    def unused_by(self, user: Any, community_id: int) -> AttachmentQuerySet:
        """Return `user`'s uploads to a community that stand in nothing yet."""
        return self.filter(
            uploader_id=user.pk,
            community_id=community_id,
            post__isnull=True,
            page__isnull=True,
            removed_at__isnull=True,
        )


class FileTextQuerySet(models.QuerySet[Any]):
    """Words of files, visible like the files."""

    def visible_to(self, user: Any) -> FileTextQuerySet:
        """Return the words of files that `user` may see and that are used in something that is there."""
        from feed.models import Attachment

        return self.in_use().filter(attachment_id__in=Attachment.objects.visible_to(user).order_by().values("pk"))

    def in_use(self) -> FileTextQuerySet:
        """Return the words of files that are in a post or on a page, neither removed nor gone with these."""
        there = Q(attachment__post__isnull=False, attachment__post__deleted_at__isnull=True)
        there |= Q(attachment__page__live=True)
        return self.filter(there, state="read", attachment__removed_at__isnull=True)
