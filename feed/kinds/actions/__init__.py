"""Everything that changes questions, praise, polls and announcements."""

from feed.kinds.actions.announcements import (
    acknowledge,
    announce,
    change_announcement,
    end_announcement,
    end_expired,
    remind,
)
from feed.kinds.actions.polls import change_poll, close_poll, start_poll, vote
from feed.kinds.actions.praise import give_praise
from feed.kinds.actions.publishing import publish_kind, revise
from feed.kinds.actions.questions import ask_question, mark_answer, nudge_moderators, unmark_answer

__all__ = [
    "acknowledge",
    "announce",
    "ask_question",
    "change_announcement",
    "change_poll",
    "close_poll",
    "end_announcement",
    "end_expired",
    "give_praise",
    "mark_answer",
    "nudge_moderators",
    "publish_kind",
    "remind",
    "revise",
    "start_poll",
    "unmark_answer",
    "vote",
]
