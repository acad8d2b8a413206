"""One connection of somebody who writes: what it may send, and what waits to be sent to it. Lives on the event loop."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from django.conf import settings

from intranet.templatetags.ui import hue_of
from wiki.rooms.rights import Writer

# Messages a connection may send at once, and how many each second after that; the same in bytes.
BURST, PACE = 200, 40
BURST_BYTES, PACE_BYTES = 2 * settings.SOCKET_MESSAGE_BYTES, 512 * 1024
# To weave a whole text in costs more than a keystroke.
WEAVING_COSTS = 20
# What waits for a client that takes nothing: after so many messages or bytes it is gone.
MOST_WAITING = 2_000
MOST_WAITING_BYTES = 16 * 1024 * 1024
SMALL = 4_096
# A place in the text, as Yjs writes it: 8 to 40 bytes.
PLACE = re.compile(r"[A-Za-z0-9+/]{1,80}={0,2}\Z")

# Why the house ends a connection.
MALFORMED, GONE, ANEW, FULL, TOO_FAST = 4400, 4403, 4409, 4413, 4429


class BadMessage(ValueError):  # noqa: N818
    """What a client sent cannot be understood, or is too much; `code` is what the connection ends with."""

    def __init__(self, code: int = MALFORMED) -> None:
        super().__init__(code)
        self.code = code


class Member:
    """Somebody's browser tab in a room."""

    def __init__(self, number: int, writer: Writer, page: int) -> None:
        self.number, self.writer, self.page = number, writer, page
        self.caret: list[str] | None = None
        self.kept = 0  # updates of this connection that the database has
        self.is_here = True
        self.is_greeted = False  # has the document, and is shown to the others
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._waiting_bytes = 0
        self._spent_at = self._loop.time()
        self._messages, self._bytes = float(BURST), float(BURST_BYTES)

    @property
    def card(self) -> dict[str, Any]:
        """What the others are told of this person."""
        return {"n": self.number, "id": self.writer.user_id, "name": self.writer.name, "hue": hue_of(self.writer.name)}

    def pay(self, size: int, cost: int = 1) -> None:
        """Take a message of `size` bytes off what this connection may send. Raises BadMessage."""
        now = self._loop.time()
        passed, self._spent_at = now - self._spent_at, now
        self._messages = min(BURST, self._messages + passed * PACE) - cost
        self._bytes = min(BURST_BYTES, self._bytes + passed * PACE_BYTES) - size
        if self._messages < 0 or self._bytes < 0:
            raise BadMessage(TOO_FAST)

    def tell(self, message: dict[str, Any] | bytes) -> None:
        """Send something when the client takes it: words as JSON, an update as bytes."""
        if isinstance(message, bytes):
            self._put({"type": "websocket.send", "bytes": message}, len(message))
        else:
            words = as_json(message)
            self._put({"type": "websocket.send", "text": words}, len(words))

    def end(self, code: int) -> None:
        """End the connection after what waits."""
        if self.is_here:
            self.is_here = False
            self._waiting.put_nowait({"type": "websocket.close", "code": code})

    def _put(self, message: dict[str, Any], size: int) -> None:
        if not self.is_here:
            return
        self._waiting_bytes += size
        if self._waiting.qsize() > MOST_WAITING or self._waiting_bytes > MOST_WAITING_BYTES:
            return self.end(TOO_FAST)
        self._waiting.put_nowait(message)

    async def next(self) -> dict[str, Any]:
        """Return what is to be sent next."""
        message = await self._waiting.get()
        self._waiting_bytes -= len(message.get("bytes") or message.get("text") or "")
        return message


def as_json(message: dict[str, Any] | bytes) -> str:
    """Return a message as it travels."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def words_of(text: str) -> dict[str, Any]:
    """Return a client's JSON object. Raises BadMessage."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadMessage from None
    if not isinstance(found, dict):
        raise BadMessage
    return found


def caret_of(words: dict[str, Any]) -> list[str] | None:
    """Return where a client says its cursor is: two places of the text, None for nowhere. Raises BadMessage."""
    caret = words.get("caret")
    if caret is None:
        return None
    if not (isinstance(caret, list) and len(caret) == 2 and all(isinstance(c, str) and PLACE.match(c) for c in caret)):
        raise BadMessage
    return caret
