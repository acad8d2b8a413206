"""What templates show of the wiki beside its pages, put together in Python: lists of lines of many values."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from feed.templatetags.feed_tags import reader_of
from intranet.templatetags.ui import ago, avatar, guest_word, icon
from wiki.reactions.show import foot
from wiki.watching.show import bell

register = Library()
NAMED = 2  # people of a line


@register.simple_tag(takes_context=True)
def page_foot(context: Context, page: dict[str, Any]) -> SafeString:
    """Show the reactions to a page and the way to say that something is missing. page: its row."""
    return mark_safe(foot(page, reader_of(context).token))


@register.simple_tag
def watch_bell(page: dict[str, Any]) -> SafeString:
    """Show what I hear of a page, as the way to change it. page: its row."""
    return mark_safe(bell(page))


# Stand in a menu made once for what is of one page: its number and its community.
_NUMBER, _SLUG = 7_000_007, "stand-in-slug-7-000-007"


@lru_cache(maxsize=64)
def _menu(_language: str, _urls: str, may_write: bool, has_children: bool) -> str:
    page = {"pk": _NUMBER, "community__slug": _SLUG, "may_write": may_write, "numchild": int(has_children)}
    return render_to_string("wiki/_page_menu.html", {"page": page})


@register.simple_tag
def page_menu(page: dict[str, Any]) -> SafeString:
    """Show what else can be done with a page: a dozen addresses, made once for all pages. page: its row."""
    html = _menu(get_language() or "", settings.ROOT_URLCONF, bool(page["may_write"]), bool(page["numchild"]))
    return mark_safe(html.replace(str(_NUMBER), str(page["pk"])).replace(_SLUG, escape(page["community__slug"])))


@register.simple_tag
def change_words(line: dict[str, Any]) -> SafeString:
    """Show who changed a page on one day, whether it is new, how often it changed and when last."""
    people = line["people"]
    names = format_html_join(", ", "{}{}", ((one.name, guest_word(one)) for one in people[:NAMED]))
    if len(people) > NAMED:
        more = gettext("and %(number)d more") % {"number": len(people) - NAMED}
        names = format_html("{} {}", names, more)
    often = "" if line["changes"] < 2 else ngettext("%(number)d change", "%(number)d changes", line["changes"])
    new = gettext("new page") if line["is_new"] else ""
    parts = [names, new, often % {"number": line["changes"]} if often else "", ago(line["at"])]
    return format_html_join(" · ", "{}", ((part,) for part in parts if part))


@register.simple_tag
def change_line(line: dict[str, Any]) -> SafeString:
    """Show what happened to a page on one day: title, who took part, how often, when it was last."""
    people = line["people"]
    return format_html(
        '<li class="list-item">{}<span class="list-body"><a class="list-title" href="{}">{}</a>'
        '<span class="list-meta">{}</span></span></li>',
        avatar(people[0], "s") if people else icon("file-text"), line["url"], line["title"],
        change_words(line),
    )  # fmt: skip
