"""The files of a community: which, for whom, where they are used; and the pages beside its talk."""

import io

import pytest
from django.urls import reverse

from feed import actions
from tests.feed.test_pages import PEOPLE, READERS
from tests.house.world import picture
from wiki import actions as wiki
from wiki.front.models import PageReads


@pytest.fixture
def shelve(cast, say):
    """Return a function that puts a file into a community: in a post, or on a page."""

    def put(place, name="saw.png", *, on_page=False, actor=None):
        who = actor or cast.aino
        file = actions.add_file(actor=who, community=place, file=io.BytesIO(picture()), name=name)
        if on_page:
            wiki.create_page(
                actor=who, community=place, title=f"Page of {name}", body=f"![]({file.get_absolute_url()})"
            )
        else:
            say(who, place, f"Look at {name} ![]({file.get_absolute_url()})")
        return file

    return put


def url(place):
    return reverse("feed:community_files", args=[place])


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("place", READERS)
def test_files_are_listed_to_readers_with_who_when_and_where(cast, shelve, sign_in, program, name, place):
    shelve(getattr(cast, place), "said.png")
    shelve(getattr(cast, place), "written.png", on_page=True)
    answered = sign_in(cast.people[name]).get(url(place))
    listed = program(cast.people[name]).get(f"/communities/{place}/files")
    if name not in READERS[place]:
        assert answered.status_code == listed.status_code == 404
        return
    html = answered.content.decode()
    for words in ("said.png", "written.png", "Page of written.png", "Aino Example: Look at said.png"):
        assert words in html
    items = listed.json()["items"]
    assert [(item["name"], item["uploader"]) for item in items] == [
        ("written.png", "aino.example"), ("said.png", "aino.example")
    ]  # fmt: skip


def test_what_is_unused_removed_deleted_or_in_the_trash_is_not_listed(cast, say, shelve, sign_in):
    actions.add_file(actor=cast.aino, community=cast.yard, file=io.BytesIO(picture()), name="unused.png")
    actions.remove_file(actor=cast.aino, attachment=shelve(cast.yard, "removed.png"))
    deleted = shelve(cast.yard, "deleted.png")
    deleted.refresh_from_db()
    actions.delete_post(actor=cast.aino, post=deleted.post)
    trashed = shelve(cast.yard, "trashed.png", on_page=True)
    trashed.refresh_from_db()
    wiki.trash_page(actor=cast.aino, page=trashed.page_id)
    html = sign_in(cast.aino).get(url("yard")).content.decode()
    assert "No files yet" in html


def test_the_list_is_searched_by_name_and_leafed_through(cast, shelve, sign_in, program):
    for number in range(5):
        shelve(cast.yard, f"saw {number}.png")
    shelve(cast.yard, "hammer.png")
    html = sign_in(cast.cleo).get(url("yard"), {"q": "HAMM"}).content.decode()
    assert "hammer.png" in html
    assert "saw" not in html.partition("<main")[2].partition("</main")[0]
    seen, cursor, client = [], "", program(cast.cleo)
    for _page in range(4):
        part = client.get("/communities/yard/files", limit=2, cursor=cursor).json()
        seen += [item["name"] for item in part["items"]]
        cursor = part["next_cursor"] or ""
        if not cursor:
            break
    assert seen == ["hammer.png", "saw 4.png", "saw 3.png", "saw 2.png", "saw 1.png", "saw 0.png"]


@pytest.mark.parametrize("query", ["?after=x", "?after=" + "A" * 700])
def test_a_made_up_cursor_is_bad_input(cast, sign_in, query):
    assert sign_in(cast.aino).get(url("yard") + query).status_code == 400


def test_odd_names_to_look_for_are_no_error(cast, shelve, sign_in):
    shelve(cast.yard)
    for query in ("\x00", "%", "_" * 200, "' OR 1=1", "\u202e"):
        assert sign_in(cast.aino).get(url("yard"), {"q": query}).status_code == 200


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_of_files_takes_a_fixed_number_of_queries(cast, shelve, sign_in, django_assert_max_num_queries, count):
    for number in range(count):
        shelve(cast.yard, f"saw {number}.png", on_page=number == 0)
    client = sign_in(cast.ben)
    client.get(url("yard"))
    with django_assert_max_num_queries(6):
        client.get(url("yard"))


@pytest.mark.parametrize("name", ["aino", "cleo", "gita"])
@pytest.mark.parametrize("place", ["yard", "lab"])
def test_pages_stand_beside_the_talk_of_those_who_read_them(cast, sign_in, name, place):
    from datetime import date

    page = wiki.create_page(actor=cast.aino, community=getattr(cast, place), title="Sawing plan", body="")
    PageReads.objects.create(page=page, day=date.today(), count=9)
    html = sign_in(cast.people[name]).get(reverse("feed:community", args=[place])).content.decode()
    reads = name in READERS[place]
    assert ("Changed last" in html) == reads
    assert html.count("Sawing plan") == (2 if reads else 0)  # changed last, and read most
