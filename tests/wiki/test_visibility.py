"""The whole cast over every surface of the wiki."""

import pytest
from django.urls import reverse

from wiki import actions
from wiki.models import WikiPage

READERS = {
    "yard": {"aino", "ben", "cleo", "mika", "root"},
    "lab": {"aino", "ben", "mika", "gita"},
    "vault": {"aino", "ben", "mika"},
}
WRITERS = {"yard": {"aino", "ben", "mika"}, "lab": {"aino", "ben", "mika", "gita"}, "vault": {"aino", "ben", "mika"}}
CAST = ("aino", "ben", "cleo", "mika", "gita", "root")
MARK = "Kuukkeli"  # stands in every title and text that only the community's readers may meet


@pytest.fixture
def page(cast, write, request):
    """A page in the community the test names, with a second version, a child, a red link and an old address."""
    community = getattr(cast, request.param)
    page = write(f"{MARK} first", f"[[{MARK} wish]] #{MARK.lower()}", community=community)
    actions.save_page(actor=cast.ben, page=page, base_revision_id=page.live_revision_id, body=f"[[{MARK} wish]] {MARK}")
    actions.rename_page(actor=cast.ben, page=page, title=f"{MARK} page")
    write(f"{MARK} child", f"[[{MARK} page]]", parent=page)
    return WikiPage.objects.select_related("community").get(pk=page.pk)


def readers(page):
    return READERS[page.community.slug]


each_place = pytest.mark.parametrize("page", ["yard", "lab", "vault"], indirect=True)


@each_place
@pytest.mark.parametrize("who", CAST)
def test_reading_pages_are_for_readers_and_404_for_the_rest(cast, sign_in, page, who):
    client = sign_in(cast.people[who])
    child = WikiPage.objects.get(title=f"{MARK} child")
    urls = [
        page.get_absolute_url(), child.get_absolute_url(), reverse("wiki:history", args=[page.pk]),
        reverse("wiki:version", args=[page.pk, 1]), reverse("wiki:compare", args=[page.pk]) + "?from=1&to=2",
        reverse("wiki:compare", args=[page.pk]), f"/wiki/{page.community.slug}/", reverse("wiki:by_id", args=[page.pk]),
        f"/wiki/{page.community.slug}/kuukkeli-first/",
    ]  # fmt: skip
    for url in urls:
        answer = client.get(url)
        if who in readers(page):
            assert answer.status_code in {200, 301, 302}, url
        else:
            assert answer.status_code == 404, url
            assert MARK not in answer.content.decode()
            assert "Location" not in answer


@each_place
@pytest.mark.parametrize("who", CAST)
def test_writing_pages_are_for_members(cast, sign_in, page, who):
    client = sign_in(cast.people[who])
    slug = page.community.slug
    for name in ("edit", "move", "delete"):
        expected = 200 if who in WRITERS[slug] else 403 if who in readers(page) else 404
        assert client.get(reverse(f"wiki:{name}", args=[page.pk])).status_code == expected, name
    for url in (
        f"/wiki/new/?parent={page.pk}",
        f"/wiki/new/?community={slug}",
        f"/wiki/new/?community={page.community_id}",
    ):
        assert client.get(url).status_code == expected, url


@pytest.mark.parametrize(
    ("page", "who"),
    [(place, who) for place, writers in WRITERS.items() for who in CAST if who not in writers],
    indirect=["page"],
)
def test_outsiders_change_nothing(cast, sign_in, page, who):
    client = sign_in(cast.people[who])
    before = WikiPage.objects.filter(pk=page.pk).values().get()
    form = {"title": "x", "body": "x", "language": "en", "base_revision": page.live_revision_id, "parent": page.pk}
    for name, args in (
        ("edit", [page.pk]), ("resolve", [page.pk]), ("restore", [page.pk, 1]), ("move", [page.pk]), ("delete", [page.pk]),
        ("untrash", [page.pk]), ("create", []), ("draft", []),
    ):  # fmt: skip
        answer = client.post(
            reverse(f"wiki:{name}", args=args), form | {"page": page.pk if who not in readers(page) else ""}
        )
        assert answer.status_code in {403, 404}, name
    assert WikiPage.objects.filter(pk=page.pk).values().get() == before


