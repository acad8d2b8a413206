"""What people read about how a page stands."""

from __future__ import annotations

from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, pgettext, pgettext_lazy

from intranet.templatetags.ui import day_words, icon
from wiki.care.schedule import Status

# Names of the filters of a list.
SHOWN = {
    "waiting": gettext_lazy("Needs care"),
    "overdue": pgettext_lazy("page", "Overdue"),
    "due": pgettext_lazy("page", "Due"),
    "flagged": gettext_lazy("Outdated, readers say"),
    "left": gettext_lazy("To hand over"),
    "unowned": gettext_lazy("No owner"),
    "verified": pgettext_lazy("page", "Verified"),
    "all": gettext_lazy("All"),
}
_LOOK: dict[Status, tuple[str, str]] = {
    "verified": ("good", "badge-check"),
    "due": ("due", "clock-alert"),
    "overdue": ("danger", "circle-alert"),
    "unowned": ("outline", "circle-dashed"),
}


def status_words(status: Status) -> str:
    """Return the name of a status."""
    words: dict[Status, str] = {
        "verified": pgettext("page", "Verified"),
        "due": pgettext("page", "Due"),
        "overdue": pgettext("page", "Overdue"),
        "unowned": gettext("No owner"),
    }
    return words[status]


def badge(status: Status, *, title: str = "") -> SafeString:
    """Return a status as a coloured word with an icon."""
    look, symbol = _LOOK[status]
    words = status_words(status)
    return format_html('<span class="badge {}" title="{}">{}{}</span>', look, title or words, icon(symbol), words)


def mark(status: Status) -> SafeString:
    """Return a status as an icon alone with its name for those who cannot see it, for lists of many lines."""
    look, symbol = _LOOK[status]
    return format_html('<span class="care-mark {}">{}</span>', look, icon(symbol, label=status_words(status), size=16))


def until_words(status: Status, review_on: date | None, is_first: bool, today: date) -> str:
    """Return what the status says about days: until when, since when, or that the owner has not confirmed yet."""
    if status == "unowned":
        return ""
    if is_first:
        return gettext("The owner has not confirmed it yet")
    if review_on is None:
        return gettext("No date to look at it again")
    words = gettext("Since %(day)s") if status == "overdue" else gettext("To be looked at by %(day)s")
    return words % {"day": day_words(review_on, today)}
