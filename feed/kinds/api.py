"""Questions, praise, polls and announcements for programs: the same actions, the same visibility."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import ConfigDict, Field
from wagtail.models import Page

from feed.api import NEWEST, REFUSALS, ListIn, Pk, PostOut, PostsOut, one, readable, shaped
from feed.kinds import actions, permissions, reading, receipts
from feed.kinds.facts import house_today
from feed.kinds.lists import of_kind
from feed.kinds.own import own_of
from feed.models import Announcement, Attachment, Post, PostKind
from feed.views.shared import get_post
from intranet.api import Problem, Text, page_of
from intranet.people.models import User
from intranet.people.models.communities import MEMBER_ORDER

questions = Router(tags=["questions"])
praise = Router(tags=["praise"])
polls = Router(tags=["polls"])
announcements = Router(tags=["announcements"])

Number = Field(ge=1, le=2**31 - 1)


class ThreadIn(Schema):
    """A thread to be started. With a `key` of yours, sending it again returns the first one."""

    model_config = ConfigDict(extra="forbid")

    body: Text
    community: Text = Field(max_length=80)
    about_page: Pk | None = None
    files: list[UUID] = Field([], max_length=20)
    key: UUID | None = None


class PraiseIn(ThreadIn):
    """Whom you praise, by handle; the text says why."""

    people: list[Text] = Field(max_length=100)


class PollIn(ThreadIn):
    """A poll: from two to twenty choices, fixed once somebody has voted."""

    options: list[Text] = Field(max_length=5_000)
    several: bool = False
    anonymous: bool = False
    closes_at: datetime | None = None


class AnnouncementIn(ThreadIn):
    """An announcement; `expires_on` is thirty days ahead unless you say otherwise."""

    level: Literal["normal", "crisis"] = "normal"
    due_on: date | None = None
    expires_on: date | None = None


class QuestionsIn(ListIn):
    """Which questions."""

    community: Text = Field("", max_length=80)
    state: Literal["", "open", "answered"] = ""


class KindIn(ListIn):
    """Of which community."""

    community: Text = Field("", max_length=80)


class AnswerIn(Schema):
    """Which reply answers it."""

    reply: Pk


class VoteIn(Schema):
    """The places of your choices in the poll's list, from 0; `edition` is that of the choices you have seen."""

    choices: list[int] = Field(max_length=50)
    edition: int | None = None


class PollOut(PostOut):
    """A poll, and what you have chosen."""

    mine: list[int]


class VotersOut(Schema):
    """Who chose something, by handle."""

    choice: str
    votes: int
    people: list[str]


class AcknowledgeIn(Schema):
    """Which version of the text you have read."""

    version: int = Number


class AnnouncementChange(Schema):
    """New words, days or level; `ask_again` asks everybody to acknowledge the new text."""

    model_config = ConfigDict(extra="forbid")

    body: Text
    level: Literal["normal", "crisis"] = "normal"
    due_on: date | None = None
    expires_on: date
    ask_again: bool = False


class ReceiptsIn(ListIn):
    """Those who have acknowledged, or those who have not."""

    state: Literal["pending", "read"] = "pending"


class ReceiptsOut(Schema):
    """How many have read it, how many have not and are late; and some of them by handle."""

    read: int
    pending: int
    overdue: int
    people: list[str]
    next_cursor: str | None


def _start(request: HttpRequest, kind: str, data: ThreadIn, **details: Any) -> int:
    """Start a thread of a kind and return its number."""
    page = Page.objects.filter(pk=data.about_page).first() if data.about_page else None
    if data.about_page and page is None:
        raise HttpError(422, "That page is not one of this community's.")
    files = list(Attachment.objects.visible_to(request.user).filter(pk__in=data.files, uploader=request.user.pk))
    made = actions.publish_kind(
        actor=request.user, kind=kind, community=readable(request.user, data.community), body=data.body,
        details=details, key=data.key, about_page=page, attachments=files,
    )  # fmt: skip
    return int(made.pk)


def _of_kind(request: HttpRequest, pk: int, kind: str) -> Post:
    post = get_post(request.user, pk)
    if post.kind != kind:
        raise Http404
    return post


def _list(request: HttpRequest, asked: Any, kind: str) -> Any:
    rows = of_kind(Post.objects.visible_to(request.user).present().roots(), kind)
    if asked.community:
        rows = rows.filter(community=readable(request.user, asked.community))
    if getattr(asked, "state", "") == "answered":
        rows = rows.exclude(facts__answer=None)
    found = shaped(rows, request.user)
    items, cursor = page_of(found, NEWEST, types=(datetime, int), cursor=asked.cursor, limit=asked.limit)
    return {"items": items, "next_cursor": cursor}


