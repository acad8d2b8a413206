"""The words of files are found by those who may read the file, and by nobody else."""

import io

import pytest

from feed import actions as feed
from feed.actions.texts import read_waiting_files
from feed.models import FileText
from search import find
from search.query import parse
from search.readers import rebuild
from search.upkeep import compare
from tests.files.test_extraction import docx
from wiki import actions as wiki

PEOPLE = ["aino", "ben", "cleo", "mika", "gita", "root"]
READERS = {"yard": {"aino", "ben", "cleo", "mika", "root"}, "lab": {"aino", "ben", "mika", "gita"}}


def found(person, words="hydrauliikka"):
    return [(hit.kind, hit.name) for hit in find.search(person, parse(words)).results]


@pytest.fixture
def manual(cast, index):
    """Return a function that puts a Word file with the word hydrauliikka on a page of a community."""

    def put(place):
        file = feed.add_file(
            actor=cast.aino, community=getattr(cast, place), file=io.BytesIO(docx("hydrauliikka")), name="ohje.docx"
        )
        page = wiki.create_page(
            actor=cast.aino, community=getattr(cast, place), title="Sivu", body=f"[o]({file.get_absolute_url()})"
        )
        file.refresh_from_db()
        return file, page

    return put


@pytest.mark.parametrize("place", READERS)
def test_words_of_a_file_are_found_by_readers_of_its_place(cast, manual, catch_up, place):
    file, _page = manual(place)
    assert read_waiting_files() == 1
    assert read_waiting_files() == 0
    rebuild()
    for name in PEOPLE:
        seen = found(getattr(cast, name))
        assert seen == ([("file", "ohje.docx")] if name in READERS[place] else []), name
    hit = find.search(cast.aino, parse("type:file hydrauliikka")).results[0]
    assert hit.url == f"/wiki/files/{file.pk}/"
    assert "<mark>" in hit.snippet
    drift = compare()
    assert drift.uids == []


def test_diary_keeps_files_in_the_index_as_they_are_in_the_house(cast, manual, catch_up):
    rebuild()
    file, page = manual("yard")
    read_waiting_files()
    catch_up()
    assert found(cast.ben) == [("file", "ohje.docx")]
    feed.remove_file(actor=cast.aino, attachment=file)
    catch_up()
    assert found(cast.ben) == []
    feed.restore_file(actor=cast.aino, attachment=file)
    catch_up()
    assert found(cast.ben) == [("file", "ohje.docx")]
    feed.replace_file(actor=cast.ben, attachment=file, file=io.BytesIO(docx("pneumatiikka")), name="ohje.docx")
    read_waiting_files()
    catch_up()
    assert found(cast.ben) == []
    assert found(cast.ben, "pneumatiikka") == [("file", "ohje.docx")]
    wiki.trash_page(actor=cast.aino, page=page)
    catch_up()
    assert found(cast.ben, "pneumatiikka") == []


def test_moving_a_page_takes_its_files_out_of_sight(cast, manual, catch_up):
    rebuild()
    _file, page = manual("yard")
    read_waiting_files()
    catch_up()
    assert found(cast.cleo)
    wiki.move_page(actor=cast.aino, page=page, parent=wiki.ensure_section(cast.lab, actor=cast.aino))
    assert found(cast.cleo) == [], "at once, also before the index knows"
    catch_up()
    assert found(cast.cleo) == []
    assert found(cast.gita) == [("file", "ohje.docx")]


def test_file_that_could_not_be_read_is_said_so_and_looked_at_once(cast, client, index):
    broken = docx("x").replace(b"word/document.xml", b"word/doc_ment.xml", 1)  # the directory names another part
    file = feed.add_file(actor=cast.aino, community=cast.yard, file=io.BytesIO(broken), name="rikki.docx")
    wiki.create_page(actor=cast.aino, community=cast.yard, title="Sivu", body=f"[o]({file.get_absolute_url()})")
    assert read_waiting_files() == 1
    assert read_waiting_files() == 0
    kind = FileText.objects.get(attachment=file)
    assert (kind.state, kind.text) == ("unreadable", "")
    client.force_login(cast.ben)
    assert "could not be read" in client.get(f"/wiki/files/{file.pk}/").content.decode()


def test_result_page_shows_a_tab_for_files(cast, client, manual, index):
    manual("yard")
    read_waiting_files()
    rebuild()
    client.force_login(cast.ben)
    page = client.get("/search/?q=hydrauliikka").content.decode()
    assert "ohje.docx" in page
    assert "kind=file" in page
