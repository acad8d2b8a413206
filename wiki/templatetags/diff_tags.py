"""Two versions of a page beside each other, put together in Python: a page has thousands of pieces.

What came and what went is told by colour, by a sign and by words for those who listen.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.template import Library
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from intranet.templatetags.ui import icon
from wiki.compare import Comparison, Hunk, Row, Segment

register = Library()


def _hidden(words: str) -> str:
    return f'<span class="visually-hidden">{escape(words)}</span>'


class _Words:
    """The words for those who listen, looked up once."""

    def __init__(self) -> None:
        self.insert = (_hidden("[" + gettext("added:") + " ") + "<ins>", "</ins>" + _hidden("]"))
        self.delete = (_hidden("[" + gettext("removed:") + " ") + "<del>", "</del>" + _hidden("]"))

    def line(self, segments: Iterable[Segment]) -> str:
        """Return the pieces of a line."""
        parts: list[str] = []
        for segment in segments:
            if segment.kind == "equal":
                parts.append(escape(segment.text))
            else:
                before, after = self.insert if segment.kind == "insert" else self.delete
                parts.append(f"{before}{escape(segment.text)}{after}")
        return "".join(parts)


@register.simple_tag
def differences(comparison: Comparison, *, side_by_side: bool = False) -> SafeString:
    """Show what changed, in one column or side by side; each place has an address and ways to its neighbours."""
    words, count = _Words(), len(comparison.hunks)
    parts = []
    for number, hunk in enumerate(comparison.hunks, 1):
        parts.append(_head(hunk, number, count))
        show = _sides if side_by_side else _column
        parts.append("".join(show(row, words) for row in hunk.rows))
        if side_by_side:
            parts[-1] = f'<div class="diff-sides">{parts[-1]}</div>'
    if comparison.skipped:
        parts.append(f'<div class="diff-gap">{_same(comparison.skipped)}</div>')
    return mark_safe("".join(parts))


def _same(lines: int) -> str:
    words = ngettext("%(lines)s line the same", "%(lines)s lines the same", lines)
    return f"<span>{escape(words % {'lines': lines})}</span>"


def _head(hunk: Hunk, number: int, count: int) -> str:
    """Return the line above a changed place."""
    where = escape(gettext("Place %(number)s of %(count)s") % {"number": number, "count": count}) if count > 1 else ""
    ways = []
    for to, symbol, words in (
        (number - 1, "arrow-up", gettext("Place before")),
        (number + 1, "arrow-down", gettext("Next place")),
    ):
        if 0 < to <= count:
            ways.append(f'<a class="icon-button" href="#place-{to}">{icon(symbol, label=words)}</a>')
    same = _same(hunk.skipped) if hunk.skipped else ""
    if not where and not same:
        return '<div id="place-1"></div>'
    return (
        f'<div class="diff-gap" id="place-{number}" tabindex="-1"><span class="strong">{where}</span>{same}'
        f'<span class="diff-ways">{"".join(ways)}</span></div>'
    )


_CLASS = {"insert": " added", "delete": " removed", "change": "", "equal": ""}


def _column(row: Row, words: _Words) -> str:
    return f'<div class="diff-line{_CLASS[row.kind]}">{words.line(row.inline)}</div>'


def _sides(row: Row, words: _Words) -> str:
    """Return both sides of a line; on a narrow screen they stand one above the other, what both have only once."""
    if row.kind == "equal":
        text = words.line(row.inline)
        return f'<div class="diff-line">{text}</div><div class="diff-line twin">{text}</div>'
    old, new = words.line(row.old), words.line(row.new)
    changed = " changed" if row.kind == "change" else ""
    left = f"diff-line removed{changed}" if row.old_number else "diff-line none"
    right = f"diff-line added{changed}" if row.new_number else "diff-line none"
    return f'<div class="{left}">{old}</div><div class="{right}">{new}</div>'
