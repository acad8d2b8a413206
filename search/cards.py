"""Results and suggestions as HTML, put together in Python: ten hits of twenty values each (see `feed/cards.py`).

Names and titles pass `escape`; `Result.title` and `Result.snippet` come from `search.snippets`, which escapes before it
marks; the rest are words and addresses of our own.
"""

from functools import lru_cache
from urllib.parse import quote

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext
from taggit.models import Tag

from intranet.templatetags.ui import ago, avatar, guest_word, hue, icon
from search.results import Result
from wiki.care.schedule import STATUSES
from wiki.care.words import badge


class Words:
    """The words and icons of results in one language, escaped."""

    def __init__(self) -> None:
        talk = icon("message-circle") + " "
        self.page = icon("file-text") + " " + escape(gettext("Page"))
        self.post = talk + escape(pgettext("kind", "Post"))
        self.reply = talk + escape(pgettext("kind", "Reply"))
        self.file = icon("paperclip") + " " + escape(gettext("File"))
        self.person = escape(gettext("Person"))
        self.community = icon("users-round") + " " + escape(gettext("Community"))
        self.tag = icon("hash") + " " + escape(gettext("Tag"))
        self.path = icon("route") + " " + escape(gettext("Path"))
        self.small_community = escape(gettext("community"))
        self.standing = {status: badge(status) for status in STATUSES}
        self.page_icon, self.path_icon = icon("file-text"), icon("route")
        self.tag_icon, self.search_icon = icon("hash"), icon("search")
        self.everything = gettext("Search everything for “%(text)s”")


@lru_cache(maxsize=8)
def _words(language: str) -> Words:
    return Words()


def words() -> Words:
    """Return the words in the reader's language."""
    return _words(get_language() or "en")


_DOT = ' <span aria-hidden="true">·</span> '


def hit(result: Result) -> str:
    """Return a result of a list: what it is, where and when, its title and the part that was found."""
    w, kind, author = words(), result.kind, result.author
    if kind == "person":
        head = f"{avatar(result.person, 'xs')} {w.person}{guest_word(result.person)}"
    elif kind == "page":
        head = w.page
    elif kind == "file":
        head = w.file
    elif kind == "post":
        head = w.reply if result.is_reply else w.post
    elif kind in {"tag", "path"}:
        head = w.tag if kind == "tag" else w.path
    else:
        head = w.community
    place, beside = result.community, ""
    if place and kind != "community":
        head += f'{_DOT}<span class="dot {hue(place.hue)}"></span> {escape(place.name)}'
    if author and kind in {"page", "file"}:
        head += f"{_DOT}{escape(author.name)}{guest_word(author)}"
    elif author:
        beside = guest_word(author)
    if result.at:
        head += _DOT + ago(result.at)
    if result.status and result.status != "unowned":
        beside = f" {w.standing[result.status]}"
    found = f'<p class="hit-snippet">{conditional_escape(result.snippet)}</p>' if result.snippet else ""
    return (
        f'<article class="hit"><p class="hit-path">{head}</p><h2><a class="hit-title" href="{escape(result.url + result.anchor)}">'
        f"{conditional_escape(result.title)}</a>{beside}</h2>{found}</article>"
    )


def hits(results: list[Result]) -> SafeString:
    """Return a list of results."""
    return mark_safe(f'<div class="hits">{"".join(map(hit, results))}</div>')


def _option(name: str, url: str, inner: str) -> str:
    return (
        f'<a role="option" aria-selected="false" id="switcher-{name}" tabindex="-1" href="{escape(url)}">{inner}</a>\n'
    )


def _named(text: str) -> str:
    return f'<span class="grow truncate">{escape(text)}</span>'


def _suggestion(number: int, result: Result) -> str:
    w, kind, place = words(), result.kind, result.community
    if kind == "person":
        drawing, beside = avatar(result.person, "xs"), str(guest_word(result.person))
    elif kind == "community":
        drawing = mark_safe(f'<span class="dot large {hue(place.hue if place else 0)}"></span>')
        beside = f' <span class="quiet-text small-text">{w.small_community}</span>'
    else:
        drawing = w.path_icon if kind == "path" else w.page_icon
        beside = f' <span class="quiet-text small-text">{escape(place.name)}</span>' if place else ""
    return _option(str(number), result.url, f"{drawing} {_named(result.name)}{beside}")


def suggestions(results: list[Result], tags: list[tuple[Tag, int]], text: str, search_url: str) -> SafeString:
    """Return the options of the switcher for what was typed: places and people, tags, and the search for all of it."""
    w = words()
    parts = [_suggestion(number, result) for number, result in enumerate(results, 1)]
    for number, (tag, count) in enumerate(tags, 1):
        inner = f'{w.tag_icon} {_named(tag.name)} <span class="quiet-text small-text number">{int(count)}</span>'
        parts.append(_option(f"tag-{number}", f"/tags/{quote(tag.slug)}/", inner))
    parts.append(_option("all", search_url, f"{w.search_icon} {_named(w.everything % {'text': text})}"))
    return mark_safe("".join(parts))
