"""The admin's index follows the diary, survives what happens to files, and never stands in the way of a page."""

import os
import shutil
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from wagtail.images.models import Image
from wagtail.models import Page, Site

from intranet.activity.models import Activity
from search.admin_backend import following
from search.admin_backend.backend import record_index
from search.engines import SearchAwayError
from wiki import actions
from wiki.models import WikiPage


def found(query, pages=None):
    return {item.title for item in (Page.objects.all() if pages is None else pages).autocomplete(query)}


def pictures(query):
    return {item.title for item in Image.objects.all().search(query)}


def test_page_is_found_after_publishing_renaming_and_purging(work, page, cast):
    made = page("Lomien varaaminen")
    assert found("loma") == set()
    work()
    assert found("loma") == {"Lomien varaaminen"}
    actions.save_page(actor=cast.aino, page=made, base_revision_id=made.live_revision_id, title="Saunavuorot", body="x")
    work()
    assert (found("loma"), found("sauna")) == (set(), {"Saunavuorot"})
    WikiPage.objects.get(pk=made.pk).delete()
    assert found("sauna") == set(), "what is gone from the database is not shown, whatever the index says"
    following.check()
    assert following.compare()[1:] == ([], [])


def test_branch_that_moves_is_found_at_its_new_place_at_once(work, page):
    old, new = page("Vanha paikka"), page("Uusi paikka")
    branch = page("Lomaohjeet", parent=old)
    page("Lomaraha", parent=branch)
    work()
    actions.move_page(actor=branch.edited_by, page=branch, parent=new)
    below = Page.objects.descendant_of(Page.objects.get(pk=new.pk))
    assert found("loma", below) == {"Lomaohjeet", "Lomaraha"}
    assert found("loma", Page.objects.descendant_of(Page.objects.get(pk=old.pk))) == set()


def change_and_fail(kept, image):
    kept.title = "Metsän reunassa"
    kept.save()
    image("Järvi")
    Image.objects.get(pk=kept.pk).delete()
    raise RuntimeError("the request failed")


def test_what_is_rolled_back_leaves_no_trace(work, image):
    kept = image("Meren rannalla")
    work()
    before = record_index().digests()
    with pytest.raises(RuntimeError), transaction.atomic():
        change_and_fail(kept, image)
    work()
    assert record_index().digests() == before
    assert pictures("meri") == {"Meren rannalla"}
    assert not Activity.objects.filter(dispatched_at=None, verb="cms.changed").exists()


def test_image_is_found_after_saving_tagging_and_deleting(work, image):
    kept = image("Meren rannalla")
    work()
    assert pictures("meri") == {"Meren rannalla"}
    kept.tags.add("kesäjuhlat")
    work()
    assert pictures("kesäjuhla") == {"Meren rannalla"}
    kept.tags.clear()
    kept.title = "Rakkolanranta"
    kept.save()
    work()
    assert (pictures("kesäjuhla"), pictures("meri"), pictures("rakkolanranta")) == (set(), set(), {"Rakkolanranta"})
    kept.delete()
    uid = f"wagtailimages.image:{Activity.objects.filter(verb='cms.changed').last().object_id}"
    assert uid in record_index().digests()
    work()
    assert uid not in record_index().digests()


def test_nothing_is_written_into_the_index_or_queued_inside_the_request(work, image, page):
    from django_tasks_db.models import DBTaskResult
    from wagtail.search.models import IndexEntry

    before = record_index().store.stamp()
    DBTaskResult.objects.all().delete()
    image("Meren rannalla").delete()
    page("Lomien varaaminen")
    assert record_index().store.stamp() == before
    assert not DBTaskResult.objects.filter(task_path__contains="search").exists()
    assert not IndexEntry.objects.exists()


def test_bulk_changes_that_send_nothing_are_put_right_by_the_check(work, image, cast):
    first, second = image("Meren rannalla"), image("Kokoushuone")
    work()
    Image.objects.filter(pk=first.pk).update(title="Metsän reunassa")
    Image.objects.bulk_create([Image(title="Järvenselkä", file="x.png", width=1, height=1)])
    Image.objects.filter(pk=second.pk)._raw_delete("default")
    _number, old, surplus = following.compare()
    assert (len(old), len(surplus)) == (2, 1)
    following.check()
    assert following.compare()[1:] == ([], [])
    assert (pictures("metsä"), pictures("järvenselkä"), pictures("meri")) == (
        {"Metsän reunassa"},
        {"Järvenselkä"},
        set(),
    )


