"""Questions, praise, polls and announcements: what each may and may not."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from feed import actions as feed
from feed.kinds import actions, receipts
from feed.kinds.facts import house_today, voter_of
from feed.models import Acknowledgement, Announcement, Post, Praise, Vote
from feed.navigation import my_communities
from feed.threads.actions import close_thread
from intranet.activity.models import Activity
from intranet.notifications.models import Notification
from intranet.notifications.readers import notify


def tell():
    notify(list(Activity.objects.order_by("pk")))


def events(user):
    return set(Notification.objects.filter(user=user).values_list("event", flat=True))


@pytest.fixture
def question(cast):
    return actions.ask_question(actor=cast.aino, community=cast.yard, body="Where is the key?")


@pytest.fixture
def poll(cast):
    return actions.start_poll(actor=cast.aino, community=cast.yard, body="Lunch?", options=["Soup", "Fish", "Pasta"])


@pytest.fixture
def announcement(cast):
    return actions.announce(actor=cast.mika, community=cast.yard, body="The lift is broken.")


# --- Questions -------------------------------------------------------------------------------------------------------


def test_a_question_is_open_until_its_asker_marks_an_answer(cast, answer, question):
    assert question.unanswered_since == question.created_at
    reply = answer(cast.ben, question, "Under the mat.")
    actions.mark_answer(actor=cast.aino, reply=reply)
    question.refresh_from_db()
    assert question.facts == {"answer": reply.pk}
    assert question.unanswered_since is None
    assert question.nudge_at is None
    tell()
    assert "chosen" in events(cast.ben)


def test_a_moderator_marks_an_answer_too_and_the_asker_hears_of_it(cast, answer, question):
    actions.mark_answer(actor=cast.mika, reply=answer(cast.ben, question))
    tell()
    assert "solved" in events(cast.aino)


@pytest.mark.parametrize("who", ["ben", "cleo", "gita", "root"])
def test_nobody_else_says_what_answers_a_question(cast, answer, question, who):
    reply = answer(cast.ben, question)
    with pytest.raises(PermissionDenied):
        actions.mark_answer(actor=cast.people[who], reply=reply)


def test_another_answer_takes_the_place_of_the_one_before(cast, answer, question):
    first, second = answer(cast.ben, question), answer(cast.mika, question)
    actions.mark_answer(actor=cast.aino, reply=first)
    actions.mark_answer(actor=cast.aino, reply=second)
    actions.mark_answer(actor=cast.aino, reply=second)
    question.refresh_from_db()
    assert question.facts == {"answer": second.pk}
    assert Activity.objects.filter(verb="question.answered").count() == 2


def test_a_question_whose_answer_is_deleted_is_open_again(cast, answer, question):
    reply = answer(cast.ben, question)
    actions.mark_answer(actor=cast.aino, reply=reply)
    feed.delete_post(actor=cast.ben, post=reply)
    question.refresh_from_db()
    assert question.facts == {"answer": None}
    assert question.unanswered_since == question.created_at


def test_a_deleted_reply_answers_nothing(cast, answer, question):
    reply = answer(cast.ben, question)
    feed.delete_post(actor=cast.ben, post=reply)
    with pytest.raises(ValidationError):
        actions.mark_answer(actor=cast.aino, reply=reply)


def test_moderators_hear_once_of_a_question_that_waited_two_working_days(cast, question):
    assert actions.nudge_moderators(now=question.nudge_at - timedelta(seconds=1)) == 0
    assert actions.nudge_moderators(now=question.nudge_at + timedelta(seconds=1)) == 1
    assert actions.nudge_moderators(now=question.nudge_at + timedelta(days=9)) == 0
    tell()
    assert "overdue" in events(cast.mika)
    assert "overdue" not in events(cast.ben)


def test_nobody_is_nudged_about_an_answered_or_a_deleted_question(cast, answer, question):
    due = question.nudge_at + timedelta(seconds=1)
    actions.mark_answer(actor=cast.aino, reply=answer(cast.ben, question))
    gone = actions.ask_question(actor=cast.aino, community=cast.yard, body="And the door?")
    feed.delete_post(actor=cast.aino, post=gone)
    closed = actions.ask_question(actor=cast.aino, community=cast.yard, body="And the window?")
    close_thread(actor=cast.mika, thread=closed, note="Ask the caretaker.")
    assert actions.nudge_moderators(now=due + timedelta(days=9)) == 0


# --- Praise ----------------------------------------------------------------------------------------------------------


def test_praise_names_colleagues_who_hear_of_it(cast):
    post = actions.give_praise(actor=cast.aino, community=cast.yard, body="Great work.", people=[cast.ben, cast.mika])
    assert {row.user_id for row in Praise.objects.filter(post=post)} == {cast.ben.pk, cast.mika.pk}
    tell()
    assert "praised" in events(cast.ben)


@pytest.mark.parametrize("whom", [[], ["aino"], ["ben", "gita"]])
def test_nobody_oneself_and_who_cannot_read_it_are_not_praised(cast, whom):
    people = [cast.people[name] for name in whom]
    with pytest.raises(ValidationError):
        actions.give_praise(actor=cast.aino, community=cast.yard, body="Great.", people=people)
    assert not Post.objects.exists()


def test_a_house_may_go_without_praise(cast, settings):
    settings.PRAISE = False
    with pytest.raises(ValidationError):
        actions.give_praise(actor=cast.aino, community=cast.yard, body="Great.", people=[cast.ben])


# --- Polls -----------------------------------------------------------------------------------------------------------


def test_a_vote_counts_and_can_be_changed(cast, poll):
    actions.vote(actor=cast.ben, post=poll, choices=[0])
    actions.vote(actor=cast.mika, post=poll, choices=[0])
    actions.vote(actor=cast.ben, post=poll, choices=[2])
    poll.refresh_from_db()
    assert poll.facts["votes"] == [1, 0, 1]
    assert poll.facts["voters"] == 2


def test_the_same_vote_again_changes_nothing(cast, poll):
    for _press in range(3):
        actions.vote(actor=cast.ben, post=poll, choices=[1])
    assert Activity.objects.filter(verb="poll.voted").count() == 1
    assert Vote.objects.count() == 1


def test_several_choices_only_where_that_was_said(cast, poll):
    with pytest.raises(ValidationError):
        actions.vote(actor=cast.ben, post=poll, choices=[0, 1])
    wide = actions.start_poll(actor=cast.aino, community=cast.yard, body="?", options=["a", "b", "c"], several=True)
    actions.vote(actor=cast.ben, post=wide, choices=[0, 2, 2])
    wide.refresh_from_db()
    assert wide.facts["votes"] == [1, 0, 1]
    assert wide.facts["voters"] == 1


@pytest.mark.parametrize("choice", [-1, 3, 999])
def test_there_is_no_other_choice(cast, poll, choice):
    with pytest.raises(ValidationError):
        actions.vote(actor=cast.ben, post=poll, choices=[choice])


@pytest.mark.parametrize("who", ["cleo", "gita", "root"])
def test_only_members_vote(cast, poll, who):
    with pytest.raises(PermissionDenied):
        actions.vote(actor=cast.people[who], post=poll, choices=[0])


def test_a_vote_after_closing_is_refused_in_words(cast, poll):
    actions.vote(actor=cast.ben, post=poll, choices=[0])
    actions.close_poll(actor=cast.aino, post=poll)
    with pytest.raises(ValidationError, match="closed"):
        actions.vote(actor=cast.ben, post=poll, choices=[1])
    poll.refresh_from_db()
    assert poll.facts["votes"] == [1, 0, 0]


def test_a_poll_closes_by_itself(cast, monkeypatch):
    soon = timezone.now() + timedelta(minutes=5)
    post = actions.start_poll(actor=cast.aino, community=cast.yard, body="?", options=["a", "b"], closes_at=soon)
    actions.vote(actor=cast.ben, post=post, choices=[0])
    monkeypatch.setattr(timezone, "now", lambda: soon + timedelta(seconds=1))
    with pytest.raises(ValidationError, match="closed"):
        actions.vote(actor=cast.ben, post=post, choices=[1])


@pytest.mark.parametrize("number", [0, 1, 21, 1_000, 100_000])
def test_a_poll_has_two_to_twenty_choices(cast, number):
    with pytest.raises(ValidationError):
        actions.start_poll(
            actor=cast.aino, community=cast.yard, body="?", options=[f"Choice {n}" for n in range(number)]
        )


@pytest.mark.parametrize("options", [["a", "A "], ["a", "b" * 121], ["a", "b\x00"], ["a", "\ud800"], ["a", " "]])
def test_choices_that_cannot_be_taken_are_refused(cast, options):
    with pytest.raises(ValidationError):
        actions.start_poll(actor=cast.aino, community=cast.yard, body="?", options=options)


def rules(**changed):
    return {"options": ["Soup", "Fish", "Stew"], "several": False, "anonymous": False, "closes_at": None} | changed


def test_choices_change_until_somebody_has_voted_and_never_under_a_voter(cast, poll):
    actions.change_poll(actor=cast.aino, post=poll, **rules())
    with pytest.raises(ValidationError, match="changed"):
        actions.vote(actor=cast.ben, post=poll, choices=[2], edition=1)
    actions.vote(actor=cast.ben, post=poll, choices=[2], edition=2)
    for other in (rules(options=["x", "y"]), rules(anonymous=True), rules(several=True)):
        with pytest.raises(ValidationError):
            actions.change_poll(actor=cast.aino, post=poll, **other)
    actions.change_poll(actor=cast.aino, post=poll, **rules())


def test_nothing_in_the_database_says_who_voted_in_an_anonymous_poll(cast):
    post = actions.start_poll(actor=cast.aino, community=cast.yard, body="?", options=["a", "b"], anonymous=True)
    actions.vote(actor=cast.ben, post=post, choices=[1])
    actions.vote(actor=cast.ben, post=post, choices=[0])
    row = Vote.objects.get()
    assert row.user_id is None
    assert str(cast.ben.pk) != row.voter
    assert row.voter == voter_of(post.pk, cast.ben.pk, anonymous=True)
    assert not Activity.objects.filter(verb="poll.voted", actor__isnull=False).exists()


def test_the_database_itself_lets_nobody_vote_twice(cast, poll):
    actions.vote(actor=cast.ben, post=poll, choices=[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(post=poll, user=cast.ben, voter=str(cast.ben.pk), slot=0, choice=1)


# --- Announcements ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["aino", "ben", "cleo", "gita", "root"])
def test_only_moderators_announce(cast, who):
    with pytest.raises(PermissionDenied):
        actions.announce(actor=cast.people[who], community=cast.yard, body="Hear.")


def test_who_speaks_for_the_house_announces_where_she_is_a_member(cast):
    cast.ben.may_announce = True
    cast.ben.save()
    actions.announce(actor=cast.ben, community=cast.yard, body="Hear.")
    cast.cleo.may_announce = True
    with pytest.raises(PermissionDenied):
        actions.announce(actor=cast.cleo, community=cast.yard, body="Hear.")


def test_it_waits_for_every_member_but_its_sender_without_a_row_for_each(cast, announcement):
    waiting = {
        name for name, user in cast.people.items() if Announcement.objects.waiting_for(user, house_today()).exists()
    }
    assert waiting == {"aino", "ben"}
    assert Acknowledgement.objects.count() == 1  # the sender's own
    counts = receipts.count_receipts(announcement.announcement, house_today())
    assert (counts.read, counts.pending, counts.overdue) == (1, 2, 0)


def test_twice_acknowledged_is_once(cast, announcement):
    for _press in range(2):
        actions.acknowledge(actor=cast.ben, post=announcement, version=1)
    assert not Announcement.objects.waiting_for(cast.ben, house_today()).exists()
    assert Activity.objects.filter(verb="announcement.acknowledged").count() == 1


def test_what_is_acknowledged_is_read_and_its_replies_are_still_new(cast, announcement, answer):
    def unread() -> int:
        row = next(row for row in my_communities(cast.ben) if row["id"] == cast.yard.pk)
        return row["fresh"] + row["kept"]

    assert unread() == 1
    actions.acknowledge(actor=cast.ben, post=announcement, version=1)
    assert unread() == 0
    answer(cast.aino, announcement)
    assert unread() == 1


@pytest.mark.parametrize("who", ["cleo", "gita", "root"])
def test_only_members_acknowledge(cast, announcement, who):
    with pytest.raises(PermissionDenied):
        actions.acknowledge(actor=cast.people[who], post=announcement, version=1)


def change(announcement, **changed):
    now = announcement.announcement
    now.refresh_from_db()
    return {"level": now.level, "due_on": now.due_on, "expires_on": now.expires_on, "ask_again": False} | changed


def test_a_material_edit_asks_again_and_an_old_text_is_not_acknowledged(cast, announcement):
    actions.acknowledge(actor=cast.ben, post=announcement, version=1)
    details = change(announcement, ask_again=True)
    actions.revise(actor=cast.mika, post=announcement, body="The lift is mended.", details=details)
    assert Announcement.objects.waiting_for(cast.ben, house_today()).exists()
    with pytest.raises(ValidationError, match="changed"):
        actions.acknowledge(actor=cast.ben, post=announcement, version=1)
    actions.acknowledge(actor=cast.ben, post=announcement, version=2)
    assert not Announcement.objects.waiting_for(cast.mika, house_today()).exists()


def test_a_small_edit_asks_nobody_again(cast, announcement):
    actions.acknowledge(actor=cast.ben, post=announcement, version=1)
    actions.revise(actor=cast.mika, post=announcement, body="The lift is out.", details=change(announcement))
    assert not Announcement.objects.waiting_for(cast.ben, house_today()).exists()


def test_only_the_pending_are_reminded_and_not_twice_a_day(cast, announcement):
    actions.acknowledge(actor=cast.ben, post=announcement, version=1)
    assert actions.remind(actor=cast.mika, post=announcement) == 1
    tell()
    assert "reminded" in events(cast.aino)
    assert "reminded" not in events(cast.ben)
    assert "reminded" not in events(cast.mika)
    with pytest.raises(ValidationError):
        actions.remind(actor=cast.mika, post=announcement)


def test_who_acknowledges_before_the_worker_comes_is_not_reminded(cast, announcement):
    actions.remind(actor=cast.mika, post=announcement)
    actions.acknowledge(actor=cast.aino, post=announcement, version=1)
    tell()
    assert "reminded" not in events(cast.aino)
    assert "reminded" in events(cast.ben)


def test_an_ended_or_expired_one_waits_for_nobody(cast, announcement):
    later = house_today() + timedelta(days=31)
    assert not Announcement.objects.waiting_for(cast.ben, later).exists()
    actions.end_announcement(actor=cast.mika, post=announcement)
    assert not Announcement.objects.waiting_for(cast.ben, house_today()).exists()
    with pytest.raises(ValidationError):
        actions.remind(actor=cast.mika, post=announcement)


def test_late_is_who_has_not_read_it_after_the_day(cast):
    day = house_today() + timedelta(days=2)
    post = actions.announce(actor=cast.mika, community=cast.yard, body="Hear.", due_on=day)
    counts = receipts.count_receipts(post.announcement, day + timedelta(days=1))
    assert counts.overdue == counts.pending == 2


def test_what_is_over_is_noted_by_the_sweep_and_can_stand_again(cast, announcement):
    Announcement.objects.update(expires_on=house_today() - timedelta(days=1))
    assert actions.end_expired() == 1
    assert actions.end_expired() == 0
    details = change(announcement, expires_on=house_today() + timedelta(days=5))
    actions.change_announcement(actor=cast.mika, post=announcement, **details)
    assert Announcement.objects.waiting_for(cast.ben, house_today()).exists()


@pytest.mark.parametrize("days", [-1, 400])
def test_days_lie_ahead(cast, days):
    day = house_today() + timedelta(days=days)
    for field in ("due_on", "expires_on"):
        with pytest.raises(ValidationError):
            actions.announce(actor=cast.mika, community=cast.yard, body="Hear.", **{field: day})


# --- All kinds -------------------------------------------------------------------------------------------------------


def test_the_same_key_makes_one_of_each_kind(cast):
    import uuid

    key = uuid.uuid4()
    for _press in range(2):
        actions.announce(actor=cast.mika, community=cast.yard, body="Hear.", key=key)
    assert Announcement.objects.count() == Post.objects.count() == 1
    key = uuid.uuid4()
    for _press in range(2):
        actions.start_poll(actor=cast.mika, community=cast.yard, body="?", options=["a", "b"], key=key)
    assert Post.objects.filter(kind="poll").count() == 1


def test_an_unknown_kind_is_refused(cast):
    with pytest.raises(ValidationError):
        actions.publish_kind(actor=cast.aino, kind="joke", community=cast.yard, body="Ha.", details={})
