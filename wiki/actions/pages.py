"""A page is written: created, saved, merged, restored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from feed.actions import attach_to_page
from intranet.activity.actions import record
from intranet.activity.models import Activity
from intranet.people.models import Community, User
from intranet.text import TextTooLong
from wiki.actions.rooms import LiveText, RoomSave, room_of_save
from wiki.actions.rules import (
    Place,
    address_of,
    choose_slug,
    clean_body,
    clean_summary,
    community_of,
    crumbs_below,
    lock_page,
    lock_place,
    require_free_title,
    require_writer,
)
from wiki.actions.sections import ensure_section
from wiki.care.confirming import note_save
from wiki.harvest import publishing as harvesting
from wiki.links import HouseResolver
from wiki.merge import merge
from wiki.models import Draft, VersionNote, WikiPage
from wiki.refresh import bind_waiting_links, follow_title
from wiki.titles import clean_tags, clean_title, slug_of, title_key
from wiki.writing import (
    TEXT_COLUMNS,
    Change,
    known_links,
    lock_tree,
    lock_tree_to_rename,
    new_node,
    render_into,
    store_links,
    store_tags,
    write_columns,
    write_version,
)


@dataclass(frozen=True, slots=True)
class Saved:
    """The text is the page now. `merged_with` names whose change was merged in; `is_new` is False when nothing changed."""

    page: WikiPage
    version: int
    is_new: bool = True
    merged_with: User | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two people changed the same lines; nothing was saved, `mine` is kept as the actor's draft.

    `base` is the version both began with. `revision_id` is theirs: what the resolved text is to be saved upon.
    """

    page: WikiPage
    base: str
    mine: str
    theirs: str
    title: str
    their_title: str
    base_revision_id: int | None
    revision_id: int
    author: User | None


def at_or_now(at: datetime | None) -> datetime:
    """Return the time a thing happened: now, unless a history is being told."""
    return at or timezone.now()


def backdate(activity: Activity, at: datetime | None) -> None:
    """Let the diary tell of the past, for imported and made-up histories."""
    if at is not None:
        Activity.objects.filter(pk=activity.pk).update(created_at=at)


def fill_in(page: WikiPage, tags: list[str], actor: User | None) -> HouseResolver:
    """Render the page and write its links and tags; the actor's fresh uploads in it become the page's."""
    resolver = HouseResolver(page.community_id, page_id=page.pk, known=known_links(page.pk if page.version else None))
    try:
        rendered = render_into(page, resolver)
    except TextTooLong as error:
        raise ValidationError({"body": str(error)}) from error
    store_links(page, rendered, resolver)
    store_tags(page, tags, rendered.tags)
    if actor is not None:
        attach_to_page(actor=actor, page=page, body=page.body)
    return resolver


@transaction.atomic
def create_page(
    *,
    actor: User,
    community: Community | None = None,
    parent: Place | Page | int | None = None,
    title: str,
    body: str = "",
    tags: Sequence[str] | str = (),
    summary: str = "",
    language: str = "",
    slug: str = "",
    draft_id: int | None = None,
    agreed: str = "",
    at: datetime | None = None,
) -> WikiPage:
    """Create a page below `parent`, or at the top of `community`'s section.

    A draft made of a conversation (`wiki.harvest`) credits who is quoted; `agreed` is what its author was told of its
    readers. Raises DoesNotExist (a place the actor cannot see), PermissionDenied, ValidationError by field.
    """
    lock_tree(growing=True)
    if parent is None:
        if community is None:
            raise ValidationError({"parent": _("Choose where the page belongs.")})
        require_writer(actor, community)
        parent = ensure_section(community, actor=actor)
    place = lock_place(parent)
    require_writer(actor, community_of(place))
    title, body, names = clean_title(title), clean_body(body), clean_tags(tags)
    require_free_title(place.pk, title)
    harvest = harvesting.require_publishable(actor, draft_id, body, community_of(place), agreed)
    people = harvesting.credited(harvest, actor, community_of(place)) if harvest else []
    page = _new_page(place, title, slug_of(slug or title), actor)
    page.body, page.language = body, language if language in WikiPage.Language.values else _language(actor)
    moment = at_or_now(at)
    new_node(place, page, at=moment)
    resolver = fill_in(page, names, actor)
    change = Change(actor=actor, at=moment, summary=clean_summary(summary), together=people)
    write_version(page, change, old_body="", action="wagtail.create")
    write_columns(page, TEXT_COLUMNS)
    if harvest:
        harvesting.settle(actor=actor, harvest=harvest, page=page, people=people)
    if draft_id:
        Draft.objects.filter(pk=draft_id, author=actor, page__isnull=True).delete()
    activity = record(
        actor=actor,
        verb="page.published",
        object=page,
        community_id=page.community_id,
        data={"version": page.version, "mentions": resolver.mentioned},
    )
    backdate(activity, at)
    bind_waiting_links(page)
    return page


