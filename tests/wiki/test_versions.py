"""The history of a page: what is folded, what is compared, what comes back and what goes for good."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from intranet.activity.models import Activity
from intranet.people.actions import enter_community
from tests.wiki.test_api import call  # noqa: F401  # a fixture
from wiki import actions
from wiki.actions import rooms
from wiki.history.folding import fold
from wiki.models import Draft, Room, VersionNote

NOON = timezone.now() - timedelta(days=2)


@pytest.fixture
def save(cast):
    """Return a function that has somebody save a page, `minutes` after noon."""

    def save_page(page, body, *, actor=None, minutes=0, **more):
        page.refresh_from_db()
        return actions.save_page(
            actor=actor or cast.aino, page=page, base_revision_id=page.live_revision_id, body=body,
            at=NOON + timedelta(minutes=minutes), **more,
        )  # fmt: skip

    return save_page


@pytest.fixture
def inside(cast):
    """Make Root a member of the lab, for its members to see."""
    enter_community(actor=cast.root, community=cast.lab)
    return cast.lab


def row(number, who="aino", minutes=0, *, minor=False, restored=None, gone=False):
    class Face:
        pk = who

    return {
        "number": number, "author": Face if who else None, "created_at": NOON + timedelta(minutes=minutes),
        "is_minor": minor, "restored_from__number": restored, "is_gone": gone, "added": 1, "removed": 2,
    }  # fmt: skip


def numbers(rows):
    return [[one["number"] for one in entry.rows] for entry in fold(rows)]


def test_quick_saves_of_one_person_stand_under_one_line():
    rows = [row(4, "ben", 95), row(3, minutes=50), row(2, minutes=25), row(1)]
    assert numbers(rows) == [[4], [3, 2, 1]]
    entry = fold(rows)[1]
    assert (entry.latest["number"], entry.before, entry.added, entry.removed) == (3, 0, 3, 6)


def test_saves_far_apart_and_by_nobody_stand_alone():
    assert numbers([row(2, minutes=31), row(1)]) == [[2], [1]]
    assert numbers([row(2, None, 1), row(1, None)]) == [[2], [1]]


def test_minor_changes_in_a_row_stand_under_one_line_whoever_made_them():
    rows = [row(4, "ben", 900, minor=True), row(3, minutes=500, minor=True), row(2, "ben", 400), row(1)]
    assert numbers(rows) == [[4, 3], [2], [1]]


def test_what_was_brought_back_or_deleted_is_never_folded():
    rows = [row(4, minutes=3), row(3, minutes=2, restored=1), row(2, minutes=1, gone=True), row(1)]
    assert numbers(rows) == [[4], [3], [2], [1]]


def test_folded_versions_can_be_reached_and_chosen(cast, write, save, sign_in):
    page = write("Plan", "One", at=NOON)
    for number in range(1, 4):
        save(page, f"One {number}", minutes=number)
    html = sign_in(cast.cleo).get(reverse("wiki:history", args=[page.pk])).content.decode()
    assert html.count('<details class="folded"') == 1
    for number in range(1, 5):
        assert reverse("wiki:version", args=[page.pk, number]) in html
        assert html.count(f'value="{number}" aria-label') == 2


def test_sizes_are_words(cast, write, save):
    page = write("Plan", "one two three", at=NOON)
    save(page, "one four", actor=cast.ben, minutes=60)
    assert list(VersionNote.objects.order_by("number").values_list("added", "removed")) == [(3, 0), (1, 2)]


def test_history_of_500_versions_takes_the_same_questions_as_one_of_5(
    cast, write, save, sign_in, django_assert_max_num_queries
):
    page = write("Plan", "Text 0", at=NOON)
    first = Revision.objects.get(pk=page.live_revision_id)
    reader = sign_in(cast.cleo)
    url = reverse("wiki:history", args=[page.pk])
    reader.get(url)

    def count() -> int:
        with django_assert_max_num_queries(12) as asked:
            assert reader.get(url).status_code == 200
        return len(asked)

    few = count()
    people = [cast.aino, cast.ben, cast.mika]
    for number in range(2, 501):
        first.pk = None
        first.save_base(force_insert=True)
        VersionNote.objects.create(
            revision_id=first.pk, page=page, number=number, author=people[number % 3], is_minor=number % 5 == 0
        )
    assert count() == few
    seen, address = set(), url
    while address:
        html = reader.get(address).content.decode()
        seen |= {number for number in range(1, 501) if f'{reverse("wiki:version", args=[page.pk, number])}"' in html}
        after = html.partition('href="?after=')[2].partition('"')[0]
        address = f"{url}?after={after}" if after else ""
    assert len(seen) == 500


def test_contributors_are_counted_by_versions(cast, write, save, sign_in):
    page = write("Plan", "One", at=NOON)
    save(page, "Two", actor=cast.ben, minutes=60)
    save(page, "Three", actor=cast.ben, minutes=160)
    from wiki.history.reading import contributors

    assert [(one["person"].name, one["versions"]) for one in contributors(page.pk)] == [
        (cast.ben.name, 2),
        (cast.aino.name, 1),
    ]
    page.refresh_from_db()
    assert page.contributors == [cast.ben.pk, cast.aino.pk]


# --- Comparing -------------------------------------------------------------------------------------------------------


def test_any_two_versions_compare_in_either_order_and_the_view_stays_in_the_address(cast, write, save, sign_in):
    page = write("Plan", "the old house\n", at=NOON)
    save(page, "the new house\n", minutes=60)
    save(page, "the new house\n\nand more\n", minutes=120)
    aino, url = sign_in(cast.aino), reverse("wiki:compare", args=[page.pk])
    for order in ("?from=1&to=2", "?from=2&to=1", "?to=2"):
        html = aino.get(url + order).content.decode()
        assert "<del>old</del>" in html
        assert "<ins>new</ins>" in html
    html = aino.get(f"{url}?from=1&to=2&view=sides").content.decode()
    assert 'class="diff-sides"' in html
    assert "?from=2&amp;to=3&amp;view=sides" in html or "?from=2&to=3&view=sides" in html.replace("&amp;", "&")
    assert "?to=1&view=sides" in html.replace("&amp;", "&")
    assert "view=sides" not in aino.get(f"{url}?from=1&to=2").content.decode().partition('rel="next"')[2][:80]


def test_what_came_and_went_is_said_in_words_too(cast, write, save, sign_in):
    page = write("Plan", "the old house\n", at=NOON)
    save(page, "the new house\n", minutes=60)
    for view in ("", "&view=sides"):
        html = sign_in(cast.aino).get(reverse("wiki:compare", args=[page.pk]) + f"?to=2{view}").content.decode()
        assert '<span class="visually-hidden">[removed: </span><del>old</del>' in html
        assert '<span class="visually-hidden">[added: </span><ins>new</ins>' in html


def test_texts_are_escaped_in_a_comparison(cast, write, save, sign_in):
    page = write("Plan", "<script>1</script>\n", at=NOON)
    save(page, "<script>2</script>\n<img src=x>\n", minutes=60)
    for view in ("", "&view=sides"):
        html = sign_in(cast.aino).get(reverse("wiki:compare", args=[page.pk]) + f"?to=2{view}").content.decode()
        assert "<script>1" not in html
        assert "<img src=x>" not in html
        assert "&lt;img src=x&gt;" in html


def test_numbers_that_are_none_are_answered_404(cast, write, sign_in):
    page = write("Plan", "text")
    aino, url = sign_in(cast.aino), reverse("wiki:compare", args=[page.pk])
    for bad in ("from=9", "to=99999999999999999999", "from=2147483648&to=1", "to=7"):
        assert aino.get(f"{url}?{bad}").status_code in {200, 404}
    assert aino.get(f"{url}?to=7").status_code == 404
    assert aino.get(f"{url}?from=7").status_code == 404


# --- One version -----------------------------------------------------------------------------------------------------


def test_version_says_what_it_is_and_its_links_lead_to_the_pages_of_today(cast, write, save, sign_in):
    target = write("Coffee")
    page = write("Plan", "See [[Coffee]] and [[Tea]].", at=NOON)
    save(page, "Nothing.", minutes=60)
    actions.rename_page(actor=cast.aino, page=target, title="Espresso")
    html = sign_in(cast.cleo).get(reverse("wiki:version", args=[page.pk, 1])).content.decode()
    assert "This is version 1 of the page." in html
    assert page.get_absolute_url() in html
    assert "See " in html


def test_restored_version_names_its_source(cast, write, save, sign_in):
    page = write("Plan", "One", at=NOON)
    save(page, "Two", minutes=60)
    sign_in(cast.ben).post(reverse("wiki:restore", args=[page.pk, 1]))
    page.refresh_from_db()
    assert (page.body, page.version) == ("One", 3)
    html = sign_in(cast.cleo).get(reverse("wiki:history", args=[page.pk])).content.decode()
    assert "Version 1 restored" in html
    assert Activity.objects.filter(verb="page.restored", object_id=str(page.pk)).count() == 1


# --- Deleting one ----------------------------------------------------------------------------------------------------

SECRET = "zq-secret-word"


@pytest.fixture
def leaked(cast, write, save, inside):
    """A page of the lab whose second version, with a title and a summary of its own, says what it should not."""
    page = write("Plan", "One\n", community=cast.lab, at=NOON)
    save(page, f"One\n\npassword {SECRET}\n", actor=cast.ben, minutes=60, title=f"Plan {SECRET}", summary=SECRET)
    page.refresh_from_db()
    base = page.live_revision_id
    rooms.enter_room(actor=cast.ben, page=page.pk, process="test")
    actions.save_draft(
        actor=cast.mika, page=page.pk, base_revision_id=base, title=page.title,
        body=f"One\n\npassword {SECRET}\n\nMika's own words\n",
    )  # fmt: skip
    actions.save_draft(actor=cast.gita, page=page.pk, base_revision_id=base, title=page.title, body=page.body)
    save(page, "One\n\nTwo\n", minutes=120, title="Plan")
    page.refresh_from_db()
    return page


def everything() -> str:
    """Return all rows of all tables as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [json.dumps([str(value) for value in one], ensure_ascii=False) for one in cursor.fetchall()]
    return "\n".join(found)


