"""A process that is killed on purpose: records activities, brings them round, dies. Used by test_kill.py.

Run as `python -m tests.activity.house_on_trial KILLS`; DATABASE_URL and DATA_DIR say on what. One process loads
Django once and forks the ones that are killed, so that fifty deaths take seconds.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
import django

django.setup()

from django.db import connection, connections, transaction
from django.utils import timezone

from intranet.activity import dispatch
from intranet.activity.actions import record
from intranet.activity.models import Activity


def build() -> None:
    """Make the two tables the trial needs: the diary, and what readers write."""
    with connection.schema_editor() as editor:
        editor.create_model(Activity)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE heard (reader varchar(10), activity bigint, UNIQUE (reader, activity))")
        cursor.execute("CREATE TABLE calls (reader varchar(10), activity bigint)")


def reader_named(name: str) -> dispatch.Reader:
    """Return a reader that writes what it hears once, and each call for the record."""

    def read(activities: Sequence[Activity]) -> None:
        for activity in activities:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("INSERT INTO calls VALUES (%s, %s)", [name, activity.pk])
                cursor.execute("INSERT INTO heard VALUES (%s, %s) ON CONFLICT DO NOTHING", [name, activity.pk])

    return read


READERS = {name: reader_named(name) for name in ("first", "second")}


def keep_dispatching() -> None:
    """Bring rows round for ever."""
    while True:
        dispatch.dispatch_due(READERS)
        time.sleep(0.002)


def keep_recording(count: int, path: str) -> None:
    """Record `count` activities, every seventh in a transaction that is given up, and note each commit in a file."""
    with open(path, "a") as file:
        for number in range(count):
            try:
                with transaction.atomic():
                    # The object only lends its name and key; any model will do.
                    made = record(actor=None, verb="post.read", object=Activity(pk=number))
                    if number % 7 == 0:
                        raise KeyError(number)
            except KeyError:
                continue
            file.write(f"{made.pk}\n")
            file.flush()
            time.sleep(0.001)


def fork(work: Callable[[], None]) -> int:
    """Run `work` in a child process and return its id."""
    connections.close_all()
    if child := os.fork():
        return child
    try:
        work()
        os._exit(0)
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
        os._exit(1)


def main(kills: int) -> None:
    """Record and kill, then let one dispatcher finish, and compare what was recorded with what was heard."""
    build()
    notes = os.path.join(os.environ["DATA_DIR"], "committed")
    recorder = fork(lambda: keep_recording(kills * 30, notes))
    interrupted = 0
    for _ in range(kills):
        child = fork(keep_dispatching)
        time.sleep(random.uniform(0.01, 0.12))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        interrupted += Activity.objects.filter(dispatched_at__isnull=True).exists()
    assert os.waitstatus_to_exitcode(os.waitpid(recorder, 0)[1]) == 0, "recording failed while others were killed"
    connections.close_all()
    for _ in range(100):  # the lock of the last one killed is freed by the kernel or the server, in its own time
        dispatch.dispatch_due(READERS)
        if not dispatch.due().exists():
            break
        time.sleep(0.1)
    with open(notes) as file:
        committed = {int(line) for line in file}
    with connection.cursor() as cursor:
        cursor.execute("SELECT reader, activity FROM heard")
        heard = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM calls")
        (calls,) = cursor.fetchone()
    delivered = set(Activity.objects.filter(dispatched_at__lte=timezone.now()).values_list("pk", flat=True))
    print(
        f"kills={kills} interrupted={interrupted} committed={len(committed)} "
        f"lost={len({(name, key) for name in READERS for key in committed} - set(heard))} "
        f"doubled={len(heard) - len(set(heard))} invented={len({key for _, key in heard} - committed)} "
        f"undelivered={len(committed - delivered)} repeated={calls - len(heard)}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
