"""Limits of time that a slow machine does not break: seconds as the machine of today has them, never fewer."""

from time import thread_time

# What the loop below takes where the limits were chosen: seconds of processor time.
_CHOSEN_WITH = 0.0065


def seconds(limit: float) -> float:
    """Return a limit, in seconds of processor time, stretched by how much slower than the chosen one this machine is now."""
    taken = []
    for _ in range(3):
        started, total = thread_time(), 0
        for n in range(100_000):
            total += n * n
        taken.append(thread_time() - started)
    return limit * max(1.0, min(taken) / _CHOSEN_WITH)
