"""The worker: a dispatcher of the diary, a doer of chores and one who runs errands: threads of the process that starts it."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections, connections
from django.utils.module_loading import import_string
from django_tasks_db.management.commands.db_worker import Worker as TaskRunner
from django_tasks_db.models import DBTaskResult

from intranet.activity import dispatch
from intranet.locks import only_one

# Rows written by other processes wake nobody here; this is how long they wait at most.
LOOK_EVERY = 0.5
# Who comes first is served at once, who comes within this time after goes round together: a commit of the search index
# takes twenty milliseconds of processor time for one page and hardly more for thirty.
TOGETHER = 0.5
TASKS_EVERY = 1.0
DUTIES_EVERY = 5.0
SWEEP_EVERY = 24 * 3600.0

log = logging.getLogger(__name__)


def load_duties() -> dict[str, Callable[[], Any]]:
    """Import the functions named in `settings.WORKER_DUTIES`; one that is not there stops the start."""
    return {path: import_string(path) for path in settings.WORKER_DUTIES}


def load_errands() -> dict[str, Callable[[], Any]]:
    """Import the functions named in `settings.WORKER_ERRANDS`; one that is not there stops the start."""
    return {path: import_string(path) for path in settings.WORKER_ERRANDS}


def run_ready_tasks() -> None:
    """Run the background tasks that are due (Wagtail's reference index and such).

    Asks before it starts the library's runner, which would take SQLite's write lock every second for nothing.
    """
    if not DBTaskResult.objects.ready().exists():
        return
    TaskRunner(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=f"loikka-{threading.get_ident()}", excluded_queue_names=[],
    ).run()  # fmt: skip


def sweep() -> None:
    """Throw away ended sessions, the results of old tasks, and what the apps name in `settings.WORKER_SWEEPS`."""
    with only_one("sweep") as mine:
        if mine:
            call_command("clearsessions")
            call_command("prune_db_task_results", verbosity=0)
            for path in settings.WORKER_SWEEPS:
                import_string(path)()


class Worker:
    """Daemon threads: one brings the diary round, one does everything that may take its time, one waits for others outside."""

    def __init__(self) -> None:
        self.readers = dispatch.load_readers()
        self.duties = load_duties()
        self.errands = load_errands()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, args=(job,), name=f"worker-{job.__name__}", daemon=True)
            for job in (self._bring_round, self._do_chores, self._run_errands)
        ]
        self._due = {"tasks": 0.0, "duties": 0.0, "sweep": time.monotonic() + 60}

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """Finish what is in hand and return whether the threads ended in time; what was not finished is found again.

        An errand is not waited for: the thread ends with the process.
        """
        self._stopping.set()
        dispatch.wake()
        end = time.monotonic() + timeout
        *ours, errands = self._threads
        for thread in ours:
            thread.join(max(0.0, end - time.monotonic()))
        errands.join(max(0.0, min(0.5, end - time.monotonic())))
        return not any(thread.is_alive() for thread in ours)

    def _keep(self, job: Callable[[], None]) -> None:
        """Call `job` until told to stop; what it raises is written down and it is called again a second later."""
        while not self._stopping.is_set():
            try:
                job()
            except Exception:
                log.exception("the worker goes on after an error")
                connections.close_all()
                self._stopping.wait(1.0)
        connections.close_all()

    def _bring_round(self) -> None:
        dispatch.news.wait(LOOK_EVERY)
        # Cleared before looking: a row that comes during the look wakes the next one.
        dispatch.news.clear()
        close_old_connections()
        started = time.monotonic()
        if dispatch.dispatch_due(self.readers, keep_going=lambda: not self._stopping.is_set()):
            self._stopping.wait(max(0.0, started + TOGETHER - time.monotonic()))

    def _do_chores(self) -> None:
        close_old_connections()
        if self._is_due("tasks", TASKS_EVERY):
            run_ready_tasks()
        if self._is_due("duties", DUTIES_EVERY):
            for name, duty in self.duties.items():
                with only_one(f"duty-{name}") as mine:
                    if mine and not self._stopping.is_set():
                        self._do_duty(name, duty)
        if self._is_due("sweep", SWEEP_EVERY):
            sweep()
        self._stopping.wait(TASKS_EVERY)

    def _run_errands(self) -> None:
        close_old_connections()
        for name, errand in self.errands.items():
            with only_one(f"errand-{name}") as mine:
                if mine and not self._stopping.is_set():
                    self._do_duty(name, errand)
        self._stopping.wait(DUTIES_EVERY)

    def _do_duty(self, name: str, duty: Callable[[], Any]) -> None:
        try:
            duty()
        except Exception:
            log.exception("duty %s failed and is tried again", name)

    def _is_due(self, chore: str, every: float) -> bool:
        if time.monotonic() < self._due[chore]:
            return False
        self._due[chore] = time.monotonic() + every
        return True
