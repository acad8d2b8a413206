"""Pages come in from elsewhere, many at once; a second import finds the first one's pages by where they came from.

In two steps, because pages name each other: `place_import` makes room for a page (nobody sees it yet), `fill_import`
gives it its text when all addresses are known. A process that dies between the two goes on with the next run.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from wagtail.models import Page

from feed.actions import attach_to_page
from intranet.activity.actions import record
from intranet.people.models import User
from intranet.text import TextTooLong, clean_text
from wiki.actions.pages import at_or_now, backdate
from wiki.actions.rules import Place, address_of, choose_slug, clean_body, crumbs_below, lock_place, require_writer
from wiki.links import ImportResolver
from wiki.models import WikiPage
from wiki.refresh import update_crumbs
from wiki.titles import MAX_TITLE, clean_tags, clean_title, slug_of, source_key, title_key
from wiki.writing import (
    TEXT_COLUMNS,
    Change,
    known_links,
    lock_row,
    lock_tree,
    new_node,
    render_into,
    store_links,
    store_tags,
    write_columns,
    write_version,
)

# Of what a file says of its authors.
CREDITED, MAX_NAME = 20, 80

Outcome = Literal["created", "changed", "unchanged"]


def find_import(community_id: int, source: str) -> WikiPage | None:
    """Return the page that came from `source` into this community."""
    found: WikiPage | None = (
        WikiPage.objects.select_related("community")
        .filter(community_id=community_id, source=source_key(source), trashed_at__isnull=True)
        .first()
    )
    return found


@transaction.atomic
def place_import(
    *, actor: User, parent: Place | Page | int, source: str, title: str, slug: str = "", at: datetime | None = None
) -> WikiPage:
    """Return the page of this source, made without text and not yet shown when there is none.

    A title that the place has already gets a number behind it.
    """
    lock_tree(growing=True)
    place = lock_place_for_import(parent)
    require_writer(actor, place.community)
    if page := find_import(place.community_id, source):
        return page
    title = free_title(place.pk, clean_title(title))
    chosen = choose_slug(place, slug_of(slug or title))
    page = WikiPage(
        title=title, slug=chosen, community=place.community, address=f"{address_of(place)}/{chosen}",
        crumbs=crumbs_below(place), owner=actor, live=False, source=source_key(source), edited_by=actor,
        edited_at=at_or_now(at),
    )  # fmt: skip
    new_node(place, page, at=at_or_now(at))
    return page


def lock_place_for_import(parent: Place | Page | int) -> Place:
    """Return a place, also one that is itself still being imported."""
    pk = parent if isinstance(parent, int) else parent.pk
    lock_row(pk)
    pending = WikiPage.objects.select_related("community").filter(pk=pk, trashed_at__isnull=True).exclude(source="")
    page: WikiPage | None = pending.first()
    return page or lock_place(pk)


def free_title(parent_id: int, title: str, own: int | None = None) -> str:
    """Return the title, or with the first number behind it that makes it the only one in its place."""
    taken = set(
        WikiPage.objects.filter(parent_page_id=parent_id, trashed_at__isnull=True)
        .exclude(pk=own)
        .filter(title_key__startswith=title_key(title)[:200])
        .values_list("title_key", flat=True)
    )
    number, wanted = 2, title
    while title_key(wanted) in taken:
        wanted, number = f"{title[: MAX_TITLE - 6]} ({number})", number + 1
    return wanted


@transaction.atomic
def fill_import(
    *,
    actor: User,
    page: WikiPage,
    digest: str,
    title: str,
    body: str,
    tags: Sequence[str] = (),
    language: str = "",
    attached: Sequence[str] | None = None,
    at: datetime | None = None,
    authors: Sequence[str] | None = None,
) -> Outcome:
    """Give a placed page its text and show it. `digest` stands for all that came in: the same again changes nothing.

    `authors` are handles or mail addresses of who wrote it, the newest first; None leaves it with the actor. `attached`
    are addresses of the actor's uploads that become the page's; None: those that its text shows.
    """
    lock_row(page.pk)
    current = WikiPage.objects.select_related("community").get(pk=page.pk)
    if current.version and current.source_digest == digest:
        return "unchanged"
    is_new = current.version == 0
    old_body, old_title = current.body, current.title
    title = free_title(current.parent_page_id, clean_title(title), own=current.pk)
    current.title, current.title_key, current.body = title, title_key(title), clean_body(body)
    current.live, current.source_digest = True, digest
    current.language = language if language in WikiPage.Language.values else current.language
    resolver = ImportResolver(
        current.community_id, page_id=current.pk, known=known_links(None if is_new else current.pk)
    )
    try:
        rendered = render_into(current, resolver)
    except TextTooLong as error:
        raise ValidationError({"body": str(error)}) from error
    store_links(current, rendered, resolver)
    store_tags(current, clean_tags(tags), rendered.tags)
    attach_to_page(actor=actor, page=current, body=current.body if attached is None else "\n".join(attached))
    moment = at_or_now(at)
    write_version(
        current,
        Change(actor=actor, at=moment, summary=""),
        old_body=old_body,
        action="wagtail.create" if is_new else "wagtail.edit",
    )
    if authors:
        credit(current, actor, authors)
    write_columns(current, TEXT_COLUMNS)
    if title != old_title:
        update_crumbs(current)
    activity = record(
        actor=actor, verb="page.imported", object=current, community_id=current.community_id,
        data={"version": current.version} | ({"untagged": current.untagged} if current.untagged else {}),
    )  # fmt: skip
    backdate(activity, at)
    return "created" if is_new else "changed"


def credit(page: WikiPage, actor: User, authors: Sequence[str]) -> None:
    """Let a page name those who wrote it elsewhere: people the actor knows of by handle or address, others by that word."""
    named = [word.strip() for word in map(clean_text, authors) if word.strip() and len(word) <= MAX_NAME][:CREDITED]
    wanted = [word.lower() for word in named]
    people = User.objects.visible_to(actor).annotate(mail=Lower("email"), name_key=Lower("handle"))
    found = {
        word: pk
        for pk, mail, handle in people.filter(Q(mail__in=wanted) | Q(name_key__in=wanted)).values_list(
            "pk", "mail", "name_key"
        )
        for word in (mail, handle)
    }
    known = [found[word] for word in wanted if word in found]
    page.contributors = list(dict.fromkeys([*known, *(pk for pk in page.contributors if pk != actor.pk or not known)]))
    # An address of somebody nobody here knows is nobody's business.
    page.imported_authors = [word.replace(",", " ") for word in named if word.lower() not in found and "@" not in word]
