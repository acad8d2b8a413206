"""The communities in the menu, with how many unread threads each has."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone

from feed.models import Mention, Post, ReadPosition
from feed.rows import community_url
from intranet.people.models import Community, JoinRequest
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader

FIELDS = ("id", "name", "slug", "hue", "kind", "by_request", "is_everyone", "last_activity_at")


def my_communities(user: Any) -> list[dict[str, Any]]:
    """Return `user`'s communities by name with what is unread and waiting: the rows of `_menu`, its SQL made once a day."""
    if not is_current(user):
        return []
    return _MENU.dicts((user.is_guest, user.is_staff, timezone.localdate()), user=user.pk)


def _menu(*, variant: tuple[bool, bool, date], user: int) -> QuerySet[Any, Any]:
    """Build the query of the menu. `variant` is guest, administrator and today, which bounds how old a mention is."""
    return _communities_of(reader(user, is_guest=variant[0], is_staff=variant[1]))


def _communities_of(user: Any) -> QuerySet[Any, Any]:
    """Return `user`'s communities by name with what is unread in each (`fresh` and `kept`), in one query.

    Every row also carries how many `mentions` of the person and `requests` to join wait: asked once, by the same query.
    Communities where nothing has happened since the person marked them read are not looked into.
    """
    threads = Post.objects.listed().filter(community=OuterRef("pk")).order_by()
    fresh = threads.filter(last_activity_at__gt=OuterRef("memberships__read_until")).exclude(
        pk__in=ReadPosition.objects.filter(
            user=user.pk, thread=OuterRef("pk"), read_until__gte=OuterRef("last_activity_at")
        ).values("thread_id")
    )
    kept = ReadPosition.objects.filter(
        Q(thread__deleted_at__isnull=True) | Q(thread__reply_count__gt=0),
        user=user.pk,
        kept=True,
        thread__community=OuterRef("pk"),
        thread__last_activity_at__gt=F("read_until"),
        thread__last_activity_at__lte=OuterRef("memberships__read_until"),
    )
    mentions = Mention.objects.waiting_for(user).order_by().values("user").annotate(n=Count("pk")).values("n")
    requests = requests_for(user).order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    number = IntegerField()

    def how_many(rows: Any, by: str) -> Any:
        count = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(count, output_field=number), 0)

    return (
        Community.objects.of_member(user)
        .annotate(
            fresh=Case(
                When(
                    memberships__muted=False,
                    last_activity_at__gt=F("memberships__read_until"),
                    then=how_many(fresh, "community_id"),
                ),
                default=Value(0),
                output_field=number,
            ),
            kept=Case(
                When(memberships__muted=False, then=how_many(kept, "thread__community_id")),
                default=Value(0),
                output_field=number,
            ),
            mentions=Coalesce(Subquery(mentions, output_field=number), 0),
            requests=Coalesce(Subquery(requests, output_field=number), 0),
            role=F("memberships__role"),
            read_until=F("memberships__read_until"),
        )
        .order_by("name")
        .values(*FIELDS, "fresh", "kept", "mentions", "requests", "role", "read_until")
    )


_MENU = Prepared(_menu, numbers=["user"])


def requests_for(user: Any) -> Any:
    """Return the requests to join that wait for `user` to decide."""
    return JoinRequest.objects.visible_to(user).exclude(user_id=user.pk).waiting()


def communities(request: HttpRequest) -> dict[str, Any]:
    """Return the menu's part: `communities` and `waiting`. Asked once a request, whoever asks first."""
    if not hasattr(request, "_my_communities"):
        rows = my_communities(request.user)
        for row in rows:
            row["unread"] = row["fresh"] + row["kept"]
            row["url"] = community_url(row["slug"])
        request._my_communities = rows  # type: ignore[attr-defined]
    mine = request._my_communities  # type: ignore[attr-defined]
    return {"communities": mine, "waiting": mine[0]["mentions"] + mine[0]["requests"] if mine else 0}
