"""What waits: at home, in a community's list, in the weekly bundle, and what people leave behind."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.activity.models import Activity
from intranet.people import actions as people
from tests.wiki.care.helpers import now_of, stands
from wiki import actions as wiki
from wiki.care import actions, bundles, handover, reading
from wiki.care.confirming import house_day
from wiki.care.models import ReviewBundle
from wiki.care.schedule import week_of
from wiki.models import WikiPage


@pytest.fixture(autouse=True)
def _nothing_cached():
    cache.clear()


def shown(answer):
    return answer.content.decode()


def read_diary():
    """Let the reader catch up with everything that happened."""
    handover.follow_leavers(list(Activity.objects.order_by("pk")))


@pytest.fixture
def one_of_each(cast, owned, write):
    """A page of each status in Yard, one flagged, one left behind."""
    pages = {
        "overdue": owned("Overdue one", every="1", confirmed_days_ago=60),
        "due": owned("Due one", every="never"),
        "verified": owned("Verified one", confirmed_days_ago=1),
        "unowned": write("Unowned one", "Text"),
        "flagged": owned("Flagged one", confirmed_days_ago=1),
        "left": owned("Left one", owner=cast.mika),
    }
    actions.flag_page(actor=cast.cleo, page=pages["flagged"], reason="Old phone number")
    people.close_account(actor=cast.root, person=cast.mika)
    read_diary()
    return pages


@pytest.mark.parametrize(
    ("show", "titles"),
    [
        ("waiting", ["Overdue one", "Due one", "Flagged one", "Left one"]),
        ("overdue", ["Overdue one"]),
        ("due", ["Due one"]),
        ("flagged", ["Flagged one"]),
        ("left", ["Left one"]),
        ("unowned", ["Unowned one", "Left one"]),
        ("verified", ["Flagged one", "Verified one"]),
    ],
)
def test_a_list_is_narrowed_to_a_status(cast, one_of_each, show, titles):
    found = [row["title"] for row in reading.care_list(cast.aino, cast.yard, show, "", None).rows]
    assert sorted(found) == sorted(titles)
    assert reading.care_counts(cast.aino, cast.yard)[show] == len(titles)


def test_filters_say_of_every_page_what_the_status_says(cast, one_of_each):
    for which in ("overdue", "due", "verified", "unowned"):
        listed = {row["pk"] for row in reading.care_list(cast.aino, cast.yard, which, "", None).rows}
        assert listed == {page.pk for page in WikiPage.objects.filter(community=cast.yard) if stands(page) == which}


def test_the_most_urgent_page_comes_first(cast, one_of_each):
    rows = reading.care_list(cast.aino, cast.yard, "waiting", "", None).rows
    assert [row["title"] for row in rows[:2]] == ["Overdue one", "Due one"]


def test_a_list_is_narrowed_to_an_owner(cast, one_of_each, owned):
    owned("Aino's", owner=cast.aino)
    found = reading.care_list(cast.aino, cast.yard, "all", f"person:{cast.aino.pk}", None).rows
    assert [row["title"] for row in found] == ["Aino's"]
    assert (f"person:{cast.aino.pk}", "Aino Example") in reading.owners_in(cast.aino, cast.yard)
    assert reading.care_list(cast.aino, cast.yard, "all", "person:x'; --", None).rows


def test_pages_of_a_list_follow_each_other(cast, write, monkeypatch):
    for number in range(7):
        write(f"Page {number}", "Text")
    monkeypatch.setattr(reading, "LIST_PAGE", 3)
    seen, cursor = [], None
    while True:
        found = reading.care_list(cast.aino, cast.yard, "all", "", cursor)
        seen += [row["title"] for row in found.rows]
        cursor = found.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == [f"Page {number}" for number in range(7)]


def test_lists_cost_the_same_with_three_and_thirty_rows(cast, owned, sign_in):
    client = sign_in(cast.mika)
    addresses = [
        reverse("wiki:care_list", args=["yard"]), reverse("wiki:care_mine"), "/wiki/yard/", "/",
        reverse("api:list_pages"),
    ]  # fmt: skip

    def cost():
        counts = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            counts.append(len(asked))
        return counts

    for number in range(3):
        owned(f"Page {number}", owner=cast.mika)
    few = cost()
    for number in range(3, 30):
        owned(f"Page {number}", owner=cast.mika)
    assert cost() == few
    assert max(few) <= 9


def test_at_home_one_line_stands_for_all_pages_of_mine(cast, owned, sign_in):
    for number in range(3):
        owned(f"Page {number}")
    words = shown(sign_in(cast.ben).get("/"))
    assert "3 pages wait for your look" in words
    assert reverse("wiki:care_mine") in words
    assert "wait for your look" not in shown(sign_in(cast.aino).get("/"))


def test_at_home_a_flag_is_a_task_for_the_owner_until_it_is_resolved(cast, owned, sign_in):
    page = owned("Holidays", confirmed_days_ago=1)
    client = sign_in(cast.ben)
    assert "A reader says it is outdated" not in shown(client.get("/"))  # and that is kept
    flag = actions.flag_page(actor=cast.cleo, page=page, reason="Old")
    words = shown(client.get("/"))
    assert "A reader says it is outdated" in words
    assert reverse("wiki:care", args=[page.pk]) in words
    actions.resolve_flag(actor=cast.ben, flag=flag.pk, answer="It is right")
    assert "A reader says it is outdated" not in shown(client.get("/"))


def test_flags_of_nobodys_pages_wait_for_the_moderators(cast, write, sign_in):
    actions.flag_page(actor=cast.cleo, page=write("Holidays", "Text"), reason="Old")
    assert "A reader says it is outdated" in shown(sign_in(cast.mika).get("/"))
    assert "A reader says it is outdated" not in shown(sign_in(cast.ben).get("/"))


def test_pages_of_a_community_wait_for_its_moderators(cast, write, sign_in):
    page = write("Holidays", "Text")
    actions.change_care(actor=cast.aino, page=page, owner=cast.yard)
    assert "1 page waits for your look" in shown(sign_in(cast.mika).get("/"))
    assert "waits for your look" not in shown(sign_in(cast.ben).get("/"))


def test_who_leaves_the_house_leaves_pages_to_be_handed_over(cast, owned, sign_in):
    one, two = owned("In the yard"), owned("In the lab", community=cast.lab)
    mika = sign_in(cast.mika)
    mika.get("/")
    people.close_account(actor=cast.root, person=cast.ben)
    read_diary()
    for page in (one, two):
        assert (now_of(page).left_owner, now_of(page).owner_person, stands(page)) == (cast.ben, None, "unowned")
    words = shown(mika.get("/"))
    assert words.count("1 page needs a new owner") == 2
    listed = shown(mika.get(reverse("wiki:care_list", args=["lab"]) + "?show=left"))
    assert "In the lab" in listed
    assert "Ben Example has left" in listed
    assert "In the yard" not in listed
    mika.post(
        reverse("wiki:care_list", args=["lab"]) + "?show=left",
        {"pages": [two.pk, one.pk], "owner": f"person:{cast.mika.pk}", "review_every": "6"},
    )
    assert (now_of(two).owner_person, now_of(two).left_owner, now_of(two).review_every) == (cast.mika, None, "6")
    assert now_of(one).left_owner == cast.ben  # of another community: passed over


def test_who_leaves_one_community_leaves_its_pages_only(cast, owned):
    yard, lab = owned("In the yard"), owned("In the lab", community=cast.lab)
    people.leave_community(actor=cast.ben, community=cast.lab)
    read_diary()
    read_diary()  # twice does no harm
    assert (now_of(lab).left_owner, now_of(yard).owner_person) == (cast.ben, cast.ben)
    assert Activity.objects.filter(verb="review.released").count() == 1


def test_a_page_that_moves_away_from_its_owner_is_handed_over(cast, owned, write):
    page = owned("Shared", owner=cast.gita, community=cast.lab)
    below = write("Below", "Text", parent=page)
    actions.change_care(actor=cast.aino, page=below, owner=cast.gita)
    target = write("Target", "Text")
    wiki.move_page(actor=cast.aino, page=page, parent=target)
    read_diary()
    assert (now_of(page).left_owner, now_of(below).left_owner) == (cast.gita, cast.gita)


def test_an_account_that_ends_by_the_calendar_leaves_pages_too(cast, owned):
    page = owned("Guest's", owner=cast.gita, community=cast.lab)
    assert handover.release_lost_pages() == 0
    cast.gita.active_until = timezone.localdate() - timedelta(days=1)
    cast.gita.save(update_fields=["active_until"])
    assert handover.release_lost_pages() == 1
    assert handover.release_lost_pages() == 0
    assert now_of(page).left_owner == cast.gita


def test_each_owner_gets_one_bundle_a_week(cast, owned, write):
    for number in range(3):
        owned(f"Page {number}")
    owned("Right", owner=cast.aino, confirmed_days_ago=1)
    community_page = write("Ours", "Text")
    actions.change_care(actor=cast.aino, page=community_page, owner=cast.yard)
    assert bundles.bundle_reviews() == 2  # Ben, and Mika for the community
    assert bundles.bundle_reviews() == 0
    rows = Activity.objects.filter(verb="review.due").order_by("pk")
    assert {(row.object_id, row.data["pages"]) for row in rows} == {(str(cast.ben.pk), 3), (str(cast.mika.pk), 1)}
    assert ReviewBundle.objects.get(person=cast.ben).week_on == week_of(house_day())
    later = timezone.now() + timedelta(days=7)
    assert bundles.bundle_reviews(now=later) == 2


def test_a_bundle_names_only_what_its_owner_may_read(cast, owned):
    page = owned("In the vault", community=cast.vault)
    people.remove_member(actor=cast.mika, community=cast.vault, person=cast.ben)
    assert bundles.bundle_reviews() == 0  # before any reader has looked
    assert now_of(page).owner_person == cast.ben


def test_a_trashed_page_waits_for_nobody(cast, owned, sign_in):
    page = owned("Gone")
    wiki.trash_page(actor=cast.aino, page=page)
    assert bundles.bundle_reviews() == 0
    assert "waits for your look" not in shown(sign_in(cast.ben).get("/"))
    assert reading.care_counts(cast.aino, cast.yard)["all"] == 0


def test_a_community_that_becomes_hidden_keeps_no_pages_of_others(cast, write):
    page, own = write("Open", "Text"), write("Own", "Text", community=cast.lab)
    for one in (page, own):
        actions.change_care(actor=cast.aino, page=one, owner=cast.lab)
    people.change_community(actor=cast.mika, community=cast.lab, kind="hidden")
    read_diary()
    assert (now_of(page).owner_community, stands(page)) == (None, "unowned")
    assert now_of(own).owner_community == cast.lab
