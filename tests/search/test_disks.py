"""A disk that is full or cannot be written: what is there is searched, the rest comes when it can."""

import contextlib
import gc
import os
import shutil
import subprocess

import pytest

from feed.actions import publish_post
from search import engines, find, readers, upkeep
from search.engines import SearchAwayError, engine
from search.engines.whoosh.store import CURRENT
from search.query import parse
from tests.search.conformance.asking import document
from tests.search.test_sturdy import MEMBERS, again

needs_mounts = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("mount") is None, reason="only on machines where root mounts a small disk"
)


@pytest.fixture
def small_disk(tmp_path, settings):
    """Let the index lie on a disk of its own of one megabyte and return a function that mounts it anew."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "loikka-test", str(place)], check=False)
    if made.returncode:
        pytest.skip("only on machines where root mounts a small disk")
    settings.SEARCH_URL = f"whoosh://{place}"
    yield lambda options: subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)
    gc.collect()  # what Whoosh left open is closed here, where the warnings of it are expected
    engines._engine_at.cache_clear()
    subprocess.run(["umount", "-l", str(place)], check=True)


# Whoosh leaves the files open that it cannot write to the end; Python closes them.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@needs_mounts
def test_full_disk_stops_writing_and_nothing_else(cast, small_disk, catch_up, sign_in, monkeypatch):
    publish_post(actor=cast.aino, community=cast.vault, body="Katsotaan kuutamoa")
    readers.rebuild()
    ballast = engine().store.folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb") as file:
        while True:
            file.write(b"x" * 4096)
            file.flush()
    publish_post(actor=cast.aino, community=cast.vault, body="Täysikuu nousee")
    catch_up()
    with pytest.raises(SearchAwayError):
        engine().upsert([document("page:1", "Uusi", "sana " * 500)])
    monkeypatch.setattr(readers, "_rest", readers._Rest())
    with pytest.raises(Exception, match=r"No space left|index"):
        readers.rebuild()
    for index in (engine(), again(engine())):
        assert index.health(thorough=True).is_well  # as it was
    assert find.search(cast.aino, parse("kuutamo")).total == 1
    assert find.search(cast.cleo, parse("kuutamo")).total == 0
    assert sign_in(cast.cleo).get("/search/", {"q": "kuutamo"}).status_code == 200
    ballast.unlink()
    retry_now()
    catch_up()
    assert find.search(cast.aino, parse("täysikuu")).total == 1
    assert upkeep.compare().uids == []


def retry_now() -> None:
    """Let the rows that wait for another try come at once."""
    from intranet.activity.models import Activity

    Activity.objects.filter(dispatched_at__isnull=True).update(retry_at=None)


@needs_mounts
def test_read_only_disk_is_searched_and_written_when_it_can_be(cast, small_disk, catch_up, sign_in):
    publish_post(actor=cast.aino, community=cast.vault, body="Katsotaan kuutamoa")
    readers.rebuild()
    small_disk("ro")
    publish_post(actor=cast.aino, community=cast.vault, body="Täysikuu nousee")
    catch_up()
    for write in (lambda: engine().upsert([document("page:1", "Uusi")]), readers.rebuild):
        with pytest.raises(SearchAwayError):
            write()
    engines._engine_at.cache_clear()
    assert engine().health(thorough=True).is_well
    assert find.search(cast.aino, parse("kuutamo")).total == 1
    assert sign_in(cast.root).get("/search/", {"q": "kuutamo"}).status_code == 200
    assert find.search(cast.cleo, parse("kuutamo")).total == 0
    small_disk("rw")
    retry_now()
    catch_up()
    assert find.search(cast.aino, parse("täysikuu")).total == 1
    assert upkeep.compare().uids == []


@needs_mounts
def test_index_that_is_damaged_and_cannot_be_written_is_a_plain_look_up(cast, small_disk, sign_in, monkeypatch):
    publish_post(actor=cast.aino, community=cast.vault, body="Katsotaan kuutamoa")
    readers.rebuild()
    (engine().store.folder / CURRENT).write_text("gen-0")
    small_disk("ro")
    monkeypatch.setattr(readers, "_rest", readers._Rest())
    with pytest.raises(SearchAwayError):
        readers.keep_index_well()
    for name, user in cast.people.items():
        answer = sign_in(user).get("/search/", {"q": "kuutamoa"})
        assert (b"Katsotaan" in answer.content) is (name in MEMBERS)
        assert b"Search is being rebuilt" in answer.content
    small_disk("rw")
    monkeypatch.setattr(readers, "_rest", readers._Rest())
    assert readers.keep_index_well().is_well
    assert find.search(cast.aino, parse("kuutamo")).total == 1
