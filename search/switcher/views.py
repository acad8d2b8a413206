"""The switcher's dialog and its options, as fragments. Answers are one person's: nobody between may keep them."""

from urllib.parse import urlencode

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from feed.rows import community_url
from intranet.people.models import Community, User
from intranet.people.permissions import can_see_directory
from search.engines.base import Hit
from search.query import clean
from search.results import Place, Result, load
from search.switcher import recents, showing
from search.switcher.reading import suggest as suggested

private = cache_control(private=True, no_store=True)
_MOST_MINE = 6


@require_GET
@private
def switcher(request: HttpRequest) -> HttpResponse:
    """Give the dialog that the script opens, with where this person was lately and the places she goes to most."""
    return render(request, "search/_switcher.html", {"options": _options(request, "")})


@require_GET
@private
def suggest(request: HttpRequest) -> HttpResponse:
    """Give what fits the typed text, as the options of the switcher."""
    return HttpResponse(_options(request, clean(request.GET.get("q", ""))))


def _options(request: HttpRequest, text: str) -> SafeString:
    user, lately = request.user, recents.understood(request.GET.get("lately", ""))
    if not text:
        return _beginning(user, lately)  # type: ignore[arg-type]
    url = f"{reverse('search:search')}?{urlencode({'q': text})}"
    return showing.found(suggested(user, text, lately), text, url)  # type: ignore[arg-type]


def _beginning(user: User, lately: list[str]) -> SafeString:
    rows = load(user, [Hit(uid, 0.0) for uid in lately if not uid.startswith("post:")], brief=True)
    recent = recents.results(user, lately, rows)
    shown = {result.pk for result in recent if result.kind == "community"}
    newest = Community.objects.of_member(user).order_by(F("last_activity_at").desc(nulls_last=True), "name")
    mine = [
        Result("community", pk, name, name, community_url(slug), community=Place(name, slug, hue))
        for pk, name, slug, hue in newest.values_list("pk", "name", "slug", "hue")[: _MOST_MINE + len(shown)]
        if pk not in shown
    ]
    links = [
        ("home", reverse("feed:home"), "house", gettext("Home")),
        ("wiki", reverse("wiki:home"), "book-open", gettext("Wiki")),
        ("people", reverse("people:directory"), "users", gettext("People")),
        ("communities", reverse("people:community_list"), "compass", gettext("Communities")),
    ]
    return showing.beginning(recent, mine[:_MOST_MINE], links if can_see_directory(user) else [*links[:2], links[3]])
