"""Who hears of what happens to a page."""

import pytest
from django.core.exceptions import ObjectDoesNotExist

from feed import actions as feed
from intranet.activity.models import Activity
from intranet.notifications.actions import mark_place_seen, set_level
from intranet.notifications.models import Notification, Watch
from intranet.notifications.reading import unread_counts
from intranet.people import actions as people
from intranet.people.models import Membership
from wiki import actions as wiki
from wiki.care import actions as care


def watch(person, page, level="watch", kind="page"):
    return set_level(actor=person, thing=(kind, page.pk), level=level)


def test_watcher_hears_of_changes_as_one_line(cast, write, change, tell, told):
    page = write("Pump")
    watch(cast.cleo, page)
    for number, person in enumerate((cast.aino, cast.ben, cast.mika)):
        change(page, f"text {number}", actor=person)
    tell()
    assert told(cast.cleo) == ["Mika Example and 2 others changed Pump"]
    assert Notification.objects.get(user=cast.cleo).count == 3


def test_diary_that_comes_round_twice_tells_once(cast, write, change, tell, told):
    page = write("Pump")
    watch(cast.cleo, page)
    change(page, "two", actor=cast.ben)
    tell()
    before = list(Notification.objects.order_by("pk").values())
    tell(again=True)
    assert list(Notification.objects.order_by("pk").values()) == before
    mark_place_seen(actor=cast.cleo, place=("page", page.pk))
    tell(again=True)
    assert not Notification.objects.filter(user=cast.cleo, read_at=None).exists()


def test_neither_minor_changes_nor_own_ones_are_told(cast, write, change, tell, told):
    page = write("Pump")
    watch(cast.cleo, page)
    watch(cast.ben, page)
    change(page, "small", actor=cast.ben, minor=True)
    tell()
    assert told(cast.cleo) == told(cast.ben) == []
    change(page, "large", actor=cast.ben)
    tell()
    assert told(cast.cleo) == ["Ben Example changed Pump"]
    assert told(cast.ben) == []


def test_after_reading_the_line_begins_anew(cast, write, change, tell, told):
    page = write("Pump")
    watch(cast.cleo, page)
    change(page, "two", actor=cast.ben)
    tell()
    mark_place_seen(actor=cast.cleo, place=("page", page.pk))
    change(page, "three", actor=cast.mika)
    tell()
    assert told(cast.cleo) == ["Mika Example changed Pump"]
    assert Notification.objects.get(user=cast.cleo).read_at is None


def test_who_wrote_the_page_and_who_owns_it_watch_by_themselves(cast, write, change, tell, told):
    page = write("Pump")
    care.change_care(actor=cast.aino, page=page, owner=cast.mika, review_every="3")
    tell()
    assert told(cast.mika, "direct") == ["Aino Example made you the owner of Pump"]
    change(page, "two", actor=cast.ben)
    tell()
    assert told(cast.aino) == told(cast.mika) == ["Ben Example changed Pump"]
    care.change_care(actor=cast.aino, page=page, owner=cast.ben, review_every="3")
    tell()
    assert set(Watch.objects.values_list("user", "origin")) == {(cast.aino.pk, "made"), (cast.ben.pk, "owns")}


def test_choice_of_ones_own_beats_what_came_by_itself(cast, write, change, tell, told):
    page = write("Pump")
    tell()
    watch(cast.aino, page, "normal")
    change(page, "two", actor=cast.ben)
    tell(again=True)
    assert told(cast.aino) == []


def test_branch_tells_of_all_below_and_the_nearest_choice_counts(cast, write, change, tell, told):
    top = write("Hall")
    middle = write("Shelf", parent=top.pk)
    low = write("Box", parent=middle.pk)
    watch(cast.cleo, top, kind="branch")
    watch(cast.cleo, middle, "mute", kind="branch")
    tell()
    change(low, "two", actor=cast.ben)
    change(top, "two", actor=cast.ben)
    tell()
    assert told(cast.cleo) == ["Ben Example changed Hall"]
    watch(cast.cleo, low, "follow")
    change(low, "three", actor=cast.ben)
    tell()
    assert told(cast.cleo)[0] == "Ben Example changed Box"
    assert Notification.objects.get(user=cast.cleo, object_id=str(low.pk)).is_quiet