def test_deleted_version_is_in_no_row_of_the_database_any_more(cast, leaked):
    assert everything().count(SECRET) > 5
    actions.delete_version(actor=cast.root, page=leaked, number=2, reason="A password")
    assert not Room.objects.filter(page=leaked).exists()
    left = [line for line in everything().split("\n") if SECRET in line]
    # The old address of the renamed page leads here still: it was readable by all and is no text of the version.
    assert [line for line in left if "/wiki/lab/" not in line] == []


def test_draft_begun_with_a_deleted_version_keeps_what_its_author_typed(cast, leaked):
    actions.delete_version(actor=cast.root, page=leaked, number=2, reason="A password")
    drafts = Draft.objects.filter(page=leaked)
    assert [(draft.author, "Mika's own words" in draft.body, draft.title) for draft in drafts] == [
        (cast.mika, True, "Plan")
    ]
    saved = actions.save_page(
        actor=cast.mika, page=leaked, base_revision_id=drafts[0].base_revision_id, body=drafts[0].body
    )
    assert isinstance(saved, actions.Conflict)
    assert "Mika's own words" in saved.mine
    assert saved.theirs == leaked.body


def test_act_stays_in_history_diary_and_wagtails_log(cast, leaked, sign_in):
    actions.delete_version(actor=cast.root, page=leaked, number=2, reason="A password")
    html = sign_in(cast.gita).get(reverse("wiki:history", args=[leaked.pk])).content.decode()
    assert f"Deleted by {cast.root.name}" in html
    assert "A password" in html
    assert SECRET not in html
    told = Activity.objects.get(verb="page.version_deleted")
    assert (told.actor, told.community_id, told.data) == (
        cast.root,
        cast.lab.pk,
        {"version": 2, "reason": "A password"},
    )
    entry = PageLogEntry.objects.get(action="wiki.delete_version")
    assert (entry.user, entry.data["reason"], entry.message) == (cast.root, "A password", "Deleted version 2")
    assert sign_in(cast.root).get(f"/cms/pages/{leaked.pk}/history/").status_code == 200


