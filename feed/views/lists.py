"""Home, a community's page, and what is new in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.db.models import BigIntegerField, F, OuterRef, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from feed.actions import mark_all_read
from feed.audience import audience, head_counts
from feed.forms import MomentForm
from feed.keeping.pins import arranged, below_pins, with_pins
from feed.kinds.facts import house_today, praise_is_on
from feed.kinds.lists import filter_of, kind_sql, of_kind, on_top, standing
from feed.kinds.querysets import asked_of
from feed.lines import with_lines
from feed.models import Mention, Post
from feed.navigation import MANY, communities, requests_for
from feed.querysets import HOME_DEPTH, Cursor, Order
from feed.rows import PAGE_SIZE, Face, Feed, Row, feed_of, threads_of
from feed.threads.traces import left_from, with_traces
from feed.views.orders import keep_order, order_of
from feed.views.shared import composer_for, cursor_of, is_htmx, older_query, way_back
from intranet.people.models import Community, Follow, Membership
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader

WAITING = 8
SIDE_PEOPLE = 12


def home_threads(
    request: HttpRequest,
    order: Order = "activity",
    before: Cursor | None = None,
    limit: int = PAGE_SIZE + 1,
    kind: str = "",
) -> Any:
    """Return the threads of the communities, people and tags that the person is in or follows."""
    follows = Follow.objects.filter(follower=request.user.pk).values_list("person_id", "tag_id")
    people, tags = [], []
    for person, tag in follows:
        people.append(person) if person else tags.append(tag)
    return Post.objects.for_home(
        request.user,
        communities=[row["id"] for row in communities(request)["communities"]],
        people=people,
        tags=tags,
        order=order,
        before=before,
        limit=limit,
        only=kind_sql(kind),
    )


def _latest(*, variant: tuple[bool, Order], user: int) -> Any:
    """Build the query of the first page of home."""
    me = reader(user, is_guest=variant[0])
    return Post.objects.latest_for_home(me, variant[1]).thread_rows(me, "window")


def _talk(*, variant: tuple[bool, Order], user: int, community: int) -> Any:
    """Build the query of the first page of a community."""
    me = reader(user, is_guest=variant[0])
    threads = Post.objects.visible_to(me).filter(community=community).listed()
    return with_pins(threads, me, variant[1]).thread_rows(me, "on_top")


_LATEST = Prepared(_latest, numbers=["user"])
_TALK = Prepared(_talk, numbers=["user", "community"])


def home_feed(
    request: HttpRequest, order: Order, before: Cursor | None, kind: str = "", above: Sequence[Row] = ()
) -> Feed:
    """Return a page of home, below the announcements `above`; what almost everybody's first one is found by comes first."""
    me: Any = request.user
    if before is None and not kind and is_current(me):
        rows = _LATEST.dicts((me.is_guest, order), user=me.pk)
        if rows and (len(rows) > PAGE_SIZE or rows[0]["window"] < HOME_DEPTH):
            return feed_of(me, rows, order, standing=above)
    return threads_of(me, home_threads(request, order, before, kind=kind), order, standing=above)


def community_feed(
    user: Any, place: Community, order: Order, before: Cursor | None, kind: str = "", above: Sequence[Row] = ()
) -> Feed:
    """Return a page of a community's threads, below the announcements `above`."""
    if before is None and not kind and is_current(user):
        top, rows = arranged(_TALK.dicts((user.is_guest, order), user=user.pk, community=place.pk))
        return feed_of(user, rows, order, top=top, standing=above)
    threads = Post.objects.visible_to(user).filter(community=place).listed()
    # A list of one kind has its pinned threads in their place.
    threads = of_kind(threads, kind) if kind else below_pins(threads, user)
    return threads_of(user, threads.in_order(order, before), order, standing=above)


def standing_above(request: HttpRequest, scope: int | None, kind: str) -> list[Row]:
    """Return the announcements on top of the first page of a list; a list of one kind has none."""
    return on_top(request, scope) if is_first_page(request) and not kind else []


def is_first_page(request: HttpRequest) -> bool:
    """Is it the page that a list begins with?"""
    return "after" not in request.GET


