"""Links between pages: by identity, red and live, and telling nobody of what they may not see."""

import pytest

from wiki import actions, reading
from wiki.models import PageLink, WikiPage
from wiki.readers import follow_pages
from wiki.refresh import retitle


def fresh(page):
    return WikiPage.objects.select_related("community").get(pk=page.pk)


def read_diary():
    from intranet.activity.models import Activity

    follow_pages(list(Activity.objects.order_by("pk")))


def test_red_link_becomes_live_when_the_page_comes_and_red_when_it_goes(cast, write):
    page = write("Guide", "[[coffee  Machine]]")
    assert "redlink" in page.html
    target = write("Coffee machine")
    assert 'href="/wiki/yard/coffee-machine/"' in fresh(page).html
    actions.trash_page(actor=cast.ben, page=target)
    assert "redlink" in fresh(page).html
    assert PageLink.objects.get(source=page).target is None
    actions.untrash_page(actor=cast.ben, page=target)
    assert 'href="/wiki/yard/coffee-machine/"' in fresh(page).html


def test_many_red_links_become_live_by_the_reader(cast, write):
    pages = [write(f"Page {number}", "[[Coffee]]") for number in range(25)]
    write("Coffee")
    assert sum("redlink" in fresh(page).html for page in pages) == 5
    read_diary()
    assert not any("redlink" in fresh(page).html for page in pages)


def test_renaming_takes_link_texts_addresses_and_old_links_along(cast, write, sign_in):
    target = write("Coffee")
    child = write("Beans", parent=target)
    page = write("Guide", "[[Coffee]] and [[coffee|a cup]] and [there](/wiki/yard/coffee/) `[[Coffee]]`")
    actions.rename_page(actor=cast.ben, page=target, title="Tea room")
    page = fresh(page)
    assert "[[Tea room]] and [[Tea room|a cup]]" in page.body
    assert page.html.count('href="/wiki/yard/tea-room/"') == 3
    assert fresh(child).address == "yard/tea-room/beans"
    assert fresh(child).crumbs == [{"title": "Tea room", "address": "yard/tea-room"}]
    assert sign_in(cast.cleo).get("/wiki/yard/coffee/beans/")["Location"] == "/wiki/yard/tea-room/beans/"
    note = page.version_notes.first()
    assert (note.author, note.is_minor) == (cast.ben, True)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("[[Old]]", "[[New]]"), ("[[ old ]]", "[[New]]"), ("[[Old|x]]", "[[New|x]]"), ("[[Older]]", "[[Older]]"),
        ("Old", "Old"), ("[[Very Old]]", "[[Very Old]]"),
    ],
)  # fmt: skip
def test_only_links_of_that_title_are_retitled(body, expected):
    assert retitle(body, "Old", "New") == expected


def test_moving_keeps_links_of_others(cast, write):
    target, place = write("Coffee"), write("Kitchen")
    page = write("Guide", "[[Coffee]] [x](/wiki/yard/coffee/#beans)")
    actions.move_page(actor=cast.aino, page=target, parent=place)
    html = fresh(page).html
    assert 'href="/wiki/yard/kitchen/coffee/"' in html
    assert 'href="/wiki/yard/kitchen/coffee/#h-beans"' in html


def test_link_by_number_and_by_old_address_lead_to_the_page_of_today(cast, write):
    target = write("Coffee")
    actions.rename_page(actor=cast.aino, page=target, title="Tea")
    page = write("Guide", f"[a](/wiki/id/{target.pk}/) [b](/wiki/yard/coffee/)")
    assert page.html.count('href="/wiki/yard/tea/"') == 2
    assert set(PageLink.objects.filter(source=page).values_list("target_id", flat=True)) == {target.pk}


def test_own_page_goes_before_another_open_communitys(cast, write):
    there = write("Coffee", community=cast.everyone)
    page = write("Guide", "[[Coffee]]")
    assert PageLink.objects.get(source=page).target_id == there.pk
    here = write("Coffee")
    assert PageLink.objects.get(source=page).target_id == here.pk


@pytest.mark.parametrize("place", ["lab", "vault"])
def test_link_never_tells_of_a_page_in_another_closed_community(cast, write, place):
    secret = write("Secret", community=getattr(cast, place))
    page = write("Guide", f"[[Secret]] [x](/wiki/id/{secret.pk}/) [y](/wiki/{secret.address}/)")
    assert "redlink" in page.html
    assert f'href="/wiki/{secret.address}/" class="pagelink"' not in page.html
    assert not PageLink.objects.filter(source=page, target=secret).exists()
    other = write("New secret", community=getattr(cast, place))
    before = write("Before", "[[New secret]]")
    assert "redlink" in fresh(before).html
    assert not PageLink.objects.filter(target=other).exists()


def test_community_that_closes_takes_its_links_back(cast, write):
    target = write("Coffee", community=cast.yard)
    page = write("Guide", "[[Coffee]]", community=cast.everyone)
    assert PageLink.objects.get(source=page).target_id == target.pk
    from intranet.people.actions import change_community

    change_community(actor=cast.mika, community=cast.yard, kind="closed")
    read_diary()
    assert "redlink" in fresh(page).html
    change_community(actor=cast.mika, community=cast.yard, kind="open")
    read_diary()
    assert "redlink" not in fresh(page).html


def test_mention_of_somebody_who_cannot_read_stays_text(cast, write):
    html = write("Secret", "@ben.example @cleo.example @gita.example", community=cast.vault).html
    assert html.count("mention-person") == 1
    html = write("Open", "@ben.example @cleo.example @gita.example @lab @everyone").html
    assert html.count("mention-person") == 2
    assert html.count("mention-community") == 1


def test_wanted_pages_by_number_of_links(cast, write):
    write("A", "[[Coffee]] [[Tea]]")
    write("B", "[[coffee]]")
    write("C", "[[Secret wish]]", community=cast.lab)
    assert [(row["title"].lower(), len(row["sources"])) for row in reading.wanted(cast.cleo)] == [
        ("coffee", 2),
        ("tea", 1),
    ]
    assert "Secret wish" in [row["title"] for row in reading.wanted(cast.gita)]


def test_link_to_itself_is_no_backlink(cast, write):
    page = write("Mirror", "[[Mirror]]")
    row = reading.page_row(cast.aino, pk=page.pk)
    assert 'href="/wiki/yard/mirror/"' in fresh(page).html or "redlink" in page.html
    assert reading.surroundings(cast.aino, row)["backlinks"] == []


def test_reader_may_run_any_number_of_times(cast, write):
    target = write("Coffee")
    page = write("Guide", "[[Coffee]]")
    actions.rename_page(actor=cast.ben, page=target, title="Tea")
    actions.trash_page(actor=cast.ben, page=target)
    before = fresh(page).version
    for _ in range(3):
        read_diary()
    assert fresh(page).version == before
