"""Posts as HTML, put together in Python.

A page of home shows twenty cards of a hundred values each. As templates they were forty of the page's sixty
milliseconds (`docs/performance.md`); as strings they are one and a half. Everything a person wrote passes `escape`, the
text of a post is HTML that `intranet.text` made safe, the rest are words and addresses of our own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from feed.kinds import show
from feed.linkcards.html import link_cards, summarises
from feed.models import Reaction
from feed.rows import Item
from feed.threads.parts import Gap
from intranet.addresses import address
from intranet.templatetags.ui import ago, avatar, guest_word, hue, icon

REACTION_ICONS = {
    "helped": "lightbulb",
    "thanks": "hand-heart",
    "agree": "thumbs-up",
    "love": "heart",
    "celebrate": "party-popper",
    "more": "circle-question-mark",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a page is made: what of it is their own."""

    pk: int
    # The hidden input that proves a form is ours; the same for all forms of a page.
    token: str
    may_write: bool = False
    # Not in a thread that is closed.
    may_answer: bool = True
    is_moderator: bool = False
    # The address of the page this is part of: where a button leads back to.
    here: str = ""


@lru_cache(maxsize=4_000)
def _page_address(of: str) -> str:
    return escape(reverse("wiki:page", args=[of]))


class Words:
    """The words and icons of cards in one language, escaped."""

    def __init__(self) -> None:
        self.about = escape(gettext("about"))
        self.read_all = escape(gettext("Read it all"))
        self.deleted = escape(gettext("This post was deleted."))
        self.edited = escape(gettext("edited"))
        self.new = escape(gettext("new"))
        self.unread = escape(gettext("New"))
        self.reply = escape(gettext("Reply"))
        self.react = escape(gettext("React"))
        self.who = escape(gettext("Who reacted"))
        self.more = escape(gettext("More"))
        self.page_icon, self.talk_icon = icon("file-text", size=16), icon("message-circle")
        self.react_icon, self.more_icon = icon("smile-plus", size=16), icon("ellipsis", size=18)
        self.reactions: dict[str, tuple[str, str]] = {
            str(kind): (escape(label), icon(REACTION_ICONS[kind], size=16)) for kind, label in Reaction.post_kinds()
        }
        self.hidden = escape(gettext("A moderator hid this."))
        self.hidden_more = escape(gettext("Why"))
        self.pinned = escape(gettext("Pinned"))
        self.dismiss = escape(gettext("Take it down for me"))
        self.pin_icon, self.dismiss_icon = icon("pin", size=16), icon("x", size=16)
        self.closed = escape(gettext("closed"))
        self.closed_icon = icon("lock", size=16)
        self._replies: dict[int, str] = {}

    def earlier(self, count: int) -> str:
        """Return "Show 3 earlier"."""
        return escape(ngettext("Show %(count)d earlier", "Show %(count)d earlier", count) % {"count": count})

    def replies(self, count: int) -> str:
        """Return "3 replies"."""
        if count not in self._replies:
            if len(self._replies) > 1_000:
                self._replies.clear()
            words = ngettext("%(count)s reply", "%(count)s replies", count) % {"count": count}
            self._replies[count] = escape(words)
        return self._replies[count]


@lru_cache(maxsize=8)
def _words(language: str) -> Words:
    return Words()


def words() -> Words:
    """Return the words in the reader's language."""
    return _words(get_language() or "en")


def reaction_choices(of: Words) -> str:
    """Return the buttons of all kinds of reaction."""
    return "".join(
        f'<li><button class="menu-item" name="react" value="{kind}">{drawing} {label}</button></li>'
        for kind, (label, drawing) in of.reactions.items()
    )


def reaction_menu() -> SafeString:
    """Return the menu that the script puts in the place of "react" when it is pressed; once a page."""
    w = words()
    return mark_safe(
        f'<template id="reaction-menu"><details class="menu up start"><summary class="reaction" aria-label="{w.react}"'
        f' title="{w.react}">{w.react_icon}</summary><ul class="menu-list">{reaction_choices(w)}</ul></details></template>'
    )