@each_place
@pytest.mark.parametrize("who", CAST)
def test_lists_completion_and_feeds_tell_only_readers(cast, sign_in, page, who):
    client = sign_in(cast.people[who])
    texts = {
        "home": client.get("/wiki/").content.decode(),
        "wanted": client.get("/wiki/wanted/").content.decode(),
        "complete": client.get("/complete/", {"kind": "[[", "q": MARK}).content.decode(),
        "tags": client.get("/complete/", {"kind": "#", "q": MARK}).content.decode(),
        "preview": client.post(
            "/wiki/preview/", {"markdown": "[[Kuukkeli page]]", "context": page.community_id}
        ).content.decode(),
    }
    texts["preview"] = texts["preview"].replace("Kuukkeli page", "")
    for name, text in texts.items():
        told = MARK.lower() in text.lower()
        if who in readers(page):
            assert told or name in {"tags"}, name
        else:
            assert not told or (name == "preview" and "redlink" in text), name


@each_place
@pytest.mark.parametrize("who", CAST)
def test_trash_is_for_members(cast, sign_in, page, who):
    actions.trash_page(actor=cast.aino, page=page)
    client = sign_in(cast.people[who])
    assert client.get(page.get_absolute_url()).status_code == 404
    assert (MARK in client.get("/wiki/trash/").content.decode()) == (who in WRITERS[page.community.slug])
    answer = client.post(reverse("wiki:untrash", args=[page.pk]))
    expected = 302 if who in WRITERS[page.community.slug] else 403 if who in readers(page) else 404
    assert answer.status_code == expected


@pytest.mark.parametrize("who", CAST)
def test_backlinks_children_and_recent_changes_are_trimmed(cast, write, sign_in, who):
    target = write("Open page")
    write(f"{MARK} secret", "[[Open page]]", community=cast.lab)
    html = sign_in(cast.people[who]).get(target.get_absolute_url())
    if who == "gita":
        assert html.status_code == 404
    else:
        assert (MARK in html.content.decode()) == (who in READERS["lab"])


def test_leaving_a_community_takes_effect_at_once(cast, write, sign_in):
    page = write("Secret", community=cast.lab)
    ben = sign_in(cast.ben)
    assert ben.get(page.get_absolute_url()).status_code == 200
    from intranet.people.actions import leave_community

    leave_community(actor=cast.ben, community=cast.lab)
    assert ben.get(page.get_absolute_url()).status_code == 404


def test_preview_in_a_community_i_cannot_read_knows_nobody_of_it(cast, write, sign_in):
    write("Secret", community=cast.lab)
    html = (
        sign_in(cast.cleo).post("/wiki/preview/", {"markdown": "[[Secret]]", "context": cast.lab.pk}).content.decode()
    )
    assert "/wiki/lab/" not in html


@pytest.mark.parametrize("name", ["history", "edit", "move", "delete", "by_id", "compare"])
@pytest.mark.parametrize("pk", [0, 999_999, 2**63, 10**30])
def test_numbers_of_no_page_are_404(cast, sign_in, name, pk):
    assert sign_in(cast.aino).get(f"/wiki/id/{pk}/" + ("" if name == "by_id" else f"{name}/")).status_code == 404


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/wiki/new/?parent=x", 200), ("/wiki/new/?parent=-1", 200), ("/wiki/new/?parent=99999999999999999999999", 200),
        ("/wiki/new/?community=%00", 404), ("/wiki/yard/%00/", 404), ("/wiki/yard/" + "a/" * 900, 404),
        ("/complete/?kind=[[&q=%00", 204), ("/complete/?kind=@&q=" + "x" * 5000, 204), ("/wiki/%F0%9F%8E%89/", 404),
        ("/wiki/yard/..%2f..%2fetc/", 404), ("/wiki/new/?draft=x", 200),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_odd_addresses_are_answered(cast, sign_in, url, status):
    assert sign_in(cast.aino).get(url).status_code == status


@pytest.mark.parametrize("query", ["?from=x&to=y", "?from=99999999999&to=1", "?after=zzz", "?from=2&to=1", "?to=77"])
def test_odd_comparisons_are_answered(cast, write, sign_in, query):
    page = write("Plan", "x")
    for name in ("compare", "history"):
        assert sign_in(cast.aino).get(reverse(f"wiki:{name}", args=[page.pk]) + query).status_code in {200, 400, 404}


def test_reading_writes_nothing(cast, write, sign_in):
    page = write("Plan", "x")
    client = sign_in(cast.aino)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    urls = [page.get_absolute_url(), "/wiki/", "/wiki/yard/", "/wiki/lab/", "/wiki/new/?community=lab", "/wiki/wanted/",
            "/wiki/trash/", "/wiki/drafts/"] + [
        reverse(f"wiki:{name}", args=[page.pk]) for name in ("edit", "move", "delete", "history", "compare")
    ]  # fmt: skip
    for url in urls:
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        writes = [q["sql"] for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert writes == [], url
