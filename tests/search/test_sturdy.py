"""An index that is killed, damaged, forged, full or closed: nobody sees an error or a secret, and it heals by itself."""

import contextlib
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from feed.actions import delete_post, edit_post, publish_post
from feed.models import Post
from search import engines, find, readers, upkeep
from search.engines import SearchAwayError, engine, open_engine
from search.engines.whoosh import commits
from search.engines.whoosh.store import MANIFEST, Manifest
from search.query import parse
from tests.search.conformance.asking import KEYS, ask, document

ROOT = Path(__file__).parents[2]
# In the normal run a few; the full numbers: LOIKKA_KILLS=20 LOIKKA_DAMAGES=50 pytest tests/search/test_sturdy.py
KILLS, DAMAGES = int(os.environ.get("LOIKKA_KILLS", "3")), int(os.environ.get("LOIKKA_DAMAGES", "8"))
MEMBERS = {"aino", "ben", "mika"}


@pytest.fixture
def whoosh(tmp_path):
    """Return an engine with an empty index."""
    made = open_engine(f"whoosh://{tmp_path}/search")
    made.rebuild([])
    return made


def again(engine):
    """Return the same index as a process sees it that has just begun."""
    return open_engine(f"whoosh://{engine.store.folder}")


# --- foreign files ---


class Bomb:
    """Unpickled it makes a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


def refused(engine, mark: Path) -> None:
    """Nothing that reads or writes runs what lies in the files."""
    for index in (engine, again(engine)):
        for question in (
            lambda one: ask(one, "talvi"),
            lambda one: one.suggest("tal", KEYS),
            lambda one: one.uids(),
            lambda one: one.upsert([document("page:1", "Uusi")]),
        ):
            with pytest.raises(SearchAwayError):
                question(index)
        assert not index.health().is_well
        assert not index.health(thorough=True).is_well
    assert not mark.exists()


@pytest.mark.parametrize("kind", ["toc", "seg"])
def test_pickle_in_an_index_of_another_house_is_never_loaded(whoosh, tmp_path, settings, kind):
    mark = tmp_path / "ran"
    whoosh.upsert([document("page:1", "Talvi")])
    own = settings.SECRET_KEY
    settings.SECRET_KEY = "the key of another house, which made this index"
    generation = whoosh.store.current()
    manifest = Manifest(**{**_parts(Manifest(0, "", "", 0, {})), **_parts(_read_with(own, settings, generation))})
    for path in generation.glob(f"*.{kind}"):
        path.write_bytes(pickle.dumps(Bomb(mark)))
        manifest.files[path.name] = commits.seal(path)
    manifest.write(generation)
    settings.SECRET_KEY = own
    refused(whoosh, mark)
    whoosh.rebuild([document("page:1", "Talvi")])
    assert ask(whoosh, "talvi") == ["page:1"]


def _parts(manifest: Manifest) -> dict:
    return {name: getattr(manifest, name) for name in ("layout", "analyzer", "toc", "commits", "files")}


def _read_with(key: str, settings, generation: Path) -> Manifest:
    other, settings.SECRET_KEY = settings.SECRET_KEY, key
    found = Manifest.read(generation)
    settings.SECRET_KEY = other
    return found


@pytest.mark.parametrize("kind", ["toc", "seg"])
def test_pickle_put_in_place_of_a_file_is_never_loaded(whoosh, tmp_path, kind):
    mark = tmp_path / "ran"
    whoosh.upsert([document("page:1", "Talvi")])
    assert ask(whoosh, "talvi") == ["page:1"]
    generation = whoosh.store.current()
    for path in generation.glob(f"*.{kind}"):
        size, bomb = path.stat().st_size, pickle.dumps(Bomb(mark))
        path.unlink()  # who has the old one open keeps it
        path.write_bytes(bomb + b"\0" * max(0, size - len(bomb)))
    os.utime(generation / MANIFEST)
    fresh = again(whoosh)
    for index in (fresh, whoosh):
        with contextlib.suppress(SearchAwayError):
            ask(index, "talvi")
        with pytest.raises(SearchAwayError):
            again(index).upsert([document("page:2", "Uusi")])
    assert not fresh.health(thorough=True).is_well
    assert not mark.exists()


def test_folder_that_others_may_write_is_not_read(whoosh, tmp_path):
    whoosh.upsert([document("page:1", "Talvi")])
    for mode in (0o770, 0o702, 0o777):
        whoosh.store.folder.chmod(mode)
        refused_to_read(whoosh, "others may write")
    whoosh.rebuild([document("page:1", "Talvi")])
    assert whoosh.store.folder.stat().st_mode & 0o777 == 0o700
    assert ask(whoosh, "talvi") == ["page:1"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only on machines where root runs this: it gives files away")
def test_folder_of_another_user_is_neither_read_nor_taken(whoosh):
    whoosh.upsert([document("page:1", "Talvi")])
    os.chown(whoosh.store.folder, 12_345, -1)
    refused_to_read(whoosh, "another user")
    with pytest.raises(SearchAwayError, match="another user"):
        whoosh.rebuild([])
    os.chown(whoosh.store.folder, 0, -1)
    assert ask(whoosh, "talvi") == ["page:1"]


def refused_to_read(engine, why: str) -> None:
    for index in (engine, again(engine)):
        with pytest.raises(SearchAwayError, match=why):
            ask(index, "talvi")
        assert why in index.health().reason


# --- commits ---


@pytest.mark.parametrize("left", [0, 10, 4_000])
def test_open_file_that_is_cut_is_not_looked_into(whoosh, left):
    whoosh.upsert(document(f"page:{n}", f"Talvi {n}", "lunta ja jäätä " * 9) for n in range(50))
    assert ask(whoosh, "talvi")
    path = next(whoosh.store.current().glob("*.seg"))
    child = os.fork()
    if not child:  # a look behind the end of a mapped file is the end of the process
        os.truncate(path, left)
        for _ in range(2):
            with contextlib.suppress(SearchAwayError):
                ask(whoosh, "lumi")
                os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def test_writer_killed_before_the_manifest_leaves_the_index_of_before(whoosh, monkeypatch):
    for number in range(commits.MOST_SEGMENTS + 3):  # so that the next one joins segments
        whoosh.upsert([document(f"page:{number}", "Talvi")])
    before = set(whoosh.uids())

    class KilledError(BaseException):
        pass

    def killed(*_):
        raise KilledError

    for title in ("Yksi", "Kaksi"):
        with monkeypatch.context() as patch:
            patch.setattr(Manifest, "write", killed)
            with pytest.raises(KilledError):
                whoosh.upsert([document("page:77", title)], ["page:1"])
        for index in (whoosh, again(whoosh)):
            assert index.health(thorough=True).is_well
            assert set(index.uids()) == before
            assert set(ask(index, "talvi", limit=100)) == before
    again(whoosh).upsert([document("page:77", "Kolme")], ["page:1"])
    for index in (whoosh, again(whoosh)):
        assert set(index.uids()) == before - {"page:1"} | {"page:77"}
        assert ask(index, "kolme") == ["page:77"]
    named = Manifest.read(whoosh.store.current()).files.keys() | {MANIFEST}
    assert {path.name for path in whoosh.store.current().iterdir()} == named


def test_segment_that_rots_is_not_joined_into_a_sound_one(whoosh):
    for number in range(commits.MOST_SEGMENTS - 2):
        whoosh.upsert([document(f"page:{number}", "Talvi")])
    segments = sorted(whoosh.store.current().glob("*.seg"))
    assert len(segments) == commits.MOST_SEGMENTS - 2
    whoosh.upsert([document("page:97", "Talvi")])
    for path in segments:
        flip(path, random.Random(1))
    whoosh.upsert([document("page:98", "Talvi")])  # beside them: what was sound is not read at every commit
    with pytest.raises(SearchAwayError, match="damaged"):
        whoosh.upsert([document("page:99", "Talvi")])
    assert all(path.exists() for path in segments)
    assert not whoosh.health(thorough=True).is_well


# --- kills ---

STORM = """
import django, sys
django.setup()
from intranet.activity.dispatch import dispatch_due
from search.readers import index_activity, keep_index_well
print("ready", flush=True)
while True:
    keep_index_well()
    dispatch_due({"search": index_activity})
    print("round", flush=True)
