"""What templates show of posts, here and in other apps: a card, reactions, the talk about a wiki page."""

from __future__ import annotations

import uuid
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from feed import cards
from feed.kinds import show
from feed.kinds.composing import kinds_offered
from feed.kinds.facts import praise_is_on
from feed.kinds.forms import KindForm
from feed.kinds.lists import filters
from feed.lines import Line
from feed.linkcards.html import link_cards
from feed.models import Post
from feed.navigation import communities
from feed.rows import Item, Thread, feed_of
from intranet.addresses import address
from intranet.notifications.models import Level
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from intranet.templatetags.ui import TOKEN_PLACE

register = Library()

_THREAD = "@@thread@@"
LEVEL_ICONS = {Level.WATCH: "bell-ring", Level.FOLLOW: "bell-dot", Level.NORMAL: "bell", Level.MUTE: "bell-off"}
# How many threads stand below a wiki page; the community has the rest.
TALK = 10


def reader_of(context: Context) -> cards.Reader:
    """Return for whom a page is made; the token of its forms is asked for once."""
    request = context["request"]
    if not hasattr(request, "_card_token"):
        request._card_token = cards.token_input(context.get("csrf_token"))
    return cards.Reader(request.user.pk, request._card_token, here=request.path)


@register.simple_tag(takes_context=True)
def post_cards(context: Context, items: list[Item | Line], scope: Any = None) -> SafeString:
    """Show threads of a list and the lines among them; `scope` is the community this page belongs to (or its key), which is not named again."""
    me, here = reader_of(context), getattr(scope, "pk", scope)
    writes = replace(me, may_write=True)
    mine = {row["id"] for row in communities(context["request"])["communities"]}
    return mark_safe(
        "".join(
            cards.card(item, writes if item.row["community_id"] in mine else me, named=item.row["community_id"] == here)
            if isinstance(item, Item)
            else item.html
            for item in items
        )
    )


@register.simple_tag
def reaction_menu() -> SafeString:
    """Show the menu of reactions that the script opens below any post: once on each page that has posts."""
    return cards.reaction_menu()


@register.simple_tag
def reaction_choices() -> SafeString:
    """Show a button for each kind of reaction."""
    return mark_safe(cards.reaction_choices(cards.words()))


def _member(context: Context) -> cards.Reader:
    role, row = context.get("role"), context.get("row") or {}
    may_answer = row.get("closed_at") is None
    return replace(reader_of(context), may_write=bool(role), may_answer=may_answer, is_moderator=role == "moderator")


def may_mark(item: Item, me: cards.Reader) -> bool:
    """May the reader say which reply answers this question?"""
    return me.is_moderator or (me.may_write and item.author.pk == me.pk)


@register.simple_tag(takes_context=True)
def first_post(context: Context, item: Item) -> SafeString:
    """Show what a thread began with. Uses `role`, the reader's in this community, from the context."""
    me, url = _member(context), address("feed:thread", item.pk)
    menu = cards.menu_link(item.pk) if item.html else ""
    said = "" if item.html else cards.gone(item)
    if item.html:
        said = f'<div class="post-body prose">{item.html}</div>{cards.attachments(item)}{link_cards(item, me)}'
        thread = context.get("thread")
        best = show.best(thread.best, me, may=may_mark(item, me)) if thread else ""
        said = f"{show.above(item)}{said}{show.below(item, me, whole=True)}{cards.foot(item, me, answer=False)}{best}"
    return mark_safe(f'<div class="spread">{cards.head(item, url)}{menu}</div>{said}')


@register.simple_tag(takes_context=True)
def replies(context: Context, thread: Thread) -> SafeString:
    """Show the replies of a thread. Uses `role` from the context."""
    me = _member(context)
    pk = thread.first.pk
    return mark_safe("".join(cards.reply(item, me, thread.first_unread, pk) for item in thread.replies))


@register.simple_tag(takes_context=True)
def reply_part(context: Context, items: list[Any], pk: int) -> SafeString:
    """Show a part of a thread's replies that was left out. Uses `role` and `row` from the context."""
    me = _member(context)
    return mark_safe("".join(cards.reply(item, me, None, pk) for item in items))


@lru_cache(maxsize=32)
def _levels(language: str, chosen: str) -> str:
    """Render the choice of what to hear of a thread, for everybody with the same level."""
    lines = [(str(level), level.label, LEVEL_ICONS[level]) for level in Level]
    context = {"lines": lines, "chosen": chosen or "normal", "icon": LEVEL_ICONS[Level(chosen or "normal")],
               "csrf_token": TOKEN_PLACE, "pk": _THREAD}  # fmt: skip
    return render_to_string("feed/_levels.html", context)


