"""What templates show of posts, here and in other apps: a card, reactions, the talk about a wiki page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.template import Context, Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from feed.models import Post, Reaction
from feed.navigation import communities
from feed.rows import Item, feed_of
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from intranet.templatetags.ui import icon

register = Library()

REACTION_ICONS = {
    "thanks": "hand-heart",
    "agree": "thumbs-up",
    "love": "heart",
    "celebrate": "party-popper",
    "more": "circle-question-mark",
}
# How many threads stand below a wiki page; the community has the rest.
TALK = 10


@lru_cache(maxsize=64)
def reaction_icon(kind: str) -> SafeString:
    """Draw a kind of reaction; a page shows a hundred of five."""
    return icon(REACTION_ICONS[kind], size=16)


@lru_cache(maxsize=8)
def menu_of_reactions(language: str) -> SafeString:
    """Return the buttons of the menu to react, the same below every post, made once a language."""
    buttons = format_html_join(
        "",
        '<li><button class="menu-item" name="react" value="{}">{} {}</button></li>',
        ((kind, reaction_icon(kind), str(Reaction.Kind(kind).label)) for kind in Reaction.Kind.values),
    )
    words = gettext("React")
    return format_html(
        '<details class="menu up start"><summary class="reaction" aria-label="{}" title="{}">{}</summary>'
        '<ul class="menu-list">{}</ul></details>',
        words,
        words,
        icon("smile-plus", size=16),
        buttons,
    )


@register.simple_tag
def reaction_menu() -> SafeString:
    """Show the menu of reactions to choose from."""
    return menu_of_reactions(get_language() or "en")


@register.simple_tag
def reaction_buttons(item: Item, can_write: bool) -> SafeString:
    """Show the reactions a post has, each with its number; pressing one joins in or takes one's own back."""
    shown = item.reactions
    if not shown:
        return SafeString("")
    if not can_write:
        return format_html_join(
            "", '<span class="reaction">{} <span class="visually-hidden">{}</span>{}</span>',
            ((reaction_icon(kind), label, count) for kind, label, count, _mine in shown),
        )  # fmt: skip
    return format_html_join(
        "",
        '<button class="reaction" name="{}" value="{}" aria-pressed="{}" title="{}">'
        '{} <span class="visually-hidden">{}</span>{}</button>',
        (
            (
                "unreact" if mine else "react",
                kind,
                "true" if mine else "false",
                label,
                reaction_icon(kind),
                label,
                count,
            )
            for kind, label, count, mine in shown
        ),
    )


@register.inclusion_tag("feed/_card.html", takes_context=True)
def post_card(context: Context, item: Item, scope: Any = None) -> dict[str, Any]:
    """Show a thread in a list; `scope` is the community whose page this is, which then is not named again."""
    request = context["request"]
    mine = {row["id"] for row in communities(request)["communities"]}
    return {
        "item": item,
        "row": item.row,
        "scope": scope,
        "can_write": item.row["community_id"] in mine,
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }


def _talk(*, variant: bool, user: int, page: int, community: int) -> QuerySet[Any, Any]:
    """Build the query of the threads about a page, which every page view asks."""
    me = reader(user, is_guest=variant)
    threads = Post.objects.visible_to(me).filter(about_page_id=page, community_id=community)
    rows: QuerySet[Any, Any] = threads.listed().in_order().thread_rows(me)[: TALK + 1]
    return rows


_TALK = Prepared(_talk, numbers=["user", "page", "community"])


@register.inclusion_tag("feed/_discussion.html", takes_context=True)
def discussion(context: Context, page_id: int, community_id: int) -> dict[str, Any]:
    """Show the threads about a wiki page and the way to ask about it: the same posts as in the feed.

    Two queries beyond the menu's. `page_id` is the page's primary key, `community_id` its community's.
    """
    from feed.views.shared import composer_for

    request = context["request"]
    me = request.user
    rows = _TALK.dicts(me.is_guest, user=me.pk, page=page_id, community=community_id) if is_current(me) else []
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