def test_deleted_version_is_answered_410_everywhere_and_compares_with_nothing(cast, leaked, sign_in, call):  # noqa: F811
    actions.delete_version(actor=cast.root, page=leaked, number=2, reason="A password")
    ben = sign_in(cast.ben)
    for url in (
        reverse("wiki:version", args=[leaked.pk, 2]),
        reverse("wiki:compare", args=[leaked.pk]) + "?from=1&to=2",
        reverse("wiki:compare", args=[leaked.pk]) + "?from=2&to=3",
    ):
        answer = ben.get(url)
        assert answer.status_code == 410
        assert "A password" in answer.content.decode()
        assert SECRET not in answer.content.decode()
    # What the next version changed is told against the last one that is still there.
    html = ben.get(reverse("wiki:compare", args=[leaked.pk]) + "?to=3").content.decode()
    assert "Version 1" in html
    assert SECRET not in html
    assert ben.post(reverse("wiki:restore", args=[leaked.pk, 2])).status_code == 404
    url = f"/api/v1/pages/{leaked.pk}"
    assert call(cast.ben, "get", f"{url}/revisions/2").status_code == 410
    assert call(cast.ben, "get", f"{url}/compare?old=2").status_code == 410
    assert call(cast.ben, "post", f"{url}/revisions/2/restore", {}).status_code == 410
    assert call(cast.ben, "get", f"{url}/revisions").json()["items"][1]["deleted"]["reason"] == "A password"


