"""The options of the switcher as HTML, put together in Python (see `search/cards.py`): groups with headings, then the count.

Names, titles and addresses pass `escape`; the rest are words and drawings of our own.
"""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from intranet.templatetags.ui import avatar, guest_word, hue, icon
from search.results import Result
from search.switcher.commands import Command
from search.switcher.reading import Group
from search.views import LABELS

LIST = "switcher-list"


class Words:
    """The words and icons of the switcher in one language, escaped."""

    def __init__(self) -> None:
        labels = {kind: gettext(str(label)) for kind, label in LABELS.items()}
        labels |= {
            "recent": gettext("Where you were lately"),
            "tag": gettext("Tags"),
            "command": gettext("Do something"),
        }
        labels |= {"mine": gettext("Your communities"), "go": gettext("Go to")}
        self.labels = {name: escape(label) for name, label in labels.items()}
        self.list = escape(gettext("Suggestions"))
        self.icons = {
            "page": icon("file-text"),
            "post": icon("message-circle"),
            "file": icon("paperclip"),
            "path": icon("route"),
        }
        self.tag, self.search = icon("hash"), icon("search")
        self.everything = gettext("Search everything for “%(text)s”")
        self.nothing = gettext("Nothing is called so. Enter searches everything.")


@lru_cache(maxsize=8)
def _words(language: str) -> Words:
    return Words()


def words() -> Words:
    """Return the words in the reader's language."""
    return _words(get_language() or "en")


def option(name: str, url: str, inner: str, more: str = "") -> str:
    """Return one option; `inner` is HTML."""
    return f'<a role="option" aria-selected="false" id="switcher-{name}" tabindex="-1" href="{escape(url)}"{more}>{inner}</a>'


def named(text: str) -> str:
    """Return the name of an option."""
    return f'<span class="grow truncate">{escape(text)}</span>'


def _beside(text: str) -> str:
    return f' <span class="quiet-text small-text truncate">{escape(text)}</span>' if text else ""


def place(name: str, result: Result) -> str:
    """Return a place or a person as an option."""
    kind, where, drawings = result.kind, result.community, words().icons
    if kind == "person":
        drawing, beside = avatar(result.person, "xs"), str(guest_word(result.person))
    elif kind == "community":
        drawing, beside = mark_safe(f'<span class="dot large {hue(where.hue if where else 0)}"></span>'), ""
    else:
        drawing, beside = drawings.get(kind, drawings["page"]), _beside(where.name if where else "")
    return option(name, result.url, f"{drawing} {named(result.name)}{beside}")


def command(one: Command) -> str:
    """Return something to do as an option; a theme is set by the script."""
    more = f' data-switcher-theme="{one.theme}"' if one.theme else ""
    return option(f"do-{one.name}", one.url, f"{icon(one.icon)} {named(str(one.title))}", more)


def group(name: str, options: Iterable[str]) -> str:
    """Return options under a heading that a screen reader says when the first of them is reached."""
    w = words()
    label = w.labels.get(name, w.labels["page"])
    inner = "\n".join(options)
    if not inner:
        return ""
    return (
        f'<div role="group" aria-labelledby="switcher-of-{name}">'
        f'<div class="switcher-group" id="switcher-of-{name}" role="presentation">{label}</div>\n{inner}</div>\n'
    )


def _options(one: Group) -> Iterable[str]:
    for number, result in enumerate(one.results, 1):
        yield place(f"{one.name}-{number}", result)
    for number, (tag, count) in enumerate(one.tags, 1):
        inner = f'{words().tag} {named(tag.name)} <span class="quiet-text small-text number">{int(count)}</span>'
        yield option(f"tag-{number}", f"/tags/{quote(tag.slug)}/", inner)
    yield from map(command, one.commands)


def listbox(parts: Iterable[str], said: str) -> SafeString:
    """Return the list; `said` is what a screen reader is told when it is there."""
    label = words().list
    inner = "".join(parts)
    return mark_safe(f'<div role="listbox" id="{LIST}" aria-label="{label}" data-said="{escape(said)}">\n{inner}</div>')


def found(groups: list[Group], text: str, search_url: str) -> SafeString:
    """Return what fits what was typed, and last the search for all of it."""
    w, number = words(), sum(map(len, groups))
    count = ngettext("%(number)s suggestion", "%(number)s suggestions", number) % {"number": number}
    parts = [group(one.name, _options(one)) for one in groups]
    parts.append(option("all", search_url, f"{w.search} {named(w.everything % {'text': text})}"))
    return listbox(parts, count if number else w.nothing)


def beginning(recent: list[Result], mine: list[Result], links: list[tuple[str, str, str, str]]) -> SafeString:
    """Return what is there before a letter is typed. `links`: name, address, icon, words."""
    parts = [
        group("recent", (place(f"recent-{number}", one) for number, one in enumerate(recent, 1))),
        group("mine", (place(f"mine-{number}", one) for number, one in enumerate(mine, 1))),
        group("go", (option(name, url, f"{icon(drawing)} {named(label)}") for name, url, drawing, label in links)),
    ]
    return listbox(parts, "")
