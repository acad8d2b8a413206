"""Open the house: prepare what is missing, then web and worker in one process until told to stop."""

import os
import signal
import socket
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import IO, Any

import uvicorn
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

from intranet import prepare
from intranet.activity.worker import Worker
from intranet.locks import lock_file
from intranet.people.demo_accounts import DEMO_CAST

GRACE = 2  # seconds that requests in hand and open live streams get to end


class Command(BaseCommand):
    help = "Prepare what is missing, then serve web and worker until stopped (PORT, HOST, DATA_DIR, DATABASE_URL, ...)."
    # The others take a second, and tests have asked them.
    requires_system_checks = ["sign_in"]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workers", type=int, default=1, metavar="N", help="web processes (default: 1, embedded)")
        parser.add_argument("--no-worker", action="store_true", help="web only; `manage.py worker` runs elsewhere")
        parser.add_argument("--prepare-only", action="store_true", help="prepare what is missing, then stop")

    def handle(self, **options: Any) -> None:
        lock = self._lock()
        try:
            listener = None if options["prepare_only"] else self._listen()
            self._prepare()
            if listener is not None:
                self._serve(listener, options["workers"], with_worker=not options["no_worker"])
        except KeyboardInterrupt:
            self._say("Stopped.")
            sys.exit(130)
        except OperationalError as error:
            raise CommandError(f"The database cannot be used: {str(error).strip()}") from error
        finally:
            lock.close()

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def _lock(self) -> IO[str]:
        path = settings.DATA_DIR / "locks" / "serve"
        lock = lock_file(path)
        if lock is None:
            raise CommandError(
                f"Loikka already runs on {settings.DATA_DIR} (process {path.read_text() or '?'}): "
                "stop it, or choose another DATA_DIR."
            )
        return lock

    def _listen(self) -> socket.socket:
        """Take the port before the long preparation, so that a taken one is said at once."""
        family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.HOST, settings.PORT))
        except OSError as error:
            listener.close()
            raise CommandError(
                f"Port {settings.PORT} on {settings.HOST} cannot be used ({error.strerror}): choose another one with PORT=…"
            ) from error
        listener.set_inheritable(True)
        return listener

    def _prepare(self) -> None:
        prepare.bring_up_to_date(self._say)
        prepare.collect_static(self._say)
        prepare.fill_new_house(self._say)

    def _serve(self, listener: socket.socket, processes: int, *, with_worker: bool) -> None:
        config = uvicorn.Config(
            "intranet.asgi:application", workers=processes, log_level="warning", access_log=False,
            server_header=False, timeout_graceful_shutdown=GRACE, lifespan="on",
            proxy_headers=settings.BEHIND_PROXY,
            # No compression: a small message that becomes a large one costs memory before it can be refused.
            ws="websockets-sansio", ws_max_size=settings.SOCKET_MESSAGE_BYTES, ws_per_message_deflate=False,
        )  # fmt: skip
        worker = Worker() if with_worker else None
        # uvicorn raises the signal that stopped it once more after its own end; by then it is only noted, so that the
        # worker can finish what it has in hand.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        if processes > 1:
            from uvicorn.supervisors import Multiprocess

            connections.close_all()
            if worker:
                worker.start()
            self._announce()
            Multiprocess(config, [listener]).run()
        else:
            _Server(config, [*([worker.start] if worker else []), self._announce]).run(sockets=[listener])
        if worker and not worker.stop():
            self._say("The worker was in the middle of something; it is done again at the next start.")
        self._say("Stopped.")
        connections.close_all()
        _leave()

    def _announce(self) -> None:
        self._say(f"\nLoikka is open at {settings.BASE_URL}/")
        known = set(get_user_model().objects.filter(email__in=DEMO_CAST).values_list("email", flat=True))
        if known:
            self._say(f"Sign in as one of the demo company; everybody's password is {settings.DEMO_PASSWORD}")
            for email, what in DEMO_CAST.items():
                if email in known:
                    self._say(f"  {email:<22} {what}")
        elif not get_user_model().objects.exists():
            self._say("Nobody lives here yet: make the first administrator with `manage.py createsuperuser`.")
        self._say("Ctrl-C stops it.")


class _Server(uvicorn.Server):
    """uvicorn, doing something more once it answers."""

    def __init__(self, config: uvicorn.Config, then: list[Callable[[], None]]) -> None:
        super().__init__(config)
        self.then = then

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # On a thread of its own: it asks the database, which must not happen on the event loop.
        threading.Thread(target=self._go_on, daemon=True).start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        from intranet.asgi import close_streams

        close_streams()
        await super().shutdown(sockets)

    def _go_on(self) -> None:
        try:
            for step in self.then:
                step()
        finally:
            connections.close_all()


def _leave() -> None:
    """End the process now: Python itself would wait for a request that is stuck in the pool, for as long as it takes.

    Safe, because a request cut off here has not been answered and its transaction is not committed.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
