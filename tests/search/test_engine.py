"""What the Whoosh engine promises about its files; the contract of every engine is in `conformance`."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search.analysis import query_terms, surface
from search.engines import open_engine
from search.engines.base import MOST_VALUES, Phrase, SearchAwayError, SearchRequest, Word
from search.engines.whoosh import commits
from tests.search.conformance.asking import KEYS, ask, document

ROOT = Path(__file__).parents[2]


@pytest.fixture
def engine(tmp_path):
    """Return an engine with an empty index."""
    made = open_engine(f"whoosh://{tmp_path}/search")
    made.rebuild([])
    return made


def test_many_small_writes_are_joined_and_nothing_is_lost(engine):
    wanted = {}
    for number in range(70):
        uid = f"page:{number % 30}"
        wanted[uid] = number
        engine.upsert([document(uid, f"Sivu {number}", f"yhteinen sana{number}")])
    assert set(engine.uids()) == set(wanted)
    for uid, number in wanted.items():
        assert ask(engine, f"sana{number}") == [uid]
    phrase = Phrase((surface("yhteinen"), "sana69"))
    assert [hit.uid for hit in engine.search(SearchRequest(KEYS, ((phrase,),))).hits] == ["page:9"]
    assert len(list(engine.store.current().glob("*.seg"))) < 25


def test_large_segments_do_not_make_every_commit_join_the_small_ones(engine, monkeypatch):
    monkeypatch.setattr(commits, "LARGE_SEGMENT", 3)
    monkeypatch.setattr(commits, "MOST_SEGMENTS", 4)
    engine.rebuild(document(f"page:{number}", "Talvi") for number in range(18))

    def files():
        return {path.name for path in engine.store.current().glob("*.seg")}

    large = files()
    assert len(large) == 6
    for number in range(4):
        engine.upsert([document(f"post:{number}", "Kesä")])
        assert len(files() - large) == number + 1
    engine.upsert([document("post:4", "Kesä")])
    assert len(files() - large) < 4
    assert large < files()
    assert len(engine.uids()) == 23


def test_every_tag_is_counted_however_many_come_before_it(engine):
    many = tuple(f"a{number:04}" for number in range(2_100))
    engine.upsert([document("page:1", "Talvi", tags=(*many, "ö")), document("page:2", "Talvi", tags=("ö",))])
    request = SearchRequest(KEYS, ((Word(query_terms("talvi"), surface("talvi")),),), facets=("tag",))
    told = engine.search(request).facets["tag"]
    assert told[0] == ("ö", 2)
    assert len(told) == MOST_VALUES


def test_folder_is_for_its_owner_only(engine):
    assert engine.store.folder.stat().st_mode & 0o777 == 0o700


def test_what_a_killed_rebuild_left_is_taken_away_before_the_next_one_needs_the_room(engine):
    engine.upsert([document("page:1", "Vanha")])
    left = engine.store.new_generation()
    (left / "MAIN_x.seg").write_bytes(b"x" * 1_000)

    def documents():
        assert not left.exists()
        assert ask(engine, "vanha") == ["page:1"]
        yield document("page:2", "Uusi")

    engine.rebuild(documents())
    assert set(engine.uids()) == {"page:2"}


def test_folder_says_to_backups_that_it_is_a_cache(engine):
    assert (engine.store.folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_rebuild_that_fails_leaves_the_index_in_use(engine):
    engine.upsert([document("page:1", "Vanha")])

    def documents():
        yield document("page:2", "Uusi")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(documents())
    assert ask(engine, "vanha") == ["page:1"]
    assert len(list(engine.store.folder.glob("gen-*"))) == 1


def test_segment_of_the_same_name_in_another_generation_is_another_one(engine):
    for title, number in (("Vanha", 3), ("Uusi", 1)):
        random.seed(1)  # Whoosh draws the names of segments by lot
        engine.rebuild(document(f"page:{title}{n}", title) for n in range(number))
        assert ask(engine, title.lower()) == [f"page:{title}{n}" for n in range(number)]
    assert ask(engine, "vanha") == []


@pytest.mark.parametrize("seed", range(20))
def test_damaged_files_are_unavailable_and_never_anything_else(engine, tmp_path, seed):
    dice = random.Random(seed)
    engine.upsert([document(f"page:{number}", f"Sivu {number}", "tietoa ja taitoa " * 5) for number in range(30)])
    assert ask(engine, "tieto")
    files = sorted(
        path for path in engine.store.folder.rglob("*") if path.is_file() and path.suffix not in {".lock", ".TAG"}
    )
    for path in dice.sample(files, dice.randint(1, len(files))):
        content = bytearray(path.read_bytes())
        for _ in range(dice.choice((1, 1, 5, 50))):
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        path.write_bytes(bytes(content[: dice.choice((len(content), len(content), dice.randrange(len(content))))]))
    # One that had the index open, and one that comes fresh.
    for reader in (engine, open_engine(f"whoosh://{tmp_path}/search")):
        for question in (lambda one: ask(one, "tieto"), lambda one: one.suggest("siv", KEYS), lambda one: one.uids()):
            with contextlib.suppress(SearchAwayError):
                question(reader)
    assert not open_engine(f"whoosh://{tmp_path}/search").health(thorough=True).is_well
    engine.rebuild([document("page:1", "Tietoa")])
    assert ask(engine, "tieto") == ["page:1"]
    assert engine.health(thorough=True).is_well


def test_missing_foreign_and_read_only_folders_are_unavailable(engine, tmp_path):
    engine.upsert([document("page:1", "Talvi")])
    shutil.rmtree(engine.store.folder)
    with pytest.raises(SearchAwayError):
        ask(engine, "talvi")
    with pytest.raises(SearchAwayError):
        engine.upsert([document("page:1", "Talvi")])
    engine.store.folder.mkdir(exist_ok=True)
    (engine.store.folder / "CURRENT").write_text("../../etc")
    with pytest.raises(SearchAwayError):
        ask(engine, "talvi")
    engine.rebuild([document("page:1", "Talvi")])
    assert ask(engine, "talvi") == ["page:1"]


def test_writer_that_holds_the_lock_is_waited_for(engine):
    with engine.store.locked():
        with pytest.raises(SearchAwayError), engine.store.locked(patience=0.1):
            pass
        assert ask(engine, "talvi") == []


WRITER = """
import sys
from pathlib import Path
from tests.search.conformance.asking import document
from search.engines import open_engine
engine = open_engine(f"whoosh://{sys.argv[1]}")
for number in range(10_000):
    engine.upsert([document(f"page:{number % 40}", f"Kierros {number}", "tietoa " * 20), document("page:99", "aina")])
    print(number, flush=True)
