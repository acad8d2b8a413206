"""How a page stands, put together in Python: on every page somebody reads, and on each line of long lists."""

from __future__ import annotations

from typing import Any

from django.template import Context, Library
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from feed.rows import community_url
from intranet.templatetags.ui import icon
from wiki.care.confirming import house_day
from wiki.care.facts import Care
from wiki.care.words import badge, mark, until_words

register = Library()


def _until(care: Care) -> str:
    return until_words(care.status, care.review_on, care.confirmed_at is None, house_day())


def _owner(care: Care) -> SafeString | str:
    if care.owner:
        return format_html('<a href="{}">{}</a>', care.owner.url, care.owner.name)
    if care.place:
        return format_html('<a href="{}">{}</a>', community_url(care.place[1]), care.place[0])
    return ""


@register.simple_tag
def care_badge(care: Care) -> SafeString:
    """Show how a page stands as a coloured word."""
    return badge(care.status, title=_until(care))


@register.simple_tag
def care_until(care: Care) -> str:
    """Show the day that goes with it."""
    return _until(care)


@register.simple_tag
def care_owner(care: Care) -> SafeString | str:
    """Show who keeps a page right, with the way there; nothing where the reader may not know."""
    return _owner(care)


@register.simple_tag
def care_mark(row: dict[str, Any]) -> SafeString | str:
    """Show how a page of a list stands as a small sign; nothing for one that is nobody's."""
    return "" if row["status"] == "unowned" else mark(row["status"])


@register.simple_tag(takes_context=True)
def care_line(context: Context, page: dict[str, Any]) -> SafeString:
    """Show below a page's title how it stands, whose it is, and to the owner of one that waits the button."""
    care: Care = page["care"]
    way = reverse("wiki:care", args=[page["pk"]])
    line = format_html('<a class="plain-link" href="{}">{}</a>', way, badge(care.status, title=_until(care)))
    if owner := _owner(care):
        line += format_html("<span>{} {}</span>", gettext("Owner:"), owner)
    if care.may_confirm and care.is_waiting:
        line += format_html(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button class="button small">{} {}</button></form>',
            reverse("wiki:care_confirm", args=[page["pk"]]), str(context.get("csrf_token", "")),
            icon("check", size=16), gettext("It is right"),
        )  # fmt: skip
    return mark_safe(line)