def test_community_tells_of_new_pages_and_new_conversations(cast, write, tell, told):
    set_level(actor=cast.cleo, thing=("community", cast.yard.pk), level="watch")
    write("Pump")
    feed.publish_post(actor=cast.ben, community=cast.yard, body="Lunch at eleven")
    tell()
    assert told(cast.cleo) == [
        "Ben Example started the conversation Lunch at eleven", "Aino Example wrote the page Pump",
    ]  # fmt: skip


def test_moving_deleting_and_restoring_are_told(cast, write, tell, told):
    page, hall = write("Pump"), write("Hall")
    watch(cast.cleo, page)
    tell()
    wiki.move_page(actor=cast.ben, page=page.pk, parent=hall.pk)
    wiki.trash_page(actor=cast.ben, page=page.pk)
    tell()
    assert told(cast.cleo) == ["Ben Example deleted Pump", "Ben Example moved Pump"]
    wiki.untrash_page(actor=cast.ben, page=page.pk)
    wiki.restore_version(actor=cast.ben, page=page.pk, number=1)
    tell()
    assert told(cast.cleo)[:2] == ["Ben Example changed Pump", "Ben Example restored Pump"]


def test_what_is_said_about_the_page_is_told(cast, write, tell, told):
    page = write("Pump")
    watch(cast.cleo, page)
    post = feed.publish_post(actor=cast.ben, community=cast.yard, body="What pressure?", about_page=page)
    feed.reply_to_post(actor=cast.mika, post=post, body="Six bar")
    tell()
    assert told(cast.cleo) == ["Mika Example and Ben Example wrote about Pump"]
    assert told(cast.ben, "direct") == ["Mika Example replied to you in What pressure?"]


def test_owner_hears_of_flags_and_who_flagged_of_the_answer(cast, write, tell, told):
    page = write("Pump")
    care.change_care(actor=cast.aino, page=page, owner=cast.ben, review_every="3")
    flag = care.flag_page(actor=cast.cleo, page=page, reason="old")
    care.resolve_flag(actor=cast.ben, flag=flag.pk, answer="done")
    care.confirm_page(actor=cast.ben, page=page)
    tell()
    assert "Cleo Example flagged Pump as outdated" in told(cast.ben, "direct")
    assert told(cast.cleo, "direct") == ["Ben Example answered what you flagged on Pump"]


def test_weekly_bundle_is_one_line_that_leads_to_the_pages(cast, write, tell, told):
    from datetime import timedelta

    from django.utils import timezone

    from wiki.care.bundles import bundle_reviews

    for title in ("Pump", "Valve"):
        care.change_care(actor=cast.aino, page=write(title), owner=cast.ben, review_every="3")
    bundle_reviews(now=timezone.now() + timedelta(days=90))
    tell()
    assert "2 pages wait for your look" in told(cast.ben, "direct")


def test_mention_on_a_page_comes_by_name(cast, write, tell, told):
    write("Pump", f"Ask @{cast.ben.handle}")
    tell()
    assert told(cast.ben, "direct") == ["Aino Example mentioned you in Pump"]


def test_who_lost_access_hears_nothing_and_sees_nothing_of_before(cast, write, change, tell, told):
    page = write("Plan", community=cast.lab)
    watch(cast.ben, page)
    change(page, "two", actor=cast.mika)
    tell()
    assert told(cast.ben) == ["Mika Example changed Plan"]
    assert Notification.objects.visible_to(cast.ben).unread().count() == 1
    people.remove_member(actor=cast.mika, community=cast.lab, person=cast.ben)
    change(page, "three", actor=cast.mika)
    tell()
    assert told(cast.ben) == []
    assert Notification.objects.visible_to(cast.ben).unread().count() == 0
    assert Notification.objects.get(user=cast.ben, bundle=f"changed:page:{page.pk}").count == 1


def test_page_that_moves_out_of_sight_takes_its_lines_along(cast, write, change, tell, told):
    page = write("Plan")
    watch(cast.cleo, page)
    change(page, "two", actor=cast.mika)
    tell()
    wiki.move_page(actor=cast.mika, page=page.pk, parent=write("Home", community=cast.lab).pk)
    assert told(cast.cleo) == []  # at once: asked when it is named
    tell()
    assert Notification.objects.visible_to(cast.cleo).unread().count() == 0  # and soon: the number in the menu


