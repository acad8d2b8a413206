"""The versions of a page as plain rows. The caller has seen that the page may be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max

from feed.rows import Face
from intranet.paging import Slice, keyset
from intranet.people.models import User
from wiki.models import VersionNote
from wiki.reading import with_face

Row = dict[str, Any]

HISTORY_PAGE = 50
MOST_CONTRIBUTORS = 50
_WHO = tuple(f"{person}__{part}" for person in ("author", "deleted_by") for part in
             ("pk", "name", "handle", "photo", "is_guest"))  # fmt: skip
_COLUMNS = (
    "number", "created_at", "summary", "is_minor", "added", "removed", "restored_from__number", "revision_id",
    "merged_with__number", "deleted_at", "deleted_why", "together", *_WHO,
)  # fmt: skip


def with_people(row: Any) -> Row:
    """Make people of the columns about them, and say whether the version's text is gone."""
    row["is_gone"] = row["revision_id"] is None
    return with_face(with_face(row, "author"), "deleted_by")


def versions(page_id: int) -> Any:
    """Return the question for all versions of a page; `with_people` finishes its rows."""
    return VersionNote.objects.filter(page_id=page_id).values(*_COLUMNS)


def with_others(rows: list[Row]) -> list[Row]:
    """Put those who wrote a version together with its author into each row, as `others`; one question if there are any."""
    wanted = {pk for row in rows for pk in row["together"]}
    faces = faces_of(wanted)
    for row in rows:
        row["others"] = [faces[pk] for pk in row["together"] if pk in faces]
    return rows


def faces_of(people: Iterable[int]) -> dict[int, Face]:
    """Return the faces of people by number."""
    found = User.objects.filter(pk__in=people) if (people := set(people)) else User.objects.none()
    return {row[0]: Face(*row) for row in found.values_list("pk", "name", "handle", "photo", "is_guest")}


def history(page_id: int, cursor: str | None, limit: int = HISTORY_PAGE) -> Slice[Row]:
    """Return one page of versions, newest first. Raises BadCursor."""
    found = keyset(versions(page_id), ("-number",), cursor, limit, types=(int,))
    return Slice(with_others([with_people(row) for row in found.rows]), found.next_cursor)


def version_row(page_id: int, number: int) -> Row | None:
    """Return one version with its text, None when there is none of that number; a deleted one has no text."""
    row: Any = (
        VersionNote.objects.filter(page_id=page_id, number=number).values("pk", *_COLUMNS, "revision__content").first()
    )
    if row is None:
        return None
    content = row.pop("revision__content") or {}
    row["title"], row["body"] = content.get("title", ""), content.get("body", "")
    return with_others([with_people(row)])[0]


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
    found = {row["author__pk"]: [Face(*(row[name] for name in face)), row["versions"], row["last"]] for row in rows}
    # Whoever wrote a version together with the one who saved it wrote it too.
    shared: list[Any] = list(
        VersionNote.objects.filter(page_id=page_id).exclude(together=[]).values_list("together", "number")
    )
    faces = faces_of({pk for together, _number in shared for pk in together} - set(found))
    for together, number in shared:
        for pk in together:
            if pk in faces:
                found.setdefault(pk, [faces[pk], 0, 0])
            if pk in found:
                found[pk][1] += 1
                found[pk][2] = max(found[pk][2], number)
    ordered = sorted(found.values(), key=lambda one: -one[2])[:MOST_CONTRIBUTORS]
    return [{"person": person, "versions": versions} for person, versions, _last in ordered]


def same_text(page_id: int, number: int, body: str) -> list[int]:
    """Return the numbers of the other versions that have exactly this text, newest first."""
    notes = VersionNote.objects.filter(page_id=page_id, revision__content__body=body).exclude(number=number)
    return list(notes.values_list("number", flat=True)[:20])
