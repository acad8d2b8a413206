"""The versions of a page, for programs: the same actions, the same visibility."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text, page_of
from wiki import actions
from wiki.compare import compare
from wiki.history import reading
from wiki.models import VersionNote, WikiPage

router = Router()
MAX_ID = 2**63 - 1
MAX_NUMBER = 2**31 - 1


class DeletedOut(Schema):
    """Who deleted what a version said, and why."""

    at: datetime | None
    by: str | None
    reason: str


class RevisionOut(Schema):
    """One saved version; sizes are in words. A deleted one has no revision and no text any more."""

    number: int
    revision: int | None
    author: str | None
    together: list[str]
    created_at: datetime
    summary: str
    minor: bool
    added: int
    removed: int
    restored_from: int | None
    merged_with: int | None
    deleted: DeletedOut | None


class RevisionText(RevisionOut):
    """One saved version with its text."""

    title: str
    markdown: str


class RevisionsOut(Schema):
    """A page of versions."""

    items: list[RevisionOut]
    next_cursor: str | None


class VersionsIn(Schema):
    """Which versions."""

    cursor: Text = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)


class CompareIn(Schema):
    """Which two versions; `old` left out is the one before `new`, `new` left out is the present one."""

    old: int | None = Field(None, ge=1, le=MAX_NUMBER)
    new: int | None = Field(None, ge=1, le=MAX_NUMBER)


class Piece(Schema):
    """A piece of a line: both have it, it came, or it went."""

    kind: Literal["equal", "insert", "delete"]
    text: str


class Line(Schema):
    """A compared line; numbers count from 1 and are null where the side has no such line."""

    kind: Literal["equal", "insert", "delete", "change"]
    old_number: int | None
    new_number: int | None
    pieces: list[Piece]


class Hunk(Schema):
    """Changed lines with a little of their surroundings; `skipped` equal lines were left out before it."""

    skipped: int
    lines: list[Line]


class CompareOut(Schema):
    """What changed between two versions, in words. `coarse`: too much of it to be told apart."""

    old: int | None
    new: int
    added: int
    removed: int
    coarse: bool
    hunks: list[Hunk]


class RestoreIn(Schema):
    """What to say about bringing a version back."""

    model_config = ConfigDict(extra="forbid")

    summary: Text = Field("", max_length=200)


class DeleteIn(Schema):
    """Why a version is deleted; stays in the history."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(max_length=1_000)


def _page(request: HttpRequest, pk: int) -> WikiPage:
    if not 0 < pk <= MAX_ID:
        raise Http404
    page: WikiPage = get_object_or_404(WikiPage.objects.visible_to(request.user), pk=pk)
    return page


def _version(page: WikiPage, number: int | None) -> reading.Row:
    found = reading.version_row(page.pk, number) if number and 0 < number <= MAX_NUMBER else None
    if found is None:
        raise Http404
    if found["is_gone"]:
        raise HttpError(410, "This version was deleted.")
    return found


def _known(row: reading.Row) -> dict[str, Any]:
    """Return a version as programs know it."""
    deleted = {
        "at": row["deleted_at"], "by": row["deleted_by"].handle if row["deleted_by"] else None,
        "reason": row["deleted_why"],
    }  # fmt: skip
    return {
        "number": row["number"], "revision": row["revision_id"], "created_at": row["created_at"],
        "author": row["author"].handle if row["author"] else None,
        "together": [one.handle for one in row["others"]], "summary": row["summary"], "minor": row["is_minor"],
        "added": row["added"], "removed": row["removed"], "restored_from": row["restored_from__number"],
        "merged_with": row["merged_with__number"], "deleted": deleted if row["is_gone"] else None,
    }  # fmt: skip


@router.get("/{pk}/revisions", response={200: RevisionsOut, 400: Problem, 404: Problem}, tags=["pages"])
def list_revisions(request: HttpRequest, pk: int, which: Query[VersionsIn]) -> Any:
    """List the saved versions of a page, newest first."""
    notes = reading.versions(_page(request, pk).pk)
    items, cursor = page_of(notes, ("-number",), types=(int,), cursor=which.cursor, limit=which.limit)
    rows = reading.with_others([reading.with_people(row) for row in items])
    return {"items": [_known(row) for row in rows], "next_cursor": cursor}


@router.get(
    "/{pk}/revisions/{number}", response={200: RevisionText, 404: Problem, 410: Problem}, tags=["pages"]
)  # fmt: skip
def get_revision(request: HttpRequest, pk: int, number: int) -> Any:
    """Return one saved version with its text; 410 for a deleted one."""
    found = _version(_page(request, pk), number)
    return {**_known(found), "title": found["title"], "markdown": found["body"]}


@router.get("/{pk}/compare", response={200: CompareOut, 404: Problem, 410: Problem}, tags=["pages"])
def compare_revisions(request: HttpRequest, pk: int, which: Query[CompareIn]) -> Any:
    """Compare two versions by words."""
    page = _page(request, pk)
    new = _version(page, which.new or page.version)
    before = which.old or reading.beside(page.pk, new["number"])[0]
    old = _version(page, before) if before else None
    difference = compare(old["body"] if old else "", new["body"])
    hunks = [
        {
            "skipped": hunk.skipped,
            "lines": [
                {"kind": row.kind, "old_number": row.old_number, "new_number": row.new_number,
                 "pieces": [asdict(segment) for segment in row.inline]}
                for row in hunk.rows
            ],
        }
        for hunk in difference.hunks
    ]  # fmt: skip
    return {"old": old["number"] if old else None, "new": new["number"], "added": difference.added,
            "removed": difference.removed, "coarse": difference.is_coarse, "hunks": hunks}  # fmt: skip


@router.post(
    "/{pk}/revisions/{number}/restore",
    response={201: RevisionOut, 403: Problem, 404: Problem, 410: Problem, 422: Problem},
    tags=["pages"],
)
def restore_revision(request: HttpRequest, pk: int, number: int, data: RestoreIn) -> Any:
    """Make a version the text again; returns the new version, which names its source."""
    page = _page(request, pk)
    _version(page, number)
    saved = actions.restore_version(actor=request.user, page=page, number=number, summary=data.summary)  # type: ignore[arg-type]
    return Status(201, _known(_version(page, saved.version)))


@router.delete(
    "/{pk}/revisions/{number}",
    response={204: None, 403: Problem, 404: Problem, 422: Problem},
    tags=["pages"],
)
def delete_revision(request: HttpRequest, pk: int, number: int, data: DeleteIn) -> Any:
    """Delete what a version said for good: for administrators who are members. That it was there stays in the list."""
    page = _page(request, pk)
    try:
        actions.delete_version(actor=request.user, page=page, number=min(number, MAX_NUMBER), reason=data.reason)  # type: ignore[arg-type]
    except VersionNote.DoesNotExist:
        raise Http404 from None
    return Status(204, None)
