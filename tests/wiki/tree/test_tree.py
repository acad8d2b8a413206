"""The tree is opened level by level, filtered by title, and shows nobody what she may not see."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wiki import actions
from wiki.models import WikiPage
from wiki.reading import section_row
from wiki.tree import reading
from wiki.tree.choosing import chooser


def test_root_shows_the_top_with_the_number_of_pages_below(cast, write, tree_of):
    top = write("Top")
    write("Child", parent=top)
    gone = write("Gone", parent=top)
    actions.trash_page(actor=cast.aino, page=gone)
    write("Other")
    status, titles, html = tree_of(cast.ben, "yard")
    assert (status, titles) == (200, ["Other", "Top"])
    assert 'aria-label="1 page below"' in html
    assert "Child" not in html


def test_opened_pages_are_shown_with_what_is_below(cast, write, tree_of):
    top = write("Top")
    child = write("Child", parent=top)
    write("Grandchild", parent=child)
    assert tree_of(cast.ben, "yard", f"?open={top.pk}")[1] == ["Top", "Child"]
    assert tree_of(cast.ben, "yard", f"?open={top.pk},{child.pk}")[1] == ["Top", "Child", "Grandchild"]
    # What is below a closed page stays closed.
    assert tree_of(cast.ben, "yard", f"?open={child.pk}")[1] == ["Top"]


def test_way_to_a_page_is_open_and_the_page_is_marked(cast, write, tree_of):
    top = write("Top")
    child = write("Child", parent=top)
    deep = write("Deep", parent=child)
    write("Below it, which stays closed", parent=deep)
    write("Beside")
    _status, titles, html = tree_of(cast.ben, "yard", f"?at={deep.pk}", fragment=False)
    assert titles == ["Beside", "Top", "Child", "Deep"]
    assert re.search(rf'id="page-{deep.pk}"[^>]*aria-current="page"', html)


def test_children_come_as_lines_and_in_parts(cast, write, tree_of, monkeypatch):
    monkeypatch.setattr(reading, "PART", 2)
    monkeypatch.setattr(reading, "_FIRST", reading.Prepared(reading._first, numbers=["user", "parent"]))
    monkeypatch.setattr(
        reading, "_NEXT",
        reading.Prepared(reading._next, numbers=["user", "parent", "position", "page"], texts=["title"]),
    )  # fmt: skip
    top = write("Top")
    for name in "ABCDE":
        write(name, parent=top)
    seen, query = [], f"?under={top.pk}"
    for _part in range(3):
        _status, titles, html = tree_of(cast.ben, "yard", query)
        seen.append(titles)
        more = re.search(r'class="button small quiet" href="[^"?]*([^"]*)"', html)
        query = more.group(1).replace("&amp;", "&") if more else ""
    assert seen == [["A", "B"], ["C", "D"], ["E"]]
    assert not query
    last = WikiPage.objects.get(title="E")
    # The page one looks for is shown although its part is not.
    assert tree_of(cast.ben, "yard", f"?at={last.pk}")[1] == ["Top", "A", "B", "E"]


def test_filter_finds_parts_of_titles_with_the_way_to_them(cast, write, tree_of):
    top = write("Handbook")
    child = write("Chapter", parent=top)
    write("Travel costs", parent=child)
    write("Other", parent=child)
    write("Elsewhere")
    status, titles, html = tree_of(cast.ben, "yard", "?q=TRAVEL")
    assert (status, titles) == (200, ["Handbook", "Chapter", "Travel costs"])
    assert html.count("is-match") == 1
    assert tree_of(cast.ben, "yard", "?q=100%25")[1] == []
    assert tree_of(cast.ben, "yard", "?q=%00")[0] == 200


@pytest.mark.parametrize("query", ["", "?q=canary", "?open=1", "?mode=choose"])
@pytest.mark.parametrize(
    ("place", "sees"), [("yard", "aino ben cleo mika root"), ("lab", "aino ben mika gita"), ("vault", "aino ben mika")]
)
def test_only_readers_of_the_community_see_its_tree(cast, write, tree_of, query, place, sees):
    write("Canary page", community=getattr(cast, place))
    for name, user in cast.people.items():
        status, _titles, html = tree_of(user, place, query)
        reads = name in sees.split()
        if query == "?mode=choose" and name in {"cleo", "root"} and reads:
            assert status == 403
        else:
            assert status == (200 if reads else 404), name
        assert ("Canary" in html) == (status == 200), name


def test_pages_of_another_community_come_in_by_no_number(cast, write, tree_of):
    mine = write("Mine")
    hidden = write("Hidden", community=cast.vault)
    write("Hidden below", community=cast.vault, parent=hidden)
    section = hidden.parent_page_id
    for query in (f"?under={hidden.pk}", f"?under={section}", "?under=9999999999999", "?under=x"):
        assert tree_of(cast.cleo, "yard", query)[0] == 404, query
    # Not even for somebody who may read both: the address names the community.
    assert tree_of(cast.ben, "yard", f"?under={hidden.pk}")[0] == 404
    for query in (f"?open={hidden.pk},{section}", f"?at={hidden.pk}", "?q=hidden"):
        assert "Hidden" not in tree_of(cast.cleo, "yard", query)[2], query
        assert "Hidden" not in tree_of(cast.ben, "yard", query)[2], query
    assert tree_of(cast.cleo, "yard", f"?under={mine.pk}&after=nonsense")[0] == 400


def test_choosing_shows_radio_buttons_and_not_the_page_that_moves(cast, write, tree_of):
    top = write("Top")
    child = write("Child", parent=top)
    write("Below it", parent=child)
    _status, titles, html = tree_of(cast.ben, "yard", f"?mode=choose&open={top.pk},{child.pk}&moving={child.pk}")
    assert titles == ["Top of Yard", "Top", "Child"]
    assert f'name="parent" value="{top.pk}"' in html
    assert f'name="parent" value="{child.pk}" disabled' in html
    assert f'value="{top.parent_page_id}"' in html
    _status, titles, html = tree_of(cast.ben, "yard", f"?under={top.pk}&mode=choose&moving={child.pk}")
    assert titles == ["Child"]
    assert "tree-more" not in html


def test_fragment_or_page(cast, write, tree_of):
    write("Top")
    assert "<html" not in tree_of(cast.ben, "yard")[2]
    assert "<html" in tree_of(cast.ben, "yard", fragment=False)[2]


@pytest.mark.parametrize("kind", ["root", "under", "open", "at", "filter"])
def test_queries_do_not_grow_with_the_pages(cast, write, sign_in, kind):
    top = write("Top")
    child = write("Child 0", parent=top)
    write("Grandchild", parent=child)
    client = sign_in(cast.ben)
    query = {
        "root": "", "under": f"?under={top.pk}", "open": f"?open={top.pk},{child.pk}", "at": f"?at={child.pk}",
        "filter": "?q=child",
    }[kind]  # fmt: skip

    def count():
        client.get(f"/wiki/tree/yard/{query}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/wiki/tree/yard/{query}").status_code == 200
        return len(queries)

    few = count()
    for number in range(1, 28):
        page = write(f"Child {number}", parent=top)
        write(f"Page {number}")
        if number % 3 == 0:
            write("Below", parent=page)
    assert count() == few <= 8


def test_chooser_is_open_on_the_way_to_what_is_chosen(cast, write):
    top = write("Top")
    child = write("Child", parent=top)
    write("Sister", parent=top)
    other = write("Other")
    write("Below other", parent=other)
    section = section_row(cast.ben, "yard")
    html = chooser(cast.ben, section, chosen=child.pk, moving=other.pk, here="/x/", keep=[("in", "1")])
    assert re.findall(r'value="(\d+)" checked', html) == [str(child.pk)]
    assert "Sister" in html
    assert f'value="{other.pk}" disabled' in html
    assert "Below other" not in html
    assert 'href="/x/?in=1&amp;open=' in html
    found = chooser(cast.ben, section, query="below", name="place")
    assert 'name="place"' in found
    assert "Below other" in found
    assert "Sister" not in found
