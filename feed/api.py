"""Posts, the home feed, files and tags for programs: the same actions, the same visibility."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field
from wagtail.models import Page

from feed import actions, mention_api
from feed.linkcards import api as linkcards
from feed.linkcards.showing import with_cards
from feed.models import Attachment, Post, Reaction
from feed.querysets import ORDER_COLUMN, Order
from feed.rows import is_unread
from feed.views.files import markdown_of
from feed.views.lists import home_threads
from feed.views.shared import get_post
from intranet.api import Problem, Text, page_of
from intranet.paging import BadCursor, decode_pair, encode_pair
from intranet.people.models import Community
from intranet.people.vocabulary import names_meant

router = Router(tags=["posts"])
router.add_router("", linkcards.router)
feed_router = Router(tags=["posts"])
files_router = Router(tags=["files"])
tags_router = Router(tags=["tags"])
feed_router.add_router("", mention_api.router)

NEWEST = ("-created_at", "-id")
BIGGEST = 2**63 - 1
Pk = Annotated[int, Field(ge=1, le=BIGGEST)]
Kind = Literal["thanks", "agree", "love", "celebrate", "more"]
REFUSALS = {403: Problem, 404: Problem, 422: Problem}


class AuthorOut(Schema):
    """Who said it."""

    handle: str
    name: str
    is_guest: bool


class FileOut(Schema):
    """A file, and how a text shows it."""

    id: UUID
    name: str
    content_type: str
    size: int
    width: int | None
    height: int | None
    url: str
    markdown: str

    @staticmethod
    def resolve_url(file: Attachment) -> str:
        """Return the address it is served at."""
        return file.get_absolute_url()

    @staticmethod
    def resolve_markdown(file: Attachment) -> str:
        """Return the Markdown that shows it."""
        return markdown_of(file)


class PostOut(Schema):
    """A post; `thread` and `reply_to` are empty for the first one of a thread."""

    id: int
    community: str
    author: AuthorOut
    thread: int | None = Field(None, alias="thread_id")
    reply_to: int | None
    about_page: int | None
    body: str
    html: str
    created_at: datetime
    edited_at: datetime | None
    last_activity_at: datetime
    reply_count: int
    reactions: dict[str, int] = Field(alias="reaction_counts")
    kind: str
    # What belongs to the kind: choices and numbers of a poll, the reply that answers a question, who is praised.
    details: dict[str, Any] | None = Field(None, alias="facts")
    tags: list[str]
    files: list[FileOut]
    cards: list[linkcards.CardOut] = Field([], alias="shown_cards")
    url: str

    @staticmethod
    def resolve_community(post: Any) -> str:
        """Return the community's slug."""
        return str(post.community.slug)

    @staticmethod
    def resolve_reply_to(post: Any) -> int | None:
        """Return what it answers: a reply, or the thread's first post."""
        return post.parent_id or post.thread_id  # type: ignore[no-any-return]

    @staticmethod
    def resolve_about_page(post: Any) -> int | None:
        """Return the wiki page it is about, to those who may read it."""
        return post.about_page_id if post.page_address else None

    @staticmethod
    def resolve_body(post: Any) -> str:
        """Return the text, nothing of a deleted one."""
        return "" if post.deleted_at else post.body

    @staticmethod
    def resolve_html(post: Any) -> str:
        """Return the HTML, nothing of a deleted one."""
        return "" if post.deleted_at else post.html

    @staticmethod
    def resolve_details(post: Any) -> dict[str, Any] | None:
        """Return what belongs to the kind, nothing of a deleted one."""
        return None if post.deleted_at else post.facts

    @staticmethod
    def resolve_tags(post: Any) -> list[str]:
        """Return the tags' names, none of a deleted one."""
        return [] if post.deleted_at else sorted(link.tag.name for link in post.tag_links.all())

    @staticmethod
    def resolve_files(post: Any) -> list[Attachment]:
        """Return the files that are still there."""
        return list(post.attachments.all())

    @staticmethod
    def resolve_url(post: Any) -> str:
        """Return the address people read it at."""
        return str(post.get_absolute_url())


