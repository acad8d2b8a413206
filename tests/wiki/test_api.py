"""Pages for programs."""

import pytest

from wiki import actions
from wiki.models import WikiPage

URL = "/api/v1/pages"


@pytest.fixture
def call(cast):
    """Return a function that calls the API as somebody, with a token that may write."""
    from django.test import Client

    from intranet.people.actions import issue_token

    def as_user(person, method, url, data=None, scope="write"):
        secret = issue_token(actor=person, owner=person, name="test", scope=scope)[1]
        client = Client(headers={"Authorization": f"Bearer {secret}"})
        more = {"data": data, "content_type": "application/json"} if data is not None else {}
        return getattr(client, method)(url, **more)

    return as_user


def test_page_is_written_read_changed_and_deleted(cast, call):
    made = call(
        cast.aino, "post", URL, {"title": "Coffee", "markdown": "Strong.", "community": "yard", "tags": ["break"]}
    )
    assert made.status_code == 201, made.content
    page = made.json()
    assert (page["url"], page["tags"], page["version"]) == ("/wiki/yard/coffee/", ["break"], 1)
    url = f"{URL}/{page['id']}"
    assert "Strong." in call(cast.cleo, "get", url, scope="read").json()["html"]
    changed = call(
        cast.ben, "patch", url, {"base_revision": page["revision"], "markdown": "Weak.", "summary": "Doctor"}
    )
    assert (changed.json()["markdown"], changed.json()["version"], changed.json()["title"]) == ("Weak.", 2, "Coffee")
    revisions = call(cast.cleo, "get", f"{url}/revisions").json()["items"]
    assert [(row["number"], row["summary"]) for row in revisions] == [(2, "Doctor"), (1, "")]
    assert call(cast.aino, "delete", url).status_code == 204
    assert call(cast.aino, "get", url).status_code == 404


def test_overlapping_change_answers_409_with_both_texts(cast, call, write):
    page = write("Plan", "Old.\n")
    base = page.live_revision_id
    actions.save_page(actor=cast.ben, page=page, base_revision_id=base, body="Ben's.\n")
    answer = call(cast.aino, "patch", f"{URL}/{page.pk}", {"base_revision": base, "markdown": "Aino's.\n"})
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["base"], problem["mine"], problem["theirs"]) == ("Old.\n", "Aino's.\n", "Ben's.\n")
    assert answer["Content-Type"].startswith("application/problem+json")


def test_changes_in_different_places_are_merged(cast, call, write):
    page = write("Plan", "One.\n\nTwo.\n")
    base = page.live_revision_id
    actions.save_page(actor=cast.ben, page=page, base_revision_id=base, body="One!\n\nTwo.\n")
    answer = call(cast.aino, "patch", f"{URL}/{page.pk}", {"base_revision": base, "markdown": "One.\n\nTwo!\n"})
    assert answer.json()["markdown"] == "One!\n\nTwo!\n"


def test_change_of_tags_alone_keeps_a_newer_text(cast, call, write):
    page = write("Plan", "Old.\n")
    base = page.live_revision_id
    actions.save_page(actor=cast.ben, page=page, base_revision_id=base, body="New.\n")
    call(cast.aino, "patch", f"{URL}/{page.pk}", {"base_revision": base, "tags": ["x"]})
    page = WikiPage.objects.get(pk=page.pk)
    assert (page.body, [tag["name"] for tag in page.tag_names]) == ("New.\n", ["x"])


def test_list_is_paged_and_trimmed(cast, call, write):
    for number in range(5):
        write(f"Page {number}")
    write("Secret", community=cast.lab)
    first = call(cast.cleo, "get", f"{URL}?limit=3").json()
    second = call(cast.cleo, "get", f"{URL}?limit=3&cursor={first['next_cursor']}").json()
    titles = [row["title"] for row in first["items"] + second["items"]]
    assert titles == ["Page 4", "Page 3", "Page 2", "Page 1", "Page 0"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("who", "get", "patch"),
    [
        ("aino", 200, 200),
        ("ben", 200, 200),
        ("cleo", 404, 404),
        ("mika", 200, 200),
        ("gita", 200, 200),
        ("root", 404, 404),
    ],
)
def test_everybody_gets_from_a_closed_community_what_is_theirs(cast, call, write, who, get, patch):
    page = write("Secret", community=cast.lab)
    person = cast.people[who]
    assert call(person, "get", f"{URL}/{page.pk}").status_code == get
    assert call(person, "get", f"{URL}/{page.pk}/revisions").status_code == get
    change = {"base_revision": page.live_revision_id, "markdown": "x"}
    assert call(person, "patch", f"{URL}/{page.pk}", change).status_code == patch
    new = call(person, "post", URL, {"title": "New", "community": "lab"})
    assert new.status_code == (201 if patch == 200 else 404)
    assert call(person, "delete", f"{URL}/{page.pk}").status_code == (204 if patch == 200 else 404)


def test_reader_who_is_no_member_may_not_write(cast, call, write):
    page = write("Plan")
    change = {"base_revision": page.live_revision_id, "markdown": "x"}
    assert call(cast.cleo, "patch", f"{URL}/{page.pk}", change).status_code == 403
    assert call(cast.cleo, "delete", f"{URL}/{page.pk}").status_code == 403
    assert call(cast.aino, "delete", f"{URL}/{page.pk}", scope="read").status_code == 403


@pytest.mark.parametrize(
    "data",
    [
        {}, {"title": ""}, {"title": "x", "community": "yard", "tags": ["<b>"]}, {"title": "\x00", "community": "yard"},
        {"title": "x"}, {"title": "x", "community": "yard", "parent": -1}, {"title": 5, "community": "yard"},
        {"title": "x", "community": "yard", "html": "x"}, {"title": "x" * 300, "community": "yard"}, [], "x", None,
    ],
    ids=lambda data: str(data)[:40],
)  # fmt: skip
def test_bad_input_is_a_problem_with_words(cast, call, data):
    answer = call(cast.aino, "post", URL, data)
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"].startswith("application/problem+json")


def test_render_shows_what_a_page_would(cast, call, write):
    write("Coffee")
    html = call(cast.aino, "post", "/api/v1/render", {"markdown": "[[Coffee]] <b>", "community": "yard"}).json()["html"]
    assert 'href="/wiki/yard/coffee/"' in html
    assert "<b>" not in html
