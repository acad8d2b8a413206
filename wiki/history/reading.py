"""The versions of a page as plain rows. The caller has seen that the page may be read."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max

from feed.rows import Face
from intranet.paging import Slice, keyset
from wiki.models import VersionNote
from wiki.reading import with_face

Row = dict[str, Any]

HISTORY_PAGE = 50
MOST_CONTRIBUTORS = 50
_WHO = tuple(f"{person}__{part}" for person in ("author", "deleted_by") for part in
             ("pk", "name", "handle", "photo", "is_guest"))  # fmt: skip
_COLUMNS = (
    "number", "created_at", "summary", "is_minor", "added", "removed", "restored_from__number", "revision_id",
    "merged_with__number", "deleted_at", "deleted_why", *_WHO,
)  # fmt: skip


def with_people(row: Any) -> Row:
    """Make people of the columns about them, and say whether the version's text is gone."""
    row["is_gone"] = row["revision_id"] is None
    return with_face(with_face(row, "author"), "deleted_by")


def versions(page_id: int) -> Any:
    """Return the question for all versions of a page; `with_people` finishes its rows."""
    return VersionNote.objects.filter(page_id=page_id).values(*_COLUMNS)


def history(page_id: int, cursor: str | None, limit: int = HISTORY_PAGE) -> Slice[Row]:
    """Return one page of versions, newest first. Raises BadCursor."""
    found = keyset(versions(page_id), ("-number",), cursor, limit, types=(int,))
    return Slice([with_people(row) for row in found.rows], found.next_cursor)


def version_row(page_id: int, number: int) -> Row | None:
    """Return one version with its text, None when there is none of that number; a deleted one has no text."""
    row: Any = (
        VersionNote.objects.filter(page_id=page_id, number=number).values("pk", *_COLUMNS, "revision__content").first()
    )
    if row is None:
        return None
    content = row.pop("revision__content") or {}
    row["title"], row["body"] = content.get("title", ""), content.get("body", "")
    return with_people(row)


def beside(page_id: int, number: int) -> tuple[int | None, int | None]:
    """Return the numbers of the versions before and after one that have a text, None at either end."""
    notes = VersionNote.objects.filter(page_id=page_id, revision__isnull=False).order_by("number")
    older = notes.filter(number__lt=number).values_list("number", flat=True).last()
    newer = notes.filter(number__gt=number).values_list("number", flat=True).first()
    return older, newer


def contributors(page_id: int) -> list[Row]:
    """Return who wrote how many versions of a page, who wrote last first."""
    face = tuple(f"author__{part}" for part in ("pk", "name", "handle", "photo", "is_guest"))
    notes: Any = VersionNote.objects.filter(page_id=page_id, author__isnull=False).order_by().values(*face)
    rows = notes.annotate(versions=Count("pk"), last=Max("number")).order_by("-last")[:MOST_CONTRIBUTORS]
    return [{"person": Face(*(row[name] for name in face)), "versions": row["versions"]} for row in rows]


def same_text(page_id: int, number: int, body: str) -> list[int]:
    """Return the numbers of the other versions that have exactly this text, newest first."""
    notes = VersionNote.objects.filter(page_id=page_id, revision__content__body=body).exclude(number=number)
    return list(notes.values_list("number", flat=True)[:20])
