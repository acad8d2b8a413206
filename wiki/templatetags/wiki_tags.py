"""What templates show of the wiki beside its pages, put together in Python: lists of lines of many values."""

from __future__ import annotations

from typing import Any

from django.template import Context, Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

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


@register.simple_tag
def change_line(line: dict[str, Any]) -> SafeString:
    """Show what happened to a page on one day: title, who took part, how often, when it was last."""
    people = line["people"]
    names = format_html_join(", ", "{}{}", ((one.name, guest_word(one)) for one in people[:NAMED]))
    if len(people) > NAMED:
        more = gettext("and %(number)d more") % {"number": len(people) - NAMED}
        names = format_html("{} {}", names, more)
    often = "" if line["changes"] < 2 else ngettext("%(number)d change", "%(number)d changes", line["changes"])
    new = gettext("new page") if line["is_new"] else ""
    parts = [names, new, often % {"number": line["changes"]} if often else "", ago(line["at"])]
    return format_html(
        '<li class="list-item">{}<span class="list-body"><a class="list-title" href="{}">{}</a>'
        '<span class="list-meta">{}</span></span></li>',
        avatar(people[0], "s") if people else icon("file-text"), line["url"], line["title"],
        format_html_join(" · ", "{}", ((part,) for part in parts if part)),
    )  # fmt: skip
