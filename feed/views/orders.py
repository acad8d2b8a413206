"""The order of a list, remembered for each person and place in a cookie of the browser."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from feed.querysets import Order

COOKIE = "loikka_order"
YEAR = 365 * 24 * 3600
# Of the places where somebody chose another order than the usual one; whoever chooses more loses the oldest.
MOST = 100
HOME = "home"


def _places(request: HttpRequest) -> list[str]:
    """Return where the person wants newest threads first; what somebody else chose in this browser does not count.

    The cookie is "person.place.place...", a place being a community's number or "home".
    """
    owner, *places = request.COOKIES.get(COOKIE, "")[:2000].split(".")
    return [place for place in places if place] if owner == str(request.user.pk) else []


def order_of(request: HttpRequest, community_id: int | None = None) -> Order:
    """Return the order a list was asked for in, else the one the person chose there last."""
    asked = request.GET.get("order")
    if asked in ("activity", "newest"):
        return "newest" if asked == "newest" else "activity"
    return "newest" if str(community_id or HOME) in _places(request) else "activity"


def keep_order(request: HttpRequest, response: HttpResponse, community_id: int | None = None) -> HttpResponse:
    """Remember the order that was asked for in words; a page further down asks for its own and changes nothing."""
    if "order" not in request.GET or "after" in request.GET:
        return response
    place, before = str(community_id or HOME), _places(request)
    after = [other for other in before if other != place]
    if order_of(request, community_id) == "newest":
        after = [*after, place][-MOST:]
    if set(after) != set(before):
        response.set_cookie(
            COOKIE,
            ".".join([str(request.user.pk), *after]),
            max_age=YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response
