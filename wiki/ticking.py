"""Boxes of task lists: which line of a text each box of the page stands for, and boxes that can be pressed.

The renderer alone knows what is a box (a list inside a quote is one, a line of code is not), so it is asked: every line
that may have one gets a mark behind its brackets, the text is rendered, and the marks that follow a box say its line.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from html import escape, unescape

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from intranet.text import NoResolver, render

# A list item with brackets, also inside quotes and lists: everything before the brackets, what is in them, the words.
_LINE = re.compile(r"^((?:[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)+\[)([ xX])(\][ \t]+)(.*)$", re.DOTALL)
_BOX = re.compile(r'<input type="checkbox"( checked="")? disabled="">')
_ITEM_END = re.compile(r"</li>|</p>|<ul|<ol|<pre|<blockquote")
MOST_WORDS = 120


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a text: number of its line, whether it is ticked, the words of the line behind it."""

    line: int
    is_done: bool
    words: str


def boxes_of(body: str) -> list[Box]:
    """Return the boxes of a page's text in the order a reader meets them."""
    lines = body.split("\n")
    found = {number: match for number, line in enumerate(lines) if (match := _LINE.match(line))}
    if not found:
        return []
    # Words that no text has, so that nobody's own words are taken for a mark.
    token = secrets.token_hex(6)
    for number, match in found.items():
        lines[number] = f"{match[1]}{match[2]}{match[3]}{token}q{number}q{match[4]}"
    html = render("\n".join(lines), resolve=NoResolver()).html
    marked = re.findall(rf'<input type="checkbox"(?: checked="")? disabled="">\s*(?:{token}q(\d+)q)?', html)
    if not all(marked):
        return []  # a box that cannot be told is none that can be ticked; all are numbered, so none can
    return [Box(line, found[line][2] in "xX", found[line][4].strip()) for line in (int(number) for number in marked)]


def set_box(body: str, box: Box, *, is_done: bool) -> str:
    """Return the text with one box ticked or not."""
    lines = body.split("\n")
    match = _LINE.match(lines[box.line])
    if match:
        lines[box.line] = f"{match[1]}{'x' if is_done else ' '}{match[3]}{match[4]}"
    return "\n".join(lines)


def states_of(html: str) -> list[bool]:
    """Return which boxes of rendered HTML are ticked, in order."""
    return [bool(found) for found in _BOX.findall(html)]


def with_buttons(html: str) -> str:
    """Return a page's HTML with its boxes as buttons of the form `ticks`, which work with a script and without."""
    pieces, last = [], 0
    for number, found in enumerate(_BOX.finditer(html)):
        end = _ITEM_END.search(html, found.end())
        words = unescape(strip_tags(html[found.end() : end.start() if end else found.end()])).strip()[:MOST_WORDS]
        pieces += [html[last : found.start()], _button(number, bool(found[1]), words or _("Task"))]
        last = found.end()
    return "".join([*pieces, html[last:]])


def _button(number: int, is_done: bool, words: str) -> str:
    return (
        f'<button class="task-box" form="ticks" name="box" value="{number}-{0 if is_done else 1}" role="checkbox" '
        f'aria-checked="{"true" if is_done else "false"}" aria-label="{escape(words)}"></button>'
    )