def test_nothing_that_somebody_wrote_is_kept(cast, write, change, tell):
    page = write("Canary title", community=cast.lab)
    watch(cast.ben, page)
    change(page, "canary body", actor=cast.mika)
    feed.publish_post(actor=cast.mika, community=cast.lab, body=f"canary post @{cast.ben.handle}")
    tell()
    assert Notification.objects.filter(user=cast.ben).count() == 2
    assert "canary" not in repr(list(Notification.objects.values())).lower()


@pytest.mark.parametrize("name", ["cleo", "gita", "root"])
def test_nobody_watches_what_they_cannot_read(cast, write, name):
    page = write("Secret", community=cast.vault)
    for kind, number in (("page", page.pk), ("branch", page.pk), ("community", cast.vault.pk), ("page", 10**12)):
        with pytest.raises(ObjectDoesNotExist):
            set_level(actor=cast.people[name], thing=(kind, number), level="watch")
    assert not Watch.objects.exists()


def test_muting_a_community_is_one_with_muting_its_talk(cast, tell):
    set_level(actor=cast.ben, thing=("community", cast.yard.pk), level="mute")
    assert Membership.objects.get(user=cast.ben, community=cast.yard).muted
    set_level(actor=cast.ben, thing=("community", cast.yard.pk), level="normal")
    assert not Membership.objects.get(user=cast.ben, community=cast.yard).muted
    set_level(actor=cast.cleo, thing=("community", cast.yard.pk), level="mute")
    people.join_community(actor=cast.cleo, community=cast.yard)
    tell()
    assert Membership.objects.get(user=cast.cleo, community=cast.yard).muted


def test_muted_conversation_tells_of_no_replies_but_of_mentions(cast, tell, told):
    post = feed.publish_post(actor=cast.aino, community=cast.yard, body="Lunch")
    set_level(actor=cast.aino, thing=("thread", post.pk), level="mute")
    feed.reply_to_post(actor=cast.ben, post=post, body="Yes")
    tell()
    assert told(cast.aino, "direct") == []
    feed.reply_to_post(actor=cast.ben, post=post, body=f"Yes @{cast.aino.handle}")
    tell()
    assert told(cast.aino, "direct") == ["Ben Example mentioned you in Yes @aino.example"]


def test_old_history_is_no_news(cast, write, change, tell, told):
    from datetime import timedelta

    from django.utils import timezone

    page = write("Pump")
    watch(cast.cleo, page)
    change(page, "two", actor=cast.ben)
    Activity.objects.update(created_at=timezone.now() - timedelta(days=40))
    tell()
    assert told(cast.cleo) == []


def test_purged_page_leaves_nothing(cast, write, change, tell, told):
    from datetime import timedelta

    from django.utils import timezone

    page = write("Pump")
    watch(cast.cleo, page)
    change(page, "two", actor=cast.ben)
    wiki.trash_page(actor=cast.ben, page=page.pk, at=timezone.now() - timedelta(days=31))
    wiki.purge_trash()
    tell()
    assert not Notification.objects.exists()
    assert not Watch.objects.exists()


def test_reading_the_conversation_marks_its_lines_read(cast, tell):
    from django.utils import timezone

    post = feed.publish_post(actor=cast.aino, community=cast.yard, body=f"Hello @{cast.ben.handle}")
    tell()
    assert Notification.objects.visible_to(cast.ben).unread().count() == 1
    feed.mark_read(actor=cast.ben, thread=post, until=timezone.now())
    tell()
    assert Notification.objects.visible_to(cast.ben).unread().count() == 0


def test_replies_below_a_deleted_post_are_told_and_the_bell_counts_what_is_listed(cast, tell, told):
    root = feed.publish_post(actor=cast.aino, community=cast.yard, body="Secret words")
    reply = feed.reply_to_post(actor=cast.ben, post=root, body="One")
    feed.delete_post(actor=cast.aino, post=root)
    other = feed.reply_to_post(actor=cast.mika, post=reply, body="Two")
    tell()
    for person in (cast.aino, cast.ben):
        assert unread_counts(person)["direct"] == len(told(person, "direct")) == 1
        assert "Secret" not in told(person, "direct")[0]
    for one, by in ((reply, cast.ben), (other, cast.mika)):
        feed.delete_post(actor=by, post=one)
        tell()
    for person in (cast.aino, cast.ben):
        assert unread_counts(person)["direct"] == len(told(person, "direct")) == 0
