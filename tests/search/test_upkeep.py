"""What passed by the diary is found at night and after a start, and put right."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from feed.models import Post
from intranet.people.models import Community
from search import find, upkeep
from search.documents import all_documents, all_stamps, load_documents
from search.engines import SearchAwayError, engine
from search.query import parse
from wiki.models import WikiPage


@pytest.fixture
def course(monkeypatch):
    """Return what this process remembers of its checks, as at a start that is long past."""
    course = upkeep._Course(began=0.0, is_warm=True)
    monkeypatch.setattr(upkeep, "_course", course)
    return course


@pytest.fixture
def drifted(cast, house):
    """Change three things behind the diary's back: one is gone, one is new, one is another one."""
    Post.objects.filter(pk=house.posts["yard"].pk).delete()
    Post.objects.create(author=cast.aino, community=cast.yard, body="Saunotaan", html="<p>Saunotaan</p>")
    changed = {"title": "Revontulet", "edited_at": timezone.now() + timedelta(minutes=1)}
    WikiPage.objects.filter(pk=house.pages["lab"].pk).update(**changed)
    assert upkeep.compare().uids


def test_check_after_a_start_puts_right_what_passed_by_the_diary(cast, drifted, course):
    upkeep.keep_index_true()
    assert upkeep.compare().uids == []
    assert find.search(cast.ben, parse("saunoa")).total == 1
    assert find.search(cast.ben, parse("revontulet")).total == 1
    assert find.search(cast.ben, parse("kuutamo in:yard type:post")).total == 0


def test_check_is_made_once_after_a_start_and_once_a_night(cast, house, course, time_machine):
    checks = []
    for day in (3, 4, 5):
        for hour in (0, 1, 3, 4, 9, 15, 23):
            time_machine.move_to(timezone.localtime().replace(2027, 3, day, hour, 30), tick=False)
            before = course.checked_on
            upkeep.keep_index_true()
            if course.checked_on != before:
                checks.append((day, hour))
    assert checks == [(3, 0), (4, 3), (5, 3)]


def test_second_check_of_a_night_is_not_made(cast, house, course, time_machine):
    time_machine.move_to(timezone.localtime().replace(2027, 3, 3, 3, 30), tick=False)
    upkeep.keep_index_true()
    Post.objects.filter(pk=house.posts["yard"].pk).delete()
    upkeep.keep_index_true()
    assert upkeep.compare().surplus
    time_machine.move_to(timezone.localtime().replace(2027, 3, 4, 3, 30), tick=False)
    upkeep.keep_index_true()
    assert not upkeep.compare().surplus


def test_start_is_not_held_up_by_a_check(drifted, course):
    course.began = None
    upkeep.keep_index_true()
    assert upkeep.compare().uids
    assert course.checked_on is None


def test_check_that_fails_waits_for_the_next_night(house, course):
    shutil.rmtree(engine().store.folder)
    engine().store.folder.write_text("a file where the folder should be")
    with pytest.raises(SearchAwayError):
        upkeep.keep_index_true()
    upkeep.keep_index_true()
    engine().store.folder.unlink()


def test_what_keeps_its_time_is_put_right_at_night(cast, house, course, time_machine):
    time_machine.move_to(timezone.localtime().replace(2027, 3, 3, 15, 30), tick=False)
    Post.objects.filter(pk=house.posts["yard"].pk).update(body="Revontulet", html="<p>Revontulet</p>")
    upkeep.keep_index_true()
    assert course.checked_on.day == 3
    assert upkeep.compare_contents().unlike == [f"post:{house.posts['yard'].pk}"]
    time_machine.move_to(timezone.localtime().replace(2027, 3, 4, 3, 30), tick=False)
    upkeep.keep_index_true()
    assert upkeep.compare_contents().uids == []
    assert find.search(cast.ben, parse("revontulet")).total == 1


def test_command_says_whose_keys_and_words_are_wrong(cast, house, capsys):
    call_command("search_rebuild", verbosity=0)
    [page] = load_documents([f"page:{house.pages['lab'].pk}"])
    engine().upsert([replace(page, keys=frozenset({"people"}))])
    Post.objects.filter(pk=house.posts["yard"].pk).update(body="Revontulet", html="<p>Revontulet</p>")
    call_command("search_check", "--quick")
    assert "keys" not in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("search_check")
    said = capsys.readouterr().out
    assert f"with wrong keys: {page.uid}\n" in said
    assert f"with other words: post:{house.posts['yard'].pk}\n" in said
    call_command("search_check", "--repair")
    call_command("search_check")


def test_large_drift_is_a_new_index(cast, drifted, course, monkeypatch):
    monkeypatch.setattr(upkeep, "MOST_REPAIRS", 2)
    before = engine().store.current()
    upkeep.keep_index_true()
    assert upkeep.compare().uids == []
    assert engine().store.current() != before


def test_rotten_file_of_the_right_size_is_found_and_the_index_made_anew(cast, house, course):
    assert find.search(cast.aino, parse("kuutamo")).total == 13
    path = max(engine().store.current().glob("*.seg"), key=lambda file: file.stat().st_size)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        wrong = bytes([file.read(1)[0] ^ 0xFF])
        file.seek(-1, 1)
        file.write(wrong)
    assert engine().health().is_well
    upkeep.keep_index_true()
    assert engine().health(thorough=True).is_well
    assert find.search(cast.aino, parse("kuutamo")).total == 13


def test_stamps_are_those_of_the_documents(cast, house, drifted):
    of_documents = {}
    for document in all_documents():
        moment = document.updated_at or document.created_at
        of_documents[document.uid] = int(moment.timestamp() * 1000)
    assert all_stamps() == of_documents
    assert f"community:{Community.objects.first().pk}" in of_documents


def test_worker_is_told_of_both_duties(settings):
    from intranet.activity.worker import load_duties

    assert upkeep.keep_index_true in load_duties().values()