# --- Questions -------------------------------------------------------------------------------------------------------


@questions.get("", response={200: PostsOut, 400: Problem, 404: Problem})
def list_questions(request: HttpRequest, asked: Query[QuestionsIn]) -> Any:
    """List questions you may read, newest first: all, open ones, or answered ones; `details.answer` is the reply."""
    return _list(request, asked, "unanswered" if asked.state == "open" else PostKind.QUESTION)


@questions.post("", response={201: PostOut, **REFUSALS})
def ask_question(request: HttpRequest, data: ThreadIn) -> Any:
    """Ask a question in a community of yours."""
    return Status(201, one(request.user, _start(request, PostKind.QUESTION, data)))


@questions.put("/{pk}/answer", response={200: PostOut, **REFUSALS})
def mark_answer(request: HttpRequest, pk: Pk, data: AnswerIn) -> Any:
    """Say which reply answers a question of yours, or as a moderator."""
    thread, reply = _of_kind(request, pk, PostKind.QUESTION), get_post(request.user, data.reply)
    if reply.thread_id != thread.pk:
        raise HttpError(422, "That is no reply to this question.")
    actions.mark_answer(actor=request.user, reply=reply)
    return one(request.user, pk)


@questions.delete("/{pk}/answer", response={200: PostOut, 403: Problem, 404: Problem})
def unmark_answer(request: HttpRequest, pk: Pk) -> Any:
    """Open a question again."""
    actions.unmark_answer(actor=request.user, thread=_of_kind(request, pk, PostKind.QUESTION))
    return one(request.user, pk)


# --- Praise ----------------------------------------------------------------------------------------------------------


@praise.get("", response={200: PostsOut, 400: Problem, 404: Problem})
def list_praise(request: HttpRequest, asked: Query[KindIn]) -> Any:
    """List praise you may read, newest first; `details.people` is who was praised."""
    return _list(request, asked, PostKind.PRAISE)


@praise.post("", response={201: PostOut, **REFUSALS})
def give_praise(request: HttpRequest, data: PraiseIn) -> Any:
    """Praise colleagues."""
    handles = {handle.lower().removeprefix("@") for handle in data.people}
    people = list(User.objects.visible_to(request.user).active().filter(handle__in=handles))
    if missing := handles - {person.handle for person in people}:
        raise HttpError(422, f"There is nobody called {sorted(missing)[0][:60]}.")
    return Status(201, one(request.user, _start(request, PostKind.PRAISE, data, people=people)))


# --- Polls -----------------------------------------------------------------------------------------------------------


def _poll(request: HttpRequest, pk: int) -> Any:
    post = one(request.user, pk)
    row = {"id": post.pk, "kind": post.kind, "facts": post.facts}
    post.mine = sorted(own_of(request.user, [row]).get(post.pk, ()))
    return post


@polls.get("", response={200: PostsOut, 400: Problem, 404: Problem})
def list_polls(request: HttpRequest, asked: Query[KindIn]) -> Any:
    """List polls you may read, newest first; `details` has the choices and how many chose each."""
    return _list(request, asked, PostKind.POLL)


@polls.post("", response={201: PollOut, **REFUSALS})
def start_poll(request: HttpRequest, data: PollIn) -> Any:
    """Start a poll. Whether it is anonymous is said before anybody votes and does not change."""
    if data.closes_at is not None and data.closes_at.tzinfo is None:
        raise HttpError(422, "closes_at needs a time zone.")
    rules = data.model_dump(include={"options", "several", "anonymous", "closes_at"})
    return Status(201, _poll(request, _start(request, PostKind.POLL, data, **rules)))


@polls.get("/{pk}", response={200: PollOut, 404: Problem})
def read_poll(request: HttpRequest, pk: Pk) -> Any:
    """Return a poll with the numbers and your own choices."""
    return _poll(request, _of_kind(request, pk, PostKind.POLL).pk)


@polls.put("/{pk}/vote", response={200: PollOut, **REFUSALS})
def vote(request: HttpRequest, pk: Pk, data: VoteIn) -> Any:
    """Vote, or change your vote; an empty list takes it back."""
    post = _of_kind(request, pk, PostKind.POLL)
    actions.vote(actor=request.user, post=post, choices=data.choices, edition=data.edition)
    return _poll(request, pk)