@register.simple_tag(takes_context=True)
def thread_level(context: Context, row: dict[str, Any]) -> SafeString:
    """Show what one hears of a thread, and the choice of something else."""
    html = _levels(get_language() or "", row["level"] or "").replace(TOKEN_PLACE, str(context.get("csrf_token", "")))
    return mark_safe(html.replace(_THREAD, str(row["id"])))


# Stand in a composer made once for what is of one page view: the key of the form, the page it is about, where to go then.
_KEY = uuid.UUID("0c0ffee0-0000-4000-8000-000000000000")
_ABOUT, _NEXT = "@@about-page@@", "@@next@@"


@lru_cache(maxsize=1_000)
def _empty_composer(language: str, places: tuple[Any, ...], chosen: int, fixed: bool, placeholder: str, has_next: bool,
                    has_page: bool, announce: bool, praise: bool) -> str:  # fmt: skip
    """Render a composer nobody has written in yet, for everybody with the same choice of communities."""
    form = KindForm(user=reader(0, is_guest=True), initial={"key": _KEY})
    about, then = _ABOUT if has_page else "", _NEXT if has_next else ""
    made = {"form": form, "places": places, "chosen": chosen, "fixed": fixed, "page_id": about, "announce": announce}
    context = {"composer": made, "placeholder": placeholder, "next": then, "csrf_token": TOKEN_PLACE}
    return render_to_string("feed/_composer.html", context)


@register.simple_tag
def list_filters(chosen: str) -> list[tuple[str, Any, bool]]:
    """Return the kinds that a list may be narrowed to."""
    return filters(chosen)


@register.inclusion_tag("feed/kinds/_composer_kinds.html")
def composer_kinds(composer: dict[str, Any]) -> dict[str, Any]:
    """Show the choice of kinds, and the fields of each."""
    form, announce, about_page = composer["form"], composer["announce"], bool(composer["page_id"])
    kinds = kinds_offered(form["kind"].value() or "", announce=announce, about_page=about_page)
    return {"form": form, "kinds": kinds, "announce": announce, "about_page": about_page, "praise": praise_is_on()}


@register.simple_tag(takes_context=True)
def composer(context: Context, composer: dict[str, Any], *, next: str = "", placeholder: str = "") -> SafeString:
    """Show an empty composer (`composer_for`); one that somebody has written in is `feed/_composer.html`."""
    page = composer["page_id"]
    html = _empty_composer(get_language() or "", composer["places"], composer["chosen"], composer["fixed"], placeholder,
                           bool(next), bool(page), composer["announce"], praise_is_on())  # fmt: skip
    html = html.replace(TOKEN_PLACE, str(context.get("csrf_token", ""))).replace(str(_KEY), str(uuid.uuid4()))
    return mark_safe(html.replace(_ABOUT, str(page)).replace(_NEXT, escape(next)))


def _talk(*, variant: bool, user: int, page: int) -> QuerySet[Any, Any]:
    """Build the query of the threads about a page, which every page view asks.

    Those of other communities too: the page may have moved, and its talk stays where it was said.
    """
    me = reader(user, is_guest=variant)
    threads = Post.objects.visible_to(me).filter(about_page_id=page)
    rows: QuerySet[Any, Any] = threads.listed().in_order().thread_rows(me)[: TALK + 1]
    return rows


_TALK = Prepared(_talk, numbers=["user", "page"])


@register.inclusion_tag("feed/_discussion.html", takes_context=True)
def discussion(context: Context, page_id: int, community_id: int) -> dict[str, Any]:
    """Show the threads about a wiki page and the way to ask about it: the same posts as in the feed.

    Two queries beyond the menu's. `page_id` is the page's primary key, `community_id` its community's.
    """
    from feed.views.shared import composer_for

    request = context["request"]
    me = request.user
    rows = _TALK.dicts(me.is_guest, user=me.pk, page=page_id) if is_current(me) else []
    found = feed_of(me, rows, size=TALK)
    mine = next((row for row in communities(request)["communities"] if row["id"] == community_id), None)
    return {
        "items": found.items,
        "more": found.after is not None,
        "composer": composer_for(request, mine, page_id) if mine else None,
        "page_id": page_id,
        "community_id": community_id,
        "next": f"{request.path}#discussion",
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }
