"""Redis as the cache of the house, and each process's own memory while Redis is away.

Only what may be forgotten is kept here: rate limits, and answers under keys that change with what they depend on. So a
house without its Redis goes on: people sign in, and limits hold, though each process counts by itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

# Seconds without asking Redis after it failed: one that does not answer must not cost every request its timeout.
REST = 5.0
# Seconds to wait for Redis before it counts as away.
PATIENCE = 1.0
MOST_KEPT = 20_000

log = logging.getLogger(__name__)


class SoftRedisCache(BaseCache):
    """Redis where it answers, else a cache in this process's memory. Falls back at once, comes back by itself."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        options = {**patience, **params.get("OPTIONS", {})}
        self._there = RedisCache(server, {**params, "OPTIONS": options})
        self._here = LocMemCache(f"without {server}", {**params, "OPTIONS": {"MAX_ENTRIES": MOST_KEPT}})
        self._state = _state_of(str(server))

    def _ask(self, what: Callable[[BaseCache], Any]) -> Any:
        if self._state.away_until > time.monotonic():
            return what(self._here)
        try:
            answer = what(self._there)
        except (RedisError, OSError) as problem:
            self._state.fall(problem)
            return what(self._here)
        if self._state.away_until:
            self._state.stand()
        return answer

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value unless there is one; say whether it was kept."""
        return bool(self._ask(lambda cache: cache.add(key, value, timeout, version)))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept, or the default."""
        return self._ask(lambda cache: cache.get(key, default, version))

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value."""
        self._ask(lambda cache: cache.set(key, value, timeout, version))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value for longer."""
        return bool(self._ask(lambda cache: cache.touch(key, timeout, version)))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value."""
        return bool(self._ask(lambda cache: cache.delete(key, version)))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count up; raises ValueError for a key that is not there."""
        return int(self._ask(lambda cache: cache.incr(key, delta, version)))

    def clear(self) -> None:
        """Forget everything."""
        self._ask(lambda cache: cache.clear())
        self._here.clear()


class _State:
    """Whether a Redis is away, for all threads of this process."""

    def __init__(self) -> None:
        self.away_until = 0.0
        self._lock = threading.Lock()

    def fall(self, problem: Exception) -> None:
        with self._lock:
            if not self.away_until:
                log.warning("the cache is away, each process uses its own memory until it is back: %s", problem)
            self.away_until = time.monotonic() + REST

    def stand(self) -> None:
        with self._lock:
            if self.away_until:
                log.warning("the cache is back")
            self.away_until = 0.0


@lru_cache
def _state_of(server: str) -> _State:
    """Django makes a cache for every thread; what they learn about a server they share."""
    return _State()
