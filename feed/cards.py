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

from feed.linkcards.html import link_cards, summarises
from feed.models import Reaction
from feed.rows import Item
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
    is_moderator: bool = False


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
        self.edit = escape(gettext("Edit"))
        self.link = escape(gettext("Link to this"))
        self.unread_from = escape(gettext("Unread from here"))
        self.delete = escape(gettext("Delete"))
        self.page_icon, self.talk_icon = icon("file-text", size=16), icon("message-circle")
        self.react_icon, self.more_icon = icon("smile-plus", size=16), icon("ellipsis", size=18)
        self.edit_icon, self.link_icon = icon("pencil"), icon("link")
        self.mail_icon, self.delete_icon = icon("mail"), icon("trash-2")
        self.reactions: dict[str, tuple[str, str]] = {
            str(kind): (escape(label), icon(REACTION_ICONS[kind], size=16)) for kind, label in Reaction.post_kinds()
        }
        self._replies: dict[int, str] = {}

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


def card(item: Item, reader: Reader, *, named: bool = False) -> str:
    """Return a thread in a list; `named` leaves out the community, whose page this is."""
    w, url = words(), address("feed:thread", item.pk)
    said = f'<p class="post-body post-deleted">{w.deleted}</p>'
    if item.html:
        long = f'<p><a class="link-button small-text" href="{url}">{w.read_all}</a></p>' if item.is_long else ""
        said = f'<div class="post-body prose{" is-long" if long else ""}">{item.html}</div>{long}{attachments(item)}{link_cards(item, reader)}'
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
        f'{place(item, named=named)}{head(item, url)}{said}<div class="post-foot">'
        f'{reactions(item, reader) if item.html else ""}<a class="button quiet small" href="{url}">{w.talk_icon} '
        f"{w.replies(count) if count else w.reply}</a></div>{last}</article>\n"
    )


def post_menu(item: Item, reader: Reader) -> str:
    """Return what one may do with a post of a thread."""
    w, own = words(), item.author.pk == reader.pk

    def line(name: str, drawing: str, label: str, css: str = "") -> str:
        return (
            f'<li><form method="post" action="{address(name, item.pk)}">{reader.token}<button class="menu-item{css}">'
            f"{drawing} {label}</button></form></li>"
        )

    def link(name: str, drawing: str, label: str) -> str:
        return f'<li><a class="menu-item" href="{address(name, item.pk)}">{drawing} {label}</a></li>'

    lines = link("feed:post_edit", w.edit_icon, w.edit) if own else ""
    lines += link("feed:post", w.link_icon, w.link) + line("feed:post_unread", w.mail_icon, w.unread_from)
    if own or reader.is_moderator:
        lines += line("feed:post_delete", w.delete_icon, w.delete, " danger")
    return (
        f'<details class="menu"><summary class="icon-button" aria-label="{w.more}">{w.more_icon}</summary>'
        f'<ul class="menu-list">{lines}</ul></details>'
    )


def foot(item: Item, reader: Reader, *, answer: bool) -> str:
    """Return what stands below a post of a thread; `answer` adds the way to reply to it."""
    w, row = words(), item.row
    reply = f'<a class="button quiet small" href="?reply={item.pk}#reply">{w.reply}</a>' if answer else ""
    who = ""
    if row["reaction_counts"]:
        who = f'<a class="button quiet small" href="{address("feed:post_reactions", item.pk)}">{w.who}</a>'
    return f'<div class="post-foot">{reactions(item, reader)}{reply}{who}</div>'


def reply(item: Item, reader: Reader, first_unread: int | None) -> str:
    """Return a reply and what answers it."""
    w, author, row = words(), item.author, item.row
    line = f'<p class="unread-line" id="unread">{w.unread}</p>' if first_unread == item.pk else ""
    answers = f"<span>→ {escape(item.answers)}</span>" if item.answers else ""
    edited = f'<a href="{address("feed:post_versions", item.pk)}">{w.edited}</a>' if row["edited_at"] else ""
    menu = post_menu(item, reader) if reader.may_write and item.html else ""
    said = f'<p class="post-body post-deleted">{w.deleted}</p>'
    if item.html:
        said = f'<div class="post-body prose">{item.html}</div>{attachments(item)}{link_cards(item, reader)}'
        said += foot(item, reader, answer=reader.may_write)
    below = "".join(reply(one, reader, first_unread) for one in item.replies)
    return (
        f'{line}<article class="reply" id="post-{item.pk}" tabindex="-1">{avatar(author, "s")}<header class="post-head">'
        f'<div class="grow"><a class="person-name" href="{author.url}">{escape(author.name)}</a>{guest_word(author)} '
        f'<span class="post-meta">{answers}<a href="#post-{item.pk}">{ago(row["created_at"])}</a>{edited}</span></div>'
        f'{menu}</header>{said}{f"""<div class="replies">{below}</div>""" if below else ""}</article>\n'
    )


def token_input(token: Any) -> str:
    """Return the hidden input of a form. The token is masked anew each time it is asked for: ask once a page."""
    return f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(str(token or ""))}">'
