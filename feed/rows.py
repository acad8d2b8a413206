"""Rows of the database made ready for the page: faces, places, unread marks, reactions, replies in two levels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse

from feed.kinds.own import add_own
from feed.linkcards.kinds import Card
from feed.linkcards.showing import add_cards
from feed.models import Attachment, PostKind, Reaction
from feed.querysets import ORDER_COLUMN, Cursor, Order
from feed.text import fresh_html, preview_of
from feed.threads.parts import Gap, Outline
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader

PAGE_SIZE = 20
# From this much HTML on, a list shows the beginning and a link to the rest.
LONG = 2_400
FACE_FIELDS = ("author_id", "author__name", "author__handle", "author__photo", "author__is_guest")
Row = dict[str, Any]


@lru_cache(maxsize=20_000)
def profile_url(handle: str) -> str:
    """Return the address of a profile; the same few hundred are asked for on every page."""
    return reverse("people:profile", args=[handle])


@lru_cache(maxsize=2_000)
def community_url(slug: str) -> str:
    """Return the address of a community's page."""
    return reverse("feed:community", args=[slug])


@dataclass(frozen=True, slots=True)
class Face:
    """As much of a person as a list shows."""

    pk: int
    name: str
    handle: str
    photo: str = ""
    is_guest: bool = False

    @property
    def url(self) -> str:
        """Return the profile's address."""
        return profile_url(self.handle)

    @property
    def photo_url(self) -> str:
        """Return the address of the photo, "" without one."""
        return reverse("people:photo", args=[self.handle, self.photo]) if self.photo else ""


@dataclass(slots=True)
class LastReply:
    """The newest reply, as a list shows it below its thread."""

    pk: int
    author: Face
    created_at: datetime
    preview: str


@dataclass(slots=True)
class Item:
    """A post as a template shows it; of replies `replies` is the second level."""

    pk: int
    row: Row
    author: Face
    html: str
    mine: frozenset[str]
    unread: bool = False
    last_reply: LastReply | None = None
    attachments: list[Attachment] = field(default_factory=list)
    # What it links to, as far as the reader may see it.
    cards: list[Card] = field(default_factory=list)
    replies: list[Item | Gap] = field(default_factory=list)
    # Of polls and announcements: what the reader chose, and which versions she has acknowledged.
    own: frozenset[int] = frozenset()
    # Of a reply in a question's thread: "best" marked as its answer, "may" if the reader may mark it.
    answer: str = ""
    # The name of whom a second-level reply answers, when that is not the first-level one above it.
    answers: str = ""

    @property
    def reactions(self) -> list[tuple[str, str, int, bool]]:
        """Return (kind, label, how many, mine too) of the reactions there are, in the fixed order."""
        counts = self.row["reaction_counts"]
        kinds = [(str(kind), str(label)) for kind, label in Reaction.post_kinds()]
        return [(kind, label, counts[kind], kind in self.mine) for kind, label in kinds if counts.get(kind)]

    @property
    def is_long(self) -> bool:
        """Is it too long for a list?"""
        return len(self.html) > LONG

    @property
    def words(self) -> str:
        """Return its beginning in one line."""
        return preview_of(self.html, 100)

    @property
    def place_url(self) -> str:
        """Return the community's address."""
        return community_url(self.row["community__slug"])


@dataclass(slots=True)
class Feed:
    """A page of threads, and where the next one begins."""

    items: list[Item]
    after: Cursor | None
    order: Order
    # The announcements above all of them.
    top: list[Item] = field(default_factory=list)


def item_of(row: Row) -> Item:
    """Make an item of a row; a deleted post keeps its place and nothing else."""
    face = Face(*(row[name] for name in FACE_FIELDS))
    html = ""
    if row["deleted_at"] is None:
        html = fresh_html(row["html"], row["renderer_version"], row["body"], row["community_id"])
    return Item(pk=row["id"], row=row, author=face, html=html, mine=frozenset((row["mine"] or "").split(",")))


