"""Thirty days in the trash, then gone for good: pages, what hangs on them, and files nobody else shows."""

import os
import subprocess
import sys
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Revision

from feed.actions import add_file, forget_unused_files, publish_post
from feed.models import Attachment
from intranet.activity.models import Activity
from intranet.activity.worker import load_duties
from wiki import actions
from wiki.models import Draft, PageLink, VersionNote, WikiPage

LONG_AGO = timedelta(days=30, minutes=1)


def trash(cast, page, *, ago=LONG_AGO):
    return actions.trash_page(actor=cast.aino, page=page, at=timezone.now() - ago)


def fresh(page):
    return WikiPage.objects.get(pk=page.pk)


def test_a_page_stays_30_days_and_goes_after_them(cast, write):
    page, kept = write("Coffee"), write("Tea")
    trash(cast, page)
    trash(cast, kept, ago=timedelta(days=29, hours=23))
    assert actions.purge_trash() == 1
    assert not Page.objects.filter(pk=page.pk).exists()
    assert WikiPage.objects.filter(pk=kept.pk).exists()
    assert actions.purge_trash() == 0
    actions.untrash_page(actor=cast.aino, page=kept)


def test_the_audit_row_says_which_page_was_trashed_by_whom(cast, write):
    page = trash(cast, write("Coffee"))
    actions.purge_trash()
    row = Activity.objects.get(verb="page.purged")
    assert (row.actor, row.object_id, row.community_id) == (None, str(page.pk), cast.yard.pk)
    assert row.data == {"trashed_at": page.trashed_at.isoformat(), "trashed_by": cast.aino.pk}


def test_living_pages_are_never_touched(cast, write):
    parent = write("Place")
    write("Below", "[[Coffee]]", parent=parent)
    page = write("Coffee", "[[Below]]", parent=fresh(parent))
    trash(cast, page)
    before = fresh(parent).numchild
    actions.purge_trash()
    assert sorted(WikiPage.objects.values_list("title", flat=True)) == ["Below", "Place"]
    assert fresh(parent).numchild == before - 1
    assert Page.find_problems() == ([], [], [], [], [])
    assert PageLink.objects.get().target is None


def test_a_tree_goes_in_batches_from_below(cast, write):
    top = write("Top")
    for number in range(7):
        write(f"Leaf {number}", parent=write(f"Branch {number}", parent=fresh(top)))
    trash(cast, top)
    assert actions.purge_trash(limit=4) == 4
    assert WikiPage.objects.filter(depth=top.depth + 2).count() == 3
    assert [actions.purge_trash(limit=4) for _ in range(4)] == [4, 4, 3, 0]
    assert not WikiPage.objects.exists()
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize("who", ["aino", "ben", "cleo", "mika", "gita", "root"])
def test_what_is_too_old_is_in_nobodys_trash_and_comes_back_for_nobody(cast, write, sign_in, who):
    page = trash(cast, write("Kuukkeli"))
    client = sign_in(cast.people[who])
    assert "Kuukkeli" not in client.get("/wiki/trash/").content.decode()
    assert client.post(f"/wiki/id/{page.pk}/restore/").status_code == 404
    assert fresh(page).trashed_at


def test_versions_links_addresses_go_and_talk_stays(cast, write):
    page = write("Coffee", "#tag [[Tea]]")
    actions.rename_page(actor=cast.aino, page=page, title="Espresso")
    post = publish_post(actor=cast.ben, community=cast.yard, body="Good", about_page=page)
    trash(cast, fresh(page))
    actions.purge_trash()
    for model in (VersionNote, Revision, PageLink, Redirect):
        assert not model.objects.exists(), model
    post.refresh_from_db()
    assert (post.body, post.about_page) == ("Good", None)


def test_what_somebody_typed_stays_theirs(cast, write):
    page = write("Coffee")
    actions.save_draft(actor=cast.ben, page=page, title="Coffee", body="typed on the page")
    actions.save_draft(actor=cast.ben, parent=page.pk, title="Beans", body="typed below it")
    trash(cast, page)
    actions.purge_trash()
    assert set(Draft.objects.filter(author=cast.ben).values_list("body", flat=True)) == {
        "typed on the page", "typed below it",
    }  # fmt: skip


def upload(cast, name):
    file = add_file(actor=cast.aino, community=cast.yard, file=BytesIO(f"words of {name}".encode()), name=name)
    Attachment.objects.filter(pk=file.pk).update(created_at=timezone.now() - timedelta(days=40))
    return file


def test_files_go_unless_another_page_or_post_shows_them(cast, write, sign_in):
    gone, shared, said, elsewhere = (upload(cast, f"{name}.txt") for name in ("gone", "shared", "said", "elsewhere"))
    links = " ".join(f"[x]({file.get_absolute_url()})" for file in (gone, shared, said, elsewhere))
    page = write("Coffee", links)
    heir = write("Tea", f"[x]({shared.get_absolute_url()})")
    post = publish_post(actor=cast.ben, community=cast.yard, body=f"[x]({said.get_absolute_url()})")
    write("Far", f"[x]({elsewhere.get_absolute_url()})", community=cast.lab)
    trash(cast, page)
    actions.purge_trash()
    assert forget_unused_files() == 1
    assert not Attachment.objects.filter(pk=gone.pk).exists()
    assert not default_storage.exists(gone.stored_as)
    for file, place in ((shared, {"page_id": heir.pk}), (said, {"post_id": post.pk}), (elsewhere, {"page_id": None})):
        assert Attachment.objects.filter(pk=file.pk, **place).exists()
        assert default_storage.exists(file.stored_as)
    reader = sign_in(cast.cleo)
    for file in (shared, said):
        answer = reader.get(file.get_absolute_url())
        assert b"".join(answer.streaming_content) == f"words of {file.name}".encode()


def test_it_is_a_duty_of_the_worker_and_costs_one_look_when_there_is_nothing(cast, write):
    trash(cast, write("Coffee"), ago=timedelta(days=3))
    duty = load_duties()["wiki.actions.purge_trash"]
    with CaptureQueriesContext(connection) as asked:
        duty()
    assert len(asked) == 1


@pytest.mark.slow
def test_purge_killed_again_and_again_ends_the_same(tmp_path):
    (tmp_path / "static").mkdir()
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.wiki.purge_on_trial", "12"],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}", "DATA_DIR": str(tmp_path),
             "LOG_LEVEL": "ERROR"},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-3000:]
    killed, *rest = result.stdout.strip().splitlines()[-1].split("|")
    assert rest == ["['Fresh', 'Kept']", "60", "60", "[[], [], [], [], []]", "2", "2"]
    assert int(killed) >= 2
