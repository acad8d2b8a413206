"""What a person wrote, as far as the reader may see it; what the reader follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from feed.models import Post
from feed.rows import Face
from feed.text import preview_of
from intranet.paging import Slice, keyset
from intranet.people.models import Follow, User
from wiki.care import facts
from wiki.linkcards import visible_tags
from wiki.links import page_url, tag_url
from wiki.models import VersionNote, WikiPage
from wiki.reading import Row, post_url

PAGE = 30
LATEST = 5
PREVIEWED = 1_200


def pages_by(user: Any, person: User) -> QuerySet[Any, Any]:
    """Return the pages `person` wrote a version of that `user` may read."""
    written = VersionNote.objects.filter(author=person).order_by().values("page_id")
    found: QuerySet[Any, Any] = WikiPage.objects.visible_to(user).filter(pk__in=written)
    columns = ("pk", "title", "edited_at", "community__name", "community__hue", "address")
    return found.order_by("-edited_at", "-pk").values(*columns, status=facts.standing(facts.today()))


def posts_by(user: Any, person: User) -> QuerySet[Any, Any]:
    """Return the posts and replies `person` wrote that `user` may read, newest first along an index."""
    found: QuerySet[Any, Any] = Post.objects.visible_to(user).present().filter(author=person)
    columns = ("pk", "created_at", "thread_id", "reply_count", "community__name", "community__hue")
    return found.order_by("-created_at", "-pk").values(*columns, said=Left("html", PREVIEWED))


def page_line(row: Row) -> Row:
    """Return a page as a list shows it."""
    return {
        "title": row["title"], "url": page_url(row["address"]), "place": row["community__name"],
        "hue": row["community__hue"], "at": row["edited_at"], "status": row["status"], "pk": row["pk"],
    }  # fmt: skip


def post_line(row: Row) -> Row:
    """Return a post as a list shows it."""
    return {
        "title": preview_of(row["said"], 200) or "…", "url": post_url(row["thread_id"] or row["pk"], row["pk"]),
        "place": row["community__name"], "hue": row["community__hue"], "at": row["created_at"], "pk": row["pk"],
        "is_reply": row["thread_id"] is not None,
    }  # fmt: skip


def written(user: Any, person: User, kind: str, cursor: str | None, limit: int = PAGE) -> Slice[Row]:
    """Return a page of what a person wrote: "pages" or "posts". Raises BadCursor."""
    if kind == "pages":
        found = keyset(pages_by(user, person), ("-edited_at", "-pk"), cursor, limit, types=(datetime, int))
        return Slice([page_line(row) for row in found.rows], found.next_cursor)
    found = keyset(posts_by(user, person), ("-created_at", "-pk"), cursor, limit, types=(datetime, int))
    return Slice([post_line(row) for row in found.rows], found.next_cursor)


def latest_by(user: Any, person: User) -> dict[str, list[Row]]:
    """Return the newest pages and posts of a person, for the profile (`settings.WRITTEN`)."""
    return {
        "pages": [page_line(row) for row in pages_by(user, person)[:LATEST]],
        "posts": [post_line(row) for row in posts_by(user, person)[:LATEST]],
    }


_FACE = tuple(f"person__{name}" for name in ("id", "name", "handle", "photo", "is_guest"))


def following(user: Any, cursor: str | None, limit: int = PAGE) -> Slice[Row]:
    """Return a page of the people and tags `user` follows, newest first, without what she may not see. Raises BadCursor."""
    people = User.objects.visible_to(user).order_by().values("pk")
    tags = visible_tags(user).order_by().values("pk")
    rows = Follow.objects.visible_to(user).filter(Q(person__in=people) | Q(tag__in=tags))
    columns = ("pk", "created_at", "tag__name", "tag__slug", "person__title", *_FACE)
    found = keyset(rows.values(*columns), ("-created_at", "-pk"), cursor, limit, types=(datetime, int))
    return Slice([_followed(row) for row in found.rows], found.next_cursor)


def _followed(row: Row) -> Row:
    if row["tag__slug"]:
        return {"tag": row["tag__name"], "slug": row["tag__slug"], "url": tag_url(row["tag__name"]), "person": None}
    face = Face(*(row[name] for name in _FACE))
    return {"person": face, "title": row["person__title"], "url": face.url, "tag": "", "slug": ""}