"""


def start_writer(data_dir) -> subprocess.Popen:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "intranet.settings",
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "SEARCH_URL": f"whoosh://{engine().store.folder}",
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.Popen(
        [sys.executable, "-c", STORM], cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, bufsize=1
    )


@pytest.mark.slow
@pytest.mark.any_engine
def test_writer_killed_in_a_storm_of_writes_loses_nothing(transactional_db, index, settings):
    from tests.builders import build_cast

    if connection.vendor != "sqlite":
        pytest.skip("only on SQLite: another process opens the file of the test database")
    cast, dice = build_cast(), random.Random(20)
    readers.rebuild()
    posts: list[Post] = []
    for _ in range(KILLS):
        writer = start_writer(settings.DATA_DIR)
        assert writer.stdout.readline() == "ready\n"
        until = time.monotonic() + dice.uniform(0.05, 2.0)
        while time.monotonic() < until:
            storm(dice, cast, posts)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        # A reader of another process is never disturbed, whatever was cut off.
        for question in ("myrsky", '"myrsky numero"', "in:yard"):
            assert not find.search(cast.ben, parse(question)).is_plain
        assert find.search(cast.cleo, parse("myrsky")).total == 0
    writer = start_writer(settings.DATA_DIR)
    try:
        deadline = time.monotonic() + 120
        while upkeep.compare().uids and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
    assert upkeep.compare().uids == []
    assert engine().health(thorough=True).is_well
    bodies = {f"post:{post.pk}": post.body for post in Post.objects.filter(deleted_at__isnull=True)}
    for uid, body in dice.sample(sorted(bodies.items()), 20):
        found = find.search(cast.aino, parse(f'"{body}"'), size=100)
        assert f"post:{uid[5:]}" in {f"post:{result.pk}" for result in found.results}, body


def storm(dice, cast, posts: list) -> None:
    """Write, change or take away something small."""
    what = dice.random()
    if what < 0.6 or len(posts) < 5:
        body = f"myrsky numero {len(posts)} {dice.randrange(10**9)}"
        posts.append(publish_post(actor=cast.aino, community=cast.vault, body=body))
    elif what < 0.85:
        place = dice.randrange(len(posts))
        posts[place] = edit_post(actor=cast.aino, post=posts[place], body=f"myrsky muuttui {dice.randrange(10**9)}")
    else:
        delete_post(actor=cast.aino, post=posts.pop(dice.randrange(len(posts))))


# --- damage ---


def flip(path: Path, dice: random.Random, times: int = 1) -> None:
    """Turn bits of a file over, where it lies."""
    with path.open("r+b") as file:
        for _ in range(times if path.stat().st_size else 0):
            place = dice.randrange(path.stat().st_size)
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ (1 << dice.randrange(8))]))


def damage(folder: Path, older: Path, dice: random.Random) -> str:
    """Spoil the index in one of many ways and return how."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".lock", ".TAG"}]
    path, size = (chosen := dice.choice(sorted(files))), 0
    size = chosen.stat().st_size
    how = dice.choice(
        ["flip", "flips", "cut", "empty", "zero", "longer", "gone", "swap", "all older", "folder gone", "file"]
    )
    if how in {"flip", "flips"}:
        flip(path, dice, 1 if how == "flip" else 50)
    elif how == "cut":
        os.truncate(path, dice.randrange(size) if size else 0)
    elif how == "empty":
        os.truncate(path, 0)
    elif how == "zero":
        path.write_bytes(b"\0" * size)
    elif how == "longer":
        path.write_bytes(path.read_bytes() + dice.randbytes(100))
    elif how == "gone":
        path.unlink()
    elif how == "swap":  # with one of an earlier generation, or with another one of this
        others = sorted(one for one in older.rglob("*") if one.is_file() and one.suffix == path.suffix)
        shutil.copyfile(dice.choice(others), path)
    elif how == "all older":
        generation = next(folder.glob("gen-*"))
        for one in next(older.glob("gen-*")).iterdir():
            if dice.random() < 0.7:
                shutil.copyfile(one, generation / one.name)
    else:
        shutil.rmtree(folder)
        if how == "file":
            folder.write_text("no folder")
            return f"{how}"
    return f"{how} {path.name}"