@polls.get("/{pk}/votes", response={200: list[VotersOut], 404: Problem})
def list_votes(request: HttpRequest, pk: Pk) -> Any:
    """Return who chose what; of an anonymous poll nobody is told."""
    post = _of_kind(request, pk, PostKind.POLL)
    if not permissions.can_see_voters(post):
        raise Http404
    groups = reading.voters_of(post)
    return [{"choice": text, "votes": n, "people": [one.handle for one in people]} for text, n, people in groups]


@polls.post("/{pk}/close", response={200: PollOut, 403: Problem, 404: Problem})
def close_poll(request: HttpRequest, pk: Pk) -> Any:
    """End a poll of yours now, or as a moderator."""
    actions.close_poll(actor=request.user, post=_of_kind(request, pk, PostKind.POLL))
    return _poll(request, pk)


# --- Announcements ---------------------------------------------------------------------------------------------------


@announcements.get("", response={200: PostsOut, 400: Problem, 404: Problem})
def list_announcements(request: HttpRequest, asked: Query[KindIn]) -> Any:
    """List announcements you may read, newest first."""
    return _list(request, asked, PostKind.ANNOUNCEMENT)


@announcements.get("/waiting", response={200: list[PostOut]})
def list_waiting_announcements(request: HttpRequest) -> Any:
    """Return the announcements that you have not acknowledged, newest first."""
    waiting = Announcement.objects.waiting_for(request.user, house_today()).order_by().values("pk")
    posts = Post.objects.visible_to(request.user).filter(announcement__in=waiting)
    return list(shaped(posts, request.user).order_by(*NEWEST)[:100])


@announcements.post("", response={201: PostOut, **REFUSALS})
def announce(request: HttpRequest, data: AnnouncementIn) -> Any:
    """Write an announcement: as a moderator of the community, or for communications."""
    details = data.model_dump(include={"level", "due_on", "expires_on"})
    return Status(201, one(request.user, _start(request, PostKind.ANNOUNCEMENT, data, **details)))


@announcements.patch("/{pk}", response={200: PostOut, **REFUSALS})
def change_announcement(request: HttpRequest, pk: Pk, data: AnnouncementChange) -> Any:
    """Change your own announcement."""
    post = _of_kind(request, pk, PostKind.ANNOUNCEMENT)
    details = data.model_dump(exclude={"body"})
    actions.revise(actor=request.user, post=post, body=data.body, details=details)
    return one(request.user, pk)


@announcements.put("/{pk}/acknowledgement", response={204: None, **REFUSALS})
def acknowledge(request: HttpRequest, pk: Pk, data: AcknowledgeIn) -> Any:
    """Say that you have read a version of it (`details.version`)."""
    post = _of_kind(request, pk, PostKind.ANNOUNCEMENT)
    actions.acknowledge(actor=request.user, post=post, version=data.version)
    return Status(204, None)


@announcements.get("/{pk}/receipts", response={200: ReceiptsOut, 400: Problem, 403: Problem, 404: Problem})
def list_receipts(request: HttpRequest, pk: Pk, asked: Query[ReceiptsIn]) -> Any:
    """Return who has read it and who has not, to its sender and the moderators."""
    post = _of_kind(request, pk, PostKind.ANNOUNCEMENT)
    if not permissions.can_lead(request.user, post):
        raise HttpError(403, "Only its sender and the moderators see this.")
    announcement = Announcement.objects.visible_to(request.user).select_related("post").get(pk=pk)
    rows = receipts.read_of(announcement) if asked.state == "read" else receipts.pending_of(announcement)
    rows = rows.select_related("user")
    items, cursor = page_of(rows, MEMBER_ORDER, types=(str, str, int), cursor=asked.cursor, limit=asked.limit)
    counts = receipts.count_receipts(announcement, house_today())
    people = [row.user.handle for row in items]
    numbers = {"read": counts.read, "pending": counts.pending, "overdue": counts.overdue}
    return {**numbers, "people": people, "next_cursor": cursor}


@announcements.post("/{pk}/reminders", response={200: dict[str, int], **REFUSALS})
def remind(request: HttpRequest, pk: Pk) -> Any:
    """Remind those who have not read it, and nobody else; at most once a day."""
    return {"reminded": actions.remind(actor=request.user, post=_of_kind(request, pk, PostKind.ANNOUNCEMENT))}


@announcements.post("/{pk}/end", response={200: PostOut, 403: Problem, 404: Problem})
def end_announcement(request: HttpRequest, pk: Pk) -> Any:
    """Take it from the top of everybody's list."""
    actions.end_announcement(actor=request.user, post=_of_kind(request, pk, PostKind.ANNOUNCEMENT))
    return one(request.user, pk)
