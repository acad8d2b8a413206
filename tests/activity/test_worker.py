"""The worker's two threads, with real rows and real tasks."""

import os
import signal
import time

import pytest
from django.test import override_settings

from intranet.activity.actions import record
from intranet.activity.models import Activity
from intranet.activity.worker import Worker, load_duties, run_ready_tasks

heard: list[int] = []
duties: list[str] = []


def hear(activities) -> None:
    heard.extend(activity.pk for activity in activities)


def do_duty() -> None:
    duties.append("done")


def fail_duty() -> None:
    duties.append("failed")
    raise RuntimeError("not today")


def run_errand() -> None:
    duties.append("errand")


def eventually(question, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.django_db(transaction=True)
@override_settings(
    ACTIVITY_READERS={"hear": "tests.activity.test_worker.hear"},
    WORKER_DUTIES=["tests.activity.test_worker.fail_duty", "tests.activity.test_worker.do_duty"],
    WORKER_ERRANDS=["tests.activity.test_worker.run_errand"],
)
def test_worker_brings_rows_round_does_its_duties_and_stops() -> None:
    heard.clear()
    duties.clear()
    worker = Worker()
    worker.start()
    try:
        key = record(actor=None, verb="post.read", object=Activity(pk=1)).pk
        assert eventually(lambda: heard == [key])
        assert eventually(lambda: [one for one in duties if one != "errand"][:2] == ["failed", "done"])
        assert eventually(lambda: "errand" in duties)
    finally:
        assert worker.stop()


@override_settings(WORKER_DUTIES=["nowhere.to.be_found"])
def test_duty_that_is_not_there_stops_the_start() -> None:
    with pytest.raises(ImportError):
        load_duties()


@override_settings(ACTIVITY_READERS={"lost": "nowhere.to.be_found"})
def test_reader_that_is_not_there_stops_the_start() -> None:
    with pytest.raises(ImportError):
        Worker()


@pytest.mark.django_db(transaction=True)
def test_ready_tasks_of_the_library_are_run() -> None:
    from django_tasks_db.models import DBTaskResult
    from wagtail.tasks import update_reference_index_task

    update_reference_index_task.enqueue("wagtailcore", "site", "1")
    assert DBTaskResult.objects.ready().count() == 1
    run_ready_tasks()
    assert DBTaskResult.objects.ready().count() == 0


@pytest.mark.django_db
def test_a_process_forked_meanwhile_does_not_go_on_holding_a_lock() -> None:
    from intranet.locks import only_one

    with only_one("forked") as mine:
        assert mine
        child = os.fork()
        if not child:
            time.sleep(30)
            os._exit(0)
    try:
        with only_one("forked") as mine:
            assert mine
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
