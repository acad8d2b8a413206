"""A thread as somebody reads it: whole, or in parts when it is long; in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from feed.linkcards.showing import add_cards
from feed.models import Mention, Post, PostDraft, PostKind, ThreadTrail
from feed.rows import Item, Row, Thread, add_files, items_of, laid_out, mark_answers, seen_until, thread_of
from feed.threads.parts import (
    AROUND,
    LAST,
    NEW,
    PART,
    WHOLE,
    Branch,
    Gap,
    Line,
    Outline,
    chosen,
    outline_of,
    slice_of,
)  # fmt: skip
from intranet.notifications.models import Watch
from intranet.people.models import Community
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader

# As many replies as a page shows at most: each of the kinds and a question's answer, and the ones above them.
SLOTS = 2 * (NEW + LAST + PART + 2 * AROUND + 1 + 1)
OUTLINE = ("pk", "parent_id", "created_at", "author_id", "author__name", "deleted_at", "hidden_at")
THREAD = 2**31


def _root(*, variant: bool, user: int, thread: int) -> Any:
    """Build the query of what a thread begins with, and of what the reader has begun to answer and chosen to hear."""
    me = reader(user, is_guest=variant)
    mine = PostDraft.objects.filter(user=user, thread=OuterRef("pk")).order_by()
    level = Watch.objects.filter(user=user, kind=Watch.Kind.THREAD, number=OuterRef("pk")).values("level")
    threads = Post.objects.visible_to(me).listed().filter(pk=thread)
    threads = threads.annotate(
        draft=Subquery(mine.values("body")[:1]),
        draft_at=Subquery(mine.values("updated_at")[:1]),
        level=Subquery(level[:1]),
    )
    return threads.thread_rows(me, "draft", "draft_at", "level", "trail_length")


def _replies(*, variant: bool, user: int, thread: int) -> Any:
    """Build the query of a thread's replies in order of time."""
    me = reader(user, is_guest=variant)
    return Post.objects.visible_to(me).filter(thread=thread).order_by("created_at", "id").rows(me)


def _outline(*, variant: bool, user: int, thread: int) -> Any:
    """Build the query of as much of all replies as decides which are shown."""
    me = reader(user, is_guest=variant)
    return Post.objects.visible_to(me).filter(thread=thread).order_by("created_at", "id").values_list(*OUTLINE)


def _some(*, variant: bool, user: int, thread: int, **posts: int) -> Any:
    """Build the query of those replies that are shown."""
    me = reader(user, is_guest=variant)
    some = Post.objects.visible_to(me).filter(thread=thread, pk__in=list(posts.values()))
    return some.order_by("created_at", "id").rows(me)


def _named(*, user: int, thread: int) -> Any:
    """Build the query of when somebody was last named in a thread."""
    return Mention.objects.newest_in(reader(user, is_guest=False), thread)


_ROOT = Prepared(_root, numbers=["user", "thread"])
_REPLIES = Prepared(_replies, numbers=["user", "thread"])
_OUTLINE = Prepared(_outline, numbers=["user", "thread"])
_SOME = Prepared(_some, numbers=["user", "thread", *(f"post{n}" for n in range(SLOTS))])
_NAMED = Prepared(_named, numbers=["user", "thread"])


def load_thread(user: Any, pk: int, *, at: int = 0, part: int = 0) -> Thread:
    """Return a thread as its page shows it, in a fixed number of queries however long it is; 404 if not for `user`.

    `at` is a reply that is linked to, `part` the first of a part that was asked for.
    """
    row, values = load_root(user, pk)
    replies: list[Row] = []
    outline = Outline([], {})
    newest = row["last_activity_at"]
    if row["reply_count"] > WHOLE:
        lines = [_line(one) for one in _OUTLINE.rows(user.is_guest, **values)]
        outline = outline_of(lines)
        wanted = chosen(outline, reader=user.pk, seen=seen_until(row), at=at, part=part) | answer_in(outline, row)
        replies = some_replies(user, values, sorted(wanted))
        newest = max([newest, *(line.created_at for line in lines)])
    elif row["reply_count"] or row["trail_length"] is not None:
        replies = _REPLIES.dicts(user.is_guest, **values)
        outline = outline_of([_line_of(reply) for reply in replies])
        newest = max([newest, *(reply["created_at"] for reply in replies)])
    named = [moment for (moment,) in _NAMED.rows(**values)]
    return thread_of(user, row, outline, replies, max([newest, *named]))


