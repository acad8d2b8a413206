"""Brings hints to the streams of every process: over Redis where there is one, else PostgreSQL, else only this process.

The database is the truth and a hint is only a hint: when the bridge breaks nothing is lost but seconds, and everybody is
told to look again when it stands.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection

from intranet.activity.live.hub import Hint, hub

CHANNEL = "loikka_live"
# PostgreSQL refuses a payload of 8,000 bytes.
MAX_PAYLOAD = 7_500
# Seconds between attempts to stand up again: the first, and the longest.
FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0
# Silent for 15 seconds, then three questions: names of these numbers differ between systems, and not all have them.
KEEPALIVE = {
    getattr(socket, name): value
    for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))
    if hasattr(socket, name)
}

log = logging.getLogger(__name__)


def publish(hints: Sequence[Hint]) -> None:
    """Send hints to every process; called by readers of the diary, in any thread."""
    if not hints:
        return
    if settings.REDIS_URL:
        _publish_redis(hints)
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for payload in payloads(hints):
                cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
    else:
        hub.deliver(hints)


def _publish_redis(hints: Sequence[Hint]) -> None:
    from redis import RedisError

    try:
        for payload in payloads(hints):
            _redis().publish(CHANNEL, payload)
    except (RedisError, OSError) as problem:
        log.warning("live hints do not reach other processes: %s", problem)
        hub.deliver(hints)


@cache
def _redis() -> Any:
    from redis import Redis

    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)


def payloads(hints: Sequence[Hint]) -> list[str]:
    """Return the hints as JSON texts, none of them too long for the channel."""
    packed: list[str] = []
    current: list[str] = []
    size = 2
    for hint in hints:
        words = json.dumps(hint, separators=(",", ":"))
        if current and size + len(words) + 1 > MAX_PAYLOAD:
            packed.append(f"[{','.join(current)}]")
            current, size = [], 2
        current.append(words)
        size += len(words) + 1
    packed.append(f"[{','.join(current)}]")
    return packed


def receive(payload: str | bytes) -> None:
    """Deliver what came over the bridge; what is not ours is passed over."""
    try:
        hints = [Hint(str(audience), tuple(map(str, topics))) for audience, topics in json.loads(payload)]
    except (ValueError, TypeError):
        log.warning("a live message that is none of ours")
        return
    hub.deliver(hints)


def is_needed() -> bool:
    """Do hints come from outside this process?"""
    return bool(settings.REDIS_URL) or connection.vendor == "postgresql"


async def listen(standing: asyncio.Event) -> None:
    """Hear what other processes say, for as long as anybody here has a stream open; stands up again after a fall.

    `standing` is set while what others say arrives here.
    """
    wait, fallen = FIRST_WAIT, False

    def stand() -> None:
        # Only now: what was said before the channel was open reached nobody here.
        standing.set()
        if fallen:
            hub.stir()

    while True:
        started = asyncio.get_running_loop().time()
        try:
            await (_listen_redis(stand) if settings.REDIS_URL else _listen_postgres(stand))
        except asyncio.CancelledError:
            raise
        except Exception as problem:  # whatever a client library raises, the streams go on
            log.warning("the bridge for live hints is down: %s", problem)
        finally:
            standing.clear()
        fallen = True
        if asyncio.get_running_loop().time() - started > LONGEST_WAIT:
            wait = FIRST_WAIT
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)


async def _listen_redis(stand: Callable[[], None]) -> None:
    from redis.asyncio import Redis

    # Keepalive by the kernel: a network that swallows everything without a word is noticed in half a minute.
    kept: dict[str, Any] = {
        "socket_keepalive": True,
        "socket_keepalive_options": KEEPALIVE,
        "socket_connect_timeout": 5,
    }
    async with Redis.from_url(settings.REDIS_URL, **kept) as client, client.pubsub() as channel:
        await channel.subscribe(CHANNEL)
        async for message in channel.listen():
            if message["type"] == "subscribe":
                stand()
            elif message["type"] == "message":
                receive(message["data"])


async def _listen_postgres(stand: Callable[[], None]) -> None:
    import psycopg

    known = connection.get_connection_params()
    # What Django adds for itself; the rest is the address, the account and the options.
    own = {"cursor_factory", "context", "prepare_threshold", "server_side_binding", "isolation_level", "pool"}
    params = {name: value for name, value in known.items() if name not in own}
    listener = await psycopg.AsyncConnection.connect(autocommit=True, **params)
    async with listener:
        await listener.execute(f"LISTEN {CHANNEL}")
        stand()
        async for message in listener.notifies():
            receive(message.payload)