def test_draft_and_copy_made_in_the_admin_are_found_there(work, root, cast, page):
    from tests.wiki.test_admin import form

    section = actions.ensure_section(cast.yard)
    url = reverse("wagtailadmin_pages:add", args=["wiki", "wikipage", section.pk])
    data = form(WikiPage(title="Luonnos lomista", body="x", slug="luonnos", language="fi"))
    del data["action-publish"]
    assert root.post(url, data).status_code == 302
    work()
    assert found("loma") == {"Luonnos lomista"}
    draft = WikiPage.objects.get(title="Luonnos lomista")
    data = form(draft, title="Luonnos saunasta")
    del data["action-publish"]
    assert root.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), data).status_code == 302
    work()
    assert (found("loma"), found("sauna")) == (set(), {"Luonnos saunasta"})


ROTTEN = {
    "missing": lambda folder: shutil.rmtree(folder),
    "no pointer": lambda folder: (folder / "CURRENT").unlink(),
    "foreign pointer": lambda folder: (folder / "CURRENT").write_text("../../etc"),
    "cut": lambda folder: [path.write_bytes(path.read_bytes()[:100]) for path in folder.rglob("*.seg")],
    "flipped": lambda folder: [path.write_bytes(path.read_bytes()[::-1]) for path in folder.rglob("*.seg")],
    "no manifest": lambda folder: [path.unlink() for path in folder.rglob("MANIFEST")],
}


@pytest.mark.parametrize("how", sorted(ROTTEN))
def test_damaged_index_is_a_plain_look_up_until_the_worker_has_made_another(work, page, root, image, how):
    page("Lomien varaaminen")
    work()
    ROTTEN[how](record_index().store.folder)
    for question in ("Lomien", "lomien var", "", "''", "%", "\x00", "a" * 3_000):
        for name in (
            "wagtailadmin_explore_root",
            "wagtailadmin_explore_results",
            "wagtailimages:index",
            "wagtaildocs:index",
        ):
            args = [Site.objects.get().root_page_id] if name.endswith("explore_results") else []
            answer = root.get(reverse(name, args=args), {"q": question})
            assert answer.status_code == 200, (name, question)
        if question.lower().startswith("lomien"):
            explorer = root.get(reverse("wagtailadmin_explore_root"), {"q": question})
            assert [item.title for item in explorer.context["object_list"]] == ["Lomien varaaminen"]
    work()
    assert found("loma") == {"Lomien varaaminen"}


def test_rows_wait_for_an_index_that_is_away(work, image, monkeypatch):
    image("Meren rannalla")
    index = record_index()
    shutil.rmtree(index.store.folder)
    index.store.folder.write_text("a file where the folder should be")
    monkeypatch.setattr(following, "_pause_until", [0.0])
    with pytest.raises(SearchAwayError):
        following.keep_admin_index_well()
    from intranet.activity.dispatch import dispatch_due

    dispatch_due({"admin_search": following.follow_activity})
    row = Activity.objects.filter(verb="cms.changed").last()
    assert (row.dispatched_at, row.attempts) == (None, 0)
    index.store.folder.unlink()
    assert not following.keep_admin_index_well().is_well, "not again at once"
    monkeypatch.setattr(following, "_pause_until", [0.0])
    work()
    assert pictures("meri") == {"Meren rannalla"}


def test_other_fields_or_another_analysis_are_a_new_index(work, page, monkeypatch):
    from search import analysis
    from search.admin_backend.extracting import shape

    page("Lomien varaaminen")
    work()
    generation = record_index().store.current()
    monkeypatch.setattr(WikiPage, "search_fields", WikiPage.search_fields[1:])
    assert not record_index().health(shape=shape()).is_well
    assert following.keep_admin_index_well().is_well
    assert record_index().store.current() != generation
    monkeypatch.setattr(analysis, "CHAIN_VERSION", 999)
    assert not record_index().health(shape=shape()).is_well
    assert following.keep_admin_index_well().is_well


