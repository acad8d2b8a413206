"""The front room of a section: recent changes, most read, wanted pages, templates; and how reads are counted."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wiki import actions
from wiki.front import counting
from wiki.front.actions import add_reads, forget_reads
from wiki.front.models import PageReads
from wiki.front.reading import FEWEST_READS, most_read, recent_changes, wanted_here
from wiki.models import WikiPage


@pytest.fixture(autouse=True)
def nothing_counted():
    counting.forget()
    yield
    counting.forget()


def save(page, user, body, **more):
    page = WikiPage.objects.get(pk=page.pk)
    actions.save_page(actor=user, page=page, base_revision_id=page.live_revision_id, body=body, **more)


def reads(page):
    counting.write_counts()
    return sum(PageReads.objects.filter(page=page).values_list("count", flat=True))


def read_often(*pages, number=FEWEST_READS, day=None):
    add_reads(counts={(page.pk, day or timezone.localdate()): number for page in pages})


def test_changes_are_one_line_a_page_and_day_without_minor_ones(cast, write):
    page = write("Page", "one")
    save(page, cast.ben, "two")
    save(page, cast.mika, "three")
    other = write("Other", "one")
    save(other, cast.ben, "one, corrected", is_minor=True)
    old = write("Old", "one", at=timezone.now() - timedelta(days=3))
    save(old, cast.ben, "two", at=timezone.now() - timedelta(days=2))
    lines = recent_changes(cast.ben, cast.yard.pk)
    found = [(line["title"], line["changes"], [one.name for one in line["people"]], line["is_new"]) for line in lines]
    assert found == [
        ("Other", 1, ["Aino Example"], True),
        ("Page", 3, ["Mika Example", "Ben Example", "Aino Example"], True),
        ("Old", 1, ["Ben Example"], False),
        ("Old", 1, ["Aino Example"], True),
    ]


def test_read_once_by_each_and_not_by_who_wrote_last(cast, write, sign_in):
    page = write("Page")
    ben, mika, aino = sign_in(cast.ben), sign_in(cast.mika), sign_in(cast.aino)
    for client in (ben, ben, mika, aino, aino):
        assert client.get(page.get_absolute_url()).status_code == 200
    assert reads(page) == 2
    assert ben.head(page.get_absolute_url()).status_code == 200
    sign_in(cast.cleo).get(page.get_absolute_url(), headers={"Sec-Purpose": "prefetch;prerender"})
    assert reads(page) == 2


def test_read_again_half_an_hour_later_counts(cast, write, sign_in, monkeypatch):
    page, client = write("Page"), sign_in(cast.ben)
    client.get(page.get_absolute_url())
    real = counting.time.monotonic
    monkeypatch.setattr(counting.time, "monotonic", lambda: real() + counting.AGAIN_AFTER + 1)
    client.get(page.get_absolute_url())
    assert reads(page) == 2


def test_what_nobody_may_read_is_not_counted(cast, write, sign_in):
    page = write("Hidden", community=cast.vault)
    assert sign_in(cast.cleo).get(page.get_absolute_url()).status_code == 404
    assert reads(page) == 0


def test_counts_of_processes_add_up_and_a_page_that_is_gone_does_no_harm(cast, write):
    page = write("Page")
    day = timezone.localdate()
    for _process in range(2):
        add_reads(counts={(page.pk, day): 3, (page.pk + 1000, day): 1})
    assert list(PageReads.objects.values_list("page_id", "count")) == [(page.pk, 6)]


def test_a_failed_write_counts_on(cast, write, sign_in, monkeypatch):
    from django.db import DatabaseError

    page = write("Page")
    sign_in(cast.ben).get(page.get_absolute_url())

    def fail(**_counts):
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(counting, "add_reads", fail)
        with pytest.raises(DatabaseError):
            counting.write_counts()
    assert reads(page) == 1


def test_old_days_are_forgotten(cast, write):
    page = write("Page")
    read_often(page, day=timezone.localdate() - timedelta(days=120))
    read_often(page)
    forget_reads()
    assert PageReads.objects.count() == 1


def test_view_of_a_page_writes_nothing(cast, write, sign_in):
    page, client = write("Page"), sign_in(cast.ben)
    client.get(page.get_absolute_url())
    counting.forget()
    with CaptureQueriesContext(connection) as queries:
        client.get(page.get_absolute_url())
    assert all(query["sql"].lstrip().upper().startswith(("SELECT", "WITH", "(")) for query in queries)
    assert len(queries) <= 6


def test_most_read_leaves_out_the_rarely_read_and_what_is_long_ago(cast, write):
    often, rarely, once_upon, gone = write("Often"), write("Rarely"), write("Long ago"), write("Gone")
    read_often(often, gone, number=FEWEST_READS + 1)
    read_often(rarely, number=FEWEST_READS - 1)
    read_often(once_upon, number=100, day=timezone.localdate() - timedelta(days=40))
    actions.trash_page(actor=cast.aino, page=gone)
    assert [(row["title"], row["reads"]) for row in most_read(cast.ben, cast.yard.pk)] == [("Often", FEWEST_READS + 1)]


@pytest.mark.parametrize(
    ("place", "sees"), [("yard", "aino ben cleo mika root"), ("lab", "aino ben mika gita"), ("vault", "aino ben mika")]
)
def test_only_readers_see_what_is_read_changed_and_wanted(cast, write, sign_in, place, sees):
    page = write("Canary page", "[[Canary wanted]]", community=getattr(cast, place))
    read_often(page)
    for name, user in cast.people.items():
        client = sign_in(user)
        screen = client.get(f"/wiki/{place}/")
        rows = client.get(f"/api/v1/communities/{place}/most-read")
        expected = 200 if name in sees.split() else 404
        assert (screen.status_code, rows.status_code) == (expected, expected), name
        if expected == 200:
            assert screen.content.count(b"Canary wanted") >= 1, name
            assert [row["reads"] for row in rows.json()] == [FEWEST_READS]
        else:
            assert b"Canary" not in screen.content + rows.content
        assert [row["title"] for row in most_read(user, getattr(cast, place).pk)] == ["Canary page"] * (expected == 200)


def test_page_that_moved_away_is_in_its_new_section_only(cast, write):
    page = write("Page")
    read_often(page)
    assert most_read(cast.cleo, cast.yard.pk)
    actions.move_page(actor=cast.aino, page=page, parent=actions.ensure_section(cast.vault))
    # Also while the count of before is still kept.
    assert most_read(cast.cleo, cast.yard.pk) == most_read(cast.cleo, cast.vault.pk) == []
    assert most_read(cast.ben, cast.vault.pk)


def test_wanted_pages_of_a_section_by_number_of_links(cast, write):
    write("A", "[[Rare]] [[Common]]")
    write("B", "[[Common]]")
    write("C", "[[Elsewhere]]", community=cast.vault)
    assert [(row["title"], row["number"]) for row in wanted_here(cast.yard.pk)] == [("Common", 2), ("Rare", 1)]


def test_templates_are_offered_to_those_who_write(cast, write, sign_in):
    page = write("Meeting template")
    actions.mark_template(actor=cast.aino, page=page, title_pattern="")
    assert f"template={page.pk}" in sign_in(cast.ben).get("/wiki/yard/").content.decode()
    assert f"template={page.pk}" not in sign_in(cast.cleo).get("/wiki/yard/").content.decode()


def test_queries_of_the_front_room_do_not_grow(cast, write, sign_in):
    client = sign_in(cast.ben)

    def count():
        client.get("/wiki/yard/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/wiki/yard/").status_code == 200
        return len(queries)

    read_often(*[write(f"First {number}", "[[Wanted]]") for number in range(3)])
    few = count()
    pages = [write(f"Page {number}", f"[[Wanted {number % 7}]]") for number in range(30)]
    read_often(*pages, number=20)
    for page in pages[:10]:
        save(page, cast.mika, "again")
        actions.mark_template(actor=cast.aino, page=page, title_pattern="")
    assert count() == few <= 10