def reactions(item: Item, reader: Reader) -> str:
    """Return the reactions a post has, each with its number; pressing one joins in or takes one's own back.

    The way to another kind is a link to a page with all of them, which the script makes a menu of.
    """
    counts = item.row["reaction_counts"]
    if not reader.may_write:
        shown = [(counts[kind], *of) for kind, of in words().reactions.items() if counts.get(kind)] if counts else []
        parts = [
            f'<span class="reaction">{drawing} <span class="visually-hidden">{label}</span>{int(count)}</span>'
            for count, label, drawing in shown
        ]
        return f'<div class="reactions">{"".join(parts)}</div>' if parts else ""
    return reaction_form(address("feed:post_reactions", item.pk), counts, item.mine, reader.token)


def reaction_form(
    url: str, counts: dict[str, int], mine: Collection[str], token: str, *, first: str = "", more: str = ""
) -> str:
    """Return the row of reactions as a form that posts to `url`; `first` stands before them, `more` on the form."""
    w = words()
    shown = [(kind, counts[kind], *of) for kind, of in w.reactions.items() if counts.get(kind)] if counts else []
    parts = [
        f'<button class="reaction" name="{"unreact" if kind in mine else "react"}" value="{kind}" aria-pressed="'
        f'{"true" if kind in mine else "false"}" title="{label}">{drawing} <span class="visually-hidden">{label}'
        f"</span>{int(count)}</button>"
        for kind, count, label, drawing in shown
    ]
    return (
        f'<form class="reactions" method="post" action="{url}" hx-post="{url}" hx-swap="outerHTML"{more}>{token}{first}'
        f'{"".join(parts)}<a class="reaction" href="{url}" data-react aria-label="{w.react}" title="{w.react}">'
        f"{w.react_icon}</a></form>"
    )


def head(item: Item, url: str) -> str:
    """Return who said it and when; `url` is its thread's."""
    w, author, row = words(), item.author, item.row
    edited = f'<a href="{address("feed:post_versions", item.pk)}">{w.edited}</a>' if row["edited_at"] else ""
    new = f'<span class="badge lake">{w.new}</span>' if item.unread else ""
    if row.get("closed_at"):
        new += f'<span class="badge">{w.closed_icon} {w.closed}</span>'
    return (
        f'<header class="post-head">{avatar(author, "m")}<div class="grow"><a class="person-name" href="{author.url}">'
        f'{escape(author.name)}</a>{guest_word(author)}<div class="post-meta"><a href="{url}">{ago(row["created_at"])}</a>'
        f"{edited}{new}</div></div></header>"
    )


def attachments(item: Item) -> str:
    """Return the files of a post that do not stand in its text."""
    return render_to_string("feed/_attachments.html", {"item": item}) if item.attachments else ""


def place(item: Item, *, named: bool) -> str:
    """Return where it was said, and about which page; `named` says the community already is on the page."""
    row, w = item.row, words()
    parts = ""
    if not named:
        parts = (
            f'<a href="{item.place_url}"><span class="dot {hue(row["community__hue"])}"></span>'
            f"{escape(row['community__name'])}</a>"
        )
    if row["page_address"] and not (item.cards and summarises(item.cards, row["about_page_id"])):
        parts += (
            f'<span>{w.about}</span> <a href="{_page_address(row["page_address"])}">{w.page_icon}'
            f"{escape(row['about_page__title'])}</a>"
        )
    return f'<div class="post-place">{parts}</div>' if parts else ""


def pinned(item: Item, reader: Reader) -> str:
    """Return that a thread stands on top, and the way to see it there no longer."""
    if not item.row.get("on_top"):
        return ""
    w, url = words(), address("feed:pin_dismiss", item.pk)
    return (
        f'<form class="post-pin" method="post" action="{url}">{reader.token}<span>{w.pin_icon} {w.pinned}</span>'
        f'<button class="icon-button" aria-label="{w.dismiss}" title="{w.dismiss}">{w.dismiss_icon}</button></form>'
    )


