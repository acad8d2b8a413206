"""Pages in several languages, for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from intranet.api import Problem
from wiki import actions
from wiki.api import MAX_ID, found
from wiki.languages.reading import twins
from wiki.models import WikiPage

router = Router()


class TranslationOut(Schema):
    """The page in another language. `is_newer`: this is the original, and it was changed since it was translated."""

    id: int = Field(alias="pk")
    title: str
    url: str
    language: str
    is_newer: bool


class TranslationIn(Schema):
    """Of which page a page is a translation."""

    model_config = ConfigDict(extra="forbid")

    original: int = Field(ge=1, le=MAX_ID)


@router.get("/{pk}", response={200: list[TranslationOut], 404: Problem}, tags=["pages"])
def list_translations(request: HttpRequest, pk: int) -> Any:
    """List a page in its other languages."""
    page = get_object_or_404(WikiPage.objects.visible_to(request.user), pk=min(max(pk, 0), MAX_ID))
    return twins(request.user, page)


@router.put("/{pk}", response={204: None, 403: Problem, 404: Problem, 422: Problem}, tags=["pages"])
def put_translation(request: HttpRequest, pk: int, data: TranslationIn) -> Any:
    """Make a page a translation of another one as that is today; once more when it was brought up to date."""
    with found():
        actions.link_translation(actor=request.user, page=min(max(pk, 0), MAX_ID), original=data.original)  # type: ignore[arg-type]
    return Status(204, None)


@router.delete("/{pk}", response={204: None, 403: Problem, 404: Problem}, tags=["pages"])
def delete_translation(request: HttpRequest, pk: int) -> Any:
    """Let a page be one of its own again."""
    with found():
        actions.unlink_translation(actor=request.user, page=min(max(pk, 0), MAX_ID))  # type: ignore[arg-type]
    return Status(204, None)
