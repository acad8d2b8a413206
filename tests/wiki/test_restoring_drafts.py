"""A draft that was thrown away comes back once, and not over another one."""

import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from tests.feed.test_concurrency import at_once, live_cast  # noqa: F401  # a cast that threads see
from wiki import actions
from wiki.discarded import DiscardedDraft
from wiki.models import Draft


@pytest.fixture
def thrown(live_cast):  # noqa: F811
    page = actions.create_page(actor=live_cast.aino, community=live_cast.yard, title="Wood", body="Dry")
    draft = actions.save_draft(actor=live_cast.aino, page=page, body="Wet")
    return page, actions.discard_draft(actor=live_cast.aino, draft=draft.pk)


def test_a_draft_begun_in_the_moment_of_an_undo_stays_and_so_does_the_other(live_cast, thrown):  # noqa: F811
    page, gone = thrown
    begun, asked = threading.Event(), threading.Event()

    def begin():
        with transaction.atomic():
            actions.save_draft(actor=live_cast.aino, page=page, body="Begun anew")
            begun.set()
            if connection.vendor == "postgresql":  # SQLite lets nobody else begin
                asked.wait(5)
                time.sleep(0.3)

    def undo():
        begun.wait(5)
        asked.set()
        actions.restore_draft(actor=live_cast.aino, discarded=gone.pk)

    assert [type(one) for one in at_once(begin, undo)] == [type(None), ValidationError]
    assert Draft.objects.get().body == "Begun anew"
    assert DiscardedDraft.objects.get() == gone


def test_an_undo_pressed_twice_brings_one_draft_back(live_cast):  # noqa: F811
    draft = actions.save_draft(actor=live_cast.aino, community=live_cast.yard, title="New page", body="Words")
    gone = actions.discard_draft(actor=live_cast.aino, draft=draft.pk)
    results = at_once(*[lambda: actions.restore_draft(actor=live_cast.aino, discarded=gone.pk)] * 4)
    assert sum(isinstance(one, Draft) for one in results) == 1
    assert all(isinstance(one, (Draft, DiscardedDraft.DoesNotExist)) for one in results), results
    assert Draft.objects.count() == 1