def test_folder_is_inside_the_houses_own_and_for_its_owner_only(work, settings, tmp_path):
    folder = record_index().store.folder
    assert folder == tmp_path / "search" / "admin"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.glob("gen-*"))


def test_commands_make_and_check_both_indexes(work, page, house, capsys):
    page("Lomien varaaminen")
    call_command("search_rebuild", verbosity=0)
    call_command("search_check")
    assert capsys.readouterr().out.count(" 0 missing or old, 0 too many") == 2
    WikiPage.objects.filter(title="Lomien varaaminen").update(title="Saunavuorot")
    with pytest.raises(SystemExit):
        call_command("search_check")
    assert "wagtailcore.page:" in capsys.readouterr().out
    call_command("search_check", "--repair")
    call_command("search_check")
    assert found("sauna") == {"Saunavuorot"}
    shutil.rmtree(record_index().store.folder)
    with pytest.raises(SystemExit):
        call_command("search_check")


def test_wagtails_own_command_makes_it_too_and_takes_up_what_changes_meanwhile(work, page, image, monkeypatch):
    from modelsearch.management.commands.rebuild_modelsearch_index import Command

    page("Lomien varaaminen")
    shutil.rmtree(record_index().store.folder)
    chunks = Command.queryset_chunks

    def meanwhile(self, queryset, size):
        yield from chunks(self, queryset, size)
        if queryset.model is Image and not Image.objects.exists():
            image("Meren rannalla")

    monkeypatch.setattr(Command, "queryset_chunks", meanwhile)
    call_command("wagtail_update_index", verbosity=0)
    assert found("loma") == {"Lomien varaaminen"}
    assert pictures("meri") == {"Meren rannalla"}
    assert following.compare()[1:] == ([], [])


def test_worker_and_diary_are_told(settings):
    from intranet.activity.dispatch import load_readers
    from intranet.activity.worker import load_duties

    assert load_readers()["admin_search"] is following.follow_activity
    assert following.keep_admin_index_well in load_duties().values()


def test_both_ways_to_read_find_the_same_with_the_same_scores(work, page, image, monkeypatch):
    from modelsearch.query import MATCH_ALL, Boost, Phrase, PlainText

    from search.admin_backend.asking import Question, find
    from search.engines.whoosh.plain import PlainReading
    from search.engines.whoosh.records import RecordIndex

    for number, title in enumerate(("Lomien varaaminen", "Lomarahan laskeminen", "Työaika ja loma", "Saunan varaus")):
        page(f"{title} {number}")
        image(f"{title} merellä")
        work()
    Image.objects.first().delete()
    work()
    plain = RecordIndex(record_index().store.folder, PlainReading())
    word, label = PlainText("lomat"), "wagtailcore.page"
    queries = [
        word, PlainText("lomaa varata", "or"), Phrase("lomien varaaminen"), ~word, word | Boost(PlainText("sauna"), 3.0),
        word & ~PlainText("laskea"), MATCH_ALL, ~MATCH_ALL, PlainText("!!!"), PlainText("lom var"),
    ]  # fmt: skip
    answers = 0
    for query in queries:
        for fields in ((), (("title", 2.0),)):
            for is_begun in (False, True):
                for model in (label, "wiki.wikipage", "wagtailimages.image", "nobody.knows"):
                    question = Question(query, model, fields, is_begun)
                    one, other = (
                        index.ask(lambda found, asked=question: find(found, asked)) for index in (record_index(), plain)
                    )
                    assert one == other, question
                    answers += bool(one)
    assert answers > 60


LOADED = """
import django, sys
django.setup()
import intranet.urls
from wagtail import hooks
hooks.get_hooks("after_create_page")
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"whoosh", "numpy", "simplemma"}))
print(*sorted(name for name in sys.modules if name.startswith("search.admin_backend.")))
"""


@pytest.mark.any_engine
def test_starting_a_web_process_loads_no_index():
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "intranet.settings"}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == ["", "search.admin_backend.apps search.admin_backend.signal_handlers"]
