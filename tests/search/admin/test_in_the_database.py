"""Where the house's index is not in files of this machine, the admin's is modelsearch's own, fed by the same diary."""

import pytest
from django.db import connection
from django.urls import reverse
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.search.models import IndexEntry

from intranet.activity.dispatch import dispatch_due
from search.admin_backend import following
from wiki.models import WikiPage


@pytest.fixture
def work(settings, cast):
    """Return what brings the diary round in a house whose index is elsewhere."""
    if connection.vendor != "postgresql":
        pytest.skip("only on PostgreSQL: the admin's index is in the database")
    settings.SEARCH_URL = "postgres://"
    return lambda: dispatch_due({"admin_search": following.follow_activity})


def found(query):
    return {item.title for item in Page.objects.autocomplete(query)}


def test_pages_and_images_are_found_by_their_beginning(work, page, image, root, cast):
    page("Lomien varaaminen")
    page("Lomasalaisuus", community=cast.vault)
    picture = image("Meren rannalla")
    assert (found("lom"), IndexEntry.objects.count()) == (set(), 0)
    work()
    assert found("lom") == {"Lomien varaaminen", "Lomasalaisuus"}
    answer = root.get(reverse("wagtailadmin_explore_root"), {"q": "lom"})
    assert [item.title for item in answer.context["object_list"]] == ["Lomien varaaminen"]
    assert {item.title for item in Image.objects.all().autocomplete("mer")} == {"Meren rannalla"}
    picture.delete()
    WikiPage.objects.get(title="Lomien varaaminen").delete()
    work()
    assert (found("varaa"), list(Image.objects.all().autocomplete("mer"))) == (set(), [])


def test_check_writes_what_is_missing_and_takes_out_what_is_too_many(work, page):
    page("Lomien varaaminen")
    work()
    IndexEntry.objects.all().delete()
    assert following.keep_admin_index_well().is_well, "nothing to look after every few seconds"
    assert len(following.compare()[1]) == Page.objects.count()
    following.check()
    assert following.compare()[1:] == ([], [])
    assert found("lom") == {"Lomien varaaminen"}


def test_rebuild_fills_the_tables(work, page):
    page("Lomien varaaminen")
    assert following.rebuild() == Page.objects.count()
    assert found("lom") == {"Lomien varaaminen"}


def test_house_on_one_machine_keeps_it_in_files_wherever_its_own_index_is(settings, tmp_path, cast, page):
    if connection.vendor == "postgresql":
        pytest.skip("only on SQLite")
    settings.DATA_DIR, settings.SEARCH_URL = tmp_path, "opensearch://search.example:9200"
    page("Lomien varaaminen")
    assert following.keep_admin_index_well().is_well
    assert (tmp_path / "search" / "admin" / "CURRENT").exists()
    assert found("lomat") == {"Lomien varaaminen"}