def _new_page(place: Place, title: str, slug: str, owner: User | None) -> WikiPage:
    slug = choose_slug(place, slug)
    return WikiPage(
        title=title,
        slug=slug,
        community=place.community,
        address=f"{address_of(place)}/{slug}",
        crumbs=crumbs_below(place),
        owner=owner,
        live=True,
    )


def _language(actor: User) -> str:
    code = (actor.language or "")[:2]
    return code if code in WikiPage.Language.values else WikiPage.Language.FI


@transaction.atomic
def save_page(
    *,
    actor: User,
    page: WikiPage | int,
    base_revision_id: int | None,
    title: str | None = None,
    body: str,
    tags: Sequence[str] | str | None = None,
    summary: str = "",
    is_minor: bool = False,
    language: str | None = None,
    live: LiveText | None = None,
    at: datetime | None = None,
) -> Saved | Conflict:
    """Save a text that was written upon the version `base_revision_id`; None for title, tags, language keeps them.

    A newer version by somebody else is merged when the changes do not overlap; when they do, nothing is saved and the
    three texts come back. What was written together with others (`live`) is one document with theirs and overlaps with
    nothing they saved. Raises DoesNotExist, PermissionDenied, ValidationError by field.
    """
    lock_tree_to_rename(page if isinstance(page, int) else page.pk, title)
    current = lock_page(actor, page)
    mine = _Mine(
        title=current.title if title is None else clean_title(title),
        body=clean_body(body),
        tags=chosen_tags(current.tag_names) if tags is None else clean_tags(tags),
        language=language if language in WikiPage.Language.values else current.language,
    )
    merged_with: VersionNote | None = None
    room = room_of_save(current, live, mine.body)
    # What a browser says of its base is not enough for a room: its document may be behind what it has heard of.
    if (room or base_revision_id != current.live_revision_id) and mine.body != current.body:
        outcome = _merge(actor, current, base_revision_id, mine, room)
        if isinstance(outcome, Conflict):
            return outcome
        mine, merged_with = outcome
    elif base_revision_id != current.live_revision_id:
        mine = _keep_theirs(version_content_of(current, base_revision_id), mine, current)
    if mine == _Mine(current.title, current.body, chosen_tags(current.tag_names), current.language):
        # A room in which everybody's words are those of the page needs nothing of this save.
        Draft.objects.filter(author=actor, page=current).delete()
        return Saved(current, current.version, is_new=False)
    if title_key(mine.title) != current.title_key:
        require_free_title(current.parent_page_id, mine.title, own=current.pk)
    change = Change(
        actor=actor,
        at=at_or_now(at),
        summary=clean_summary(summary),
        is_minor=is_minor,
        merged_with_id=merged_with.pk if merged_with else None,
        together=room.together(actor) if room else [],
    )
    put_text(current, mine.title, mine.body, mine.tags, mine.language, change, told_at=at)
    if room:
        room.settle(current)
    Draft.objects.filter(author=actor, page=current).delete()
    return Saved(current, current.version, merged_with=merged_with.author if merged_with else None)


@dataclass(frozen=True, slots=True)
class _Mine:
    title: str
    body: str
    tags: list[str]
    language: str


