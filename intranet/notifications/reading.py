"""The notifications of one person, named as she may see things now; in a fixed number of questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from intranet.notifications.hearing import Described
from intranet.notifications.models import Level, Notification, Watch
from intranet.notifications.things import described, described_things
from intranet.notifications.words import EVENTS, REASONS, who
from intranet.paging import Slice, keyset
from intranet.people.models import User

PAGE_SIZE = 30
NEWEST = ("-updated_at", "-pk")


@dataclass(slots=True)
class Notice:
    """One line of the list."""

    pk: int
    row: Notification
    thing: Described
    people: list[User]

    @property
    def actor(self) -> User | None:
        """Return who did it last, None when that is not to be told."""
        return self.people[0] if self.people else None

    @property
    def sentence(self) -> SafeString:
        """Return what happened, with the name of the thing as a link that marks the line read."""
        words = self._words()
        link = format_html('<a href="{}">{}</a>', reverse("notifications:open", args=[self.pk]), self.thing.name)
        name = format_html("<strong>{}</strong>", self.who)
        # The words are ours, translated; what people wrote is put in afterwards, escaped.
        text = conditional_escape(words)
        return SafeString(text.replace("\x01", name).replace("\x02", link))

    @property
    def plain(self) -> str:
        """Return what happened as plain text."""
        return self._words().replace("\x01", self.who).replace("\x02", self.thing.name)

    def _words(self) -> str:
        values = {"who": "\x01", "what": "\x02", "number": max(1, len(self.row.actors))}
        words: Any = EVENTS[self.row.event]  # lazy: in the language of whoever looks
        return str(words % values)

    @property
    def who(self) -> str:
        """Return the people, as far as they may be told."""
        return who([person.name for person in self.people], max(1, len(self.row.actors)))

    @property
    def why(self) -> str:
        """Return why this person hears of it."""
        return str(REASONS.get(self.row.reason, ""))

    @property
    def is_new(self) -> bool:
        """Has it not been read?"""
        return self.row.read_at is None

    @property
    def can_mute(self) -> bool:
        """Is there a thing behind it that can be muted?"""
        return self.row.watched_number is not None


def named(user: User, rows: Iterable[Notification]) -> list[Notice]:
    """Return these as lines; what has gone out of `user`'s sight is left out. One question a kind, one for people."""
    rows = list(rows)
    things = described(user, {(row.object_type, row.object_id) for row in rows})
    shown = [row for row in rows if (row.object_type, row.object_id) in things and row.event in EVENTS]
    faces = User.objects.visible_to(user).in_bulk({pk for row in shown for pk in row.actors[:2]})
    return [
        Notice(row.pk, row, things[row.object_type, row.object_id], [faces[pk] for pk in row.actors[:2] if pk in faces])
        for row in shown
    ]


def notices(user: User, box: str, cursor: str | None, limit: int = PAGE_SIZE) -> Slice[Notice]:
    """Return a page of one box, newest first. Raises BadCursor."""
    rows = Notification.objects.visible_to(user).filter(box=box)
    found = keyset(rows, NEWEST, cursor, limit, types=(datetime, int))
    return Slice(named(user, found.rows), found.next_cursor)


def unread_counts(user: User) -> dict[str, int]:
    """Return how many are unread in each box."""
    boxes = {str(box): Count("pk", filter=Q(box=box)) for box in Notification.Box.values}
    counts: dict[str, int] = Notification.objects.visible_to(user).unread().aggregate(**boxes)
    return counts


def come_since(user: User, since: datetime) -> int:
    """Return how many unread ones have come, or come again, since then; 21 stands for more than 20."""
    rows = Notification.objects.visible_to(user).unread().filter(updated_at__gt=since)
    return len(rows.values_list("pk", flat=True)[:21])


@dataclass(slots=True)
class Watched:
    """A thing somebody has a level for."""

    watch: Watch
    thing: Described

    @property
    def symbol(self) -> str:
        """Return the icon of its kind."""
        return {"page": "file-text", "branch": "network", "community": "users", "thread": "message-circle"}[
            self.watch.kind
        ]


def watched(user: User, kind: str, cursor: str | None, limit: int = 50) -> Slice[Watched]:
    """Return a page of what `user` has a level for, what changed last first, without what she cannot see any more."""
    rows = Watch.objects.visible_to(user)
    if kind in Watch.Kind.values:
        rows = rows.filter(kind=kind)
    found = keyset(rows, NEWEST, cursor, limit, types=(datetime, int))
    things = described_things(user, [(row.kind, row.number) for row in found.rows])
    lines = [Watched(row, things[row.kind, row.number]) for row in found.rows if (row.kind, row.number) in things]
    return Slice(lines, found.next_cursor)


def own_levels(user: User, things: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Watch]:
    """Return the levels `user` has for these things."""
    wanted = Q(pk__in=[])
    for kind, number in things:
        wanted |= Q(kind=kind, number=number)
    return {(row.kind, row.number): row for row in Watch.objects.visible_to(user).filter(wanted)}


LEVELS = [(str(value), label) for value, label in Level.choices]
