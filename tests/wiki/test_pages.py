"""The pages of the wiki in a browser without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from wiki import actions, reading
from wiki.models import Draft, VersionNote, WikiPage


@pytest.fixture
def aino(cast, sign_in):
    return sign_in(cast.aino)


@pytest.fixture
def ben(cast, sign_in):
    return sign_in(cast.ben)


def form_of(page, **changes):
    return {
        "title": page.title, "body": page.body, "tags": "", "language": "en", "summary": "",
        "base_revision": page.live_revision_id, **changes,
    }  # fmt: skip


def fresh(page):
    return WikiPage.objects.get(pk=page.pk)


def test_every_page_opens_and_works_without_pages(aino, cast):
    for name in ("home", "wanted", "trash", "drafts", "create"):
        assert aino.get(reverse(f"wiki:{name}")).status_code == 200
    assert "Write the first page" in aino.get("/wiki/yard/").content.decode()


def test_new_page_by_form_is_read_at_its_address(aino, cast):
    answer = aino.post(
        "/wiki/new/?community=yard", {"title": "Coffee", "body": "Strong.", "tags": "break", "language": "en"}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == "/wiki/yard/coffee/"
    html = aino.get("/wiki/yard/coffee/").content.decode()
    assert "Strong." in html
    assert "#break" in html
    assert "Aino Example" in html


def test_red_link_leads_to_a_new_page_below_that_makes_it_live(aino, write):
    page = write("Guide", "See [[Coffee machine]].")
    html = aino.get(page.get_absolute_url()).content.decode()
    url = re.search(r'href="(/wiki/new/[^"]+title=[^"]+)"', html)[1].replace("&amp;", "&")
    assert 'value="Coffee machine"' in aino.get(url).content.decode()
    answer = aino.post(url, {"title": "Coffee machine", "body": "On.", "language": "en", "parent": page.pk})
    assert answer["Location"] == "/wiki/yard/guide/coffee-machine/"
    assert 'href="/wiki/yard/guide/coffee-machine/"' in fresh(page).html
    assert "What links here" in aino.get(answer["Location"]).content.decode()


def test_edit_saves_and_says_so(aino, write):
    page = write("Plan", "One.\n")
    assert 'name="base_revision"' in aino.get(reverse("wiki:edit", args=[page.pk])).content.decode()
    answer = aino.post(reverse("wiki:edit", args=[page.pk]), form_of(page, body="Two.\n"), follow=True)
    assert "Saved." in answer.content.decode()
    assert fresh(page).body == "Two.\n"


def test_what_was_typed_survives_an_error(aino, write):
    page = write("Plan", "One.\n")
    answer = aino.post(reverse("wiki:edit", args=[page.pk]), form_of(page, title=" ", body="My long text"))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "My long text" in html
    assert "Give the page a title." in html


def test_merged_save_names_the_other(aino, ben, write):
    page = write("Plan", "One.\n\nTwo.\n")
    ben.post(reverse("wiki:edit", args=[page.pk]), form_of(page, body="One, Ben.\n\nTwo.\n"))
    answer = aino.post(reverse("wiki:edit", args=[page.pk]), form_of(page, body="One.\n\nTwo, Aino.\n"), follow=True)
    assert "merged with the change of Ben Example" in answer.content.decode()


@pytest.mark.parametrize(
    ("choice", "text", "expected"),
    [("mine", "", "Mine.\n"), ("theirs", "", "Theirs.\n"), ("edit", "Both.\n", "Both.\n")],
)
def test_conflict_is_decided_part_by_part(cast, aino, ben, write, choice, text, expected):
    page = write("Plan", "Old.\n")
    ben.post(reverse("wiki:edit", args=[page.pk]), form_of(page, body="Theirs.\n"))
    answer = aino.post(reverse("wiki:edit", args=[page.pk]), form_of(page, body="Mine.\n"))
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Ben Example changed the same lines" in html
    fields = dict(re.findall(r'name="(base_revision|their_revision|parts|title)"[^>]*value="([^"]*)"', html))
    fields |= dict(re.findall(r'id="(title)" name="title" value="([^"]*)"', html))
    fields |= {"body": "Mine.\n", "choice-0": choice, "text-0": text, "language": "en"}
    answer = aino.post(reverse("wiki:resolve", args=[page.pk]), fields)
    assert answer.status_code == 302
    assert fresh(page).body == expected
    kept = Draft.objects.filter(author=cast.aino, page=page).first()
    assert (kept is not None and kept.body == "Mine.\n") == (choice == "theirs")


def test_undecided_conflict_keeps_the_text(cast, aino, ben, write):
    page = write("Plan", "Old.\n")
    ben.post(reverse("wiki:edit", args=[page.pk]), form_of(page, body="Theirs.\n"))
    aino.post(reverse("wiki:edit", args=[page.pk]), form_of(page, body="Mine.\n"))
    aino.post(
        reverse("wiki:resolve", args=[page.pk]),
        {"body": "Mine.\n", "title": "Plan", "base_revision": page.live_revision_id},
    )
    assert fresh(page).body == "Theirs.\n"
    assert Draft.objects.get(author=cast.aino, page=page).body == "Mine.\n"


def test_draft_is_kept_offered_and_continued(cast, aino, ben, write):
    page = write("Plan", "Old.\n")
    answer = aino.post(
        reverse("wiki:draft"), {"page": page.pk, "body": "Half a thou", "base_revision": page.live_revision_id}
    )
    assert answer.json()["draft"]
    assert "not saved" in aino.get(page.get_absolute_url()).content.decode()
    assert "Half a thou" in aino.get(reverse("wiki:edit", args=[page.pk]) + "?draft").content.decode()
    assert "Half a thou" in aino.get(reverse("wiki:drafts")).content.decode()
    assert "Half a thou" not in ben.get(reverse("wiki:drafts")).content.decode()
    assert ben.post(reverse("wiki:draft_discard", args=[answer.json()["draft"]])).status_code == 404
    assert VersionNote.objects.filter(page=page).count() == 1


def test_draft_of_a_new_page_is_found_again_and_gone_when_published(cast, aino):
    section = actions.ensure_section(cast.yard)
    number = aino.post(reverse("wiki:draft"), {"parent": section.pk, "title": "Idea", "body": "So far"}).json()["draft"]
    again = aino.post(
        reverse("wiki:draft"), {"parent": section.pk, "draft": number, "title": "Idea", "body": "Further"}
    )
    assert again.json()["draft"] == number
    url = f"/wiki/new/?parent={section.pk}&draft={number}"
    assert "Further" in aino.get(url).content.decode()
    aino.post(url, {"title": "Idea", "body": "Done", "language": "en", "parent": section.pk, "draft": number})
    assert not Draft.objects.exists()


def test_history_compare_version_and_restore(aino, write, cast):
    page = write("Plan", "One.\n\nTwo.\n")
    actions.save_page(
        actor=cast.ben, page=page, base_revision_id=page.live_revision_id, body="One!\n\nTwo.\n", summary="Louder"
    )
    html = aino.get(reverse("wiki:history", args=[page.pk])).content.decode()
    assert "Louder" in html
    assert "Ben Example" in html
    for view in ("", "&view=sides"):
        html = aino.get(reverse("wiki:compare", args=[page.pk]) + f"?from=1&to=2{view}").content.decode()
        assert "<ins>!</ins>" in html
    assert "One." in aino.get(reverse("wiki:version", args=[page.pk, 1])).content.decode()
    aino.post(reverse("wiki:restore", args=[page.pk, 1]))
    assert fresh(page).body == "One.\n\nTwo.\n"
    assert "Version 1 restored" in aino.get(reverse("wiki:history", args=[page.pk])).content.decode()


def test_move_tells_who_will_read_it_before_it_happens(aino, write, cast):
    page = write("Salary", "Secret", community=cast.vault)
    write("Child", parent=page)
    target = actions.ensure_section(cast.yard)
    data = {"parent": target.pk, "title": "Salary", "change_address": "on"}
    html = aino.post(reverse("wiki:move", args=[page.pk]), data).content.decode()
    assert "Everybody here can read this" in html
    assert fresh(page).community == cast.vault
    aino.post(reverse("wiki:move", args=[page.pk]), data | {"confirmed": "on"})
    assert WikiPage.objects.get(title="Child").address == "yard/salary/child"
    answer = aino.get("/wiki/vault/salary/child/")
    assert (answer.status_code, answer["Location"]) == (301, "/wiki/yard/salary/child/")


def test_delete_says_what_links_here_and_undo_brings_it_back(aino, write):
    page = write("Coffee", "x")
    write("Guide", "[[Coffee]]")
    assert "Guide" in aino.get(reverse("wiki:delete", args=[page.pk])).content.decode()
    aino.post(reverse("wiki:delete", args=[page.pk]))
    assert aino.get("/wiki/yard/coffee/").status_code == 404
    assert "Coffee" in aino.get(reverse("wiki:trash")).content.decode()
    aino.post(reverse("wiki:untrash", args=[page.pk]))
    assert aino.get("/wiki/yard/coffee/").status_code == 200


def test_completion_offers_people_tags_and_pages(aino, write, cast):
    write("Kahvihuone", "#kahvi")
    get = lambda kind, q: aino.get("/complete/", {"kind": kind, "q": q, "context": cast.yard.pk})  # noqa: E731
    assert "@ben.example" in get("@", "be").content.decode()
    assert "#kahvi" in get("#", "kah").content.decode()
    assert "[[Kahvihuone]]" in get("[[", "huone").content.decode()
    assert get("[[", "nothing").status_code == 204
    assert get("?", "x").status_code == 204


def test_preview_shows_what_the_page_would(aino, write, cast):
    write("Coffee")
    html = aino.post("/wiki/preview/", {"markdown": "**Hi** [[Coffee]]", "context": cast.yard.pk}).content.decode()
    assert "<strong>Hi</strong>" in html
    assert "/wiki/yard/coffee/" in html


@pytest.mark.parametrize("rows", [3, 30])
def test_reading_a_page_costs_the_same_with_many_neighbours(cast, write, sign_in, rows, django_assert_max_num_queries):
    page = write("Plan", "Text")
    for number in range(rows):
        write(f"Below {number}", "[[Plan]]", parent=page)
    cleo = sign_in(cast.cleo)
    cleo.get(page.get_absolute_url())
    with django_assert_max_num_queries(8):
        assert "Below 2" in cleo.get(page.get_absolute_url()).content.decode()


@pytest.mark.parametrize("rows", [3, 30])
@pytest.mark.parametrize("address", ["/wiki/", "/wiki/yard/", "/wiki/wanted/", "/wiki/trash/", "/wiki/drafts/"])
def test_lists_cost_the_same_with_many_rows(cast, write, aino, address, rows, django_assert_max_num_queries):
    for number in range(rows):
        page = write(f"Page {number}", f"[[Wanted {number}]]")
        write(f"Below {number}", parent=page)
        actions.trash_page(actor=cast.aino, page=write(f"Gone {number}"))
        actions.save_draft(actor=cast.aino, page=page, body="x")
    aino.get(address)
    with django_assert_max_num_queries(9):
        assert aino.get(address).status_code == 200


def test_front_room_shows_what_changed_last_in_quiet_communities_too(cast, write, sign_in):
    long_ago = timezone.now() - timedelta(days=900)
    for number in range(6):
        write(f"Quiet {number}", community=cast.vault, at=long_ago + timedelta(days=number))
    actions.trash_page(actor=cast.aino, page=WikiPage.objects.get(title="Quiet 4"))
    for number in range(70):
        write(f"Busy {number}")
    quiet, busy = (
        next(row for row in reading.sections(cast.aino) if row["pk"] == place.pk) for place in (cast.vault, cast.yard)
    )
    assert [page["title"] for page in quiet["pages"]] == ["Quiet 5", "Quiet 3", "Quiet 2", "Quiet 1"]
    assert [page["title"] for page in busy["pages"]] == ["Busy 69", "Busy 68", "Busy 67", "Busy 66"]
    assert "Quiet 5" in sign_in(cast.ben).get("/wiki/").content.decode()
    assert "Quiet" not in sign_in(cast.cleo).get("/wiki/").content.decode()
    assert reading.sections(cast.gita)[0]["pages"] == []
