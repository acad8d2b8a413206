"""The wiki for programs: the same actions, the same visibility."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from feed.shelf import api as shelf
from intranet.api import Conflict, Problem, Text, page_of
from intranet.people.models import Community
from intranet.people.vocabulary import tags_at
from intranet.text import MAX_PAGE
from wiki import actions
from wiki.answers import file_answer, refusals
from wiki.care import api as care
from wiki.deadlinks import api as deadlinks
from wiki.downloads import document, zipped_page, zipped_section
from wiki.drafting import api as drafting
from wiki.history import api as history
from wiki.links import page_url
from wiki.models import VersionNote, WikiPage
from wiki.patterns.reading import section_patterns, shipped
from wiki.reactions import api as reactions
from wiki.rendering import render_for_reading
from wiki.tree import api as tree

router = Router()
router.add_router("", care.router)
router.add_router("", history.router)
router.add_router("", reactions.router)
router.add_router("", tree.router)
router.add_router("", drafting.page_router)
render_router = Router()
section_router = Router()
section_router.add_router("", deadlinks.router)
section_router.add_router("", shelf.router)
section_router.add_router("", tree.section_router)
MAX_ID = 2**63 - 1
PAGE_ORDER = ("-edited_at", "-pk")


class PageSummary(care.CareOut):
    """A page as a list has it."""

    id: int
    title: str
    url: str
    address: str
    community: str
    parent: int | None
    language: str
    tags: list[str]
    version: int
    revision: int | None
    edited_at: datetime
    edited_by: str | None


class PageOut(PageSummary):
    """A page with its text."""

    markdown: str
    html: str


class PagesOut(Schema):
    """A page of pages."""

    items: list[PageSummary]
    next_cursor: str | None


class PageNew(Schema):
    """A page to be written: below `parent`, or at the top of `community` (its slug)."""

    model_config = ConfigDict(extra="forbid")

    title: Text = Field(max_length=2_000)
    markdown: Text = Field("", max_length=MAX_PAGE)
    community: Text = Field("", max_length=80)
    parent: int | None = Field(None, ge=1, le=MAX_ID)
    tags: list[Text] = Field([], max_length=30)
    language: Text = Field("", max_length=2)
    summary: Text = Field("", max_length=200)


class PageChange(Schema):
    """A change of a page; what is left out stays as it is.

    A change of title, text, tags or language is made upon the revision `base_revision`. `owner` is a handle,
    `owner_community` a slug, null for nobody; `review_on` goes with the interval `date`.
    """

    model_config = ConfigDict(extra="forbid")

    base_revision: int | None = Field(None, ge=1, le=MAX_ID)
    title: Text | None = Field(None, max_length=2_000)
    markdown: Text | None = Field(None, max_length=MAX_PAGE)
    tags: list[Text] | None = Field(None, max_length=30)
    language: Text | None = Field(None, max_length=2)
    summary: Text = Field("", max_length=200)
    minor: bool = False
    parent: int | None = Field(None, ge=1, le=MAX_ID)
    owner: Text | None = Field(None, max_length=254)
    owner_community: Text | None = Field(None, max_length=80)
    interval: Literal["never", "1", "3", "6", "12", "date"] | None = None
    review_on: date | None = None


class BoxChange(Schema):
    """Whether a box of a task list is ticked, as seen in the revision `base_revision`."""

    model_config = ConfigDict(extra="forbid")

    base_revision: int = Field(ge=1, le=MAX_ID)
    done: bool


class ConflictProblem(Problem):
    """409: the change overlaps with a newer one; nothing was saved."""

    base: str
    mine: str
    theirs: str
    revision: int


class ListIn(Schema):
    """Which pages."""

    cursor: Text = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)
    community: Text = Field("", max_length=80)
    tag: Text = Field("", max_length=64)
    status: Text = Field("", max_length=10)
    owner: Text = Field("", max_length=60)


class ExportIn(Schema):
    """What of a page."""

    format: Literal["markdown", "pdf"] = "markdown"
    below: bool = False


class TemplateIn(Schema):
    """What the titles of pages begin with that are made from a template."""

    model_config = ConfigDict(extra="forbid")

    title: Text = Field("", max_length=2_000)


class TemplateOut(Schema):
    """A template with its placeholders; `key` is the page's number, or the name of one that comes with the house."""

    key: str
    name: str
    title: str
    body: str
    tags: list[str]
    language: str


