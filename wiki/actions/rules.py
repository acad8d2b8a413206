"""What the actions of the wiki ask before they write."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from wagtail.models import Page

from intranet.people.models import Community, Membership, User
from intranet.text import MAX_PAGE, clean_text
from wiki.models import WikiPage, WikiSection
from wiki.permissions import can_write_in
from wiki.titles import MAX_ADDRESS, MAX_DEPTH, free_slug, section_address, title_key
from wiki.writing import lock_row

Place = WikiSection | WikiPage


def lock_page(actor: User, page: WikiPage | int, *, trashed: bool = False) -> WikiPage:
    """Return the page as it is now, locked until the transaction ends.

    Raises WikiPage.DoesNotExist for what the actor may not see, PermissionDenied for what she may only read.
    """
    pk = page if isinstance(page, int) else page.pk
    lock_row(pk)
    pages = WikiPage.objects.trashed_for(actor) if trashed else WikiPage.objects.visible_to(actor)
    member = Membership.objects.filter(user_id=actor.pk, community_id=OuterRef("community_id"))
    locked: WikiPage = pages.select_related("community").annotate(may_write=Exists(member)).get(pk=pk)
    if not locked.may_write:  # type: ignore[attr-defined]
        raise PermissionDenied(_("Only members of the community change its pages."))
    return locked


def require_writer(actor: User, community: Community) -> None:
    """Raise DoesNotExist when the actor cannot read the community, PermissionDenied when she is no member."""
    if not can_write_in(actor, community.pk):
        Community.objects.visible_to(actor).get(pk=community.pk)
        raise PermissionDenied(_("Only members of the community change its pages."))


def community_of(place: Place) -> Community:
    """Return the community whose readers see what is in this place."""
    community: Community = place.community
    return community


def address_of(place: Place) -> str:
    """Return the address that the addresses of a place's pages begin with."""
    return place.address if isinstance(place, WikiPage) else section_address(place.community.slug)


def crumbs_below(place: Place) -> list[dict[str, Any]]:
    """Return the way from the section (which is not in it) to a page in this place."""
    if not isinstance(place, WikiPage):
        return []
    return [*place.crumbs, {"title": place.title, "address": place.address}]


def clean_body(raw: object) -> str:
    """Return Markdown fit to be stored. Raises ValidationError (field `body`)."""
    body = clean_text(raw if isinstance(raw, str) else "")
    if len(body) > MAX_PAGE:
        words = _("The text is too long: %(length)d characters, at most %(limit)d. Divide it into several pages.")
        raise ValidationError({"body": words % {"length": len(body), "limit": MAX_PAGE}})
    return body


def clean_summary(raw: object) -> str:
    """Return the one line a version is described with, cut at 200 characters."""
    return " ".join(clean_text(raw if isinstance(raw, str) else "").split())[:200]


def require_free_title(parent_id: int, title: str, *, own: int | None = None) -> None:
    """Raise ValidationError (field `title`) when a page of this title is in this place already."""
    others = WikiPage.objects.filter(parent_page_id=parent_id, title_key=title_key(title), trashed_at__isnull=True)
    if others.exclude(pk=own).exists():
        words = _("There is a page called “%(title)s” in this place already. Choose another title or open that page.")
        raise ValidationError({"title": words % {"title": title}})


def choose_slug(place: Place, wanted: str, *, own: int | None = None) -> str:
    """Return an address part that no page of this place has. Raises ValidationError when the place is too deep."""
    if place.depth + 1 > MAX_DEPTH or len(address_of(place)) + len(wanted) + 6 > MAX_ADDRESS:
        raise ValidationError({"parent": _("This place lies too deep. Choose one nearer to the top.")})
    below = Page.objects.filter(path__range=Page._get_children_path_interval(place.path), depth=place.depth + 1)
    taken = set(
        below.filter(Q(slug=wanted) | Q(slug__startswith=f"{wanted}-")).exclude(pk=own).values_list("slug", flat=True)
    )
    return free_slug(wanted, taken)


def lock_place(place: Place | Page | int) -> Place:
    """Return a section or a page that is not in the trash, locked as parent of something new."""
    pk = place if isinstance(place, int) else place.pk
    lock_row(pk)
    page: Place | None = (
        WikiPage.objects.select_related("community").filter(pk=pk, trashed_at__isnull=True, live=True).first()
    )
    return page or WikiSection.objects.select_related("community").get(pk=pk)
