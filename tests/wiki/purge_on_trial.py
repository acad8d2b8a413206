"""A purge of the trash that is killed on purpose and goes on. Used by test_purge.py, run as a module of its own.

`python -m tests.wiki.purge_on_trial KILLS`; DATABASE_URL and DATA_DIR say on what.
"""

import os
import random
import signal
import sys
import time
from datetime import timedelta

from tests.wiki.import_on_trial import build

PAGES = 60


def fill() -> None:
    """Trash a tree of pages 31 days ago, and one page today."""
    from django.utils import timezone

    from intranet.people.models import Community, User
    from wiki import actions
    from wiki.models import WikiPage

    aino, yard = User.objects.get(name="Aino Example"), Community.objects.get(slug="yard")
    pages = [actions.create_page(actor=aino, community=yard, title="Page 0")]
    for number in range(1, PAGES):
        parent = WikiPage.objects.get(pk=random.choice(pages).pk)
        pages.append(actions.create_page(actor=aino, parent=parent, title=f"Page {number}", body="[[Page 1]] #tag"))
    fresh = actions.create_page(actor=aino, community=yard, title="Fresh")
    actions.create_page(actor=aino, community=yard, title="Kept", body="[[Page 1]] [[Fresh]]")
    actions.trash_page(actor=aino, page=pages[0], at=timezone.now() - timedelta(days=31))
    actions.trash_page(actor=aino, page=fresh)


def purge(*, slowly: bool) -> None:
    from wiki.actions import purge_trash

    while purge_trash(limit=3):
        time.sleep(0.005 if slowly else 0)


def main(kills: int) -> None:
    build()
    fill()
    from django.db import connections

    killed = 0
    for _ in range(kills):
        connections.close_all()
        if not (child := os.fork()):
            try:
                purge(slowly=True)
            finally:
                os._exit(0)
        time.sleep(random.uniform(0.02, 0.2))
        os.kill(child, signal.SIGKILL)
        killed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    purge(slowly=False)
    tell(killed)


def tell(killed: int) -> None:
    """Print what is left, as the test reads it."""
    from wagtail.models import Page, Revision

    from intranet.activity.models import Activity
    from wiki.models import VersionNote, WikiPage

    rows = list(Activity.objects.filter(verb="page.purged").values_list("object_id", flat=True))
    bad_alpha, bad_path, orphans, bad_depth, bad_children = Page.find_problems()
    print(
        killed, sorted(WikiPage.objects.values_list("title", flat=True)), len(rows), len(set(rows)),
        [bad_alpha, bad_path, orphans, bad_depth, bad_children], VersionNote.objects.count(), Revision.objects.count(),
        sep="|",
    )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
