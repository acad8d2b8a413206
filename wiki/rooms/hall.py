"""All rooms of one event loop, and who watches over them: rights, other processes, versions saved elsewhere."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import close_old_connections

from intranet.activity.live import rights as sessions
from intranet.activity.live.hub import Hint, hub
from intranet.activity.live.stream import start_helpers
from intranet.people.models import User
from wiki import actions
from wiki.actions.rooms import room_news
from wiki.rooms.documents import BadDocument
from wiki.rooms.people import ANEW, GONE, Member
from wiki.rooms.rights import Writer, still_allowed
from wiki.rooms.room import UNAVAILABLE, OpenRoom, call_others

# Seconds between two looks at the database: a version saved by another process, without a bridge, is seen within it.
LOOK = 1.0
# People are asked after their rights so often; who lost them is out within five seconds.
CHECK = 1.5
# Other processes hear so often that somebody is still here, and forget them after so long.
STAY, FORGOTTEN = 10.0, 25.0

log = logging.getLogger(__name__)
_halls: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hall] = weakref.WeakKeyDictionary()


def hall_of(loop: asyncio.AbstractEventLoop) -> Hall:
    """Return the hall of an event loop."""
    if loop not in _halls:
        _halls[loop] = Hall(loop)
    return _halls[loop]


class Hall:
    """The rooms that somebody of this process is in."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.rooms: dict[int, OpenRoom] = {}
        self.process = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._loop = loop
        # One thread: what is asked first is done first, and a document stays in the thread that made it.
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rooms")
        self._stirred = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None

    async def ask(self, question: Callable[..., Any], *words: Any) -> Any:
        """Run something that asks the database, beside the loop."""
        return await self._loop.run_in_executor(self._pool, _asked, question, words)

    def count_of(self, user_id: int) -> int:
        """Return how many tabs somebody has in the rooms of this process."""
        return sum(m.writer.user_id == user_id for room in self.rooms.values() for m in room.members.values())

    def join(self, writer: Writer, page: int) -> Member:
        """Let somebody into the hall: she hears what goes on in the room, and is not in it yet."""
        member = Member(secrets.randbits(40), writer, page)
        if page not in self.rooms:
            self.rooms[page] = OpenRoom(page, self.ask)
        self.rooms[page].admit(member)
        start_helpers(self._loop)
        if self._watching is None or self._watching.done():
            hub.listeners[self._heard] = self._loop
            self._watching = self._loop.create_task(self._watch())
        return member

    async def greet(self, member: Member, user: User) -> list[dict[str, Any] | bytes]:
        """Return what a newcomer is told first: where she is, and the whole document.

        Raises WikiPage.DoesNotExist, PermissionDenied.
        """
        room = self.rooms[member.page]
        entered: actions.Entered = await self.ask(_enter, user, member.page, self.process)
        room.begin(entered)
        member.is_greeted = True
        people = room.people()
        room.tell({"type": "people", "people": people}, but=member)
        self._tell_others(room, [member])
        self._stirred.set()
        hello = {"type": "hello", "key": entered.key, "base": entered.base_revision_id, "you": member.number}
        return [hello | {"people": people}, entered.document]

    def typed(self, member: Member, update: bytes) -> None:
        """Somebody wrote. Raises BadMessage."""
        self.rooms[member.page].typed(member, update)

    def moved(self, member: Member, caret: list[str] | None) -> None:
        """Somebody's cursor is elsewhere."""
        room = self.rooms[member.page]
        member.caret = caret
        room.tell({"type": "caret", "n": member.number, "caret": caret}, but=member)
        self._tell_others(room, [member])

    async def brought(self, member: Member, text: str, before: str | None, base: int | None) -> None:
        """Somebody comes with a text that was typed elsewhere."""
        await self.rooms[member.page].bring(member, text, before, base)

    async def leave(self, member: Member, *, is_goodbye: bool) -> None:
        """Somebody went. The last one puts out the light, after what was typed is kept."""
        room = self.rooms[member.page]
        member.is_here = False
        room.is_awaiting |= not is_goodbye
        del room.members[member.number]
        if member.is_greeted:
            room.tell_who_is_here()
            self._tell_others(room, [member], gone=True)
        if room.members:
            return
        await room.settle()
        if not room.members and self.rooms.get(member.page) is room:
            del self.rooms[member.page]
            # Asked at once and not waited for before it: whoever comes in meanwhile is asked after it.
            await self.ask(_leave, member.page, self.process, not room.is_awaiting)

    def _tell_others(self, room: OpenRoom, members: list[Member], *, gone: bool = False) -> None:
        """Tell other processes of people here."""
        words = [
            json.dumps({"from": self.process, "gone": gone, "card": member.card | {"caret": member.caret}})
            for member in members
        ]
        self._pool.submit(_asked, call_others, (room.page, *words))

    def _heard(self, hint: Hint) -> None:
        """Note, in any thread, what other processes say and what the diary says of pages."""
        pages = {int(t[5:]) for t in hint.topics if t.startswith("page:") and t[5:].isdigit()} & set(self.rooms)
        is_room = hint.audience.startswith("room:") and hint.audience[5:].isdigit()
        if pages or is_room:
            self._loop.call_soon_threadsafe(self._note, int(hint.audience[5:]) if is_room else 0, hint.topics)

    def _note(self, page: int, topics: tuple[str, ...]) -> None:
        room = self.rooms.get(page)
        for words in topics if room else ():
            if room and words.startswith("{"):
                told = json.loads(words)
                if told["from"] == self.process:
                    continue
                number = told["card"]["n"]
                known = room.guests.pop(number, None)
                if not told["gone"]:
                    room.guests[number] = {"card": told["card"], "until": self._loop.time() + FORGOTTEN}
                if known is None or told["gone"]:
                    room.tell_who_is_here()
                else:
                    room.tell({"type": "caret", "n": number, "caret": told["card"]["caret"]})
        self._stirred.set()

    async def _watch(self) -> None:
        """Look at the database while somebody is in a room."""
        checked = stayed = self._loop.time()
        try:
            while self.rooms:
                try:
                    async with asyncio.timeout(LOOK):
                        await self._stirred.wait()
                except TimeoutError:
                    pass
                self._stirred.clear()
                now = self._loop.time()
                try:
                    if now - checked >= CHECK:
                        checked = now
                        await self._check_rights()
                    if now - stayed >= STAY:
                        stayed = now
                        await self._stay()
                    await self._look()
                except Exception:  # the database may be away; who cannot be checked hears nothing more
                    log.exception("rooms end, because rights or texts cannot be read")
                    for room in self.rooms.values():
                        room.end(UNAVAILABLE)
        finally:
            hub.listeners.pop(self._heard, None)

    async def _check_rights(self) -> None:
        members = [m for room in self.rooms.values() for m in room.members.values() if m.is_here]
        people = [(member.writer, member.page) for member in members]
        allowed = await self._loop.run_in_executor(sessions.pool, still_allowed, people)
        for member, may in zip(members, allowed, strict=True):
            if not may:
                member.end(GONE)

    async def _stay(self) -> None:
        await self.ask(_stay, self.process, list(self.rooms))
        for room in list(self.rooms.values()):
            self._tell_others(room, [member for member in room.members.values() if member.is_greeted])
            late = [number for number, guest in room.guests.items() if guest["until"] < self._loop.time()]
            for number in late:
                del room.guests[number]
            if late:
                room.tell_who_is_here()

    async def _look(self) -> None:
        """Bring rooms up to date with versions saved elsewhere, and with what other processes kept."""
        news = await self.ask(_look, list(self.rooms))
        for page, (key, seq, base) in news.items():
            room = self.rooms.get(page)
            if room and room.key and (room.key != key or room.seq < seq or room.base != base):
                try:
                    await room.catch_up()
                except BadDocument:  # what somebody typed there spoils this room, and no other
                    room.end(ANEW)


def _asked(question: Callable[..., Any], words: tuple[Any, ...]) -> Any:
    close_old_connections()
    try:
        return question(*words)
    finally:
        close_old_connections()


def _enter(user: User, page: int, process: str) -> actions.Entered:
    return actions.enter_room(actor=user, page=page, process=process)


def _leave(page: int, process: str, is_goodbye: bool) -> None:
    actions.leave_room(process=process, page=page, is_goodbye=is_goodbye)


def _stay(process: str, pages: list[int]) -> None:
    actions.stay_in_rooms(process=process, pages=pages)


def _look(pages: list[int]) -> dict[int, tuple[str, int, int | None]]:
    """Let rooms follow their pages; returns {page: (key, last number, base revision)}."""
    news = room_news(pages)
    for page, (_key, _seq, base, live) in news.items():
        if base != live:
            actions.follow_page(page=page)
    if any(base != live for _key, _seq, base, live in news.values()):
        news = room_news(pages)
    return {page: (key, seq, base) for page, (key, seq, base, _live) in news.items()}
