"""`/vocabulary`: tags in use, what carries one, what a text speaks of; for editors renaming, merging and synonyms."""

from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status
from taggit.models import Tag

from intranet.api import Problem, Text
from intranet.people.models import Community
from intranet.people.permissions import can_edit_tags
from search.api import HitOut, hit_out
from search.tags import reading
from search.tags.editing import tag_called
from search.tags.suggesting import LONGEST, suggested
from wiki.tags import actions
from wiki.tags.words import synonyms_of

router = Router(tags=["vocabulary"])
Kind = Literal["page", "post", "file", "person"]


class WeightOut(Schema):
    """A tag in use: on how many pages, recent posts and people you see it stands."""

    name: str
    slug: str
    count: int


class TagOut(Schema):
    """A tag; `synonyms` are the other words for it that you may know, `counts` what you may see, at most 1,000 a kind."""

    name: str
    slug: str
    url: str
    synonyms: list[str]
    counts: dict[str, int]
    followed: bool


class TaggedOut(Schema):
    """One page of what carries a tag."""

    total: int
    items: list[HitOut]


class PlaceIn(Schema):
    """Where: the address of a community, or nothing for all of them."""

    community: Text = Field("", max_length=100)


class PartIn(Schema):
    """Which kind, and which page of twenty."""

    kind: Kind = "page"
    page: int = Field(1, ge=1, le=50)


class NameIn(Schema):
    """What a tag is to be called."""

    name: Text = Field(max_length=200)


class IntoIn(Schema):
    """The tag that stays: its name, or another word for it."""

    into: Text = Field(max_length=200)


class TextIn(Schema):
    """A text that is being written, and the tags it has."""

    markdown: Text = Field(max_length=LONGEST * 10)
    tags: list[Text] = Field([], max_length=60)


class NamedOut(Schema):
    """A tag by its name."""

    name: str
    slug: str


def _tag(request: HttpRequest, slug: str) -> Tag:
    """Return the tag of an address, an old one or another word as well."""
    found = reading.meanings(request.user, slug)
    if not found:
        raise Http404
    return found[0]


def _of_editor(request: HttpRequest, slug: str) -> Tag:
    found = _tag(request, slug)
    if not can_edit_tags(request.user):
        raise PermissionDenied
    return found


def _shown(request: HttpRequest, tag: Tag) -> dict[str, Any]:
    return {
        "name": tag.name,
        "slug": tag.slug,
        "url": f"/tags/{tag.slug}/",
        "synonyms": [one.name for one in synonyms_of(request.user, tag)],
        "counts": reading.counts_of(request.user, tag),
        "followed": reading.is_followed(request.user, tag),
    }


@router.get("", response={200: list[WeightOut], 404: Problem})
def list_tags(request: HttpRequest, which: Query[PlaceIn]) -> Any:
    """List the hundred most used tags by name, in all you may read or in one community."""
    places = Community.objects.visible_to(request.user)
    place = get_object_or_404(places, slug=which.community) if which.community else None
    return reading.cloud(request.user, place)  # type: ignore[arg-type]


@router.post("/in-text", response=list[NamedOut])
def tags_in_text(request: HttpRequest, data: TextIn) -> Any:
    """Propose tags you may see that a text speaks of, best first. Changes nothing."""
    return suggested(request.user, data.markdown, given=",".join(data.tags))


@router.get("/{slug}", response={200: TagOut, 404: Problem})
def get_tag(request: HttpRequest, slug: Text) -> Any:
    """Tell about a tag you see something of, also by an old name: `slug` of the answer is the present one."""
    return _shown(request, _tag(request, slug))


@router.get("/{slug}/things", response={200: TaggedOut, 404: Problem})
def list_tagged(request: HttpRequest, slug: Text, which: Query[PartIn]) -> Any:
    """List the things of a kind with a tag that you may see, newest first; files stand on pages and posts with it."""
    tag = _tag(request, slug)
    results = reading.results_of(request.user, tag, which.kind, page=which.page)
    return {
        "total": reading.counts_of(request.user, tag).get(which.kind, 0),
        "items": [hit_out(one) for one in results],
    }


@router.patch("/{slug}", response={200: TagOut, 403: Problem, 404: Problem, 422: Problem})
def rename_tag(request: HttpRequest, slug: Text, data: NameIn) -> Any:
    """Rename a tag. Its old name and address lead to it. For editors."""
    return _shown(request, actions.rename_tag(actor=request.user, tag=_of_editor(request, slug), name=data.name))


@router.post("/{slug}/merge", response={200: TagOut, 403: Problem, 404: Problem, 422: Problem})
def merge_tag(request: HttpRequest, slug: Text, data: IntoIn) -> Any:
    """Merge a tag into another one; it cannot be taken back. Asked again it answers the same. For editors."""
    tag = _of_editor(request, slug)
    into = tag_called(request.user, data.into)
    if tag.pk == into.pk and tag.slug != slug:
        return _shown(request, into)  # merged already
    return _shown(request, actions.merge_tags(actor=request.user, tag=tag, into=into))


@router.put("/{slug}/synonyms/{word}", response={204: None, 403: Problem, 404: Problem, 422: Problem})
def put_synonym(request: HttpRequest, slug: Text, word: Text) -> Any:
    """Let another word mean this tag. For editors."""
    actions.add_synonym(actor=request.user, tag=_of_editor(request, slug), name=word)
    return Status(204, None)


@router.delete("/{slug}/synonyms/{word}", response={204: None, 403: Problem, 404: Problem, 422: Problem})
def delete_synonym(request: HttpRequest, slug: Text, word: Text) -> Any:
    """Take a chosen synonym away. For editors."""
    actions.remove_synonym(actor=request.user, tag=_of_editor(request, slug), name=word)
    return Status(204, None)