class RenderIn(Schema):
    """A text to be rendered as a page of a community (its slug)."""

    model_config = ConfigDict(extra="forbid")

    markdown: Text = Field(max_length=MAX_PAGE)
    community: Text = Field("", max_length=80)


class RenderOut(Schema):
    """What the page would show."""

    html: str


@contextmanager
def found() -> Iterator[None]:
    """Answer 404 for what an action does not find for this person."""
    try:
        yield
    except ObjectDoesNotExist:
        raise Http404 from None


def _pages(request: HttpRequest) -> Any:
    pages = WikiPage.objects.visible_to(request.user).select_related("community", "edited_by")
    return care.with_care(pages, request.user)


def summary(page: WikiPage) -> dict[str, Any]:
    """Return a page as programs know it."""
    return {
        "id": page.pk, "title": page.title, "url": page_url(page.address), "address": page.address,
        "community": page.community.slug, "parent": page.parent_page_id if page.crumbs else None,
        "language": page.language, "tags": [tag["name"] for tag in page.tag_names], "version": page.version,
        "revision": page.live_revision_id, "edited_at": page.edited_at,
        "edited_by": page.edited_by.handle if page.edited_by else None, **care.summary(page),
    }  # fmt: skip


def whole(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Return a page with its text as programs know it, 404 for one the person may not read."""
    page = get_object_or_404(_pages(request), pk=pk)
    return {**summary(page), "markdown": page.body, "html": page.html}


def _id(pk: int) -> int:
    if not 0 < pk <= MAX_ID:
        raise Http404
    return pk


@router.get("", response={200: PagesOut, 400: Problem}, tags=["pages"])
def list_pages(request: HttpRequest, which: Query[ListIn]) -> Any:
    """List the pages you may read, the last changed first."""
    rows = _pages(request).defer("body", "html", "plain", "contents")
    if which.community:
        rows = rows.filter(community__slug=which.community)
    if which.tag:
        rows = rows.filter(tag_links__tag__in=tags_at(request.user, which.tag).values("pk")[:1])
    rows = care.narrow(rows, request.user, which.status, which.owner)
    items, cursor = page_of(rows, PAGE_ORDER, types=(datetime, int), cursor=which.cursor, limit=which.limit)
    return {"items": [summary(page) for page in items], "next_cursor": cursor}


@router.post("", response={201: PageOut, 403: Problem, 404: Problem, 422: Problem}, tags=["pages"])
def create_page(request: HttpRequest, data: PageNew) -> Any:
    """Write a new page."""
    with found():
        community = Community.objects.visible_to(request.user).get(slug=data.community) if data.community else None
        parent = _pages(request).get(pk=data.parent) if data.parent else None
        page = actions.create_page(
            actor=request.user, community=community, parent=parent, title=data.title, body=data.markdown,  # type: ignore[arg-type]
            tags=data.tags, language=data.language, summary=data.summary,
        )  # fmt: skip
    return Status(201, whole(request, page.pk))


@router.get("/{pk}", response={200: PageOut, 404: Problem}, tags=["pages"])
def get_page(request: HttpRequest, pk: int) -> Any:
    """Return a page with its text; `revision` is what a change is based on."""
    return whole(request, _id(pk))


@router.patch(
    "/{pk}", response={200: PageOut, 403: Problem, 404: Problem, 409: ConflictProblem, 422: Problem}, tags=["pages"]
)
def change_page(request: HttpRequest, pk: int, data: PageChange) -> Any:
    """Change a page. A newer change elsewhere in the text is merged; one in the same place answers 409 with both texts."""
    with found():
        page = _pages(request).get(pk=_id(pk))
        if data.model_fields_set & TEXT_FIELDS:
            _save(request, page, data)
        care.change(request.user, page.pk, data.model_dump(include=set(care.FIELDS & data.model_fields_set)))
        if data.parent:
            actions.move_page(actor=request.user, page=page, parent=_pages(request).get(pk=data.parent))  # type: ignore[arg-type]
    return whole(request, pk)


TEXT_FIELDS = frozenset({"base_revision", "title", "markdown", "tags", "language", "summary", "minor"})


def _save(request: HttpRequest, page: WikiPage, data: PageChange) -> None:
    """Save what a change says about the text. Raises Conflict when somebody changed the same place meanwhile."""
    if data.base_revision is None:
        raise ValidationError({"base_revision": _("Say which revision the change is made upon.")})
    base = VersionNote.objects.select_related("revision").filter(page=page, revision_id=data.base_revision).first()
    body = (
        data.markdown
        if data.markdown is not None
        else (base.revision.content["body"] if base and base.revision else page.body)
    )
    result = actions.save_page(
        actor=request.user, page=page, base_revision_id=data.base_revision, title=data.title, body=body,  # type: ignore[arg-type]
        tags=data.tags, summary=data.summary, is_minor=data.minor, language=data.language,
    )  # fmt: skip
    if isinstance(result, actions.Conflict):
        raise Conflict(
            "Somebody changed the same place meanwhile. Nothing was saved.",
            base=result.base, mine=result.mine, theirs=result.theirs, revision=result.revision_id,
        )  # fmt: skip


@router.put("/{pk}/boxes/{box}", response={200: PageOut, 403: Problem, 404: Problem, 422: Problem}, tags=["pages"])
def tick_box(request: HttpRequest, pk: int, box: int, data: BoxChange) -> Any:
    """Tick the box of this number (from 0) in the page's task lists, or take its tick away: a minor change."""
    with found():
        actions.tick_box(
            actor=request.user, page=_id(pk), base_revision_id=data.base_revision, box=box, is_done=data.done,  # type: ignore[arg-type]
        )  # fmt: skip
    return whole(request, pk)


@router.delete("/{pk}", response={204: None, 403: Problem, 404: Problem}, tags=["pages"])
def delete_page(request: HttpRequest, pk: int) -> Any:
    """Put a page and those below it into the trash."""
    with found():
        actions.trash_page(actor=request.user, page=_id(pk))  # type: ignore[arg-type]
    return Status(204, None)


@router.get("/{pk}/export", tags=["pages"], openapi_extra=file_answer("application/zip", "application/pdf"))
def export_page(request: HttpRequest, pk: int, which: Query[ExportIn]) -> Any:
    """Return a page as a zip of Markdown and files (`below`: with the pages below it), or as PDF."""
    page = get_object_or_404(_pages(request), pk=_id(pk))
    with refusals():
        if which.format == "pdf":
            return document(request.user, page)
        return zipped_page(request.user, page, below=which.below)


@section_router.get("/{slug}/export", tags=["pages"], openapi_extra=file_answer("application/zip"))
def export_community(request: HttpRequest, slug: Text) -> Any:
    """Return the pages of a community as a zip of Markdown and files."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    with refusals():
        return zipped_section(request.user, community)


@section_router.get("/{slug}/templates", response={200: list[TemplateOut], 404: Problem}, tags=["pages"])
def list_templates(request: HttpRequest, slug: Text) -> Any:
    """List what a new page in this community can begin with: its own templates, then those of the house."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    ours = shipped(request.user.language or "en")  # type: ignore[union-attr]
    return [asdict(pattern) for pattern in (*section_patterns(request.user, community.pk), *ours)]


@router.put("/{pk}/template", response={204: None, 403: Problem, 404: Problem, 422: Problem}, tags=["pages"])
def put_template(request: HttpRequest, pk: int, data: TemplateIn) -> Any:
    """Offer a page as a template of its community."""
    with found():
        actions.mark_template(actor=request.user, page=_id(pk), title_pattern=data.title)  # type: ignore[arg-type]
    return Status(204, None)


@router.delete("/{pk}/template", response={204: None, 403: Problem, 404: Problem}, tags=["pages"])
def delete_template(request: HttpRequest, pk: int) -> Any:
    """Offer a page as a template no longer."""
    with found():
        actions.unmark_template(actor=request.user, page=_id(pk))  # type: ignore[arg-type]
    return Status(204, None)


@render_router.post("", response={200: RenderOut, 404: Problem, 422: Problem}, tags=["pages"])
def render_text(request: HttpRequest, data: RenderIn) -> Any:
    """Return what a page with this text would show."""
    with found():
        community = Community.objects.visible_to(request.user).get(slug=data.community) if data.community else None
    return {"html": render_for_reading(data.markdown, community.pk if community else 0, request.user)}
