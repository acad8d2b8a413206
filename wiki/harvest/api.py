"""Making pages of conversations, for programs: the draft, who would gain, and publishing it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from feed.views.shared import get_thread
from intranet.api import Problem, Text
from intranet.people.models import Community
from intranet.text import MAX_PAGE
from wiki import actions
from wiki.harvest.actions import begin_page
from wiki.harvest.models import Harvest
from wiki.harvest.reading import MOST_POSTS, gains, own_harvest, place_for
from wiki.links import page_url
from wiki.models import WikiPage

router = Router(tags=["pages"])
MAX_ID = 2**63 - 1
Pk = Annotated[int, Field(ge=1, le=MAX_ID)]


class GainsIn(Schema):
    """Words of which thread on a page of which community (its slug)."""

    thread: int = Field(ge=1, le=MAX_ID)
    community: Text = Field(max_length=80)


class GainsOut(Schema):
    """How many read the page who cannot read the conversation; `code` is what `agreed` is to be."""

    people: int
    guests: int
    code: str


class HarvestIn(Schema):
    """Which posts of a thread make a page, and where: below the page `parent`, or at the top of `community`."""

    model_config = ConfigDict(extra="forbid")

    thread: int = Field(ge=1, le=MAX_ID)
    posts: list[Pk] = Field(min_length=1, max_length=MOST_POSTS)
    title: Text = Field(max_length=2_000)
    community: Text = Field("", max_length=80)
    parent: int | None = Field(None, ge=1, le=MAX_ID)
    agreed: Text = Field("", max_length=100)
    key: UUID | None = None


class HarvestOut(Schema):
    """A draft made of a thread; `page` is the page once it is published."""

    id: int
    thread: int
    draft: int | None
    page: int | None
    title: str
    markdown: str


class PublishIn(Schema):
    """What of the draft is to be otherwise, and what one was told of who gains."""

    model_config = ConfigDict(extra="forbid")

    title: Text | None = Field(None, max_length=2_000)
    markdown: Text | None = Field(None, max_length=MAX_PAGE)
    tags: list[Text] = Field([], max_length=30)
    agreed: Text = Field("", max_length=100)


class PublishedOut(Schema):
    """The page."""

    id: int
    title: str
    url: str


def _community(request: HttpRequest, slug: str) -> Community:
    found = Community.objects.visible_to(request.user).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _out(harvest: Harvest) -> dict[str, Any]:
    draft = harvest.draft
    return {
        "id": harvest.pk, "thread": harvest.thread_id, "draft": harvest.draft_id, "page": harvest.page_id,
        "title": draft.title if draft else "", "markdown": draft.body if draft else "",
    }  # fmt: skip


@router.get("/gains", response={200: GainsOut, 404: Problem})
def harvest_gains(request: HttpRequest, asked: Query[GainsIn]) -> Any:
    """Say who would read a page made of a thread who cannot read the thread; `code` is empty when nobody would."""
    thread, target = get_thread(request.user, asked.thread), _community(request, asked.community)
    found = gains(thread.community, target)
    return {"people": found.people, "guests": found.guests, "code": found.code} if found else {
        "people": 0, "guests": 0, "code": ""
    }  # fmt: skip


@router.post("", response={201: HarvestOut, 403: Problem, 404: Problem, 422: Problem})
def begin_harvest(request: HttpRequest, data: HarvestIn) -> Any:
    """Make a draft of a page that quotes posts of a thread; the same key again returns the first one."""
    thread = get_thread(request.user, data.thread)
    parent = place_for(request.user, data.parent) if data.parent else None
    if data.parent and parent is None:
        raise Http404
    try:
        made = begin_page(
            actor=request.user, thread=thread, posts=data.posts, title=data.title, parent=parent,  # type: ignore[arg-type]
            community=_community(request, data.community) if data.community else None, agreed=data.agreed, key=data.key,
        )  # fmt: skip
    except ObjectDoesNotExist:
        raise Http404 from None
    return Status(201, _out(made))


@router.post("/{pk}/publish", response={201: PublishedOut, 403: Problem, 404: Problem, 422: Problem})
def publish_harvest(request: HttpRequest, pk: int, data: PublishIn) -> Any:
    """Publish a draft of yours that was made of a thread; one that was published answers with its page."""
    harvest = own_harvest(request.user, pk)
    if harvest is None or (harvest.draft is None and harvest.page is None):
        raise Http404
    page, draft = harvest.page, harvest.draft
    if page is not None:
        page = WikiPage.objects.visible_to(request.user).filter(pk=page.pk).first()
    elif draft is not None:
        try:
            page = actions.create_page(
                actor=request.user, parent=draft.parent_id, title=draft.title if data.title is None else data.title,  # type: ignore[arg-type]
                body=draft.body if data.markdown is None else data.markdown, tags=data.tags, draft_id=draft.pk,
                agreed=data.agreed,
            )  # fmt: skip
        except ObjectDoesNotExist:
            raise Http404 from None
    if page is None:
        raise Http404
    return Status(201, {"id": page.pk, "title": page.title, "url": page_url(page.address)})