def list_context(request: HttpRequest, feed: Feed, scope: Community | None, kind: str = "") -> dict[str, Any]:
    """Return what `_list.html` and the frame around it show of a page of threads.

    Announcements that wait stand on top of the first page and nowhere else.
    """
    if not is_first_page(request) and not kind:
        shown = {row["id"] for row in on_top(request, scope.pk if scope else None)}
        feed.items = [item for item in feed.items if item.pk not in shown]
    mine = communities(request)["communities"]
    rows = [row for row in mine if scope is None or row["id"] == scope.pk]
    newest = max((item.row["last_activity_at"] for item in feed.items), default=timezone.now())
    # The end of a long list is about all of it, not about its last page.
    latest = max([newest, *(row["last_activity_at"] for row in rows if row["last_activity_at"])]) if rows else newest
    topics = [f"community:{row['id']}" for row in rows] or ([f"community:{scope.pk}"] if scope else [])
    return {
        "items": feed.items,
        "scope": scope,
        "order": feed.order,
        "top": feed.top,
        "kind": kind,
        "praise": praise_is_on(),
        "older": older_query(feed.order, feed.after, kind),
        "unread": any(row["unread"] for row in rows),
        "newest": newest,
        "latest": latest,
        "topics": " ".join(topics),
        "is_first_page": is_first_page(request),
    }


def waiting_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what waits for the person: what is hers to decide, and newest first announcements to acknowledge, questions
    that name her, unread mentions.

    Asks the database only when the menu has counted any; the announcements have been asked for already.
    """
    calls = [
        {"post_id": row["id"], "at": row["created_at"], "what": "announcement", "who": row["author__name"],
         "place": row["community__name"], "slug": row["community__slug"]}
        for row in standing(request)
    ]  # fmt: skip
    found = [*calls, *(asked_for(request) if communities(request)["asks"] else ())]
    return [*decisions(request), *sorted(found, key=lambda one: one["at"], reverse=True)][:WAITING]


def decisions(request: HttpRequest) -> list[dict[str, Any]]:
    """Return a line for the reports and one for the requests to join of each community the person moderates.

    The menu has counted them: nothing is asked here.
    """
    lines = []
    for row in communities(request)["communities"]:
        for name, address, symbol in (("reports", "feed:moderation", "flag"), ("asks", "people:requests", "hand")):
            if number := row[name]:
                title = _reports(number) if name == "reports" else _requests(number)
                url = reverse(address, args=[row["slug"]])
                lines.append({"url": url, "title": title, "detail": row["name"], "symbol": symbol})
    return lines


def _reports(number: int) -> str:
    return ngettext("%(number)s report to look at", "%(number)s reports to look at", number) % {"number": _many(number)}


def _requests(number: int) -> str:
    return ngettext("%(number)s person wants to join", "%(number)s people want to join", number) % {
        "number": _many(number)
    }


def _many(number: int) -> str:
    return f"{MANY}+" if number > MANY else str(number)


def asked_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the newest questions that name the person, mentions, and requests to join that are hers elsewhere: one query."""
    said = {"who": F("post__author__name"), "place": F("post__community__name"), "slug": F("post__community__slug")}
    asks = {"who": F("user__name"), "place": F("community__name"), "slug": F("community__slug")}
    mentions = Mention.objects.waiting_for(request.user).order_by()
    moderates = [row["id"] for row in communities(request)["communities"] if row["role"] == Membership.Role.MODERATOR]
    requests = (
        requests_for(request.user)
        .exclude(community__in=moderates)
        .order_by()
        .annotate(post_id=Value(None, BigIntegerField()))
    )
    named = mentions.values("post_id", at=F("created_at"), what=Value("mention"), **said)
    rows = named.union(
        asked_of(request.user).order_by().values("post_id", at=F("created_at"), what=Value("question"), **said),
        requests.values("post_id", at=F("created_at"), what=Value("request"), **asks),
        all=True,
    )
    return list(rows.order_by("-at")[:WAITING])


