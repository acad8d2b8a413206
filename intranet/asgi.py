"""The site as an ASGI application: pages by Django under WSGI in a bounded pool of threads, /live/* beside it.

A stream held open inside Django costs one operating-system thread each (500 streams: 502 threads measured); as plain
ASGI they cost none, and pages need a quarter of the processor time that Django's own ASGI handler takes for them.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from threading import Thread
from typing import Any
from urllib.parse import quote

from a2wsgi import WSGIMiddleware
from django.conf import settings  # after wsgi.py has said which settings
from django.utils.module_loading import import_string

from intranet.wsgi import application as pages

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LIVE = "/live/"
# Seconds after the start: the first pages come before what may be needed later.
WARM_AFTER = 5.0
MAX_HEADERS = 100
MAX_HEADER_BYTES = 64 * 1024

_pool: Any = WSGIMiddleware(pages, workers=settings.WEB_THREADS)
_streams: set[asyncio.Task[Any]] = set()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one connection."""
    if scope["type"] == "http":
        if not _tidy(scope):
            await _refuse(send)
        elif scope["path"].startswith(LIVE):
            await _stream(settings.LIVE_APP, scope, receive, send)
        else:
            # Cancelled only when the house closes and a page takes longer than the grace it is given.
            with suppress(asyncio.CancelledError):
                await _pool(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["path"].startswith(LIVE):
        await _stream(settings.SOCKET_APP, scope, receive, send)
    else:
        await receive()
        await send({"type": "websocket.close", "code": 1000})


async def _stream(app: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Let a live application answer, and know of it, so that it can be ended when the house closes."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # a server runs each request in a task
    _streams.add(task)
    try:
        with suppress(asyncio.CancelledError):
            await import_string(app)(scope, receive, send)
    finally:
        _streams.discard(task)


def close_streams() -> None:
    """End every open stream; browsers come back by themselves when the house opens again."""
    for task in list(_streams):
        task.cancel()


def _tidy(scope: Scope) -> bool:
    """Make the request fit for WSGI, or return False when its head is too large.

    A name with an underscore is dropped: in WSGI `X_Real_IP` and `X-Real-IP` are one name, which lets a client forge
    what a proxy says. Bytes beyond ASCII in the query are escaped as a browser would.
    """
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    if len(headers) > MAX_HEADERS or sum(len(name) + len(value) for name, value in headers) > MAX_HEADER_BYTES:
        return False
    scope["headers"] = headers
    query: bytes = scope["query_string"]
    if not query.isascii():
        scope["query_string"] = quote(query, safe="%&=+;/?:@,!$'()*~").encode()
    return True


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 431, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"Request header fields too large\n"})


def _warm_up() -> None:
    """Load, beside the event loop, what the first question would otherwise wait for."""
    for path in settings.WARM_UP:
        Thread(target=import_string(path), name="warm-up", daemon=True).start()


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.startup":
            asyncio.get_running_loop().call_later(WARM_AFTER, _warm_up)
        if message["type"] == "lifespan.shutdown":
            return