"""


def run(code: str, *arguments: str, **more) -> subprocess.Popen:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "intranet.settings", "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT, env=environment, text=True, **more)


@pytest.mark.slow
def test_killed_writer_leaves_an_index_that_is_whole_and_can_be_written(engine):
    dice = random.Random(3)
    engine.upsert([document("page:99", "aina")])
    for _ in range(5):
        writer = run(WRITER, str(engine.store.folder), stdout=subprocess.PIPE)
        writer.stdout.readline()
        time.sleep(dice.random())
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        if not engine.health(thorough=True).is_well:
            # Killed between Whoosh's commit and the manifest: seen, and mended by the next write or a rebuild.
            engine.upsert([document("page:98", "korjaus")])
        assert engine.health(thorough=True).is_well
        assert ask(engine, "aina") == ["page:99"]
        uids = list(engine.uids())
        assert len(uids) == len(set(uids))


MEMORY = """
import sys
from pathlib import Path
from search.engines.whoosh import mmfile
if sys.argv[2] == "as shipped":
    from io import BytesIO
    from whoosh.filedb import structfile
    structfile.BytesIO = BytesIO
from search.engines import open_engine
import search.engines.whoosh as package
if sys.argv[2] == "as shipped":
    structfile.BytesIO = BytesIO
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
def private():
    return sum(int(line.split()[1]) for line in open("/proc/self/smaps_rollup") if line.startswith("Private_Dirty"))
folder = open_engine(f"whoosh://{sys.argv[1]}").store.current()
before = private()
reader = FileIndex(FileStorage(str(folder)), indexname="MAIN").reader()
print(private() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux")
def test_reader_holds_no_private_copy_of_the_index(engine):
    dice = random.Random(1)
    text = ["".join(dice.choices("abcdefghij", k=8)) for _ in range(40_000)]
    engine.rebuild(document(f"page:{n}", f"Sivu {n}", " ".join(text[n * 200 : n * 200 + 200])) for n in range(200))
    size = sum(path.stat().st_size for path in engine.store.current().iterdir()) / 1024

    def private(how: str) -> int:
        with run(MEMORY, str(engine.store.folder), how, stdout=subprocess.PIPE) as process:
            return int(process.stdout.read())

    mended, shipped = private("mended"), private("as shipped")
    assert shipped > size * 0.5, "Whoosh was mended upstream: mmfile.py can go"
    assert mended < size * 0.2
