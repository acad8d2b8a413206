"""From the diary to hints: which places changed, and who may hear of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intranet.activity.live import bridge
from intranet.activity.live.hub import Hint
from intranet.activity.models import Activity

# Of no interest to anybody but the one who did it (another tab of hers counts unread threads).
PRIVATE = {
    "post.read",
    "file.read",
    "token.issued",
    "token.revoked",
    "user.followed",
    "user.unfollowed",
    "watch.changed",
    "preference.changed",
    "push.switched_on",
    "push.switched_off",
    # Who reports something is known to moderators alone, and they are told by name.
    "report.made",
    "report.decided",
    "announcement.acknowledged",
}
# They change a thread's page, but not the lists it stands in.
SMALL = {
    "post.reacted",
    "post.unreacted",
    "page.reacted",
    "page.unreacted",
    "question.answered",
    "question.reopened",
    "question.overdue",
    "poll.voted",
    "poll.changed",
    "poll.closed",
    "announcement.reminded",
}


def announce_activity(activities: Sequence[Activity]) -> None:
    """Reader of the diary: say where something changed. Twice does no harm, lost is no loss: a page asks again."""
    bridge.publish(list(dict.fromkeys(hint for activity in activities for hint in hints_of(activity))))


def hints_of(activity: Activity) -> Iterator[Hint]:
    """Return the hints of one line of the diary.

    Topics are `community:7`, `thread:12`, `page:5`, `me:3`; `data` names thread and page by primary key and lists the
    people it concerns under `mentioned`; `crisis` stands there when every page has to look.
    """
    if activity.community_id is not None and activity.verb not in PRIVATE:
        topics = [f"{kind}:{activity.data[kind]}" for kind in ("thread", "page") if activity.data.get(kind)]
        if activity.object_type == "wiki.wikipage":
            topics.append(f"page:{activity.object_id}")
        if activity.data.get("crisis"):
            topics.append("crisis")  # its banner stands on every page
        if activity.verb not in SMALL:
            topics.append(f"community:{activity.community_id}")
        yield Hint(f"community:{activity.community_id}", tuple(dict.fromkeys(topics)))
        if origin := activity.data.get("origin"):  # it went from there
            there = [topic for topic in topics if topic == "crisis" or topic.startswith("thread:")]
            yield Hint(f"community:{origin}", (f"community:{origin}", *there))
    elif activity.actor_id is not None:
        # A thread that was read is read in the other tabs as well.
        read = (f"thread:{activity.data['thread']}",) if activity.verb == "post.read" else ()
        # Who has acknowledged a crisis has done so in all tabs.
        crisis = ("crisis",) if activity.data.get("crisis") else ()
        yield Hint(f"me:{activity.actor_id}", (f"me:{activity.actor_id}", *read, *crisis))
    for person in activity.data.get("mentioned", ()):
        yield Hint(f"me:{person}", (f"me:{person}",))
