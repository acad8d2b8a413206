"""The tree as HTML, put together in Python: a hundred lines of ten values each, and a template costs 7 µs a value.

A plain list of links that works without a script; `frontend/js/tree.js` makes a tree of it for keyboards and pointers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import quote, urlencode

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from intranet.people.models import User
from intranet.templatetags.ui import icon
from wiki.care.words import mark
from wiki.tree.reading import Part, Parts, Row, children

# Drawn once a tree: in every line of a hundred they would be half of the page.
_DRAWINGS = {
    "open": "chevron-right", "page": "file-text", "move": "folder-input", "verified": "badge-check", "due": "clock-alert",
    "overdue": "circle-alert",
}  # fmt: skip
_SVG = re.compile(r"<svg[^>]*>(.*?)</svg>", re.DOTALL)


@cache
def _sprite() -> str:
    drawn = "".join(
        f'<symbol id="tree-{name}" viewBox="0 0 24 24">{_SVG.sub(lambda found: found[1], icon(symbol))}</symbol>'
        for name, symbol in _DRAWINGS.items()
    )
    return f'<svg class="tree-sprite" aria-hidden="true" width="0" height="0">{drawn}</svg>'


def _drawing(name: str, css: str = "") -> str:
    return f'<svg class="icon tree-icon{css}" aria-hidden="true"><use href="#tree-{name}"/></svg>'


@lru_cache(maxsize=64)
def _mark(status: str, language: str) -> str:
    """Return how a page stands as a small sign, drawn by reference; nothing for one that is nobody's."""
    if status not in _DRAWINGS:
        return ""
    return _SVG.sub(_drawing(status), mark(status))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Look:
    """How a tree is shown.

    `url` is the address of the section's tree and `here` the page that shows it, to which links lead that open something
    (its query goes along in `keep`). In a tree to choose from (`name`: of the form's field) each page is a radio button,
    but for those below `moving`, which is a page's id. `may_move` lets pages be dragged.
    """

    url: str
    here: str = ""
    keep: tuple[tuple[str, str], ...] = ()
    opened: tuple[int, ...] = ()
    current: int = 0
    matches: frozenset[int] = frozenset()
    may_move: bool = False
    name: str = ""
    chosen: int = 0
    moving: int = 0

    def open_url(self, opened: Sequence[int], page: int) -> str:
        """Return the address of this tree with these pages opened, looking at `page`."""
        kept = f"{urlencode(self.keep)}&" if self.keep else ""
        return f"{self.here or self.url}?{kept}open={','.join(map(str, opened))}#page-{page}"

    def more_url(self, place: int, cursor: str) -> str:
        """Return the address of what follows in a place."""
        mode = [("mode", "choose"), ("moving", str(self.moving))] if self.name else []
        return f"{self.url}?{urlencode([('under', place), ('after', cursor), *mode])}"


def tree(parts: Parts, root: int, look: Look, *, label: str, top: str = "") -> SafeString:
    """Show what lies below `root`. `top` is the name of the root itself, where it can be chosen too."""
    first = _choice(look, root, f"<strong>{escape(top)}</strong>") if top else ""
    head = f'<li class="tree-top"><div class="tree-item">{first}</div></li>' if top else ""
    data = f' data-tree="{escape(look.url)}" data-root="{root}"'
    if look.name:
        data += f' data-choose="{escape(look.name)}" data-moving="{look.moving}"'
    if look.may_move:
        data += f' data-place="{reverse("wiki:place", args=[0])}"'
    inside = lines(parts, root, look)
    return mark_safe(f'{_sprite()}<ul class="tree page-tree"{data} aria-label="{escape(label)}">{head}{inside}</ul>')


def lines(parts: Parts, place: int, look: Look) -> SafeString:
    """Show the pages of one place, those of the opened ones below them, and the way to the rest."""
    return mark_safe(_lines(parts, place, look, Words.now()))


