"""The hub: every open stream of this process, and who of them may hear a hint."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

EVERYTHING = "*"
# A reader who was away for this many topics is told to look at everything instead.
MANY = 200


class Hint(NamedTuple):
    """Something changed at `topics`; only who may hear of `audience` is told. Neither carries content."""

    audience: str
    topics: tuple[str, ...]


@dataclass(eq=False)
class Stream:
    """One open connection: who listens, and what to tell them next. Changed in the thread of its loop only."""

    user_id: int
    session_key: str
    session_hash: str
    loop: asyncio.AbstractEventLoop
    audiences: frozenset[str] = frozenset()
    rights_version: int = -1
    # When the rights were last read whole, in seconds of the loop's clock.
    checked_at: float = 0.0
    is_over: bool = False
    pending: set[str] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, topics: Iterable[str]) -> None:
        """Note topics to tell; hints of one place that come faster than they are sent become one."""
        self.pending.update(topics)
        if len(self.pending) > MANY:
            self.pending = {EVERYTHING}
        self.news.set()

    def end(self) -> None:
        """Let the stream say goodbye."""
        self.is_over = True
        self.news.set()

    def take(self) -> list[str]:
        """Return what is to be told, and forget it."""
        topics, self.pending = sorted(self.pending), set()
        self.news.clear()
        return topics


class Hub:
    """The streams of this process; hints may come from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: set[Stream] = set()
        # Who else in this process hears every hint, in any thread, and the event loop it does so for.
        self.listeners: dict[Callable[[Hint], None], asyncio.AbstractEventLoop] = {}

    def join(self, stream: Stream, most: int) -> bool:
        """Add a stream, unless this person has `most` already."""
        with self._lock:
            if sum(other.user_id == stream.user_id for other in self._streams) >= most:
                return False
            self._streams.add(stream)
            return True

    def leave(self, stream: Stream) -> None:
        """Take a stream away."""
        with self._lock:
            self._streams.discard(stream)

    def streams(self) -> list[Stream]:
        """Return the streams there are."""
        with self._lock:
            return list(self._streams)

    def deliver(self, hints: Iterable[Hint]) -> None:
        """Tell every stream of this process what it may hear."""
        hints = list(hints)
        by_audience: dict[str, set[str]] = {}
        for hint in hints:
            by_audience.setdefault(hint.audience, set()).update(hint.topics)
        for stream in self.streams():
            # Python walks the smaller of the two: ten thousand hints cost a stream no more than its own audiences.
            topics = {topic for audience in stream.audiences & by_audience.keys() for topic in by_audience[audience]}
            if topics:
                self._call(stream, topics)
        for listener in list(self.listeners):
            for hint in hints:
                # Its loop may be closed in this moment.
                with suppress(RuntimeError):
                    listener(hint)

    def stir(self) -> None:
        """Let everybody look at everything: hints may have been missed."""
        for stream in self.streams():
            self._call(stream, {EVERYTHING})

    @staticmethod
    def _call(stream: Stream, topics: set[str]) -> None:
        # A loop that was closed in this moment has nobody left to tell.
        with suppress(RuntimeError):
            stream.loop.call_soon_threadsafe(stream.tell, topics)


hub = Hub()
