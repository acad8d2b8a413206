"""What was kept survives: a restart, kill -9, a second process; and no two rooms of one page drift apart."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection

from tests.activity.redis_house import free_port, some_redis
from tests.house.source import ROOT
from tests.wiki.rooms.editors import Editor, serving, until
from wiki import actions
from wiki.models import Room, WikiPage
from wiki.rooms.documents import Document

pytestmark = pytest.mark.slow


def test_restart_loses_nothing(cast, plan, cookie):
    with serving() as first:
        aino, ben = Editor(first, cookie(cast.aino), plan.pk), Editor(first, cookie(cast.ben), plan.pk)
        aino.add("Before.\n")
        assert ben.sees("Before.")
        assert aino.kept()
    assert aino.is_ended()
    assert ben.is_ended()
    aino.add("Meanwhile, Aino.\n")
    with serving() as second:
        for editor in (aino, ben):
            editor.server = second
            editor.words.clear()
            editor.connect()
        ben.add("After.\n")
        for editor in (aino, ben):
            assert editor.sees("After.\n")
            assert editor.sees("Before.\nMeanwhile, Aino.\n")
            editor.go()


def database() -> str:
    """Return the address of the tests' database for a process of its own."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgres://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


def environment(tmp_path, **more) -> dict[str, str]:
    """Return what a process needs to know to work on the tests' database."""
    keep = {name: value for name, value in os.environ.items() if name not in {"DJANGO_SETTINGS_MODULE", "DATABASE_URL"}}
    return {
        **keep, "DATABASE_URL": database(), "DATA_DIR": str(tmp_path), "BASE_URL": "http://127.0.0.1",
        "SECRET_KEY": settings.SECRET_KEY, "LOIKKA_DEMO": "0", **more,
    }  # fmt: skip


@contextmanager
def web_process(tmp_path, **more):
    """Run a web process of the house; yields (its address, the process)."""
    port = free_port()
    command = [
        sys.executable, "-m", "uvicorn", "intranet.asgi:application", "--port", str(port), "--log-level", "warning",
        "--ws", "websockets-sansio", "--timeout-graceful-shutdown", "1", "--lifespan", "off",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=environment(tmp_path, **more))
    try:
        from tests.activity.redis_house import wait_for_port

        wait_for_port(port)
        yield f"http://127.0.0.1:{port}", process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def test_kill_loses_nothing_that_was_acknowledged(cast, plan, cookie, tmp_path):
    kept = []
    for turn in range(3):
        with web_process(tmp_path) as (server, process):
            aino = Editor(server, cookie(cast.aino), plan.pk)
            ben = Editor(server, cookie(cast.ben), plan.pk)
            for word in kept:
                assert word in aino.text
            for n in range(5):
                aino.add(f"aino-{turn}-{n}\n")
                ben.write(f"ben-{turn}-{n}\n" + ben.text)
            assert aino.kept()
            kept += [f"aino-{turn}-{n}" for n in range(5)]
            for n in range(40):
                ben.add(f"perhaps-{turn}-{n}\n")
            time.sleep(0.05 * turn)
            acknowledged = (ben.said("kept") or [{"count": 0}])[-1]["count"]
            process.kill()
            process.wait()
            assert aino.is_ended()
            kept += [f"ben-{turn}-{n}" for n in range(5)][:acknowledged]
            kept += [f"perhaps-{turn}-{n}" for n in range(40)][: max(0, acknowledged - 5)]
    room = Room.objects.get(page=plan)
    text = Document(bytes(room.state), *map(bytes, room.updates.values_list("update", flat=True))).text
    assert [word for word in kept if word not in text] == []
    assert len(kept) >= 15
    assert WikiPage.objects.get(pk=plan.pk).body == plan.body


def two_processes_converge(cast, plan, cookie, tmp_path, patience, **more):
    with web_process(tmp_path / "a", **more) as (one, _p), web_process(tmp_path / "b", **more) as (two, _q):
        aino, ben = Editor(one, cookie(cast.aino), plan.pk), Editor(two, cookie(cast.ben), plan.pk)
        assert aino.key == ben.key
        for n in range(30):
            aino.add(f"a{n} ")
            ben.write(f"b{n} " + ben.text)
            time.sleep(0.01)
        assert until(lambda: aino.text == ben.text and "a29" in ben.text and "b29" in aino.text, patience)
        started = time.monotonic()
        ben.add("quick")
        assert aino.sees("quick")
        took = time.monotonic() - started
        assert aino.save(title="Plan").status_code == 302
        assert until(lambda: ben.said("saved"))
        note = WikiPage.objects.get(pk=plan.pk).version_notes.first()
        assert note.together == [cast.ben.pk]
        actions.save_page(actor=cast.mika, page=plan.pk, base_revision_id=note.revision_id, body="Mika.\n" + ben.text)
        for editor in (aino, ben):
            assert editor.sees("Mika.\n")
        assert until(lambda: aino.text == ben.text)
        assert aino.text.count("Mika.") == 1
        return took, [who["name"] for who in aino.people]


def test_two_processes_without_a_bridge_meet_in_the_database(cast, plan, cookie, tmp_path):
    took, _people = two_processes_converge(cast, plan, cookie, tmp_path, 10)
    assert took < 4


@pytest.mark.xdist_group("processes")
def test_two_processes_with_redis_are_one_room(cast, plan, cookie, tmp_path):
    with some_redis() as url:
        if url is None:
            pytest.skip("redis-server is not installed and TEST_REDIS_URL is not set")
        took, people = two_processes_converge(cast, plan, cookie, tmp_path, 10, REDIS_URL=url)
    assert took < 1
    assert sorted(people) == ["Aino Example", "Ben Example"]
