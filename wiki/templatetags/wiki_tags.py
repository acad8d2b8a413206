"""What templates show of the tree of pages, put together in Python: a section has hundreds of lines of five values."""

from __future__ import annotations

from typing import Any

from django.template import Context, Library
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from feed.templatetags.feed_tags import reader_of
from intranet.templatetags.ui import icon
from wiki.care.schedule import STATUSES
from wiki.care.words import mark
from wiki.reactions.show import foot
from wiki.watching.show import bell

register = Library()


@register.simple_tag(takes_context=True)
def page_foot(context: Context, page: dict[str, Any]) -> SafeString:
    """Show the reactions to a page and the way to say that something is missing. page: its row."""
    return mark_safe(foot(page, reader_of(context).token))


@register.simple_tag
def watch_bell(page: dict[str, Any]) -> SafeString:
    """Show what I hear of a page, as the way to change it. page: its row."""
    return mark_safe(bell(page))


@register.simple_tag
def outline(pages: list[dict[str, Any]]) -> SafeString:
    """Show the top of a section's tree and the level below it, which opens: title, url, numchild, children of each."""
    folder, page, chevron = icon("folder"), icon("file-text"), icon("chevron-right", css="chevron")
    below = gettext("Pages below %(title)s")
    marks: dict[str, SafeString] = {status: mark(status) for status in STATUSES if status != "unowned"}

    def standing(row: dict[str, Any]) -> str:
        """Return the mark of a page that somebody keeps right."""
        return marks.get(row["status"], "")

    def line(row: dict[str, Any]) -> str:
        """Return a page that does not open."""
        drawing = folder if row["numchild"] else page
        return f'{drawing}<a href="{escape(row["url"])}">{escape(row["title"])}</a>{standing(row)}'

    lines = []
    for row in pages:
        if not row.get("children"):
            lines.append(f'<li><div class="tree-item">{line(row)}</div></li>\n')
            continue
        label = escape(below % {"title": row["title"]})
        children = "".join(f'<li class="tree-item">{line(child)}</li>' for child in row["children"])
        lines.append(
            '<li><div class="tree-item"><details><summary class="tree-toggle"><span class="labelled-icon" role="img" '
            f'aria-label="{label}" title="{label}">{chevron}</span></summary></details><a href="{escape(row["url"])}">'
            f"{escape(row['title'])}</a>{standing(row)}</div><ul>{children}</ul></li>\n"
        )
    return mark_safe(f'<ul class="tree">{"".join(lines)}</ul>')
