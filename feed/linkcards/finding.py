"""Which links of a post become cards: found when it is written, kept by identity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any

from feed.linkcards.kinds import OFF, SUMMARY, Entry, entries, kinds, packed
from feed.linkcards.showing import things

# More would bury what the post says.
MOST_CARDS = 3
# Links a text is looked through for.
MOST_LINKS = 40

_ANCHOR = re.compile(r"<a ([^>]{1,4000})>")
_HREF, _CLASS = re.compile(r'href="([^"]*)"'), re.compile(r'class="([^"]*)"')
# Who and what is named in passing is no link that somebody put there for others to follow.
_PASSING = frozenset({"mention", "tag", "redlink", "footnote-ref", "footnote-backref", "remote-image"})


def links_in(html: str) -> list[str]:
    """Return the addresses a rendered post links to, each once and in order."""
    found: dict[str, None] = {}
    for anchor in _ANCHOR.finditer(html):
        href, look = _HREF.search(anchor[1]), _CLASS.search(anchor[1])
        if href and not _PASSING & set(look[1].split() if look else ()):
            found[unescape(href[1])] = None
        if len(found) >= MOST_LINKS:
            break
    return list(found)


def identities(links: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return {address: (kind, key)} of those that lead to something there are cards for."""
    found: dict[str, tuple[str, str]] = {}
    for kind in kinds().values():
        mine = [link for link in links if link.startswith(kind.prefixes)]
        if mine:
            found |= {link: (kind.name, key) for link, key in kind.find(mine).items()}
    return found


def find_cards(writer: Any, html: str, before: Iterable[Sequence[str]] | None = None) -> Any:
    """Return what a post with this HTML remembers of its links; what was decided `before` about one stays.

    A card is for what `writer` may see: what is hidden from her takes no place, or the places would tell that it exists.
    """
    kept = entries(before)
    links = links_in(html) if "<a " in html else []
    known = identities(links) if links else {}
    here = list(dict.fromkeys(known[link] for link in links if link in known))
    off = {(kind, key) for kind, key, mark in kept if mark == OFF}
    summaries: list[Entry] = [one for one in kept if one[2] == SUMMARY]
    inside = [one for one in here if one[0] != "web"]  # the rest is not fetched yet, and hidden from nobody
    seen = things(writer, inside) if inside else {}
    there = [one for one in here if (one[0] == "web" or one in seen) and one not in off]
    shown: list[Entry] = [(kind, key, "") for kind, key in there[:MOST_CARDS]]
    hidden: list[Entry] = [(kind, key, OFF) for kind, key in here if (kind, key) in off]
    return packed([*summaries, *shown, *hidden])