PLACES = {"everyone": {"aino", "ben", "cleo", "mika", "root"}, "yard": {"aino", "ben", "cleo", "mika", "root"},
          "lab": {"aino", "ben", "mika", "gita"}, "vault": MEMBERS}  # fmt: skip


def shown(content: bytes) -> str:
    return content.decode().replace("<mark>", "").replace("</mark>", "")


def nobody_sees_what_is_not_theirs(cast, sign_in, why: str) -> None:
    for name, user in cast.people.items():
        client = sign_in(user)
        for url, question in (
            ("/search/", "kuutamo"), ("/search/", "kuutamoretki type:page"), ("/search/", "in:vault"),
            ("/search/suggest/", "kuut"), ("/api/v1/search", '"kuutamossa kävellään"'),
        ):  # fmt: skip
            answer = client.get(url, {"q": question})
            assert answer.status_code == 200, (why, name, url)
            text = shown(answer.content)
            for place, allowed in PLACES.items():
                if name not in allowed:
                    for word in (f"Salaisuus{place}", f"Kuutamoretki {place}", f"yhdessä, {place}"):
                        assert word not in text, (why, name, url)


@pytest.mark.slow
def test_damaged_index_shows_nobody_what_is_not_theirs_and_heals(cast, house, sign_in, tmp_path, monkeypatch):
    dice, folder, older = random.Random(50), engine().store.folder, tmp_path / "older"
    shutil.copytree(folder, older)
    publish_post(actor=cast.aino, community=cast.yard, body="Tuoreempi kuutamo")
    readers.rebuild()
    expected = {name: find.search(user, parse("kuutamo")).total for name, user in cast.people.items()}
    hows = []
    for _ in range(DAMAGES):
        if dice.random() < 0.5:
            engines._engine_at.cache_clear()  # a process that has just begun, with nothing open
        hows.append(damage(folder, older, dice))
        nobody_sees_what_is_not_theirs(cast, sign_in, hows[-1])
        if folder.is_file():
            folder.unlink()  # nobody but a person takes away what is not ours
        monkeypatch.setattr(readers, "_rest", readers._Rest())
        readers.keep_index_well()  # every few seconds
        upkeep.check()  # after a start and every night: what rots without changing its size
        engines._engine_at.cache_clear()
        assert engine().health(thorough=True).is_well, hows[-1]
        assert upkeep.compare().uids == [], hows[-1]
        for name, user in cast.people.items():
            found = find.search(user, parse("kuutamo"))
            assert (found.total, found.is_plain) == (expected[name], False), hows[-1]
    assert len({how.split(" ")[0] for how in hows}) >= min(DAMAGES, 15) // 2