def is_unread(row: Row) -> bool:
    """Has something happened in this thread that the reader has not seen? The same rule as `PostQuerySet.unread_by`.

    Only in communities the reader is a member of, where neither these nor the conversation are muted. A position set by hand beats the membership's.
    """
    member, position = row["membership__read_until"], row["position__read_until"]
    if member is None or row["membership__muted"] or row["position__muted_at"]:
        return False
    if position is not None and (row["position__kept"] or position > member):
        return bool(row["last_activity_at"] > position)
    return bool(row["last_activity_at"] > member)


def threads_of(
    user: Any, posts: Any, order: Order = "activity", size: int = PAGE_SIZE, *, standing: Sequence[Row] = ()
) -> Feed:
    """Return one page of threads, with last replies and files, in two queries however many they are.

    `posts` is a queryset of threads the reader may see, in order, of which up to `size` + 1 are read.
    """
    return feed_of(user, list(posts.thread_rows(user)[: size + 1]), order, size, standing=standing)


def feed_of(
    user: Any,
    rows: list[Row],
    order: Order = "activity",
    size: int = PAGE_SIZE,
    *,
    top: Sequence[Row] = (),
    standing: Sequence[Row] = (),
) -> Feed:
    """Make a page of threads of up to `size` + 1 rows of `thread_rows`, below those on `top`.

    `standing` are announcements the reader has not acknowledged, above all of these and not among them: their files and
    cards are asked for together with the others'.
    """
    after = None
    if len(rows) > size:
        rows = rows[:size]
        after = (rows[-1][ORDER_COLUMN[order]], rows[-1]["id"])
    shown = {row["id"] for row in standing}
    items = [item_of(row) for row in (*standing, *(row for row in (*top, *rows) if row["id"] not in shown))]
    for item in items:
        item.unread = is_unread(item.row)
        item.last_reply = last_reply_of(item.row)
    add_files(user, items)
    add_cards(user, items)
    above, below = items[: len(standing)], items[len(standing) :]
    # What stands above waits for her: nothing of it is her own yet.
    add_own(user, below)
    return Feed(below, after, order, above)


def last_reply_of(row: Row) -> LastReply | None:
    """Return the newest reply of a `thread_rows` row."""
    if not row["last_reply_id"]:
        return None
    author = Face(*(row[f"last_reply__{name}"] for name in FACE_FIELDS))
    return LastReply(row["last_reply_id"], author, row["last_reply__created_at"], preview_of(row["last_reply__html"]))


# So many posts ask for their files with SQL that is made once: a page of a list with what stands on top of it.
SLOTS = PAGE_SIZE + 8
FILE_FIELDS = [field.attname for field in Attachment._meta.concrete_fields]


def _files(*, variant: bool, user: int, **posts: int) -> Any:
    """Build the query of the files of a page of posts."""
    found = Attachment.objects.visible_to(reader(user, is_guest=variant)).filter(post_id__in=list(posts.values()))
    return found.order_by("name", "created_at").values_list(*FILE_FIELDS)


_FILES = Prepared(_files, numbers=["user", *(f"post{n}" for n in range(SLOTS))])


def files_of(user: Any, posts: Sequence[int]) -> list[Attachment]:
    """Return the files of these posts that `user` may see, by name."""
    if len(posts) > SLOTS or not is_current(user):
        found = Attachment.objects.visible_to(user).filter(post_id__in=posts)
        return list(found.order_by("name", "created_at"))
    slots = {f"post{n}": posts[n] if n < len(posts) else 0 for n in range(SLOTS)}
    rows = _FILES.rows(user.is_guest, user=user.pk, **slots)
    return [Attachment.from_db(None, FILE_FIELDS, row) for row in rows]


