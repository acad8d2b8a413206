"""The tree through the API: the same order, the same visibility."""

import pytest

from wiki import actions


@pytest.fixture
def api(sign_in):
    """Return a function that asks the API as somebody."""

    def ask(user, method, path, data=None):
        client = sign_in(user)
        body = {"data": data, "content_type": "application/json"} if data is not None else {}
        return getattr(client, method)(f"/api/v1/{path}", **body)

    return ask


def test_children_and_top_in_their_order(cast, write, api):
    top = write("Top")
    pages = {name: write(name, parent=top) for name in "ABC"}
    answer = api(cast.ben, "patch", f"pages/{pages['C'].pk}/place", {"after": 0})
    assert (answer.status_code, answer.json()["id"]) == (200, pages["C"].pk)
    found = api(cast.cleo, "get", f"pages/{top.pk}/children").json()
    assert [row["title"] for row in found["items"]] == ["C", "A", "B"]
    assert found["next_cursor"] is None
    row = api(cast.cleo, "get", "communities/yard/tree").json()["items"][0]
    assert (row["title"], row["children"], row["parent"]) == ("Top", 3, None)


def test_filter_gives_the_ways_to_what_it_finds(cast, write, api):
    top = write("Top")
    child = write("Child", parent=top)
    write("Deep word", parent=child)
    write("Beside")
    rows = api(cast.ben, "get", "communities/yard/tree?q=word").json()["items"]
    assert [(row["title"], row["matches"]) for row in rows] == [("Top", False), ("Child", False), ("Deep word", True)]
    assert rows[2]["parent"] == child.pk


def test_page_goes_elsewhere_and_to_the_top(cast, write, api):
    top, other = write("Top"), write("Other")
    child = write("Child", parent=top)
    row = api(cast.ben, "patch", f"pages/{child.pk}/place", {"parent": other.pk, "after": 0}).json()
    assert (row["parent"], row["address"]) == (other.pk, "yard/other/child")
    row = api(cast.ben, "patch", f"pages/{child.pk}/place", {"top": True}).json()
    assert (row["parent"], row["address"]) == (None, "yard/child")


@pytest.mark.parametrize("place", ["lab", "vault"])
def test_outsiders_are_told_nothing(cast, write, api, place):
    page = write("Canary page", community=getattr(cast, place))
    mine = write("Mine", community=cast.everyone)
    for path in (f"pages/{page.pk}/children", f"communities/{place}/tree", f"communities/{place}/tree?q=canary"):
        answer = api(cast.cleo, "get", path)
        assert (answer.status_code, b"Canary" in answer.content) == (404, False)
    assert api(cast.cleo, "patch", f"pages/{page.pk}/place", {"after": 0}).status_code == 404
    assert api(cast.cleo, "patch", f"pages/{mine.pk}/place", {"parent": page.pk}).status_code == 404
    assert api(cast.cleo, "patch", f"pages/{mine.pk}/place", {"after": page.pk}).status_code == 422


def test_nonsense_is_refused_in_words(cast, write, api):
    page = write("Page")
    child = write("Child", parent=page)
    assert api(cast.ben, "patch", f"pages/{page.pk}/place", {"parent": child.pk}).status_code == 422
    assert api(cast.ben, "patch", f"pages/{page.pk}/place", {"after": -1}).status_code == 422
    assert api(cast.ben, "patch", f"pages/{page.pk}/place", {"after": 2**70}).status_code == 422
    assert api(cast.ben, "get", f"pages/{page.pk}/children?cursor=nonsense").status_code == 400
    assert api(cast.ben, "get", "pages/99999999999999999999/children").status_code == 404
    trashed = write("Trashed")
    actions.trash_page(actor=cast.aino, page=trashed)
    assert api(cast.ben, "get", f"pages/{trashed.pk}/children").status_code == 404