def answer_in(outline: Outline, row: Row) -> set[int]:
    """Return the reply that answers a question, which stands on top too, with what it hangs on."""
    best = row["facts"]["answer"] if row["kind"] == PostKind.QUESTION else None
    branches = (branch for branch in outline.branches if any(best == line.pk for line in (branch.top, *branch.below)))
    return {pk for branch in branches for pk in (branch.top.pk, best)} if best else set()


def load_root(user: Any, pk: int) -> tuple[Row, dict[str, int]]:
    """Return the row of a thread's first post and what its queries are asked with; 404 if not for `user`."""
    if not is_current(user) or pk >= THREAD:
        raise Http404
    values = {"user": user.pk, "thread": pk}
    root: list[Row] = _ROOT.dicts(user.is_guest, **values)
    if not root:
        raise Http404
    return root[0], values


def load_part(user: Any, pk: int, first: int, count: int) -> tuple[Row, list[Item | Gap]]:
    """Return what is behind "show earlier": up to `PART` replies from `first` on, and a gap for what is left of `count`."""
    row, values = load_root(user, pk)
    outline = outline_of([_line(one) for one in _OUTLINE.rows(user.is_guest, **values)])
    lines, flow = slice_of(outline, first, count), outline.flow
    over = next((branch for branch in outline.branches if any(line.pk == first for line in branch.below)), None)
    if over is not None:
        # Inside one branch: no further than its end.
        inside = {line.pk for line in over.below}
        lines = [line for line in lines if line.pk in inside]
    items = items_of(outline, some_replies(user, values, [line.pk for line in lines]))
    add_files(user, items.values())
    add_cards(user, list(items.values()))
    mark_answers(user, row, items)
    shown: list[Item | Gap] = [items[line.pk] for line in lines if line.pk in items]
    if over is None:
        shown = laid_out(_only(outline, set(items)), items)
    if lines and count > len(lines):
        after = flow.index(lines[-1]) + 1
        if after < len(flow):
            shown.append(Gap(flow[after].pk, count - len(lines)))
    return row, shown


def _only(outline: Outline, inside: set[int]) -> Outline:
    """Return the part of an outline that these replies are."""
    branches = [
        Branch(branch.top, [line for line in branch.below if line.pk in inside])
        for branch in outline.branches
        if branch.top.pk in inside
    ]
    return Outline(branches, outline.answers)


def some_replies(user: Any, values: dict[str, int], wanted: Sequence[int]) -> list[Row]:
    """Return the rows of these replies of a thread, in order of time."""
    wanted = wanted[:SLOTS]
    slots = {f"post{n}": wanted[n] if n < len(wanted) else 0 for n in range(SLOTS)}
    rows: list[Row] = _SOME.dicts(user.is_guest, **values, **slots) if wanted else []
    return rows


def _line(row: Sequence[Any]) -> Line:
    pk, parent, created_at, author, name, deleted_at, hidden_at = row
    return Line(pk, parent, created_at, author, name, deleted_at is not None, hidden_at is not None)


def _line_of(row: Row) -> Line:
    gone, hidden = row["deleted_at"] is not None, row["hidden_at"] is not None
    return Line(row["id"], row["parent_id"], row["created_at"], row["author_id"], row["author__name"], gone, hidden)


@dataclass(slots=True)
class TrailLine:
    """A line of a thread's trail, as one reader may see it."""

    kind: str
    actor: Any
    note: str
    created_at: Any
    # Names of communities the reader may know of, else nothing.
    origin: Community | None = None
    destination: Community | None = None


def trail_of(user: Any, thread_pk: int) -> list[TrailLine]:
    """Return what moderators did with a thread; where it came from is named to those who may know the place."""
    rows: QuerySet[ThreadTrail] = ThreadTrail.objects.filter(thread=thread_pk).select_related("actor")
    lines = list(rows)
    places = {pk for line in lines for pk in (line.origin_id, line.destination_id) if pk}
    known = Community.objects.listed_for(user).in_bulk(places) if places else {}
    return [
        TrailLine(
            line.kind, line.actor, line.note, line.created_at, known.get(line.origin_id or 0),
            known.get(line.destination_id or 0),
        )
        for line in lines
    ]  # fmt: skip


def trace_of(user: Any, thread_pk: int) -> tuple[ThreadTrail, Community | None] | None:
    """Return how a thread left a place `user` may read, and where it is now if that place may be known; else nothing."""
    if thread_pk >= THREAD:
        return None
    moves = ThreadTrail.objects.filter(thread=thread_pk, kind=ThreadTrail.Kind.MOVED)
    line = moves.filter(origin__in=Community.objects.visible_to(user)).select_related("origin").order_by("-pk").first()
    if line is None:
        return None
    now = Post.objects.filter(pk=thread_pk).values("community")
    return line, Community.objects.listed_for(user).filter(pk__in=now).first()
