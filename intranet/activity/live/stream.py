"""The event stream at /live/events, as plain ASGI: a connection held open costs no thread."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from intranet.activity.live import bridge, rights
from intranet.activity.live.hub import Stream, hub

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATH = "/live/events"
MOST_PER_PERSON = 20
# Proxies close connections that are silent for a minute.
HEARTBEAT = 20.0
# Streams of somebody who signed out or lost a membership end within these two together.
CHECK = 1.5
WHOLE_CHECK = 3.0
# A client that takes nothing for so long is gone.
STUCK = 20.0
# How long a new stream waits for the bridge to other processes; without it, it goes on with what this one says.
BRIDGE_WAIT = 1.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
log = logging.getLogger(__name__)
# What runs beside the streams of a loop while there are any.
_helpers: dict[asyncio.AbstractEventLoop, list[asyncio.Task[None]]] = {}
# Set while hints of other processes arrive at the streams of a loop.
_standing: dict[asyncio.AbstractEventLoop, asyncio.Event] = {}


async def live_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request below /live/: the event stream, or what is wrong with the request."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if scope["path"] != PATH:
        return await refuse(send, 404)
    if scope["method"] != "GET":
        return await refuse(send, 405)
    if not is_our_host(headers.get(b"host", "")):
        return await refuse(send, 400)
    if not is_our_page(headers):
        return await refuse(send, 403)
    loop = asyncio.get_running_loop()
    key = session_key(headers.get(b"cookie", ""))
    who = await loop.run_in_executor(rights.pool, rights.sign_in, key) if key else None
    if who is None:
        return await refuse(send, 401)
    stream = Stream(who.user_id, key, who.session_hash, loop, who.audiences, who.rights_version, loop.time())
    if not hub.join(stream, MOST_PER_PERSON):
        return await refuse(send, 429)
    try:
        standing = start_helpers(loop)
        # Whoever is told that the stream is open hears everything from then on.
        with suppress(TimeoutError):
            async with asyncio.timeout(BRIDGE_WAIT):
                await standing.wait()
        await run(stream, receive, send)
    finally:
        hub.leave(stream)


async def refuse(send: Send, status: int) -> None:
    """Answer with a status alone."""
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def is_our_host(host: str) -> bool:
    """Was the request meant for this house? The same rule as Django's for pages."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def is_our_page(headers: dict[bytes, str]) -> bool:
    """Does one of our own pages ask? Others get nothing, even with the person's cookie."""
    if headers.get(b"sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get(b"origin")
    if origin is None or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    return urlsplit(origin).netloc == headers.get(b"host")


def session_key(cookies: str) -> str:
    """Return the session's key from the Cookie header, "" without one."""
    jar: SimpleCookie = SimpleCookie()
    with suppress(CookieError):
        jar.load(cookies)
    found = jar.get(settings.SESSION_COOKIE_NAME)
    value = found.value if found else ""
    return value if value.isascii() and value.isalnum() and len(value) <= 64 else ""


async def run(stream: Stream, receive: Receive, send: Send) -> None:
    """Tell a stream what it may hear, until its client goes or it must end."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await write(send, b"retry: 3000\n\n")
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        while not stream.is_over and not gone.done():
            news = asyncio.ensure_future(stream.news.wait())
            await asyncio.wait({news, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
            if gone.done():
                return
            topics = stream.take()
            if topics and not stream.is_over:
                await write(send, f"event: hint\ndata: {json.dumps({'topics': topics})}\n\n".encode())
            elif not topics and not stream.is_over:
                await write(send, b": still here\n\n")
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except TimeoutError:
        log.info("a stream of person %s took nothing for %s seconds", stream.user_id, STUCK)
    finally:
        gone.cancel()


async def write(send: Send, body: bytes) -> None:
    """Send a piece; raises TimeoutError when the client does not take it."""
    async with asyncio.timeout(STUCK):
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def start_helpers(loop: asyncio.AbstractEventLoop) -> asyncio.Event:
    """Start what watches over the streams and what brings hints from other processes, once a loop.

    Returns what is set while hints of other processes arrive.
    """
    if any(not task.done() for task in _helpers.get(loop, ())):
        return _standing[loop]
    for closed in [other for other in _helpers if other.is_closed()]:
        del _helpers[closed], _standing[closed]
    _helpers[loop] = [loop.create_task(_watch(loop))]
    standing = _standing[loop] = asyncio.Event()
    if bridge.is_needed():
        _helpers[loop].append(loop.create_task(bridge.listen(standing)))
    else:
        standing.set()
    return standing


async def _watch(loop: asyncio.AbstractEventLoop) -> None:
    """Look again and again at what the streams may hear; ends, with its helpers, when there are none."""
    try:
        while (mine := [stream for stream in hub.streams() if stream.loop is loop]) or loop in hub.listeners.values():
            await asyncio.sleep(CHECK)
            try:
                if mine:
                    await look_again(loop, mine)
            except Exception:  # the database may be away; who cannot be checked hears nothing more
                log.exception("live streams end, because rights cannot be read")
                for stream in mine:
                    stream.end()
    finally:
        _standing.pop(loop, None)
        for task in _helpers.pop(loop, ()):
            if task is not asyncio.current_task():
                task.cancel()


async def look_again(loop: asyncio.AbstractEventLoop, streams: list[Stream]) -> None:
    """Bring the rights of these streams up to date and end those that may not go on."""
    now = loop.time()
    questions = [
        rights.Question(s.user_id, s.session_key, s.session_hash, s.rights_version, now - s.checked_at >= WHOLE_CHECK)
        for s in streams
    ]
    answers = await loop.run_in_executor(rights.pool, rights.look_again, questions)
    for stream, question, answer in zip(streams, questions, answers, strict=True):
        if answer is None:
            stream.end()
        elif question.whole or answer.rights_version != question.rights_version:
            stream.audiences, stream.rights_version, stream.checked_at = answer.audiences, answer.rights_version, now
