"""Cards for programs: a part of every post they are given."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema, Status

from feed.linkcards.actions import remove_card
from feed.views.shared import get_post
from intranet.api import Problem, Text

router = Router(tags=["posts"])


class CardOut(Schema):
    """What a post links to, as far as the reader may see it. `state` says how true a page is."""

    kind: str
    key: str
    title: str
    url: str
    place: str
    detail: str
    state: str
    image: str
    is_summary: bool


@router.delete("/{pk}/cards", response={204: None, 403: Problem, 404: Problem})
def delete_card(request: HttpRequest, pk: int, card: Text) -> Status[None]:
    """Take a card (`kind:key`) off a post of yours; the link stays."""
    kind, _colon, key = card[:80].partition(":")
    remove_card(actor=request.user, post=get_post(request.user, pk), kind=kind, key=key)
    return Status(204, None)