@dataclass(frozen=True, slots=True)
class Words:
    """What lines say in the reader's language, looked up once a tree."""

    language: str
    below: str
    move: str
    more: str

    @classmethod
    def now(cls) -> Words:
        """Return the words of the language that is spoken now."""
        return cls(
            get_language() or "",
            escape(gettext("Pages below %(title)s")),
            escape(gettext("Move %(title)s")),
            escape(gettext("Show more")),
        )


@lru_cache(maxsize=10_000)
def _count(number: int, language: str) -> str:
    """Return the number of pages below one, with words for those who do not see where it stands."""
    words = escape(ngettext("%(number)d page below", "%(number)d pages below", number) % {"number": number})
    return f'<span class="tree-count" role="img" aria-label="{words}" title="{words}" data-count="{number}"></span>'


def _lines(parts: Parts, place: int, look: Look, words: Words) -> str:
    part = parts.get(place, Part([]))
    text = "".join(_line(row, parts, look, words) for row in part.rows)
    if part.more:
        text += (
            f'<li class="tree-more"><a class="button small quiet" href="{escape(look.more_url(place, part.more))}">'
            f"{words.more}</a></li>"
        )
    return text + "".join(_line(row, parts, look, words) for row in part.apart)


def _line(row: Row, parts: Parts, look: Look, words: Words) -> str:
    pk, title = row["pk"], escape(row["title"])
    named = {"title": title}
    is_open = pk in parts and pk != look.moving
    if row["below"] and pk != look.moving:
        ways = [one for one in look.opened if one != pk] if is_open else [*look.opened, pk]
        label = words.below % named
        toggle = (
            f'<a class="tree-toggle" href="{escape(look.open_url(ways, pk))}" aria-label="{label}" '
            f'title="{label}" rel="nofollow">{_drawing("open", " chevron")}</a>'
        )
        count = _count(row["below"], words.language)
    else:
        toggle, count = f'<span class="tree-toggle">{_drawing("page")}</span>', ""
    children = f"<ul>{_lines(parts, pk, look, words)}</ul>" if is_open else ""
    state = ' class="is-open"' if is_open else ""
    move = ""
    if look.may_move:
        label = words.move % named
        move = f'<a class="tree-move" href="/wiki/id/{pk}/move/" aria-label="{label}" title="{label}">{_drawing("move")}</a>'
    return (
        f'<li{state} data-page="{pk}"><div class="tree-item{" is-match" if pk in look.matches else ""}">{toggle}'
        f"{_name(row, title, look)}{_mark(row['status'], words.language)}{count}{move}</div>{children}</li>\n"
    )


def _name(row: Row, title: str, look: Look) -> str:
    if look.name:
        return _choice(look, row["pk"], title)
    current = ' aria-current="page"' if row["pk"] == look.current else ""
    return f'<a class="tree-name" id="page-{row["pk"]}" href="{escape(row["url"])}"{current}>{title}</a>'


def _choice(look: Look, pk: int, words: str) -> str:
    checked = " checked" if pk == look.chosen else ""
    state = " disabled" if pk == look.moving else checked
    return (
        f'<label class="check tree-name" id="page-{pk}"><input type="radio" name="{escape(look.name)}" value="{pk}"{state}>'
        f"<span>{words}</span></label>"
    )


def tree_url(slug: str) -> str:
    """Return the address of a section's tree."""
    return f"/wiki/tree/{quote(slug)}/"


def top_of(user: User, section: Row) -> SafeString | str:
    """Show the top of a section's tree (`reading.section_row`), "" when nothing is in it."""
    root = section["wiki_section__pk"] or 0
    part = children(user, root)
    look = Look(url=tree_url(section["slug"]), may_move=section["is_mine"])
    label = gettext("Pages of %(name)s") % {"name": section["name"]}
    return tree({root: part}, root, look, label=label) if part.rows else ""
