"""An owner, a confirmation, a flag: what each does, and to whom it is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from intranet.activity.models import Activity
from tests.wiki.care.helpers import now_of, stands
from wiki import actions as wiki
from wiki.care import actions
from wiki.care.confirming import house_day
from wiki.care.models import Confirmation, PageFlag
from wiki.care.schedule import LEAD, add_months
from wiki.models import WikiPage


def verbs(page):
    return list(
        Activity.objects.filter(object_type="wiki.wikipage", object_id=str(page.pk), verb__startswith="review.")
        .order_by("pk")
        .values_list("verb", flat=True)
    )


def test_a_page_is_nobodys_until_somebody_takes_it(cast, write):
    page = write("Holidays", "Text")
    assert stands(page) == "unowned"
    actions.change_care(actor=cast.aino, page=page, owner=cast.aino, review_every="6")
    page = now_of(page)
    assert (page.owner_person, page.review_every, page.review_on) == (
        cast.aino,
        "6",
        house_day() + LEAD - timedelta(days=1),
    )
    assert stands(page) == "due"  # not confirmed by its owner yet
    assert verbs(page) == ["review.assigned"]


def test_confirming_counts_the_interval_from_today(cast, owned):
    page = owned("Holidays", every="3")
    actions.confirm_page(actor=cast.ben, page=page)
    page = now_of(page)
    assert page.review_on == add_months(house_day(), 3)
    assert (stands(page), page.confirmed_by) == ("verified", cast.ben)
    assert verbs(page) == ["review.assigned", "review.confirmed"]


def test_a_second_click_is_the_same_confirmation(cast, owned):
    page = owned("Holidays")
    first = actions.confirm_page(actor=cast.ben, page=page)
    assert actions.confirm_page(actor=cast.ben, page=page) == first
    assert Confirmation.objects.count() == 1


def test_a_new_owner_confirms_first(cast, owned):
    page = owned("Holidays", confirmed_days_ago=3)
    assert stands(page) == "verified"
    actions.change_care(actor=cast.aino, page=page, owner=cast.mika)
    page = now_of(page)
    assert (stands(page), page.confirmed_at, page.review_on) == ("due", None, house_day() + LEAD - timedelta(days=1))
    with pytest.raises(PermissionDenied):
        actions.confirm_page(actor=cast.ben, page=page)
    actions.confirm_page(actor=cast.mika, page=page)
    assert stands(page) == "verified"


def test_another_interval_counts_from_the_last_confirmation(cast, owned):
    page = owned("Holidays", every="3", confirmed_days_ago=40)
    assert stands(page) == "verified"
    actions.change_care(actor=cast.aino, page=page, review_every="1")
    assert stands(page) == "overdue"
    actions.change_care(actor=cast.aino, page=page, review_every="never")
    assert (stands(page), now_of(page).review_on) == ("verified", None)


def test_a_chosen_day_is_used_up_by_the_confirmation_it_asked_for(cast, owned):
    page = owned("Holidays", confirmed_days_ago=0)
    chosen = house_day() + timedelta(days=5)
    actions.change_care(actor=cast.aino, page=page, review_every="date", review_date=chosen + LEAD)
    assert now_of(page).review_on == chosen + LEAD
    WikiPage.objects.filter(pk=page.pk).update(review_date=chosen, review_on=chosen)
    assert stands(page) == "due"
    actions.confirm_page(actor=cast.ben, page=page, at=timezone.now() + timedelta(seconds=90))
    assert (stands(page), now_of(page).review_on) == ("verified", None)


@pytest.mark.parametrize("days", [None, -1, 0, 5_000])
def test_a_day_that_is_none_is_refused(cast, owned, days):
    page = owned("Holidays")
    chosen = None if days is None else house_day() + timedelta(days=days)
    with pytest.raises(ValidationError) as error:
        actions.change_care(actor=cast.aino, page=page, review_every="date", review_date=chosen)
    assert "review_date" in error.value.message_dict
    assert now_of(page).review_every == "3"


def test_a_save_by_the_owner_confirms_and_one_by_others_does_not(cast, owned):
    page = owned("Holidays", confirmed_days_ago=120)
    assert stands(page) == "overdue"
    wiki.save_page(actor=cast.aino, page=page, base_revision_id=page.live_revision_id, body="Aino's text")
    assert stands(page) == "overdue"
    page = now_of(page)
    wiki.save_page(actor=cast.ben, page=page, base_revision_id=page.live_revision_id, body="Ben's text")
    assert stands(page) == "verified"
    assert Confirmation.objects.filter(page=page).latest("pk").is_save


def test_a_save_by_a_member_of_the_owning_community_confirms(cast, write):
    page = write("Holidays", "Text")
    actions.change_care(actor=cast.aino, page=page, owner=cast.yard, review_every="12")
    assert stands(page) == "due"
    wiki.save_page(actor=cast.ben, page=page, base_revision_id=page.live_revision_id, body="Ben's text")
    assert stands(page) == "verified"


def test_saves_of_pages_that_are_nobodys_cost_no_query_more(cast, write, django_assert_max_num_queries):
    page = write("Holidays", "one")
    with django_assert_max_num_queries(16):
        wiki.save_page(actor=cast.ben, page=page, base_revision_id=page.live_revision_id, body="two")


def test_a_confirmation_can_be_taken_back(cast, owned):
    page = owned("Holidays", confirmed_days_ago=120)
    before = now_of(page)
    actions.flag_page(actor=cast.cleo, page=page, reason="The office has moved")
    done = actions.confirm_page(actor=cast.ben, page=page)
    assert (stands(page), now_of(page).open_flags) == ("verified", 0)
    actions.undo_confirmation(actor=cast.ben, confirmation=done.pk)
    after = now_of(page)
    assert (after.confirmed_at, after.review_on, after.confirmed_by) == (
        before.confirmed_at, before.review_on, before.confirmed_by,
    )  # fmt: skip
    assert (stands(page), after.open_flags) == ("overdue", 1)
    with pytest.raises(ValidationError):
        actions.undo_confirmation(actor=cast.ben, confirmation=done.pk)


def test_a_confirmation_is_taken_back_by_nobody_else(cast, owned):
    page = owned("Holidays")
    done = actions.confirm_page(actor=cast.ben, page=page)
    for person in (cast.aino, cast.mika, cast.root, cast.gita):
        with pytest.raises(Confirmation.DoesNotExist):
            actions.undo_confirmation(actor=person, confirmation=done.pk)
    assert stands(page) == "verified"


def test_undoing_after_a_change_of_hands_changes_nothing(cast, owned):
    page = owned("Holidays")
    done = actions.confirm_page(actor=cast.ben, page=page)
    actions.change_care(actor=cast.aino, page=page, owner=cast.mika)
    with pytest.raises(ValidationError):
        actions.undo_confirmation(actor=cast.ben, confirmation=done.pk)
    assert now_of(page).owner_person == cast.mika


def test_an_owner_is_a_member_of_the_pages_community(cast, write):
    page = write("Secret", "Text", community=cast.lab)
    for person in (cast.cleo, cast.root):
        with pytest.raises(ValidationError) as error:
            actions.change_care(actor=cast.aino, page=page, owner=person)
        assert "owner" in error.value.message_dict
    actions.change_care(actor=cast.aino, page=page, owner=cast.gita)
    assert now_of(page).owner_person == cast.gita


def test_a_hidden_community_owns_only_its_own_pages(cast, write):
    page = write("Open", "Text")
    with pytest.raises(ValidationError):
        actions.change_care(actor=cast.aino, page=page, owner=cast.vault)
    actions.change_care(actor=cast.aino, page=page, owner=cast.lab)
    assert now_of(page).owner_community == cast.lab
    own = write("Hidden", "Text", community=cast.vault)
    actions.change_care(actor=cast.aino, page=own, owner=cast.vault)
    assert now_of(own).owner_community == cast.vault


def test_members_of_an_owning_community_confirm_pages_they_may_only_read(cast, write):
    page = write("Handbook", "Text")
    actions.change_care(actor=cast.aino, page=page, owner=cast.everyone)
    actions.confirm_page(actor=cast.cleo, page=page)  # in Everyone, not in Yard
    assert stands(page) == "verified"


def test_flagging_again_changes_the_reason(cast, owned):
    page = owned("Holidays", confirmed_days_ago=0)
    flag = actions.flag_page(actor=cast.cleo, page=page, reason="The office has moved")
    again = actions.flag_page(actor=cast.cleo, page=page, reason="  The office has moved to Turku ")
    assert (again.pk, again.reason) == (flag.pk, "The office has moved to Turku")
    actions.flag_page(actor=cast.aino, page=page, reason="Phone number")
    assert now_of(page).open_flags == 2


@pytest.mark.parametrize("reason", ["", "   \n", "\u200b", "…", "x" * 501])
def test_a_flag_needs_a_reason_that_is_one(cast, owned, reason):
    page = owned("Holidays")
    with pytest.raises(ValidationError) as error:
        actions.flag_page(actor=cast.cleo, page=page, reason=reason)
    assert "reason" in error.value.message_dict
    assert now_of(page).open_flags == 0


def test_flags_are_resolved_by_confirming_by_saving_and_by_hand(cast, owned):
    outcomes = []
    for number, resolve in enumerate(("confirm", "save", "answer", "withdraw")):
        page = owned(f"Page {number}")
        flag = actions.flag_page(actor=cast.cleo, page=page, reason="Old")
        if resolve == "confirm":
            actions.confirm_page(actor=cast.ben, page=page)
        elif resolve == "save":
            wiki.save_page(actor=cast.ben, page=page, base_revision_id=page.live_revision_id, body="New")
        elif resolve == "answer":
            actions.resolve_flag(actor=cast.aino, flag=flag.pk, answer="It is right: we move in June.")
        else:
            actions.resolve_flag(actor=cast.cleo, flag=flag.pk)
        flag.refresh_from_db()
        assert now_of(page).open_flags == 0
        outcomes.append((flag.outcome, flag.resolved_by, flag.answer))
    assert outcomes == [
        ("confirmed", cast.ben, ""), ("saved", cast.ben, ""), ("answered", cast.aino, "It is right: we move in June."),
        ("withdrawn", cast.cleo, ""),
    ]  # fmt: skip


def test_resolving_twice_counts_once(cast, owned):
    page = owned("Holidays")
    flag = actions.flag_page(actor=cast.cleo, page=page, reason="Old")
    actions.flag_page(actor=cast.mika, page=page, reason="Old too")
    for _time in range(2):
        actions.resolve_flag(actor=cast.aino, flag=flag.pk, answer="Done")
    assert now_of(page).open_flags == 1


def test_a_reader_does_not_answer_others_flags(cast, owned):
    page = owned("Holidays")
    flag = actions.flag_page(actor=cast.aino, page=page, reason="Old")
    with pytest.raises(PermissionDenied):
        actions.resolve_flag(actor=cast.cleo, flag=flag.pk, answer="No")
    with pytest.raises(PageFlag.DoesNotExist):
        actions.resolve_flag(actor=cast.gita, flag=flag.pk, answer="No")
    with pytest.raises(ValidationError):
        actions.resolve_flag(actor=cast.ben, flag=flag.pk, answer="  ")


def test_moderators_change_many_pages_of_their_community_only(cast, owned, write):
    pages = [owned(f"Page {number}", confirmed_days_ago=1) for number in range(3)]
    elsewhere = write("Elsewhere", "Text", community=cast.lab)
    numbers = [page.pk for page in (*pages, elsewhere)]
    with pytest.raises(PermissionDenied):
        actions.change_many(actor=cast.aino, community=cast.yard, pages=numbers, owner=cast.aino)
    changed = actions.change_many(
        actor=cast.mika, community=cast.yard, pages=numbers, owner=cast.aino, review_every="12"
    )
    assert changed == 3
    assert {(now_of(page).owner_person, now_of(page).review_every) for page in pages} == {(cast.aino, "12")}
    assert now_of(elsewhere).owner_person is None
    # The same again changes nothing; an interval alone leaves the owner.
    assert actions.change_many(actor=cast.mika, community=cast.yard, pages=numbers, owner=cast.aino) == 0
    assert actions.change_many(actor=cast.mika, community=cast.yard, pages=numbers[:1], review_every="1") == 1
    assert now_of(pages[0]).owner_person == cast.aino


def test_a_restored_version_does_not_bring_an_owner_back(cast, owned):
    page = owned("Holidays", confirmed_days_ago=1)
    actions.change_care(actor=cast.aino, page=page, owner=cast.mika)
    wiki.restore_version(actor=cast.aino, page=page, number=1)
    assert now_of(page).owner_person == cast.mika
