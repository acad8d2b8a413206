"""How diary rows reach their readers: in order, in batches, again after a failure, and never held up by a bad one."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from intranet.activity import dispatch
from intranet.activity.actions import record
from intranet.activity.models import Activity
from intranet.locks import only_one

pytestmark = pytest.mark.django_db(transaction=True)


class Hearing:
    """A reader that remembers what it was called with, and fails for some rows."""

    def __init__(self, *, fails_for: Sequence[int] = (), error: Exception | None = None) -> None:
        self.calls: list[list[int]] = []
        self.heard: list[int] = []
        self.fails_for = set(fails_for)
        self.error = error or RuntimeError("no")

    def __call__(self, activities: Sequence[Activity]) -> None:
        keys = [activity.pk for activity in activities]
        self.calls.append(keys)
        if self.fails_for & set(keys):
            raise self.error
        self.heard += keys


def write_rows(count: int) -> list[int]:
    """Record as many rows and return their ids."""
    return [record(actor=None, verb="post.read", object=Activity(pk=number)).pk for number in range(1, count + 1)]


def test_rows_reach_every_reader_once_in_order_and_in_batches() -> None:
    keys, first, second = write_rows(120), Hearing(), Hearing()
    assert dispatch.dispatch_due({"first": first, "second": second}) == 120
    assert first.heard == second.heard == keys
    assert max(len(call) for call in first.calls) <= dispatch.BATCH
    assert dispatch.dispatch_due({"first": first, "second": second}) == 0
    assert Activity.objects.filter(dispatched_at__isnull=True).count() == 0


def test_bad_row_stands_alone_and_only_for_the_reader_that_failed() -> None:
    keys = write_rows(10)
    bad = keys[4]
    strict, easy = Hearing(fails_for=[bad]), Hearing()
    dispatch.dispatch_due({"strict": strict, "easy": easy})
    assert strict.heard == [key for key in keys if key != bad]
    assert easy.heard == keys
    row = Activity.objects.get(pk=bad)
    assert (row.dispatched_at, row.delivered, row.attempts) == (None, ["easy"], 1)
    assert "strict: RuntimeError: no" in row.last_error
    assert list(Activity.objects.filter(dispatched_at__isnull=True).values_list("pk", flat=True)) == [bad]


def test_failed_row_waits_then_goes_to_the_reader_that_missed_it_only() -> None:
    (key,) = write_rows(1)
    strict, easy = Hearing(fails_for=[key]), Hearing()
    readers = {"strict": strict, "easy": easy}
    dispatch.dispatch_due(readers)
    assert dispatch.dispatch_due(readers) == 0  # not yet
    strict.fails_for = set()
    with time_machine.travel(timezone.now() + dispatch.WAITS[0] + timedelta(seconds=1)):
        assert dispatch.dispatch_due(readers) == 1
    assert (len(strict.calls), len(easy.calls)) == (2, 1)
    assert Activity.objects.get(pk=key).dispatched_at is not None


def test_row_is_parked_after_its_last_attempt_and_can_be_replayed() -> None:
    (key,) = write_rows(1)
    reader, now = Hearing(fails_for=[key]), timezone.now()
    for attempt in range(dispatch.ATTEMPTS):
        assert dispatch.figures().parked == 0
        with time_machine.travel(now + timedelta(days=2 * attempt)):
            assert dispatch.dispatch_due({"reader": reader}) == 1
    with time_machine.travel(now + timedelta(days=99)):
        assert dispatch.dispatch_due({"reader": reader}) == 0
        assert dispatch.figures() == dispatch.Figures(lag=0.0, retrying=0, parked=1)
        reader.fails_for = set()
        assert dispatch.replay_parked() == 1
        assert dispatch.dispatch_due({"reader": reader}) == 1
    assert reader.heard == [key]
    assert dispatch.figures().parked == 0


def test_attempts_are_spread_over_a_day() -> None:
    assert sum(dispatch.WAITS, timedelta()) >= timedelta(hours=24)


def test_later_rows_pass_more_waiting_ones_than_fit_a_batch() -> None:
    bad = write_rows(dispatch.BATCH + 5)
    reader = Hearing(fails_for=bad)
    dispatch.dispatch_due({"reader": reader})
    later = write_rows(3)
    assert dispatch.dispatch_due({"reader": reader}) == 3
    assert reader.heard == later


def test_reader_that_is_away_costs_no_attempt() -> None:
    keys = write_rows(3)
    reader = Hearing(fails_for=keys, error=dispatch.ReaderAwayError("index not there"))
    dispatch.dispatch_due({"reader": reader})
    assert reader.calls == [keys]  # not row by row: it is away for all of them
    assert set(Activity.objects.values_list("attempts", flat=True)) == {0}
    reader.fails_for = set()
    with time_machine.travel(timezone.now() + dispatch.AWAY + timedelta(seconds=1)):
        assert dispatch.dispatch_due({"reader": reader}) == 3


def test_error_with_a_nul_byte_can_be_written_down() -> None:
    (key,) = write_rows(1)
    dispatch.dispatch_due({"reader": Hearing(fails_for=[key], error=RuntimeError("a\x00b"))})
    assert Activity.objects.get(pk=key).last_error == "reader: RuntimeError: ab"


def test_lag_is_the_age_of_the_oldest_row_nobody_tried() -> None:
    assert dispatch.figures().lag == 0.0
    with time_machine.travel(timezone.now() - timedelta(minutes=5), tick=False):
        write_rows(2)
    assert 299 < dispatch.figures().lag < 330
    assert not dispatch.is_keeping_up()
    dispatch.dispatch_due({"reader": Hearing()})
    assert dispatch.is_keeping_up()


def test_second_dispatcher_keeps_away_while_the_first_is_at_it() -> None:
    write_rows(1)
    met: list[int] = []

    def while_reading(activities: Sequence[Activity]) -> None:
        import threading

        def other() -> None:
            from django.db import connection

            met.append(dispatch.dispatch_due({"other": Hearing()}))
            connection.close()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    assert dispatch.dispatch_due({"reader": while_reading}) == 1
    assert met == [0]


def test_lock_is_free_again_after_an_error() -> None:
    def fail() -> None:
        with only_one("trial") as mine:
            assert mine
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with only_one("trial") as mine:
        assert mine


def test_waking_costs_nothing_when_the_transaction_is_given_up() -> None:
    from django.db import transaction

    def give_up() -> None:
        with transaction.atomic():
            write_rows(1)
            raise KeyError

    dispatch.news.clear()
    with pytest.raises(KeyError):
        give_up()
    assert not dispatch.news.is_set()
    write_rows(1)
    assert dispatch.news.is_set()