def waiting_elsewhere(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what the floors above say that waits for the person (`settings.WAITING`)."""
    return [one for path in settings.WAITING for one in import_string(path)(request)][:WAITING]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Everything that concerns me, latest activity first."""
    order, kind = order_of(request), filter_of(request)
    before = cursor_of(request)
    feed = home_feed(request, order, before, kind, standing_above(request, None, kind))
    context = list_context(request, feed, None, kind)
    if not kind:
        context["items"] = with_lines(request, feed, context["items"], before)
    if is_htmx(request) and not context["is_first_page"]:
        return render(request, "feed/_list.html", context)
    context |= {"waiting": [*waiting_elsewhere(request), *waiting_for(request)], "composer": composer_for(request)}
    return keep_order(request, render(request, "feed/home.html", context))


@require_GET
def community(request: HttpRequest, slug: str) -> HttpResponse:
    """A community: what it is for, who is in it, what is said. Closed ones show outsiders only how to ask."""
    place, has_traces = place_at(request.user, slug)
    if place is None:
        raise Http404
    mine = next((row for row in communities(request)["communities"] if row["id"] == place.pk), None)
    asked = mine is None and place.join_requests.filter(user=request.user.pk, decided_at=None).exists()
    context: dict[str, Any] = {"community": place, "mine": mine, "asked": asked}
    if mine is None and place.kind != Community.Kind.OPEN:
        return render(request, "feed/community_closed.html", context)
    order, kind = order_of(request, place.pk), filter_of(request)
    before = cursor_of(request)
    feed = community_feed(request.user, place, order, before, kind, standing_above(request, place.pk, kind))
    context |= list_context(request, feed, place, kind)
    if has_traces and not kind:
        context["items"] = with_traces(request.user, place.pk, feed, context["items"], before)
    if is_htmx(request) and not context["is_first_page"]:
        return render(request, "feed/_list.html", context)
    context |= side_of(place) | {"composer": composer_for(request, place) if mine else None}
    context["pages"] = import_string(settings.BESIDE_TALK)(request.user, place.pk)
    return keep_order(request, render(request, "feed/community.html", context), place.pk)


def _place(*, variant: tuple[bool, bool, date], user: int, slug: str) -> Any:
    """Build the query of one community by its address, and whether a thread has left it of late; made once a day."""
    me = reader(user, is_guest=variant[0], is_staff=variant[1])
    places = Community.objects.listed_for(me).filter(slug=slug).annotate(has_traces=left_from(OuterRef("pk")))
    return places.values_list(*PLACE_COLUMNS, "has_traces")


def _side(*, place: int) -> Any:
    """Build the query of some of a community's members."""
    inside = Membership.objects.filter(community=place, user__is_active=True).order_by("-role", "created_at", "pk")
    return inside.values_list("role", "user_id", "user__name", "user__handle", "user__photo", "user__is_guest")[
        :SIDE_PEOPLE
    ]


PLACE_COLUMNS = [field.attname for field in Community._meta.concrete_fields]
_PLACE = Prepared(_place, numbers=["user"], texts=["slug"])
_SIDE = Prepared(_side, numbers=["place"])


def place_at(user: Any, slug: str) -> tuple[Community | None, bool]:
    """Return the community of that address and whether its list has traces (`feed.threads.traces`).

    None when there is none or `user` may not know of it.
    """
    rows = (
        _PLACE.rows((user.is_guest, user.is_staff, house_today()), user=user.pk, slug=slug) if is_current(user) else []
    )
    if not rows:
        return None, False
    *columns, has_traces = rows[0]
    return Community.from_db(connection.alias, PLACE_COLUMNS, columns), bool(has_traces)


def side_of(place: Community) -> dict[str, Any]:
    """Return who is in a community: moderators, some members, and how many read it."""
    some = [(role, Face(*face)) for role, *face in _SIDE.rows(place=place.pk)]
    heads = head_counts([(place.pk, place.kind)])[place.pk]
    return {
        "moderators": [face for role, face in some if role == Membership.Role.MODERATOR],
        "members": [face for _role, face in some],
        "audience": audience(place.kind, heads),
    }


@require_GET
def new_threads(request: HttpRequest) -> HttpResponse:
    """How many threads have moved since a list was made: the bar that waits above it."""
    form = MomentForm(request.GET)
    since = form.cleaned_data["since"] if form.is_valid() else None
    slug = request.GET.get("community", "")
    place = Community.objects.visible_to(request.user).filter(slug=slug).first() if slug else None
    if since is None or (slug and place is None):
        raise Http404
    if place is None:
        threads = home_threads(request)
    else:
        threads = Post.objects.visible_to(request.user).filter(community=place).listed().in_order()
    times = list(threads.values_list("last_activity_at", flat=True)[:21])
    count = sum(at > since for at in times)
    url = reverse("feed:community", args=[slug]) if place else reverse("feed:home")
    mine = communities(request)["communities"]
    topics = [f"community:{row['id']}" for row in mine] if place is None else [f"community:{place.pk}"]
    context = {"count": count, "since": since, "url": url, "scope": place, "topics": " ".join(topics)}
    return render(request, "feed/_new_threads.html", context)


@require_POST
def all_read(request: HttpRequest) -> HttpResponse:
    """Mark a community, or all of mine, as read up to when the list was made."""
    form = MomentForm(request.POST)
    until = (form.cleaned_data["until"] if form.is_valid() else None) or timezone.now()
    slug = request.POST.get("community", "")
    mine = communities(request)["communities"]
    places = [row["id"] for row in mine if not slug or row["slug"] == slug]
    if mark_all_read(actor=request.user, communities=places, until=until):
        messages.success(request, _("Marked as read."))
    return HttpResponseRedirect(way_back(request, reverse("feed:home")))
