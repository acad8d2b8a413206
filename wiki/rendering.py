"""Texts rendered for one reader: previews and old versions, which are stored nowhere."""

from __future__ import annotations

from intranet.text import TextTooLong, render
from wiki.links import HouseResolver
from wiki.writing import callout_titles


def render_for_reading(markdown: str, community_id: int, language: str = "en", *, id_prefix: str = "") -> str:
    """Return the HTML a page of this community would show for a text, "" for one that is too long."""
    try:
        return render(
            markdown,
            resolve=HouseResolver(community_id),
            flavour="page",
            id_prefix=id_prefix,
            callout_titles=callout_titles(language),
        ).html
    except TextTooLong:
        return ""
