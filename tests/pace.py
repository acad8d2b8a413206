"""Limits of time that a slow machine does not break: seconds as the machine of today has them, never fewer."""

from time import monotonic, thread_time

# What the loop below takes where the limits were chosen: seconds of processor time.
_CHOSEN_WITH = 0.0065
_KEPT_FOR = 10.0
_measured = [-_KEPT_FOR, 1.0]  # when, and how much slower than that this machine is


def seconds(limit: float) -> float:
    """Return a limit, in seconds of processor time, stretched by how much slower than the chosen one this machine is now."""
    if monotonic() - _measured[0] > _KEPT_FOR:
        _measured[:] = monotonic(), max(1.0, min(_loop() for _ in range(3)) / _CHOSEN_WITH)
    return limit * _measured[1]


def _loop() -> float:
    started, total = thread_time(), 0
    for n in range(100_000):
        total += n * n
    return thread_time() - started
