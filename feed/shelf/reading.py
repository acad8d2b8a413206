"""Which files of a community somebody may see, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast, Coalesce, Left
from django.urls import reverse

from feed.models import Attachment
from feed.rows import Face
from feed.text import preview_of
from intranet.paging import Slice, keyset
from intranet.people.models import Community

PAGE = 30
ORDER = ("-created_at", "-key")
TYPES = (datetime, str)
_FACE = tuple(f"uploader__{name}" for name in ("id", "name", "handle", "photo", "is_guest"))
_COLUMNS = (
    "pk", "key", "name", "content_type", "size", "width", "created_at", "post_id", "page_id", "page__title", "thread",
    "said", "post__author__name", *_FACE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shelved:
    """A file as the list shows it; `used_in` is the page or the beginning of the post it stands in."""

    pk: UUID
    name: str
    content_type: str
    size: int
    is_image: bool
    created_at: datetime
    uploader: Face
    used_in: str
    used_url: str
    is_page: bool

    @property
    def url(self) -> str:
        """Return the address the file is served at."""
        return f"/files/{self.pk}/{quote(self.name)}"


def files_in(user: Any, community: Community, query: str = "") -> QuerySet[Any, Any]:
    """Return the files that stand in something of a community that is there and that `user` may see."""
    there = Q(post__isnull=False, post__deleted_at__isnull=True) | Q(page__live=True)
    rows: QuerySet[Any, Any] = Attachment.objects.visible_to(user).filter(there, community=community)
    for word in query.split()[:5]:
        rows = rows.filter(name__icontains=word)
    return rows


def shelf(user: Any, community: Community, query: str, cursor: str | None, limit: int = PAGE) -> Slice[Shelved]:
    """Return a page of a community's files in one query. Raises BadCursor."""
    rows = files_in(user, community, query).order_by().annotate(
        key=Cast("pk", CharField()),
        thread=Coalesce("post__thread_id", "post_id"),
        said=Left("post__html", 600),
    )  # fmt: skip
    found = keyset(rows.values(*_COLUMNS), ORDER, cursor, limit, types=TYPES)
    return Slice([_shelved(row) for row in found.rows], found.next_cursor)


def _shelved(row: dict[str, Any]) -> Shelved:
    on_page = row["page_id"] is not None
    if on_page:
        used_in, url = row["page__title"], reverse("wiki:by_id", args=[row["page_id"]])
    else:
        said = preview_of(row["said"] or "", 90)
        used_in = f"{row['post__author__name']}: {said}" if said else row["post__author__name"]
        url = reverse("feed:thread", args=[row["thread"]])
        url = url if row["thread"] == row["post_id"] else f"{url}#post-{row['post_id']}"
    return Shelved(
        pk=row["pk"], name=row["name"], content_type=row["content_type"], size=row["size"],
        is_image=row["width"] is not None, created_at=row["created_at"],
        uploader=Face(*(row[name] for name in _FACE)), used_in=used_in, used_url=url, is_page=on_page,
    )  # fmt: skip
