"""Cards as HTML, put together in Python like the posts they stand below (`feed.cards`)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.translation import get_language, gettext

from feed.linkcards.kinds import Card
from intranet.addresses import address
from intranet.templatetags.ui import hue, icon


class Words:
    """The words and icons of cards in one language, escaped."""

    def __init__(self) -> None:
        self.remove = escape(gettext("Remove the card"))
        self.summarised = escape(gettext("Summarised in"))
        self.x, self.book = icon("x", size=16), icon("book-open", size=16)


@lru_cache(maxsize=8)
def _words(language: str) -> Words:
    return Words()


def link_cards(item: Any, reader: Any) -> str:
    """Return the cards of a post; its author takes one away with a button."""
    if not item.cards:
        return ""
    may_remove = reader.may_write and reader.pk == item.author.pk
    shown = "".join(
        _summary(card) if card.is_summary else _card(card, _remover(item.pk, card, reader.token) if may_remove else "")
        for card in item.cards
    )
    return f'<div class="link-cards">{shown}</div>'


def _summary(card: Card) -> str:
    w = _words(get_language() or "en")
    return f'<p class="summarised">{w.book} {w.summarised} <a href="{escape(card.url)}">{escape(card.title)}</a></p>'


@lru_cache(maxsize=4_000)
def _face(card: Card, _language: str) -> str:
    """Return the link of a card; the same few pages are linked to again and again."""
    dot = f'<span class="dot {hue(card.hue)}"></span>' if card.hue is not None and card.place else ""
    parts = [f"<span>{dot}{escape(card.place)}</span>" if card.place else ""]
    parts.append(f'<span class="link-card-detail">{escape(card.detail)}</span>' if card.detail else "")
    below = f'<span class="link-card-meta">{"".join(parts)}</span>' if any(parts) else ""
    face = icon(card.symbol)
    if card.image:
        face = f'<img src="{escape(card.image)}" alt="" width="72" height="72" loading="lazy" decoding="async">'
    outside = ' rel="noopener noreferrer nofollow"' if card.kind == "web" else ""
    return (
        f'<a class="link-card" href="{escape(card.url)}"{outside}>{face}<span class="grow">'
        f'<span class="link-card-title">{escape(card.title)}</span>{below}</span>{card.badge}</a>'
    )


def _card(card: Card, remover: str) -> str:
    return f'<div class="link-card-line">{_face(card, get_language() or "en")}{remover}</div>'


def _remover(post: int, card: Card, token: str) -> str:
    w = _words(get_language() or "en")
    return (
        f'<form method="post" action="{address("feed:card_remove", post)}">{token}<button class="icon-button" name="card"'
        f' value="{escape(card.kind)}:{escape(card.key)}" aria-label="{w.remove}: {escape(card.title)}">{w.x}</button></form>'
    )


def summarises(cards: list[Card], page_id: int) -> bool:
    """Is this page the one that was made of the thread?"""
    return any(card.is_summary and card.key == str(page_id) for card in cards)
