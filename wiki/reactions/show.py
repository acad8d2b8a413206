"""The row of reactions below a page: made in Python like those of posts (`feed.cards`)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.html import escape
from django.utils.translation import get_language, gettext

from feed.cards import REACTION_ICONS, reaction_form
from feed.models import Reaction
from feed.querysets import Joined
from intranet.addresses import address
from intranet.templatetags.ui import icon

HELPED = Reaction.Kind.HELPED.value


def own_reactions(user: int) -> Subquery:
    """Return the kinds of `user`'s own reactions to a page, joined with commas, as a column of a query of pages."""
    own = Reaction.objects.filter(page=OuterRef("pk"), user=user).order_by().values("page")
    return Subquery(own.annotate(kinds=Joined("kind")).values("kinds"))


def reactions_to(page: int) -> QuerySet[Reaction]:
    """Return the reactions to a page with their people; the caller has seen that the page may be read."""
    return Reaction.objects.filter(page_id=page).select_related("user")


@lru_cache(maxsize=8)
def _words(_language: str) -> tuple[str, str, str]:
    drawing = icon(REACTION_ICONS[HELPED], size=16)
    who, missing = escape(gettext("Who reacted")), escape(gettext("Something is missing"))
    return (
        f"{drawing} <span>{escape(gettext('This helped'))}</span>",
        who,
        f"{icon('message-circle-question-mark')} {missing}",
    )


def reaction_row(pk: int, counts: dict[str, int], mine: str | None, token: str) -> str:
    """Return the form: that the page helped comes first and always, then what else was said, each with its number."""
    label, _who, _missing = _words(get_language() or "en")
    own, number = frozenset((mine or "").split(",")), counts.get(HELPED, 0)
    pressed = HELPED in own
    helped = (
        f'<button class="reaction" name="{"unreact" if pressed else "react"}" value="{HELPED}" data-stays aria-pressed="'
        f'{"true" if pressed else "false"}">{label} <span class="number">{int(number) or ""}</span></button>'
    )
    url = address("wiki:reactions", pk)
    more = f' data-topic="page:{pk}" data-refresh-url="{url}?row=1" data-refresh-swap="outerHTML"'
    return reaction_form(url, counts, own, token, first=helped, more=more)


def foot(page: dict[str, Any], token: str) -> str:
    """Return what stands between a page's text and its talk."""
    _label, who, missing = _words(get_language() or "en")
    counts, pk = page["reaction_counts"], page["pk"]
    people = f'<a class="button quiet small" href="{address("wiki:reactions", pk)}">{who}</a>' if counts else ""
    return (
        f'<div class="page-foot">{reaction_row(pk, counts, page["mine"], token)}{people}'
        f'<a class="button quiet small" href="{address("wiki:ask", pk)}">{missing}</a></div>'
    )
