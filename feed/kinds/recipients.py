"""Who hears of answers, of questions that wait, and of reminders (`settings.NOTIFICATION_RECIPIENTS`)."""

from __future__ import annotations

from collections.abc import Iterator

from feed.kinds.alarm import alarm
from feed.kinds.receipts import pending_of
from feed.models import Announcement, Post
from feed.recipients import KIND
from intranet.activity.models import Activity
from intranet.notifications.hearing import Hearing, Outcome, Why
from intranet.people.models import Membership


def of_question(activity: Activity) -> Iterator[Outcome]:
    """Tell whose reply was chosen, who asked, and of a question that waits the moderators."""
    thread = Post.objects.filter(pk=activity.object_id, deleted_at__isnull=True).first()
    if thread is None:
        return
    if activity.verb == "question.answered":
        reply = Post.objects.filter(pk=activity.data.get("reply"), deleted_at__isnull=True).first()
        if reply is None:
            return
        yield _hearing("chosen", thread, {reply.author_id: Why("reply", ("thread", thread.pk))}, about=reply.pk)
        if thread.author_id != reply.author_id:
            yield _hearing("solved", thread, {thread.author_id: Why("asker")}, about=reply.pk)
    elif activity.verb == "question.overdue":
        moderators = Membership.objects.filter(community_id=thread.community_id, role=Membership.Role.MODERATOR)
        people = dict.fromkeys(moderators.values_list("user_id", flat=True), Why("moderates"))
        yield _hearing("overdue", thread, people)


def of_announcement(activity: Activity) -> Iterator[Outcome]:
    """Tell those who have not acknowledged by now that they are reminded; one line of the diary is for a part of them.

    What has become a crisis, or is one whose text asks again, is told like a new one.
    """
    if activity.verb == "announcement.changed" and activity.data.get("alarm"):
        yield from alarm(int(activity.object_id))
    if activity.verb != "announcement.reminded":
        return
    announcement = Announcement.objects.select_related("post").filter(pk=int(activity.object_id), ended_at=None).first()
    if announcement is None or announcement.version != activity.data.get("version"):
        return
    pending = pending_of(announcement).order_by("user_id").values_list("user_id", flat=True)
    part, parts = activity.data["part"], activity.data["parts"]
    # By number, not by place in the list: who acknowledges meanwhile does not move the others into another part.
    people = {pk: Why("pending") for pk in pending if pk % parts == part}
    yield _hearing("reminded", announcement.post, people)


def _hearing(event: str, thread: Post, people: dict[int, Why], *, about: int | None = None) -> Hearing:
    thing, place = (KIND, about or thread.pk), ("thread", thread.pk)
    return Hearing(event, thing, people, f"{event}:{thread.pk}", thread.community_id, place, True)
