"""What a page says of one's own watching: a bell with the level, made in Python like the rest of the page's frame."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils.html import escape
from django.utils.translation import get_language, gettext

from intranet.addresses import address
from intranet.notifications.models import Level, Notification, Watch
from intranet.templatetags.ui import icon

ICONS = {Level.WATCH: "bell-ring", Level.FOLLOW: "bell-dot", Level.NORMAL: "bell", Level.MUTE: "bell-off"}


def beside(user: int) -> dict[str, Any]:
    """Return as columns of a query of pages: `user`'s own level for each (for it alone, else with those
    below), and whether there is news of it to mark read.
    """
    both = (Watch.Kind.PAGE, Watch.Kind.BRANCH)
    own = Watch.objects.filter(user_id=user, kind__in=both, number=OuterRef("pk")).order_by("-kind")  # "page" first
    news = Notification.objects.filter(
        user_id=user, read_at__isnull=True, place_kind="page", place_number=OuterRef("pk")
    )
    return {"watch": Subquery(own.values("level")[:1]), "has_news": Exists(news)}


@lru_cache(maxsize=32)
def _bell(_language: str, level: str) -> tuple[str, str]:
    label = gettext("What I hear of this page")
    chosen = Level(level) if level else Level.NORMAL
    words = f"{label}: {chosen.label}" if level else label
    return escape(words), icon(ICONS[chosen])


def bell(page: dict[str, Any]) -> str:
    """Return the way to one's level for a page, which it shows."""
    label, drawing = _bell(get_language() or "en", page["watch"] or "")
    return f'<a class="icon-button" href="{address("wiki:watch", page["pk"])}" aria-label="{label}" title="{label}">{drawing}</a>'
