"""Who may do it just now: one process at a time, freed by the kernel or the database when its holder dies."""

import fcntl
import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import DatabaseError, connection

# The first of PostgreSQL's two lock numbers: "loik" in ASCII, so that nobody else's advisory locks are ours.
HOUSE = 0x6C6F696B


def lock_file(path: Path) -> IO[str] | None:
    """Lock a file for as long as the returned handle is open; None when somebody else holds it.

    The holder's process id is written into it, for the sentence the second one says.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = path.open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


# SQLite lets one write at a time, and who waits for it asks again every tenth of a second: where many write, somebody
# may find it taken each time until the patience of 20 seconds is over. A lock of the process wakes them one by one.
_turn = threading.RLock()
PATIENCE = 15.0


@contextmanager
def turn_to_write() -> Iterator[None]:
    """Wait for this thread's turn among the writers of this process; other databases need no turns.

    Only a courtesy: after `PATIENCE` the thread goes on and waits for the database itself.
    """
    has_turn = not connection.features.has_select_for_update and _turn.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if has_turn:
            _turn.release()


def was_thrown_away(error: BaseException) -> bool:
    """Return whether PostgreSQL ended a transaction to let another one go on: deadlock_detected, serialization_failure."""
    return getattr(error.__cause__, "sqlstate", "") in {"40P01", "40001"}


@contextmanager
def only_one(name: str) -> Iterator[bool]:
    """Yield whether this thread is the one that may do `name` now.

    SQLite has one machine, so a locked file in the data folder will do. PostgreSQL may have several: a session's
    advisory lock, which ends with the connection (a pooler in transaction mode breaks it: `docs/operations.md`).
    """
    if connection.vendor != "postgresql":
        handle = lock_file(settings.DATA_DIR / "locks" / name)
        try:
            yield handle is not None
        finally:
            if handle is not None:
                # Said, not only closed: a process forked meanwhile has the file open too and would go on holding it.
                fcntl.flock(handle, fcntl.LOCK_UN)
                handle.close()
        return
    key = [HOUSE, zlib.crc32(name.encode()) & 0x7FFFFFFF]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        # A connection that broke in between took the lock with it.
        with suppress(DatabaseError):
            if mine:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
