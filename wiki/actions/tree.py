"""A page finds another place, with everything below it; into the trash and back."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from feed.models import Attachment
from intranet.activity.actions import record
from intranet.people.models import User
from intranet.people.vocabulary import carry_words
from wiki.actions.pages import at_or_now, backdate, put_text
from wiki.actions.rules import (
    Place,
    address_of,
    choose_slug,
    crumbs_below,
    lock_page,
    lock_place,
    require_free_title,
    require_writer,
)
from wiki.links import redirect_path
from wiki.models import BY_TITLE, PageLink, WikiPage
from wiki.refresh import bind_waiting_links, refresh_pages, refresh_sources, render_again, stale_sources, update_crumbs
from wiki.titles import MAX_ADDRESS, MAX_DEPTH, clean_title, slug_of, title_key
from wiki.writing import Change, lock_tree, log, write_columns

BATCH = 500


def subtree(page: Page) -> list[int]:
    """Return the ids of a page and all below it."""
    return list(WikiPage.objects.filter(path__startswith=page.path).order_by("path").values_list("pk", flat=True))


def set_address(page: WikiPage, address: str, *, redirect: bool = True) -> None:
    """Give a page another address, and all below it; the old ones lead here from now on."""
    old = page.address
    if old == address:
        return
    below = WikiPage.objects.filter(path__startswith=page.path, trashed_at__isnull=True)
    rows = list(below.values_list("pk", "address"))
    longest = max(len(was) for _pk, was in rows) - len(old) + len(address)
    if longest > MAX_ADDRESS:
        raise ValidationError({"parent": _("This place lies too deep. Choose one nearer to the top.")})
    below.update(address=Concat(Value(address), Substr("address", len(old) + 1)))
    page.address = address
    if redirect:
        add_redirects([(pk, was, address + was[len(old) :]) for pk, was in rows])


def add_redirects(moves: list[tuple[int, str, str]]) -> None:
    """Let old addresses lead to their pages: (page id, old address, new address) each."""
    for start in range(0, len(moves), BATCH):
        part = moves[start : start + BATCH]
        paths = {redirect_path(old) for _pk, old, _new in part} | {redirect_path(new) for _pk, _old, new in part}
        Redirect.objects.filter(old_path__in=paths, site=None).delete()
        Redirect.objects.bulk_create(
            [
                Redirect(
                    old_path=redirect_path(old), redirect_page_id=pk, is_permanent=True, automatically_created=True
                )
                for pk, old, _new in part
            ]
        )


@transaction.atomic
def move_page(*, actor: User, page: WikiPage | int, parent: Place | Page | int, at: datetime | None = None) -> WikiPage:
    """Move a page with all below it to another place, which may lie in another community.

    Old addresses redirect; files follow their page into the other community. Raises ValidationError (`parent`, `title`),
    PermissionDenied when the actor may not write at both ends.
    """
    lock_tree()
    current = lock_page(actor, page)
    place = lock_place(parent)
    require_writer(actor, place.community)
    if place.pk == current.parent_page_id:
        return current
    if place.path.startswith(current.path):
        raise ValidationError({"parent": _("A page cannot lie below itself.")})
    ids = subtree(current)
    deepest = WikiPage.objects.filter(pk__in=ids).order_by("-depth").values_list("depth", flat=True)[0]
    if place.depth + 1 + deepest - current.depth > MAX_DEPTH:
        raise ValidationError({"parent": _("This place lies too deep. Choose one nearer to the top.")})
    require_free_title(place.pk, current.title)
    old_community, old_parent = current.community_id, current.parent_page_id
    _move_branch(current, place)
    if place.community_id != old_community:
        WikiPage.objects.filter(pk__in=ids).update(community_id=place.community_id)
        Attachment.objects.filter(page_id__in=ids).update(community_id=place.community_id)
        tagged = WikiPage.objects.filter(pk__in=ids, body__contains="#").values_list("body", flat=True)
        carry_words(old_community, place.community_id, tagged.iterator())
    moved: WikiPage = WikiPage.objects.select_related("community").get(pk=current.pk)
    slug = choose_slug(place, current.slug, own=current.pk)
    if slug != moved.slug:
        moved.slug = slug
        write_columns(moved, ("slug",))
    moved.crumbs, moved.parent_page_id, moved.position = crumbs_below(place), place.pk, BY_TITLE
    write_columns(moved, ("crumbs", "parent_page_id", "position"))
    set_address(moved, f"{address_of(place)}/{slug}")
    update_crumbs(moved)
    moment = at_or_now(at)
    log(moved, "wagtail.move", actor, at=moment)
    data = {"from_parent": old_parent, "to_parent": place.pk, "from_community": old_community, "pages": len(ids)}
    backdate(record(actor=actor, verb="page.moved", object=moved, community_id=moved.community_id, data=data), at)
    if place.community_id != old_community:
        refresh_pages(ids[:20])
    refresh_sources(ids)
    bind_waiting_links(moved)
    return moved


def _move_branch(page: WikiPage, place: Page) -> None:
    """Rewrite the tree's paths in SQL: three statements for a subtree of any size."""
    taken = Page.objects.filter(path__range=Page._get_children_path_interval(place.path)).order_by("-path")
    last = taken.values_list("path", flat=True).first()
    number = Page._str2int(last[len(place.path) :][: Page.steplen]) + 1 if last else 1
    new_path = Page._get_path(place.path, place.depth + 1, number)
    old_parent = Page._get_basepath(page.path, page.depth - 1)
    value = Concat(Value(new_path), Substr("path", len(page.path) + 1))
    url_path = f"{place.url_path}{page.slug}/"
    Page.objects.filter(path__startswith=page.path).update(
        depth=Length(value) / Page.steplen,
        path=value,
        url_path=Concat(Value(url_path), Substr("url_path", len(page.url_path) + 1)),
    )
    Page.objects.filter(path=old_parent).update(numchild=F("numchild") - 1)
    Page.objects.filter(pk=place.pk).update(numchild=F("numchild") + 1)


