"""The communities in the menu, with how many unread threads each has."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import HttpRequest

from feed.kinds.crisis import crisis_of
from feed.kinds.facts import house_today
from feed.kinds.querysets import asked_of
from feed.models import Announcement, Mention, Post, ReadPosition, Report
from feed.rows import community_url
from intranet.notifications.models import Notification
from intranet.people.models import Community, JoinRequest, Membership
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader

FIELDS = ("id", "name", "slug", "hue", "kind", "by_request", "is_everyone", "last_activity_at")


COUNTS = ("fresh", "kept", "mentions", "asked", "calls", "crisis", "requests", "news")

# Of a community the person moderates: what waits there for a decision.
DECIDED = ("asks", "reports")
# Beyond this a number says no more than "many", and counting on would cost whoever was away for long.
MANY = 20


class HowMany(Subquery):
    """How many rows a subquery has; cut it short, and counting stops there."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def my_communities(user: Any) -> list[dict[str, Any]]:
    """Return `user`'s communities by name with what is unread and waiting: the rows of `_menu`, its SQL made once a day."""
    if not is_current(user):
        return []
    return _MENU.dicts((user.is_guest, user.is_staff, house_today()), user=user.pk)


def _menu(*, variant: tuple[bool, bool, date], user: int) -> QuerySet[Any, Any]:
    """Build the query of the menu. `variant` is guest, administrator and today, which bounds how old a mention is."""
    return _communities_of(reader(user, is_guest=variant[0], is_staff=variant[1]), variant[2])


def _communities_of(user: Any, today: date) -> QuerySet[Any, Any]:
    """Return `user`'s communities by name with what is unread in each (`fresh` and `kept`), in one query.

    Every row also carries how many `mentions` of the person, questions she is `asked`, announcements not acknowledged
    (`calls`, and the newest `crisis` among them) and `requests` to join wait, and how much `news` there is: asked once,
    by the same query. A community she moderates says how many ask to join (`asks`) and how many `reports` wait.
    Communities where nothing has happened since the person marked them read are not looked into.
    """
    threads = Post.objects.listed().filter(community=OuterRef("pk")).order_by()
    fresh = threads.filter(last_activity_at__gt=OuterRef("memberships__read_until")).exclude(
        pk__in=ReadPosition.objects.filter(
            Q(read_until__gte=OuterRef("last_activity_at")) | Q(muted_at__isnull=False),
            user=user.pk,
            thread=OuterRef("pk"),
        ).values("thread_id")
    )
    kept = ReadPosition.objects.filter(
        Q(thread__deleted_at__isnull=True) | Q(thread__reply_count__gt=0),
        user=user.pk,
        kept=True,
        muted_at__isnull=True,
        thread__community=OuterRef("pk"),
        thread__last_activity_at__gt=F("read_until"),
        thread__last_activity_at__lte=OuterRef("memberships__read_until"),
    )
    moderated = Q(memberships__role=Membership.Role.MODERATOR)
    asking = requests_for(user).filter(community=OuterRef("pk")).order_by()
    reported = Report.objects.visible_to(user).waiting().filter(community=OuterRef("pk")).order_by()
    calls = Announcement.objects.waiting_for(user, today).order_by()
    crises = calls.filter(level=Announcement.Level.CRISIS)
    rows: QuerySet[Any, Any] = (
        Community.objects.of_member(user)
        .annotate(
            fresh=Case(
                When(
                    memberships__muted=False,
                    last_activity_at__gt=F("memberships__read_until"),
                    then=HowMany(fresh.order_by("-last_activity_at", "-id").values("pk")[: MANY + 1]),
                ),
                default=Value(0),
            ),
            kept=Case(
                When(memberships__muted=False, then=HowMany(kept.order_by().values("pk")[: MANY + 1])),
                default=Value(0),
            ),
            mentions=HowMany(Mention.objects.waiting_for(user).order_by().values("pk")[: MANY + 1]),
            asked=HowMany(asked_of(user).order_by().values("pk")[: MANY + 1]),
            calls=HowMany(calls.values("pk")[: MANY + 1]),
            crisis=Subquery(crises.order_by("-post_id").values("pk")[:1]),
            requests=HowMany(requests_for(user).order_by().values("pk")[: MANY + 1]),
            news=HowMany(Notification.objects.visible_to(user).unread().order_by().values("pk")[: MANY + 1]),
            asks=Case(When(moderated, then=HowMany(asking.values("pk")[: MANY + 1])), default=Value(0)),
            reports=Case(When(moderated, then=HowMany(reported.values("pk")[: MANY + 1])), default=Value(0)),
            role=F("memberships__role"),
            read_until=F("memberships__read_until"),
        )
        .order_by("name")
        .values(*FIELDS, *COUNTS, *DECIDED, "role", "read_until")
    )
    return rows


_MENU = Prepared(_menu, numbers=["user"])


def requests_for(user: Any) -> Any:
    """Return the requests to join that wait for `user` to decide."""
    return JoinRequest.objects.visible_to(user).exclude(user_id=user.pk).waiting()


def _strip(mine: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many things wait for the person in all, and how many of them the lists of home have to ask for."""
    if not mine:
        return {"waiting": 0, "asks": 0}
    asks = mine[0]["mentions"] + mine[0]["asked"]
    # An administrator decides also where she is no member.
    elsewhere = max(0, mine[0]["requests"] - sum(row["asks"] for row in mine))
    decided = sum(row[name] for row in mine for name in DECIDED)
    return {"waiting": asks + elsewhere + decided + mine[0]["calls"], "asks": asks + elsewhere}


def communities(request: HttpRequest) -> dict[str, Any]:
    """Return the menu's part: `communities`, `waiting`, how many notifications are `news`, and a `crisis` if there is one.

    `moderates`: does the person moderate any of them?

    Asked once a request, whoever asks first.
    """
    if not hasattr(request, "_my_communities"):
        rows = my_communities(request.user)
        for row in rows:
            count = row["fresh"] + row["kept"]
            row["unread"] = f"{MANY}+" if count > MANY else count
            row["url"] = community_url(row["slug"])
        request._my_communities = rows  # type: ignore[attr-defined]
    mine = request._my_communities  # type: ignore[attr-defined]
    news = mine[0]["news"] if mine else 0
    return {
        "communities": mine,
        **_strip(mine),
        "calls": mine[0]["calls"] if mine else 0,
        "crisis": crisis_of(request, mine[0]["crisis"]) if mine and mine[0]["crisis"] else None,
        "news": f"{MANY}+" if news > MANY else news,
        "moderates": any(row["role"] == Membership.Role.MODERATOR for row in mine),
    }
