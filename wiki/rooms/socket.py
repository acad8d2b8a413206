"""The WebSocket at /live/pages/<number>, as plain ASGI beside the live streams.

Bytes are updates of the shared document, in both directions. Words are JSON objects by their `type`:
from a browser `caret` and `bring` (a text that was typed elsewhere); to a browser `hello`, `people`, `caret`, `kept`,
`brought` and `saved`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied

from intranet.activity.live import rights as sessions
from intranet.activity.live.stream import is_our_host, is_our_page, session_key
from intranet.people.models import User
from wiki.models import WikiPage
from wiki.rooms.hall import Hall, hall_of
from wiki.rooms.people import SMALL, WEAVING_COSTS, BadMessage, Member, as_json, caret_of, words_of
from wiki.rooms.rights import Writer, writer_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATH = re.compile(r"/live/pages/([1-9][0-9]{0,9})\Z")
MOST_PER_PERSON = 20
# A client that takes nothing for so long is gone.
STUCK = 20.0
# Left by going elsewhere, not by falling off the network.
GOODBYES = {1000, 1001}


async def socket_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Let somebody write in a page together with others, or refuse as if there were nothing."""
    await receive()  # websocket.connect
    hall = hall_of(asyncio.get_running_loop())
    came = await _who_comes(scope, hall)
    if came is None:
        return await _refuse(scope, send)
    writer, user, page = came
    member = hall.join(writer, page)
    code = 1006
    try:
        try:
            greeting = await hall.greet(member, user)
        except (WikiPage.DoesNotExist, PermissionDenied):
            return await _refuse(scope, send)
        await send({"type": "websocket.accept"})
        for message in greeting:
            kind = "bytes" if isinstance(message, bytes) else "text"
            await send({"type": "websocket.send", kind: message if kind == "bytes" else as_json(message)})
        code = await _run(hall, member, receive, send)
    except OSError:
        return None  # gone before it began
    finally:
        # When the house closes it ends this task, once: what was typed is kept all the same.
        leaving = asyncio.ensure_future(hall.leave(member, is_goodbye=code in GOODBYES))
        with suppress(asyncio.CancelledError):
            await asyncio.shield(leaving)
        await leaving


async def _who_comes(scope: Scope, hall: Hall) -> tuple[Writer, User, int] | None:
    """Return who comes, as which account, to which page; None for nobody and for what no page of ours sent."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    path = PATH.match(scope["path"])
    # A browser always says whose page opens a WebSocket; a program of somebody's has the API.
    if path is None or b"origin" not in headers or not is_our_host(headers.get(b"host", "")):
        return None
    key = session_key(headers.get(b"cookie", "")) if is_our_page(headers) else ""
    if not key:
        return None
    loop = asyncio.get_running_loop()
    known = await loop.run_in_executor(sessions.pool, writer_of, key)
    if known is None or hall.count_of(known[0].user_id) >= MOST_PER_PERSON:
        return None
    return *known, int(path[1])


async def _refuse(scope: Scope, send: Send) -> None:
    """Answer like an address that does not exist, whatever the reason is."""
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        return await send({"type": "websocket.close", "code": 1008})
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "websocket.http.response.start", "status": 404, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})


async def _run(hall: Hall, member: Member, receive: Receive, send: Send) -> int:
    """Pass on what comes and goes until one side ends it; returns the code it ended with."""
    writing = asyncio.ensure_future(_write(member, send))
    reading = asyncio.ensure_future(_read(hall, member, receive))
    try:
        await asyncio.wait({writing, reading}, return_when=asyncio.FIRST_COMPLETED)
        if reading.done() and reading.result() == 0:
            # The last words of the house: why it ends.
            with suppress(TimeoutError):
                async with asyncio.timeout(STUCK):
                    await writing
        return reading.result() if reading.done() else 1006
    finally:
        for task in (writing, reading):
            task.cancel()
        # What was raised there meanwhile (a client that went) is no news.
        await asyncio.gather(writing, reading, return_exceptions=True)


async def _write(member: Member, send: Send) -> None:
    while True:
        message = await member.next()
        try:
            async with asyncio.timeout(STUCK):
                await send(message)
        except (TimeoutError, OSError):
            return
        if message["type"] == "websocket.close":
            return


async def _read(hall: Hall, member: Member, receive: Receive) -> int:
    """Take what the client sends until it goes (its code) or sends what it may not (0)."""
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return int(message.get("code") or 1006)
        try:
            await _take(hall, member, message)
        except BadMessage as problem:
            member.end(problem.code)
            return 0


async def _take(hall: Hall, member: Member, message: MutableMapping[str, Any]) -> None:
    data, text = message.get("bytes"), message.get("text")
    size = len(data if data is not None else text or "")
    if size > settings.SOCKET_MESSAGE_BYTES:
        raise BadMessage
    member.pay(size)
    if data is not None:
        return hall.typed(member, data)
    words = words_of(text or "")
    if words.get("type") == "caret" and size <= SMALL:
        hall.moved(member, caret_of(words))
    elif words.get("type") == "bring":
        member.pay(0, WEAVING_COSTS)
        brought, before, base = words.get("text"), words.get("before"), words.get("base")
        if not isinstance(brought, str) or not isinstance(before, str | None) or type(base) not in (int, type(None)):
            raise BadMessage
        await hall.brought(member, brought, before, base if base is not None and 0 < base < 2**63 else None)
    else:
        raise BadMessage
