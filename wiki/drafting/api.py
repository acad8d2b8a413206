"""Drafts and who is editing, for programs: the same actions, the same visibility."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from intranet.api import Problem, Text
from intranet.people.models import Community
from intranet.text import MAX_PAGE
from wiki import actions
from wiki.drafts import drafts_of
from wiki.models import Draft, WikiPage
from wiki.presence import faces_editing

router = Router()
page_router = Router()
MAX_ID = 2**63 - 1


class DraftOut(Schema):
    """What you have typed and not saved: of `page`, or of a new page below `parent`."""

    id: int
    page: int | None
    parent: int | None
    title: str
    markdown: str
    base_revision: int | None
    updated_at: datetime


class DraftIn(Schema):
    """A text to be kept: of `page`, or of a new page below `parent` or at the top of `community` (its slug).

    `draft` is the number of a draft of a new page that goes on.
    """

    model_config = ConfigDict(extra="forbid")

    page: int | None = Field(None, ge=1, le=MAX_ID)
    parent: int | None = Field(None, ge=1, le=MAX_ID)
    community: Text = Field("", max_length=80)
    draft: int | None = Field(None, ge=1, le=MAX_ID)
    base_revision: int | None = Field(None, ge=1, le=MAX_ID)
    title: Text = Field("", max_length=2_000)
    markdown: Text = Field("", max_length=MAX_PAGE)


class EditorOut(Schema):
    """Somebody who has a page open for writing."""

    handle: str
    name: str
    is_guest: bool


def _shown(draft: Draft) -> dict[str, Any]:
    return {"id": draft.pk, "page": draft.page_id, "parent": draft.parent_id, "title": draft.title,
            "markdown": draft.body, "base_revision": draft.base_revision_id, "updated_at": draft.updated_at}  # fmt: skip


@router.get("", response=list[DraftOut], tags=["pages"])
def list_drafts(request: HttpRequest) -> Any:
    """List your drafts, newest first; nobody else sees them."""
    return [
        {"id": row["pk"], "page": row["page_id"], "parent": row["parent_id"], "title": row["title"],
         "markdown": row["body"], "base_revision": row["base_revision_id"], "updated_at": row["updated_at"]}
        for row in drafts_of(request.user)  # type: ignore[arg-type]  # signed in
    ]  # fmt: skip


@router.post("", response={200: DraftOut, 204: None, 403: Problem, 404: Problem, 422: Problem}, tags=["pages"])
def save_draft(request: HttpRequest, data: DraftIn) -> Any:
    """Keep a text as it is. 204: there is nothing to keep, because it says what the page says, or nothing."""
    community = None
    if data.community and data.page is None and data.parent is None:
        community = get_object_or_404(Community.objects.visible_to(request.user), slug=data.community)
    try:
        draft = actions.save_draft(
            actor=request.user, page=data.page, parent=data.parent, community=community, draft_id=data.draft,  # type: ignore[arg-type]
            base_revision_id=data.base_revision, title=data.title, body=data.markdown,
        )  # fmt: skip
    except (ObjectDoesNotExist, OverflowError):
        raise Http404 from None
    return _shown(draft) if draft else Status(204, None)


@router.delete("/{pk}", response={204: None, 404: Problem}, tags=["pages"])
def discard_draft(request: HttpRequest, pk: int) -> Any:
    """Throw one of your drafts away."""
    try:
        actions.discard_draft(actor=request.user, draft=min(max(pk, 0), MAX_ID))  # type: ignore[arg-type]
    except ObjectDoesNotExist:
        raise Http404 from None
    return Status(204, None)


@page_router.get("/{pk}/editing", response={200: list[EditorOut], 404: Problem}, tags=["pages"])
def list_editors(request: HttpRequest, pk: int) -> Any:
    """List who else has a page open for writing at this moment."""
    page = get_object_or_404(WikiPage.objects.visible_to(request.user), pk=min(max(pk, 0), MAX_ID))
    return [
        {"handle": face.handle, "name": face.name, "is_guest": face.is_guest}
        for face in faces_editing(request.user, page.pk)
    ]
