"""Kinds of what one hears of, and by which ways: in the app, by push, by mail at once, in a digest."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from intranet.notifications.models import Preference, PushSubscription


class Ways(NamedTuple):
    """By which ways somebody hears of a kind."""

    in_app: bool = True
    push: bool = False
    mail: bool = False
    digest: bool = False


class Kind(NamedTuple):
    """A line of the settings: what it is called, what comes without a choice, which events it is (`words.EVENTS`)."""

    label: Any
    ways: Ways
    events: tuple[str, ...] = ()


ASKED = "asked"
KINDS: dict[str, Kind] = {
    "mention": Kind(_("Somebody mentions me"), Ways(push=True, mail=True), ("mentioned", "praised")),
    "call": Kind(_("Somebody mentions a community of mine"), Ways(push=True, digest=True), ("called",)),
    "reply": Kind(_("Somebody answers me"), Ways(push=True, mail=True), ("replied", "chosen", "solved")),
    ASKED: Kind(_("Something is asked of me, or is due"), Ways(push=True, mail=True)),
    "thread": Kind(_("News in conversations I watch"), Ways(digest=True), ("continued", "said")),
    "new": Kind(_("New conversations where I watch"), Ways(digest=True), ("wrote",)),
    "page": Kind(
        _("Changes of pages I watch"),
        Ways(digest=True),
        ("changed", "published", "moved", "trashed", "untrashed", "confirmed"),
    ),
    "path": Kind(_("Somebody finishes a path"), Ways(digest=True), ("finished",)),
    "search": Kind(_("New results of searches I saved"), Ways(digest=True), ("found", "page_found")),
    "reaction": Kind(_("Reactions to what I wrote"), Ways(), ("reacted",)),
}
_KIND_OF = {event: kind for kind, one in KINDS.items() for event in one.events}
WAYS = Ways._fields
WAY_NAMES = (_("In the app"), _("Push"), _("Mail at once"), _("Digest"))


def kind_of(event: str, *, is_direct: bool) -> str:
    """Return the kind an event is chosen under; one without a line of its own is a thing asked of one, or news."""
    return _KIND_OF.get(event, ASKED if is_direct else "thread")


def wanted(event: str, *, is_direct: bool, people: Collection[int], is_urgent: bool = False) -> dict[int, Ways]:
    """Return how each of these people hears of an event: two questions, however many they are.

    Push only for those who have a browser to be told in. What is urgent comes by all ways, whatever was chosen.
    """
    if not people:
        return {}
    kind = kind_of(event, is_direct=is_direct)
    usual = Ways(push=True, mail=True) if is_urgent else KINDS[kind].ways
    rows = () if is_urgent else Preference.objects.filter(kind=kind, user_id__in=list(people))
    chosen = {row.user_id: Ways(row.in_app, row.push, row.mail, row.digest) for row in rows}
    found = {pk: chosen.get(pk, usual) for pk in people}
    asking = [pk for pk, ways in found.items() if ways.push]
    reached = set(PushSubscription.objects.filter(user_id__in=asking).values_list("user_id", flat=True))
    return {pk: ways._replace(push=pk in reached) for pk, ways in found.items()}


def choices_of(user: Any) -> dict[str, Ways]:
    """Return what `user` hears of every kind by, as chosen or as it comes."""
    rows = {row.kind: Ways(row.in_app, row.push, row.mail, row.digest) for row in Preference.objects.visible_to(user)}
    return {kind: rows.get(kind, one.ways) for kind, one in KINDS.items()}
