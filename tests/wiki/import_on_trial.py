"""An import that is killed on purpose and run again. Used by test_import_kill.py.

Run as `python -m tests.wiki.import_on_trial FOLDER KILLS`; DATABASE_URL and DATA_DIR say on what.
"""

import json
import os
import random
import re
import signal
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connections


class NoMigrations:
    def __contains__(self, item):
        return True

    def __getitem__(self, item):
        return None


def build() -> None:
    settings.MIGRATION_MODULES = NoMigrations()
    call_command("migrate", run_syncdb=True, verbosity=0)
    from tests.builders import build_cast

    build_cast()


def import_it(folder: str) -> None:
    from io import StringIO

    from wiki.transfer import markdown

    markdown.BATCH = 3
    call_command("import_markdown", folder, "--community", "Yard", stdout=StringIO())


def outcome() -> list[list[object]]:
    """Return what readers and the diary have, without what is made anew each time (the numbers of files)."""
    from feed.models import Attachment
    from intranet.activity.models import Activity
    from wiki.models import PageLink, VersionNote, WikiPage

    pages = WikiPage.objects.order_by("source").values_list(
        "source", "title", "address", "html", "version", "live", "numchild"
    )
    rows = [list(row) for row in pages]
    for row in rows:
        row[3] = re.sub(r"/files/[0-9a-f-]{36}/", "/files/", str(row[3]))
    links = sorted(PageLink.objects.values_list("source__source", "title", "target__source"))
    return [
        rows, [list(link) for link in links], [VersionNote.objects.count(), Attachment.objects.count()],
        [Activity.objects.filter(verb="page.imported").count()],
    ]  # fmt: skip


def main(folder: str, kills: int) -> None:
    build()
    killed = 0
    for _ in range(kills):
        connections.close_all()
        if not (child := os.fork()):
            try:
                import_it(folder)
            finally:
                os._exit(0)
        time.sleep(random.uniform(0.1, 1.2))
        os.kill(child, signal.SIGKILL)
        killed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    import_it(folder)
    Path(os.environ["DATA_DIR"], "outcome.json").write_text(json.dumps(outcome()))
    print(killed)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
