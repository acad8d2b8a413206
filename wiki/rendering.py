"""Texts rendered for one reader: previews and old versions, which are stored nowhere."""

from __future__ import annotations

from typing import Any

from intranet.text import Flavour, TextTooLong, render
from wiki.links import ViewerResolver
from wiki.writing import callout_titles


def render_for_reading(
    markdown: str, community_id: int, viewer: Any, language: str = "en", *, flavour: Flavour = "page"
) -> str:
    """Return the HTML a page of this community would show `viewer` for a text, "" for one that is too long.

    `community_id` is one that the viewer may read, or 0.
    """
    try:
        return render(
            markdown,
            resolve=ViewerResolver(community_id, viewer=viewer),
            flavour=flavour,
            callout_titles=callout_titles(language),
        ).html
    except TextTooLong:
        return ""