def add_files(user: Any, items: Iterable[Item]) -> None:
    """Give every item its files, in one query; pictures and links that stand in the text are not listed again."""
    by_pk = {item.pk: item for item in items if item.html}
    if by_pk:
        for file in files_of(user, list(by_pk)):
            item = by_pk[file.post_id]  # type: ignore[index]  # asked for by post
            if str(file.pk) not in item.html:
                item.attachments.append(file)


@dataclass(slots=True)
class Thread:
    """A thread as its page shows it; where replies are left out stands a `Gap`."""

    first: Item
    replies: list[Item | Gap]
    seen_until: datetime | None
    # Up to when everything is on this page: what "read" is set to.
    newest: datetime
    count: int
    first_unread: int | None
    # Of a question: the reply that answers it.
    best: Item | None = None

    @property
    def row(self) -> Row:
        """Return the first post's row."""
        return self.first.row


def thread_of(user: Any, row: Row, outline: Outline, replies: Sequence[Row], newest: datetime) -> Thread:
    """Put a thread together of its first post (a `thread_rows` row) and those of its replies that are shown (`rows`)."""
    first, items = item_of(row), items_of(outline, replies)
    add_files(user, [first, *items.values()])
    add_cards(user, [first, *items.values()])
    add_own(user, [first])
    mark_answers(user, row, items)
    seen = seen_until(row)
    fresh: list[Item] = []
    if seen:
        fresh = [i for i in items.values() if i.html and i.author.pk != user.pk and i.row["created_at"] > seen]
    for item in fresh:
        item.unread = True
    # The line above what is new stands where the page reaches it first.
    order = {line.pk: n for n, line in enumerate(outline.flow)}
    line = min((item.pk for item in fresh), key=lambda pk: order.get(pk, 0), default=None)
    return Thread(first, laid_out(outline, items), seen, newest, row["reply_count"], line, best_of(first, items))


def items_of(outline: Outline, replies: Sequence[Row]) -> dict[int, Item]:
    """Make items of replies, which know whom they answer."""
    items = {reply["id"]: item_of(reply) for reply in replies}
    for pk, item in items.items():
        item.answers = outline.answers.get(pk, "")
    return items


def laid_out(outline: Outline, items: dict[int, Item]) -> list[Item | Gap]:
    """Return the replies in two levels, with gaps for those that are not among the items."""
    shown: list[Item | Gap] = []
    for branch in outline.branches:
        if (top := items.get(branch.top.pk)) is None:
            _skip(shown, branch.top.pk, 1 + len(branch.below))
            continue
        for line in branch.below:
            if line.pk in items:
                top.replies.append(items[line.pk])
            else:
                _skip(top.replies, line.pk, 1)
        shown.append(top)
    return shown


def _skip(shown: list[Item | Gap], first: int, count: int) -> None:
    if shown and isinstance(shown[-1], Gap):
        shown[-1].count += count
    else:
        shown.append(Gap(first, count))


def best_of(first: Item, replies: dict[int, Item]) -> Item | None:
    """Return the reply that answers a question, as far as it is there."""
    facts = first.row["facts"]
    best = replies.get(facts["answer"] or 0) if first.row["kind"] == PostKind.QUESTION else None
    return best if best and best.html else None


def mark_answers(user: Any, row: Row, replies: dict[int, Item]) -> None:
    """Say of each reply to a question whether it is the answer, or the reader may make it that; `row`: its thread's."""
    if row["kind"] != PostKind.QUESTION:
        return
    may = row["membership__role"] == "moderator" or (row["membership__role"] and row["author_id"] == user.pk)
    for pk, item in replies.items():
        item.answer = "best" if pk == row["facts"]["answer"] else "may" if may else ""


def seen_until(row: Row) -> Any:
    """Return up to when a member has seen a thread; None for those who only read along."""
    member, position = row["membership__read_until"], row["position__read_until"]
    if member is None or position is None:
        return member or position
    return position if row["position__kept"] else max(member, position)
