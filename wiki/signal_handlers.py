"""Wagtail's admin changes a page: the same consequences as when our own actions do."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Revision
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from intranet.activity.actions import record
from intranet.text import TextTooLong
from wiki.actions.rules import address_of, crumbs_below, lock_place
from wiki.actions.tree import set_address
from wiki.care.confirming import note_save
from wiki.compare import compare
from wiki.models import VersionNote, WikiPage
from wiki.refresh import bind_waiting_links, follow_title, refresh_sources, update_crumbs
from wiki.titles import title_key
from wiki.writing import TEXT_COLUMNS, known_links, render_into, store_links, version_columns, write_columns


def fill_published(sender: type, instance: Any, revision: Revision, **kwargs: Any) -> None:
    """A page was published in the admin: render it, keep its links, note the version, tell the diary."""
    if not isinstance(instance, WikiPage):
        return
    from wiki.links import HouseResolver

    with transaction.atomic():
        page = WikiPage.objects.select_related("community").get(pk=instance.pk)
        last = VersionNote.objects.filter(page=page).select_related("revision").order_by("-number").first()
        before = last.revision.content if last and last.revision else {}
        resolver = HouseResolver(page.community_id, page_id=page.pk, known=known_links(page.pk))
        try:
            store_links(page, render_into(page, resolver), resolver)
        except TextTooLong:
            page.html = ""
        page.title_key = title_key(page.title)
        page.tag_names = [{"name": tag.name, "slug": tag.slug} for tag in page.tags.order_by("name")]
        version_columns(page, revision.user, revision.created_at or timezone.now())
        if not VersionNote.objects.filter(revision=revision).exists():
            page.version += 1
            page.major_version = page.version
            difference = compare(before.get("body", ""), page.body, context=0)
            VersionNote.objects.create(
                revision=revision, page_id=page.pk, number=page.version, author=revision.user,
                created_at=revision.created_at, added=difference.added, removed=difference.removed,
            )  # fmt: skip
        write_columns(page, TEXT_COLUMNS)
        note_save(page, revision.user, page.edited_at)
        verb = "page.edited" if last else "page.published"
        record(
            actor=revision.user, verb=verb, object=page, community_id=page.community_id, data={"version": page.version}
        )
        if before.get("title", page.title) != page.title:
            follow_title(page, before["title"], actor=revision.user)
        bind_waiting_links(page)


def follow_move(sender: type, instance: Any, parent_page_after: Any, **kwargs: Any) -> None:
    """A page was moved in the admin: addresses, community and paths of the whole subtree follow."""
    page = WikiPage.objects.select_related("community").filter(pk=instance.pk).first()
    if page is not None:
        with transaction.atomic():
            place_again(page)


def follow_slug(sender: type, instance: Any, **kwargs: Any) -> None:
    """The last part of a page's address was changed in the admin."""
    follow_move(sender, instance, None)


def place_again(page: WikiPage) -> None:
    """Bring what is stored about a page's place in line with the tree."""
    from feed.models import Attachment

    place = lock_place(page.get_parent())
    below = WikiPage.objects.filter(path__startswith=page.path)
    ids = list(below.values_list("pk", flat=True))
    if page.community_id != place.community_id:
        WikiPage.objects.filter(pk__in=ids).update(community_id=place.community_id)
        Attachment.objects.filter(page_id__in=ids).update(community_id=place.community_id)
    old_parent, page.parent_page_id, page.crumbs = page.parent_page_id, place.pk, crumbs_below(place)
    page.community_id = place.community_id
    write_columns(page, ("parent_page_id", "crumbs"))
    set_address(page, f"{address_of(place)}/{page.slug}")
    update_crumbs(page)
    data = {"from_parent": old_parent, "to_parent": place.pk, "pages": len(ids)}
    record(actor=None, verb="page.moved", object=page, community_id=place.community_id, data=data)
    refresh_sources(ids)


def follow_unpublished(sender: type, instance: Any, **kwargs: Any) -> None:
    """A page was unpublished in the admin: for readers it is gone, and links to it turn red."""
    page = WikiPage.objects.filter(pk=instance.pk).first()
    if page is not None:
        record(actor=None, verb="page.trashed", object=page, community_id=page.community_id, data={"pages": 1})


def connect() -> None:
    """Listen; called once by `apps.py`."""
    page_published.connect(fill_published, sender=WikiPage, dispatch_uid="wiki.fill_published")
    post_page_move.connect(follow_move, sender=WikiPage, dispatch_uid="wiki.follow_move")
    page_slug_changed.connect(follow_slug, sender=WikiPage, dispatch_uid="wiki.follow_slug")
    page_unpublished.connect(follow_unpublished, sender=WikiPage, dispatch_uid="wiki.follow_unpublished")
