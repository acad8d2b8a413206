"""What naming people and communities would do, for programs: asked before a post is sent."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from feed import mentions
from intranet.api import Problem, Text
from intranet.people.models import Community

router = Router(tags=["posts"])


class NamesIn(Schema):
    """A text, and the slug of the community it is meant for."""

    model_config = ConfigDict(extra="forbid")

    body: Text
    community: Text = Field(max_length=80)


class CallOut(Schema):
    """A community that is named: how many members would be notified, how many cannot read it there.

    `may_call` is false where it has so many members that only a moderator calls them all: then nobody is notified.
    """

    slug: str
    notified: int
    left_out: int
    may_call: bool


class NamesOut(Schema):
    """Handles of people who cannot read the place, communities with their head counts, and both in words."""

    left_out: list[str]
    communities: list[CallOut]
    words: list[str]


@router.post("/names", response={200: NamesOut, 404: Problem})
def check_names(request: HttpRequest, data: NamesIn) -> Any:
    """Say what the names in a text would do: who cannot read it, and how many a community is."""
    place = Community.objects.visible_to(request.user).filter(slug=data.community).first()
    if place is None:
        raise Http404
    asked = mentions.question(request.user, data.body, place)
    if asked is None:
        return {"left_out": [], "communities": [], "words": []}
    communities = [
        {"slug": one.community.slug, "notified": one.heads if one.may_call else 0, "left_out": one.left_out,
         "may_call": one.may_call}
        for one in asked.calls
    ]  # fmt: skip
    return {
        "left_out": [one.handle for one in asked.left_out],
        "communities": communities,
        "words": list(asked.sentences),
    }
