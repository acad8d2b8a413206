"""Pins as results: those of a question, for its reader; and all that an editor looks after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from intranet.people.models import Membership, User
from intranet.people.permissions import can_edit_tags
from search.engines.base import Hit
from search.find import Found
from search.query import Query
from search.results import Result, load, result_of
from search.snippets import Marker
from search.words import kept
from search.words.models import Pin

MOST_SHOWN = 3
# Of what is pinned to the same words in all communities, most of which a reader may not see.
MOST_LOOKED_AT = 50
MOST_LISTED = 500


def pinned(user: User, query: Query) -> list[Result]:
    """Return what editors pinned to these words and `user` may read, as results. No question when nothing is pinned."""
    query = kept.with_synonyms(query)
    uids = kept.pinned_to(query)[:MOST_LOOKED_AT]
    if not uids:
        return []
    found = _results(user, uids, query.marks)
    return [found[uid] for uid in uids if uid in found][:MOST_SHOWN]


def lift(user: User, query: Query, found: Found) -> list[Result]:
    """Return what is pinned to a question, and take it out of what was found: it stands once, on top."""
    shown = pinned(user, query)
    above = {(result.kind, result.pk) for result in shown}
    found.results = [result for result in found.results if (result.kind, result.pk) not in above]
    found.more = [result for result in found.more if (result.kind, result.pk) not in above]
    return shown


def _results(user: User, uids: list[str], marks: frozenset[str] = frozenset()) -> dict[str, Result]:
    rows, marker = load(user, [Hit(uid, 0.0) for uid in uids]), Marker(marks)
    return {uid: result_of(uid.partition(":")[0], rows[uid], marker) for uid in uids if uid in rows}


def results_of(user: User, pins: list[Pin]) -> list[Result]:
    """Return what is pinned, as results."""
    return list(_results(user, [pin.uid for pin in pins]).values())


@dataclass(slots=True)
class Line:
    """A pin as its editors see it."""

    pk: int
    words: str
    result: Result


def pins_of(user: User) -> list[Line]:
    """Return the pins `user` may take away, by their words: of what she moderates, or of all she reads. Few questions."""
    mine: Any = Pin.objects.visible_to(user)
    if not can_edit_tags(user):
        moderated = Membership.objects.filter(user_id=user.pk, role=Membership.Role.MODERATOR).values("community_id")
        mine = mine.filter(Q(page__community__in=moderated) | Q(post__community__in=moderated))
    pins = list(mine.order_by("words", "pk")[:MOST_LISTED])
    found = _results(user, list(dict.fromkeys(pin.uid for pin in pins)))
    return [Line(pin.pk, pin.words, found[pin.uid]) for pin in pins if pin.uid in found]
