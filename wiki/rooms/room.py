"""One open room of this process: who is in it, what they typed that the database has not yet, what others typed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from django.db import close_old_connections

from intranet.activity.live import bridge
from intranet.activity.live.hub import Hint
from intranet.people.models import User
from wiki import actions
from wiki.actions.pages import chosen_tags
from wiki.models import Room, RoomUpdate, WikiPage
from wiki.rooms.documents import BadDocument, Document, check_update, join_updates
from wiki.rooms.people import ANEW, FULL, BadMessage, Member

# Keystrokes of so many seconds become one row.
GATHERED = 0.12
# Seconds to wait after the database refused, and how long a room goes on without it.
AGAIN, LONGEST = 0.5, 30.0
UNAVAILABLE = 1013

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """What stands in the database that this process has not passed on."""

    seq: int
    updates: list[bytes]
    saved: dict[str, Any] | None = None


class OpenRoom:
    """A room while somebody of this process is in it. Lives on the event loop; `ask` runs a function beside it."""

    def __init__(self, page: int, ask: Callable[..., Awaitable[Any]]) -> None:
        self.page, self._ask = page, ask
        self.key = ""
        self.seq = -1
        self.base: int | None = None
        self.is_awaiting = False  # somebody fell off the network and may come back
        self.members: dict[int, Member] = {}
        self.guests: dict[int, dict[str, Any]] = {}  # people of other processes, by number
        self._typed: list[tuple[Member, bytes]] = []  # what no row has yet
        self._keeping: asyncio.Task[None] | None = None
        self._catching_up = asyncio.Lock()

    def admit(self, member: Member) -> None:
        """Let somebody hear what goes on from now on; what is not in the database yet is told at once."""
        for _author, update in self._typed:
            member.tell(update)
        self.members[member.number] = member

    def begin(self, entered: actions.Entered) -> None:
        """Take over what the database says when somebody entered; another key ends it for those who had the old one."""
        if self.key and self.key != entered.key:
            self.end(ANEW)
            self._typed.clear()
            self.key = ""
        if not self.key:
            self.key, self.seq, self.base = entered.key, entered.seq, entered.base_revision_id

    def end(self, code: int) -> None:
        """End all connections."""
        for member in self.members.values():
            member.end(code)

    def tell(self, message: dict[str, Any] | bytes, but: Member | None = None) -> None:
        """Send to everybody in the room except `but`."""
        for member in self.members.values():
            if member is not but:
                member.tell(message)

    def tell_who_is_here(self) -> None:
        """Send everybody the list of people."""
        self.tell({"type": "people", "people": self.people()})

    def people(self) -> list[dict[str, Any]]:
        """Return who is in the room, with their cursors."""
        here = [member.card | {"caret": member.caret} for member in self.members.values() if member.is_greeted]
        return here + [guest["card"] for guest in self.guests.values()]

    def typed(self, member: Member, update: bytes) -> None:
        """Pass on what somebody typed, and keep it. Raises BadMessage."""
        if not member.is_here:
            return
        try:
            check_update(update)
        except BadDocument:
            raise BadMessage from None
        self.tell(update, but=member)
        self._typed.append((member, update))
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep())

    async def settle(self) -> None:
        """Wait until everything typed is in the database, or cannot be put there."""
        if self._keeping:
            await asyncio.wait({self._keeping})

    async def _keep(self) -> None:
        failing_since: float | None = None
        while self._typed:
            await asyncio.sleep(GATHERED if failing_since is None else AGAIN)
            batch = self._typed[:]
            try:
                rows, seq = await self._ask(_keep, self.page, self.key, batch)
            except (actions.RoomClosed, actions.RoomFull) as problem:
                self._typed.clear()
                return self.end(FULL if isinstance(problem, actions.RoomFull) else ANEW)
            except Exception:
                now = asyncio.get_running_loop().time()
                failing_since = failing_since or now
                log.exception("the room of page %s cannot keep what is typed", self.page)
                if now - failing_since > LONGEST:
                    return self.end(UNAVAILABLE)
                continue
            failing_since = None
            del self._typed[: len(batch)]
            if self.seq == seq - rows:
                self.seq = seq
            for member in dict.fromkeys(author for author, _update in batch):
                member.kept += sum(author is member for author, _update in batch)
                member.tell({"type": "kept", "count": member.kept})

    async def bring(self, member: Member, text: str, before: str | None, base: int | None) -> None:
        """Weave in a text that somebody typed elsewhere, and tell when it is there."""
        await self.settle()
        if not member.is_here:
            return
        try:
            await self._ask(_bring, member.writer.user_id, self.page, self.key, text, before, base)
        except actions.RoomFull:
            return member.end(FULL)
        except (actions.RoomClosed, BadDocument):
            return member.end(ANEW)
        await self.catch_up()
        member.tell({"type": "brought"})

    async def catch_up(self) -> None:
        """Pass on what the database has and this process has not seen: other processes, saves, texts woven in."""
        async with self._catching_up:
            news = await self._ask(_news, self.page, self.key, self.seq, self.base)
            if news is None:
                return self.end(ANEW)
            for update in news.updates:
                self.tell(update)
            self.seq = max(self.seq, news.seq)
            if news.saved:
                self.base = news.saved["base"]
                self.tell(news.saved)


def _keep(page: int, key: str, batch: list[tuple[Member, bytes]]) -> tuple[int, int]:
    """Write a row of what was typed; returns how many rows it took and the number of the last."""
    rows = join_updates([update for _author, update in batch])
    writers = dict.fromkeys(author.writer.user_id for author, _update in batch)
    seq = actions.keep_updates(page=page, key=key, updates=rows, writers=writers)
    call_others(page)
    return len(rows), seq


def _bring(user: int, page: int, key: str, text: str, before: str | None, base: int | None) -> None:
    actor = User.objects.get(pk=user)
    actions.bring_text(actor=actor, page=page, key=key, text=text, before=before, base_revision_id=base)
    call_others(page)


def call_others(page: int, *words: str) -> None:
    """Let other processes look at the room of a page, or tell them something about its people."""
    if bridge.is_needed():
        bridge.publish([Hint(f"room:{page}", words or ("look",))])


def _news(page: int, key: str, seq: int, base: int | None) -> News | None:
    """Return what is new in a room, None when it is no longer the one of this key."""
    close_old_connections()
    room = Room.objects.filter(page_id=page, key=key).first()
    if room is None:
        return None
    if room.base_revision_id == base:
        rows = RoomUpdate.objects.filter(room=room, seq__gt=seq).values_list("seq", "update")
        return News(max([seq, *(number for number, _update in rows)]), [bytes(update) for _number, update in rows])
    document = Document(bytes(room.state), *map(bytes, room.updates.values_list("update", flat=True)))
    return News(room.seq, [document.update], _saved(room, document.text))


def _saved(room: Room, text: str) -> dict[str, Any]:
    """Return what editors are told of the version their room stands on now."""
    page = WikiPage.objects.select_related("edited_by").get(pk=room.page_id)
    who = page.edited_by
    return {
        "type": "saved", "base": room.base_revision_id, "version": page.version, "by": who.name if who else "",
        "id": who.pk if who else 0, "title": page.title, "tags": ", ".join(chosen_tags(page.tag_names)),
        "language": page.language, "clean": text == room.base_text,
    }  # fmt: skip