def test_present_version_and_a_deleted_one_cannot_be_deleted(cast, leaked, sign_in):
    root = sign_in(cast.root)
    answer = root.post(reverse("wiki:version_delete", args=[leaked.pk, 3]), {"reason": "x"})
    assert answer.status_code == 422
    assert "Change the page first" in answer.content.decode()
    assert root.post(reverse("wiki:version_delete", args=[leaked.pk, 2]), {"reason": "x"}).status_code == 302
    assert root.post(reverse("wiki:version_delete", args=[leaked.pk, 2]), {"reason": "x"}).status_code == 410
    assert root.post(reverse("wiki:version_delete", args=[leaked.pk, 9]), {"reason": "x"}).status_code == 404
    leaked.refresh_from_db()
    assert leaked.body == "One\n\nTwo\n"


@pytest.mark.parametrize("reason", ["", "   ", "\x00", "\u200b" * 3, None])
def test_reason_is_required(cast, leaked, sign_in, reason):
    answer = sign_in(cast.root).post(
        reverse("wiki:version_delete", args=[leaked.pk, 2]), {} if reason is None else {"reason": reason}
    )
    assert answer.status_code in {302, 422}
    if reason is None or not reason.strip("\x00 "):
        assert answer.status_code == 422
        assert VersionNote.objects.get(page=leaked, number=2).revision_id


def test_page_that_asks_why_names_versions_of_the_same_text(cast, leaked, sign_in):
    actions.restore_version(actor=cast.aino, page=leaked, number=2)
    html = sign_in(cast.root).get(reverse("wiki:version_delete", args=[leaked.pk, 2])).content.decode()
    assert "The same text also stands in" in html
    assert reverse("wiki:version", args=[leaked.pk, 4]) in html


@pytest.mark.parametrize(
    ("who", "status"),
    [("aino", 403), ("ben", 403), ("cleo", 404), ("mika", 403), ("gita", 403), ("root", 204)],
)
def test_only_an_administrator_inside_deletes(cast, leaked, call, sign_in, who, status):  # noqa: F811
    person, url = cast.people[who], reverse("wiki:version_delete", args=[leaked.pk, 2])
    assert sign_in(person).get(url).status_code == (200 if status == 204 else status)
    html = sign_in(person).get(reverse("wiki:version", args=[leaked.pk, 2])).content.decode()
    assert (url in html) == (status == 204)
    answer = call(person, "delete", f"/api/v1/pages/{leaked.pk}/revisions/2", {"reason": "A password"})
    assert answer.status_code == status
    assert VersionNote.objects.filter(page=leaked, revision__isnull=True).exists() == (status == 204)


# --- For programs ----------------------------------------------------------------------------------------------------


def test_programs_read_compare_and_restore(cast, write, save, call):  # noqa: F811
    page = write("Plan", "one two\n", at=NOON)
    save(page, "one three\n", actor=cast.ben, minutes=60, summary="Counting")
    url = f"/api/v1/pages/{page.pk}"
    rows = call(cast.cleo, "get", f"{url}/revisions").json()["items"]
    assert [(one["number"], one["added"], one["removed"], one["deleted"]) for one in rows] == [
        (2, 1, 1, None),
        (1, 2, 0, None),
    ]
    first = call(cast.cleo, "get", f"{url}/revisions/1").json()
    assert (first["markdown"], first["title"], first["author"]) == ("one two\n", "Plan", cast.aino.handle)
    difference = call(cast.cleo, "get", f"{url}/compare").json()
    assert (difference["old"], difference["new"], difference["added"]) == (1, 2, 1)
    assert {"kind": "insert", "text": "three"} in difference["hunks"][0]["lines"][0]["pieces"]
    assert call(cast.cleo, "post", f"{url}/revisions/1/restore", {}).status_code == 403
    made = call(cast.ben, "post", f"{url}/revisions/1/restore", {"summary": "Back"})
    assert made.status_code == 201
    assert (made.json()["number"], made.json()["restored_from"], made.json()["summary"]) == (3, 1, "Back")
    for bad in ("revisions/0", "revisions/-1", "revisions/99999999999999999999", "revisions/9", "compare?old=9"):
        assert call(cast.cleo, "get", f"{url}/{bad}").status_code in {404, 422}
    assert call(cast.ben, "delete", f"{url}/revisions/1", {}).status_code == 422
