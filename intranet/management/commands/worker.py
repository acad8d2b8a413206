"""The worker as a process of its own, for houses with several web processes."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from intranet.activity.worker import Worker


class Command(BaseCommand):
    help = "Bring the diary to its readers, run background tasks and duties, until stopped."
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        worker = Worker()
        worker.start()
        self.stdout.write("The worker is at work; Ctrl-C stops it.")
        self.stdout.flush()
        while not stopping.wait(3600):
            pass
        worker.stop(timeout=30)