@transaction.atomic
def rename_page(
    *, actor: User, page: WikiPage | int, title: str, change_address: bool = True, at: datetime | None = None
) -> WikiPage:
    """Give a page another title: link texts that said the old one follow, its address too if asked."""
    lock_tree()
    current = lock_page(actor, page)
    title = clean_title(title)
    if title_key(title) != current.title_key:
        require_free_title(current.parent_page_id, title, own=current.pk)
    if change_address:
        place = lock_place(current.parent_page_id)
        slug = choose_slug(place, slug_of(title), own=current.pk)
        if slug != current.slug:
            old_url_path, current.slug = current.url_path, slug
            Page.objects.filter(path__startswith=current.path).update(
                url_path=Concat(Value(f"{place.url_path}{slug}/"), Substr("url_path", len(old_url_path) + 1))
            )
            write_columns(current, ("slug",))
            set_address(current, f"{address_of(place)}/{slug}")
    if title != current.title:
        tags = [tag["name"] for tag in current.tag_names if not tag.get("inline")]
        change = Change(actor=actor, at=at_or_now(at), is_minor=True, summary=_("Renamed"))
        put_text(current, title, current.body, tags, current.language, change, told_at=at)
    refresh_sources(subtree(current))
    return current


@transaction.atomic
def trash_page(*, actor: User, page: WikiPage | int, at: datetime | None = None) -> WikiPage:
    """Put a page with all below it into the trash: read by nobody, restored by those who could read it."""
    lock_tree()
    current = lock_page(actor, page)
    moment = at_or_now(at)
    tree = WikiPage.objects.filter(path__startswith=current.path, trashed_at__isnull=True)
    ids = list(tree.values_list("pk", flat=True))
    sources = list(stale_sources(WikiPage.objects.filter(pk__in=ids)).exclude(source_id__in=ids))
    # The addresses become free for others; `~12/` in front keeps the old one for the way back.
    mark = f"~{current.pk}/"
    WikiPage.objects.filter(pk__in=ids).exclude(pk=current.pk).update(trashed_under=current)
    WikiPage.objects.filter(pk__in=ids).update(
        trashed_at=moment, trashed_by=actor, address=Concat(Value(mark), F("address"))
    )
    Page.objects.filter(pk__in=ids).update(live=False)
    Page.objects.filter(pk=current.pk).update(slug=f"trashed-{current.pk}")
    PageLink.objects.filter(target_id__in=ids).exclude(source_id__in=ids).update(target=None)
    log(current, "wagtail.unpublish", actor, at=moment)
    data = {"pages": len(ids)}
    backdate(record(actor=actor, verb="page.trashed", object=current, community_id=current.community_id, data=data), at)
    refresh_pages(sources[:20])
    current.refresh_from_db()
    return current


@transaction.atomic
def untrash_page(*, actor: User, page: WikiPage | int, at: datetime | None = None) -> WikiPage:
    """Bring a page back to its place with what was trashed along with it.

    Raises ValidationError when its place is in the trash itself or its title was given away meanwhile.
    """
    lock_tree()
    current = lock_page(actor, page, trashed=True)
    if current.trashed_under_id:
        raise PermissionDenied(_("This page was trashed together with the one above it. Restore that one."))
    above = WikiPage.objects.filter(pk=current.parent_page_id).values("trashed_at", "title").first()
    if above and above["trashed_at"]:
        words = _("“%(title)s”, where this page belongs, is in the trash too. Restore it first.")
        raise ValidationError({"parent": words % {"title": above["title"]}})
    place = lock_place(current.parent_page_id)
    require_free_title(place.pk, current.title, own=current.pk)
    taken_along = WikiPage.objects.filter(trashed_under=current).values_list("pk", flat=True)
    ids = [current.pk, *taken_along]
    mark = len(f"~{current.pk}/")
    was = current.address[mark:]
    slug = choose_slug(place, was.rsplit("/", 1)[-1], own=current.pk)
    address = f"{address_of(place)}/{slug}"
    WikiPage.objects.filter(pk__in=ids).update(
        trashed_at=None,
        trashed_by=None,
        trashed_under=None,
        address=Concat(Value(address), Substr("address", mark + len(was) + 1)),
    )
    Page.objects.filter(pk__in=ids).update(live=True)
    Page.objects.filter(pk=current.pk).update(slug=slug)
    back: WikiPage = WikiPage.objects.select_related("community").get(pk=current.pk)
    back.crumbs = crumbs_below(place)
    write_columns(back, ("crumbs",))
    update_crumbs(back)
    moment = at_or_now(at)
    log(back, "wagtail.publish", actor, at=moment)
    data = {"pages": len(ids)}
    backdate(record(actor=actor, verb="page.untrashed", object=back, community_id=back.community_id, data=data), at)
    render_again(back)
    for restored in WikiPage.objects.select_related("community").filter(pk__in=ids[:20]):
        bind_waiting_links(restored)
    return back
