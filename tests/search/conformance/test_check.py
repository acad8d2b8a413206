"""What `search_check` and the check of the night see of an index, whichever engine keeps it: who may find, and the text."""

from dataclasses import replace

import pytest
from django.db import connection

from feed.models import Post
from search import upkeep
from search.documents import load_documents
from search.readers import rebuild
from tests.search.conformance.asking import ask, document


@pytest.fixture
def index(engine, cast, house):
    """Return an engine with the whole house in it."""
    rebuild(into=engine)
    assert upkeep.compare_contents(engine).uids == []
    return engine


def test_index_says_of_each_document_what_was_written(engine):
    documents = [
        document("page:1", "Talvi", "lunta sataa", keys="c:1 c:2", tags=("b", "a"), care="nobody"),
        document("post:2", "", "kesä", has_file=True),
    ]
    engine.upsert(documents)
    assert engine.entries() == {one.uid: one.entry for one in documents}
    engine.upsert([replace(documents[0], keys=frozenset({"c:3"}))], ["post:2"])
    assert {uid: entry.keys for uid, entry in engine.entries().items()} == {"page:1": "c:3"}


@pytest.mark.parametrize("change", [{"keys": frozenset({"people", "c:1"})}, {"keys": frozenset({"c:999"})}])
def test_entry_that_others_may_find_is_seen_though_its_time_is_right(index, house, change):
    [right] = load_documents([f"page:{house.pages['lab'].pk}"])
    index.upsert([replace(right, **change)])
    assert upkeep.compare(index).uids == []
    drift = upkeep.compare_contents(index)
    assert (drift.opened, drift.uids) == ([right.uid], [right.uid])
    upkeep.repair(drift.uids, index)
    assert upkeep.compare_contents(index).uids == []
    assert index.entries()[right.uid] == right.entry


@pytest.mark.parametrize(
    "change",
    [{"title": "Revontulet"}, {"body": "revontulet"}, {"tags": ("revontulet",)}, {"author_id": 9}, {"has_file": True},
     {"care": "confirmed"}, {"community_id": 99}, {"language": "sv"}],
)  # fmt: skip
def test_entry_with_other_contents_is_seen_though_its_time_is_right(index, house, change):
    [right] = load_documents([f"page:{house.pages['lab'].pk}"])
    index.upsert([replace(right, **change)])
    assert upkeep.compare(index).uids == []
    drift = upkeep.compare_contents(index)
    assert (drift.unlike, drift.uids) == ([right.uid], [right.uid])
    upkeep.repair(drift.uids, index)
    assert upkeep.compare_contents(index).uids == []


def test_post_that_was_changed_past_the_diary_is_seen_and_written_again(index, house):
    post = house.posts["yard"]
    Post.objects.filter(pk=post.pk).update(body="Revontulet", html="<p>Revontulet</p>")
    assert upkeep.compare(index).uids == []
    drift = upkeep.compare_contents(index)
    assert drift.unlike == [f"post:{post.pk}"]
    upkeep.repair(drift.uids, index)
    assert ask(index, "revontulet", keys=frozenset({f"c:{post.community_id}"})) == [f"post:{post.pk}"]


def test_what_is_missing_and_what_is_too_many_is_told_apart(index, house):
    page = f"page:{house.pages['lab'].pk}"
    index.upsert([document("page:987654", "Aave")], [page])
    drift = upkeep.compare_contents(index)
    assert (drift.missing, drift.surplus, drift.opened, drift.unlike) == ([page], ["page:987654"], [], [])


def test_what_is_written_while_the_house_is_read_does_not_differ(index, house, monkeypatch):
    page = f"page:{house.pages['lab'].pk}"
    entries, [right] = index.entries, load_documents([page])
    index.upsert([replace(right, body="ennen")])

    def first():
        monkeypatch.setattr(index, "entries", entries)
        before = entries()
        upkeep.repair([page], index)
        return before

    monkeypatch.setattr(index, "entries", first)
    assert upkeep.compare_contents(index).uids == []


@pytest.mark.parametrize(
    "change",
    ["words = array_to_tsvector('{xrevontuli}')", "weights = '\\x00'",
     "marks = array_to_tsvector('{brevontuli}')", "spoken = ' revontulet '", "tags = '{revontulet}'", "digest = 1"],
)  # fmt: skip
def test_row_that_was_changed_in_its_table_is_seen(index, house, change):
    if connection.vendor != "postgresql" or not hasattr(index, "_measured"):
        pytest.skip("only on PostgreSQL: the index is a table of it")
    page = f"page:{house.pages['lab'].pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT generation FROM search_index")
        cursor.execute(f'UPDATE "{cursor.fetchone()[0]}" SET {change} WHERE uid = %s', [page])
    assert upkeep.compare(index).uids == []
    assert upkeep.compare_contents(index).unlike == [page]
