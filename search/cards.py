"""Results as HTML, put together in Python: ten hits of twenty values each (see `feed/cards.py`).

Names and titles pass `escape`; `Result.title` and `Result.snippet` come from `search.snippets`, which escapes before it
marks; the rest are words and addresses of our own.
"""

from functools import lru_cache

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext

from feed.kinds.show import ICONS
from feed.kinds.show import words as kinds
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
        self.sorts = {
            "question": icon(ICONS["question"]) + " " + escape(gettext("Question")),
            "praise": icon(ICONS["praise"]) + " " + escape(gettext("Praise")),
            "poll": icon(ICONS["poll"]) + " " + escape(gettext("Poll")),
            "announcement": icon(ICONS["announcement"]) + " " + escape(gettext("Announcement")),
        }
        self.thread_of = gettext("in a thread by %(name)s")
        self.questions = {"answered": kinds().answered, "open": kinds().open}
        self.file = icon("paperclip") + " " + escape(gettext("File"))
        self.person = escape(gettext("Person"))
        self.community = icon("users-round") + " " + escape(gettext("Community"))
        self.tag = icon("hash") + " " + escape(gettext("Tag"))
        self.path = icon("route") + " " + escape(gettext("Path"))
        self.standing = {status: badge(status) for status in STATUSES}


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
        head = w.reply if result.is_reply else w.sorts.get(result.sort, w.post)
    elif kind in {"tag", "path"}:
        head = w.tag if kind == "tag" else w.path
    else:
        head = w.community
    place, beside = result.community, ""
    if place and kind != "community":
        head += f'{_DOT}<span class="dot {hue(place.hue)}"></span> {escape(place.name)}'
    if author:
        head += f"{_DOT}{escape(author.name)}{guest_word(author)}"
    if (other := result.thread_of) and author and other.pk != author.pk:
        head += f"{_DOT}{escape(w.thread_of % {'name': other.name})}{guest_word(other)}"
    if result.at:
        head += _DOT + ago(result.at)
    if result.status and result.status != "unowned":
        beside = f" {w.standing[result.status]}"
    elif result.question:
        beside = f" {w.questions[result.question]}"
    found = f'<p class="hit-snippet">{conditional_escape(result.snippet)}</p>' if result.snippet else ""
    return (
        f'<article class="hit"><p class="hit-path">{head}</p><h2><a class="hit-title" href="{escape(result.url + result.anchor)}">'
        f"{conditional_escape(result.title)}</a>{beside}</h2>{found}</article>"
    )


def hits(results: list[Result]) -> SafeString:
    """Return a list of results."""
    return mark_safe(f'<div class="hits">{"".join(map(hit, results))}</div>')
