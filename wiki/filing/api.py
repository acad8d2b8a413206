"""Earlier versions of files, for programs: the same actions, the same visibility."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from feed.actions import replace_file as put_in_place
from feed.api import FileOut
from feed.models import Attachment
from intranet.api import Problem
from wiki.files import versions_of

router = Router()


class FileVersionOut(Schema):
    """What a file was before it was replaced."""

    number: int
    name: str
    size: int
    replaced_at: datetime
    replaced_by: str | None
    url: str


def _file(request: HttpRequest, pk: UUID) -> Attachment:
    found: Attachment = get_object_or_404(
        Attachment.objects.visible_to(request.user).select_related("community"), pk=pk
    )
    return found


@router.get("/{pk}", response={200: list[FileVersionOut], 404: Problem}, tags=["files"])
def list_file_versions(request: HttpRequest, pk: UUID) -> Any:
    """List what a file was before, newest first."""
    file = _file(request, pk)
    return [
        {
            "number": row["number"], "name": row["name"], "size": row["size"], "replaced_at": row["replaced_at"],
            "replaced_by": row["person"].handle if row["person"] else None,
            "url": reverse("wiki:file_version", args=[file.pk, row["number"]]),
        }
        for row in versions_of(file)
    ]  # fmt: skip


@router.post("/{pk}", response={200: FileOut, 403: Problem, 404: Problem, 413: Problem, 422: Problem}, tags=["files"])
def replace_file(request: HttpRequest, pk: UUID, file: File[UploadedFile]) -> Any:
    """Put another file in this one's place: whatever shows it shows the new one, the earlier one is kept."""
    return put_in_place(actor=request.user, attachment=_file(request, pk), file=file.file, name=file.name or "")