def chosen_tags(tag_names: list[dict[str, Any]]) -> list[str]:
    """Return the tags of the field, without those that stand in the text."""
    return [tag["name"] for tag in tag_names if not tag.get("inline")]


def put_text(
    page: WikiPage,
    title: str,
    body: str,
    tags: list[str],
    language: str,
    change: Change,
    *,
    verb: str = "page.edited",
    told_at: datetime | None = None,
) -> None:
    """Make this the text of a locked page: version, links, tags, diary; other pages follow a new title."""
    old_title, old_body = page.title, page.body
    page.title, page.title_key, page.body, page.language = title, title_key(title), body, language
    resolver = fill_in(page, tags, change.actor)
    write_version(page, change, old_body=old_body, action="wagtail.edit")
    write_columns(page, TEXT_COLUMNS)
    note_save(page, change.actor, change.at)
    data = {"version": page.version, "minor": change.is_minor, "mentions": resolver.mentioned}
    if title != old_title:
        data["old_title"] = old_title
    if page.untagged:
        data["untagged"] = page.untagged
    activity = record(actor=change.actor, verb=verb, object=page, community_id=page.community_id, data=data)
    backdate(activity, told_at)
    if title != old_title:
        follow_title(page, old_title, actor=change.actor)
        bind_waiting_links(page)


def version_content_of(page: WikiPage, revision_id: int | None) -> dict[str, Any]:
    """Return the contents of one of the page's own versions, {} when there is none of that number."""
    if not revision_id:
        return {}
    note = VersionNote.objects.filter(page_id=page.pk, revision_id=revision_id).values("revision__content").first()
    return note["revision__content"] if note else {}


def _keep_theirs(base: dict[str, Any], mine: _Mine, current: WikiPage, body: str | None = None) -> _Mine:
    """Take over what only the other side changed: title, language, tags."""
    base_tags = set(base.get("tag_list", mine.tags))
    theirs = chosen_tags(current.tag_names)
    tags = [name for name in theirs if name in mine.tags or name not in base_tags]
    tags += [name for name in mine.tags if name not in tags and name not in base_tags]
    return _Mine(
        title=current.title if mine.title == base.get("title", mine.title) else mine.title,
        body=mine.body if body is None else body,
        tags=tags,
        language=current.language if mine.language == base.get("language", mine.language) else mine.language,
    )


def _merge(
    actor: User, current: WikiPage, base_id: int | None, mine: _Mine, room: RoomSave | None
) -> tuple[_Mine, VersionNote | None] | Conflict:
    """Bring mine and the newer version together."""
    base = version_content_of(current, base_id)
    base_body = base.get("body", "")
    latest = VersionNote.objects.select_related("author").filter(page_id=current.pk).order_by("-number").first()
    two_titles = len({mine.title, current.title, base.get("title", mine.title)}) == 3
    if room:
        # The room knows what its document was made of, and what others saved from it is in the document by now.
        sent, mine = mine.body, replace(mine, body=clean_body(room.text))
        base_id, base_body = room.base_revision_id, room.base_text
        if room.is_in_step and not two_titles:
            return _keep_theirs(base, mine, current), latest if mine.body != sent else None
    merged = merge(base_body, mine.body, current.body)
    if merged.text is None or two_titles:
        keep_draft(actor, current, base_id, mine.title, mine.body)
        return Conflict(
            page=current,
            base=base_body,
            mine=mine.body,
            theirs=current.body,
            title=mine.title,
            their_title=current.title,
            base_revision_id=base_id,
            revision_id=current.live_revision_id or 0,
            author=latest.author if latest else None,
        )
    return _keep_theirs(base, mine, current, clean_body(merged.text)), latest


def keep_draft(actor: User, page: WikiPage, base_id: int | None, title: str, body: str) -> Draft:
    """Keep what somebody typed as the draft of this page."""
    values = {"base_revision_id": base_id, "title": title[:255], "body": body, "updated_at": timezone.now()}
    draft, _created = Draft.objects.update_or_create(author=actor, page=page, defaults=values)
    return draft
