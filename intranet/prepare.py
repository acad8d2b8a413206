"""What has to be in order before the house opens: database, static files, the demo company. Each says what it does."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command, get_commands
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection, transaction

from intranet.locks import only_one
from intranet.schema import has_unapplied, migration_files

Say = Callable[[str], None]


class _MigrateWithProgress(Migrate):
    """Django's `migrate`, which tells how far it is about every five seconds."""

    def __init__(self, say: Say, total: int) -> None:
        super().__init__()
        self.say, self.total, self.done, self.said_at = say, total, 0, time.monotonic()

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        """Count, and say a line now and then."""
        if action == "apply_success":
            self.done += 1
            if time.monotonic() - self.said_at > 5:
                self.said_at = time.monotonic()
                self.say(f"  database: step {self.done} of about {self.total}")


def bring_up_to_date(say: Say) -> None:
    """Migrate the database when a migration is missing; a second process waits until the first is done."""
    if not has_unapplied(connection):
        return
    while True:
        with only_one("migrate") as mine:
            if mine:
                if has_unapplied(connection):
                    _migrate(say)
                return
        say("Another process is preparing the database; waiting for it.")
        time.sleep(2)


def _migrate(say: Say) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    call_command("check")
    missing = len(migration_files() - set(MigrationRecorder(connection).applied_migrations()))
    say(f"Preparing the database ({missing} steps; about half a minute the first time).")
    call_command(_MigrateWithProgress(say, missing), interactive=False, verbosity=0)


def static_fingerprint() -> str:
    """Return a name for what the static files are made of: our built front-end and the locked packages."""
    dist = settings.BASE_DIR / "frontend" / "dist"
    parts = [(settings.BASE_DIR / "requirements" / "runtime.txt").read_bytes()]
    for file in sorted(path for path in dist.rglob("*") if path.is_file()):
        parts.append(f"{file.relative_to(dist)} {file.stat().st_size}".encode() + file.read_bytes())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def collect_static(say: Say) -> None:
    """Gather, compress and name the static files when they are missing or made of something else."""
    dist = settings.BASE_DIR / "frontend" / "dist"
    if not dist.is_dir():
        raise CommandError("frontend/dist is missing: `make frontend` builds it.")
    root = Path(settings.STATIC_ROOT)
    stamp, wanted = root / ".made-from", static_fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Collecting and compressing static files.")
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=settings.STATIC_IGNORE)
    stamp.write_text(wanted)


def fill_new_house(say: Say) -> None:
    """Give an empty house the demo company, unless LOIKKA_DEMO=0."""
    if not settings.DEMO or "load_demo" not in get_commands() or get_user_model().objects.exists():
        return
    say("Moving in the demo company.")
    # All or nothing: half a company would look like somebody's real house at the next start.
    with transaction.atomic():
        call_command("load_demo")
