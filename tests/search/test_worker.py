"""The diary keeps the index true, the worker keeps it whole, and search answers without it."""

import shutil

import pytest
from django.core.management import call_command

from feed.actions import delete_post, edit_post, publish_post
from search import find
from search.engines import SearchAwayError, engine
from search.query import parse
from search.readers import keep_index_well
from wiki.actions import create_page, move_page, trash_page, untrash_page


def total(user, question: str) -> int:
    found = find.search(user, parse(question))
    assert not found.is_plain
    return found.total


def test_page_is_found_after_publishing_editing_trashing_and_restoring(cast, house, catch_up):
    parent = create_page(actor=cast.aino, community=cast.yard, title="Vuori", body="jyrkkä polku")
    create_page(actor=cast.aino, parent=parent, title="Huippu", body="näköala polulta")
    catch_up()
    assert total(cast.ben, "polku") == 2
    trash_page(actor=cast.aino, page=parent)
    catch_up()
    assert total(cast.ben, "polku") == 0
    untrash_page(actor=cast.aino, page=parent)
    catch_up()
    assert total(cast.ben, "polku") == 2


def test_branch_that_moves_into_a_hidden_place_leaves_the_open_index(cast, house, catch_up):
    from wiki.actions import ensure_section

    parent = create_page(actor=cast.aino, community=cast.yard, title="Vuori", body="jyrkkä polku")
    create_page(actor=cast.aino, parent=parent, title="Huippu", body="näköala polulta")
    move_page(actor=cast.aino, page=parent, parent=ensure_section(cast.vault))
    catch_up()
    assert total(cast.cleo, "polku") == 0
    assert total(cast.aino, "polku") == 2


def test_post_is_found_after_publishing_and_editing_and_not_after_deleting(cast, house, catch_up):
    post = publish_post(actor=cast.aino, community=cast.yard, body="Nähdään saunalla")
    catch_up()
    assert total(cast.ben, "sauna") == 1
    post = edit_post(actor=cast.aino, post=post, body="Nähdään rannalla")
    catch_up()
    assert (total(cast.ben, "sauna"), total(cast.ben, "ranta")) == (0, 1)
    delete_post(actor=cast.aino, post=post)
    catch_up()
    assert total(cast.ben, "ranta") == 0


def test_same_rows_twice_change_nothing(cast, house):
    from intranet.activity.models import Activity
    from search.readers import index_activity

    rows, before = list(Activity.objects.all()), engine().uids()
    index_activity(rows)
    index_activity(rows)
    assert engine().uids() == before


def test_guest_who_is_invited_finds_the_people_there(cast, house, catch_up):
    from intranet.activity.actions import record
    from intranet.people.models import Membership

    assert total(cast.gita, "cleo type:person") == 0
    Membership.objects.create(user=cast.cleo, community=cast.lab)
    record(actor=cast.cleo, verb="community.joined", object=cast.lab, target=cast.cleo, community_id=cast.lab.pk)
    catch_up()
    assert total(cast.gita, "cleo type:person") == 1


def test_deleted_index_never_breaks_a_page_and_heals_by_itself(cast, house, sign_in, catch_up):
    shutil.rmtree(engine().store.folder)
    for name, user in cast.people.items():
        answer = sign_in(user).get("/search/", {"q": "kuutamo"})
        assert answer.status_code == 200
        assert answer.content.count(b"being rebuilt") == 1, name
        assert (b"Kuutamoretki yard" in answer.content.replace(b"<mark>", b"").replace(b"</mark>", b"")) is (
            name != "gita"
        )
        assert (b"Salaisuusvault" in answer.content.replace(b"<mark>", b"")) is (name in {"aino", "ben", "mika"})
        assert sign_in(user).get("/search/suggest/", {"q": "kuut"}).status_code == 200
    publish_post(actor=cast.aino, community=cast.yard, body="Sillä välin saunotaan")
    catch_up()
    assert keep_index_well().is_well
    assert total(cast.aino, "kuutamo") == 13
    assert total(cast.aino, "saunoa") == 1


def test_rebuild_that_fails_is_not_tried_again_at_once(cast, house, monkeypatch):
    from search import readers

    monkeypatch.setattr(readers, "_rest", readers._Rest())
    shutil.rmtree(engine().store.folder)
    engine().store.folder.write_text("a file where the folder should be")
    with pytest.raises(SearchAwayError):
        keep_index_well()
    engine().store.folder.unlink()
    assert not keep_index_well().is_well
    readers._rest.until = 0
    assert keep_index_well().is_well


def test_index_of_another_version_is_made_anew_and_serves_until_then(cast, house, monkeypatch):
    from search import analysis

    monkeypatch.setattr(analysis, "CHAIN_VERSION", 999)
    assert not engine().health().is_well
    assert total(cast.aino, "kuutamo") == 13
    assert keep_index_well().is_well
    assert engine().health().version.startswith("999-")


def test_commands_rebuild_check_and_repair(cast, house, capsys):
    from feed.models import Post

    call_command("search_rebuild", verbosity=0)
    call_command("search_check")
    assert " 0 missing or old, 0 too many" in capsys.readouterr().out
    Post.objects.filter(pk=house.posts["yard"].pk).delete()
    with pytest.raises(SystemExit):
        call_command("search_check")
    call_command("search_check", "--repair")
    call_command("search_check")
    shutil.rmtree(engine().store.folder)
    with pytest.raises(SystemExit):
        call_command("search_check")


def test_closed_account_is_found_no_more(cast, house, catch_up):
    from intranet.activity.actions import record

    cast.ben.is_active = False
    cast.ben.save()
    assert find.search(cast.aino, parse("ben type:person")).results == []
    record(actor=cast.root, verb="user.left", object=cast.ben)
    catch_up()
    assert total(cast.aino, "ben type:person") == 0