class PostsOut(Schema):
    """A page of posts."""

    items: list[PostOut]
    next_cursor: str | None


class FeedItemOut(PostOut):
    """A thread of the home feed."""

    unread: bool


class FeedOut(Schema):
    """A page of the home feed."""

    items: list[FeedItemOut]
    next_cursor: str | None


class TagOut(PostsOut):
    """What carries a tag."""

    tag: str


class ListIn(Schema):
    """Which part of a list."""

    cursor: Text = Field("", max_length=600)
    limit: int = Field(50, ge=1, le=200)


class PostsIn(ListIn):
    """Which posts."""

    community: Text = Field("", max_length=80)
    author: Text = Field("", max_length=60)
    thread: Pk | None = None
    about_page: Pk | None = None


class FeedIn(Schema):
    """Which part of the home feed, and in which order."""

    cursor: Text = Field("", max_length=600)
    limit: int = Field(20, ge=1, le=100)
    order: Literal["activity", "newest"] = "activity"


class PostIn(Schema):
    """A post to be written: a thread in a `community`, or an answer (`reply_to`).

    With a `key` of yours, sending the same post again returns the first one.
    """

    model_config = ConfigDict(extra="forbid")

    body: Text
    community: Text = Field("", max_length=80)
    reply_to: Pk | None = None
    about_page: Pk | None = None
    files: list[UUID] = Field([], max_length=20)
    key: UUID | None = None


class PostChange(Schema):
    """New words for one's own post."""

    model_config = ConfigDict(extra="forbid")

    body: Text


def shaped(posts: Any, user: Any) -> Any:
    """Return a queryset with everything `PostOut` shows, in a fixed number of queries."""
    files = Prefetch("attachments", Attachment.objects.visible_to(user).order_by("name", "created_at"))
    return posts.with_page(user).select_related("community", "author").prefetch_related("tag_links__tag", files)