def card(item: Item, reader: Reader, *, named: bool = False) -> str:
    """Return a thread in a list; `named` leaves out the community, whose page this is."""
    w, url = words(), address("feed:thread", item.pk)
    said = "" if item.html else gone(item)
    if item.html:
        long = f'<p><a class="link-button small-text" href="{url}">{w.read_all}</a></p>' if item.is_long else ""
        said = f'<div class="post-body prose{" is-long" if long else ""}">{item.html}</div>{long}{attachments(item)}{link_cards(item, reader)}'
        if item.row["facts"] is not None:
            said = f"{show.above(item)}{said}{show.below(item, reader)}"
    count, last = item.row["reply_count"], ""
    if item.last_reply:
        newest = item.last_reply
        last = (
            f'<a class="last-reply" href="{url}#post-{newest.pk}">{avatar(newest.author, "xs")}<span class="truncate">'
            f"<strong>{escape(newest.author.name)}</strong>{guest_word(newest.author)} {escape(newest.preview)}</span>"
            f"{ago(newest.created_at)}</a>"
        )
    return (
        f'<article class="post{" is-unread" if item.unread else ""}" id="post-{item.pk}" tabindex="-1">'
        f'{pinned(item, reader)}{place(item, named=named)}{head(item, url)}{said}<div class="post-foot">'
        f'{reactions(item, reader) if item.html else ""}<a class="button quiet small" href="{url}">{w.talk_icon} '
        f"{w.replies(count) if count else w.reply}</a></div>{last}</article>\n"
    )


def menu_link(pk: int) -> str:
    """Return the way to what one may do with a post: a page, which the script makes a menu of when it is asked for."""
    w = words()
    return (
        f'<a class="icon-button" href="{address("feed:post_menu", pk)}" data-post-menu aria-label="{w.more}" '
        f'title="{w.more}">{w.more_icon}</a>'
    )


def foot(item: Item, reader: Reader, *, answer: bool) -> str:
    """Return what stands below a post of a thread; `answer` adds the way to reply to it."""
    w, row = words(), item.row
    reply = f'<a class="button quiet small" href="?reply={item.pk}#reply">{w.reply}</a>' if answer else ""
    who = ""
    if row["reaction_counts"]:
        who = f'<a class="button quiet small" href="{address("feed:post_reactions", item.pk)}">{w.who}</a>'
    mark = show.mark(item, reader)
    return f'<div class="post-foot">{reactions(item, reader)}{reply}{mark}{who}</div>'


def gone(item: Item) -> str:
    """Return what stands in the place of a post that is deleted or hidden."""
    w = words()
    if item.row["hidden_at"] is None:
        return f'<p class="post-body post-deleted">{w.deleted}</p>'
    why = f'<a href="{address("feed:hidden", item.pk)}">{w.hidden_more}</a>'
    return f'<p class="post-body post-deleted">{w.hidden} {why}</p>'


def reply(item: Item | Gap, reader: Reader, first_unread: int | None, thread: int) -> str:
    """Return a reply and what answers it, or the way to those that are left out."""
    w = words()
    if isinstance(item, Gap):
        return gap(item, thread)
    author, row = item.author, item.row
    line = f'<p class="unread-line" id="unread">{w.unread}</p>' if first_unread == item.pk else ""
    below = "".join(reply(one, reader, first_unread, thread) for one in item.replies)
    below = f"""<div class="replies">{below}</div>""" if below else ""
    answers = f"<span>→ {escape(item.answers)}</span>" if item.answers else ""
    edited = f'<a href="{address("feed:post_versions", item.pk)}">{w.edited}</a>' if row["edited_at"] else ""
    said = menu = ""
    if item.html:
        said = f'<div class="post-body prose">{item.html}</div>{attachments(item)}{link_cards(item, reader)}'
        said += foot(item, reader, answer=reader.may_write and reader.may_answer)
        menu = menu_link(item.pk)
    css = "reply is-answer" if item.answer == "best" else "reply"
    return (
        f'{line}<article class="{css}" id="post-{item.pk}" tabindex="-1">{avatar(author, "s")}<header class="post-head">'
        f'<div class="grow"><a class="person-name" href="{author.url}">{escape(author.name)}</a>{guest_word(author)} '
        f'<span class="post-meta">{answers}<a href="#post-{item.pk}">{ago(row["created_at"])}</a>{edited}</span></div>'
        f"{menu}</header>{said or gone(item)}{below}</article>\n"
    )


def gap(of: Gap, thread: int) -> str:
    """Return the way to replies that are left out: a link, which the script opens in place."""
    url = f"{address('feed:thread', thread)}?part={of.first}"
    return (
        f'<p class="gap"><a class="button quiet small" href="{url}#post-{of.first}" hx-get="{url}&amp;n={of.count}" '
        f'hx-target="closest .gap" hx-swap="outerHTML">{words().more_icon} {words().earlier(of.count)}</a></p>\n'
    )


def token_input(token: Any) -> str:
    """Return the hidden input of a form. The token is masked anew each time it is asked for: ask once a page."""
    return f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(str(token or ""))}">'