def one(user: Any, pk: int) -> Any:
    """Return one post with everything `PostOut` shows."""
    found = shaped(Post.objects.visible_to(user).present(), user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return with_cards(user, [found])[0]


def readable(user: Any, slug: str) -> Community:
    """Return a community `user` may read, or answer 404 like for one that does not exist."""
    found = Community.objects.visible_to(user).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


@router.get("", response={200: PostsOut, 400: Problem, 404: Problem})
def list_posts(request: HttpRequest, asked: Query[PostsIn]) -> Any:
    """List posts and replies you may read, newest first; of a community, a person, a thread, about a page."""
    rows = Post.objects.visible_to(request.user).present()
    if asked.community:
        rows = rows.filter(community=readable(request.user, asked.community))
    if asked.author:
        rows = rows.filter(author__handle=asked.author)
    if asked.thread:
        rows = rows.filter(Q(pk=asked.thread) | Q(thread=asked.thread))
    if asked.about_page:
        rows = rows.with_page(request.user).filter(about_page=asked.about_page, page_address__isnull=False)
    items, cursor = page_of(
        shaped(rows, request.user), NEWEST, types=(datetime, int), cursor=asked.cursor, limit=asked.limit
    )
    return {"items": with_cards(request.user, items), "next_cursor": cursor}


@router.post("", response={201: PostOut, **REFUSALS})
def create_post(request: HttpRequest, data: PostIn) -> Any:
    """Start a thread in a community of yours, or answer a post."""
    files = list(Attachment.objects.visible_to(request.user).filter(pk__in=data.files, uploader=request.user.pk))
    if data.reply_to:
        answered = get_post(request.user, data.reply_to)
        made = actions.reply_to_post(actor=request.user, post=answered, body=data.body, key=data.key, attachments=files)
    else:
        if not data.community:
            raise HttpError(422, "Say which community (community) or which post is answered (reply_to).")
        page = Page.objects.filter(pk=data.about_page).first() if data.about_page else None
        if data.about_page and page is None:
            raise HttpError(422, "That page is not one of this community's.")
        made = actions.publish_post(
            actor=request.user,
            community=readable(request.user, data.community),
            body=data.body,
            key=data.key,
            about_page=page,
            attachments=files,
        )
    return Status(201, one(request.user, made.pk))


@router.get("/{pk}", response={200: PostOut, 404: Problem})
def read_post(request: HttpRequest, pk: Pk) -> Any:
    """Return one post."""
    return one(request.user, pk)


@router.patch("/{pk}", response={200: PostOut, **REFUSALS})
def change_post(request: HttpRequest, pk: Pk, data: PostChange) -> Any:
    """Change your own words; what they were stays visible as an earlier version."""
    actions.edit_post(actor=request.user, post=get_post(request.user, pk), body=data.body)
    return one(request.user, pk)


@router.delete("/{pk}", response={204: None, 403: Problem, 404: Problem})
def remove_post(request: HttpRequest, pk: Pk) -> Any:
    """Delete a post of yours, or as a moderator; a stub stays where it has replies."""
    actions.delete_post(actor=request.user, post=get_post(request.user, pk))
    return Status(204, None)


@router.put("/{pk}/reactions/{kind}", response={200: PostOut, 403: Problem, 404: Problem})
def add_reaction(request: HttpRequest, pk: Pk, kind: Kind) -> Any:
    """React to a post; the same again changes nothing."""
    actions.react(actor=request.user, post=get_post(request.user, pk), kind=Reaction.Kind(kind))
    return one(request.user, pk)


@router.delete("/{pk}/reactions/{kind}", response={200: PostOut, 403: Problem, 404: Problem})
def remove_reaction(request: HttpRequest, pk: Pk, kind: Kind) -> Any:
    """Take your reaction back."""
    actions.unreact(actor=request.user, post=get_post(request.user, pk), kind=Reaction.Kind(kind))
    return one(request.user, pk)


@feed_router.get("", response={200: FeedOut, 400: Problem})
def home_feed(request: HttpRequest, asked: Query[FeedIn]) -> Any:
    """Return the threads of your communities and of the people and tags you follow, as your home shows them."""
    order: Order = asked.order
    try:
        before = decode_pair(asked.cursor) if asked.cursor else None
    except BadCursor as error:
        raise HttpError(400, "The cursor is not valid.") from error
    rows = list(home_threads(request, order, before, asked.limit + 1).thread_rows(request.user))
    cursor = None
    if len(rows) > asked.limit:
        rows = rows[: asked.limit]
        cursor = encode_pair(rows[-1][ORDER_COLUMN[order]], rows[-1]["id"])
    unread = {row["id"]: is_unread(row) for row in rows}
    posts = shaped(Post.objects.visible_to(request.user), request.user).in_bulk(list(unread))
    items = with_cards(request.user, [posts[pk] for pk in unread if pk in posts])
    for item in items:
        item.unread = unread[item.pk]
    return {"items": items, "next_cursor": cursor}


@files_router.post("", response={201: FileOut, **REFUSALS})
def create_file(request: HttpRequest, file: File[UploadedFile], community: Form[Text]) -> Any:
    """Put a file into a community of yours; nobody else sees it until a post or page uses it."""
    place, name = readable(request.user, community), file.name or ""
    return Status(201, actions.add_file(actor=request.user, community=place, file=file.file, name=name))


@tags_router.get("/{tag}", response={200: TagOut, 400: Problem, 404: Problem})
def posts_of_tag(request: HttpRequest, tag: Text, asked: Query[ListIn]) -> Any:
    """List the posts with a tag that you may read, newest first. A tag you see nothing of does not exist for you."""
    named = names_meant(request.user, tag)
    rows = Post.objects.visible_to(request.user).present().filter(tag_links__tag__in=[pk for pk, _name in named])
    items, cursor = page_of(
        shaped(rows, request.user), NEWEST, types=(datetime, int), cursor=asked.cursor, limit=asked.limit
    )
    if not items and not asked.cursor:
        raise Http404
    return {"tag": named[0][1].lower(), "items": with_cards(request.user, items), "next_cursor": cursor}
