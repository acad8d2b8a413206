"""The border with Wagtail's admin: what its forms do not know about our pages. Nobody else comes this way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from wiki.titles import title_key

if TYPE_CHECKING:
    from wiki.models import WikiPage


def prepare(page: WikiPage) -> None:
    """Complete a page that the admin is about to save: community, place and address come from its parent."""
    page.title_key = title_key(page.title)
    if page.pk is not None or not page.path:
        return
    from wiki.actions.rules import address_of, choose_slug, crumbs_below, lock_place
    from wiki.titles import slug_of
    from wiki.writing import lock_tree

    lock_tree(growing=True)
    place = lock_place(page.get_parent())
    page.community_id, page.parent_page_id = place.community_id, place.pk
    page.slug = choose_slug(place, page.slug or slug_of(page.title))
    page.address = f"{address_of(place)}/{page.slug}"
    page.crumbs = crumbs_below(place)


def check_title(page: WikiPage) -> None:
    """Raise ValidationError when a sister page has the title."""
    from wiki.models import WikiPage

    if not page.parent_page_id:
        return
    others = WikiPage.objects.filter(parent_page_id=page.parent_page_id, title_key=title_key(page.title))
    if others.filter(trashed_at__isnull=True).exclude(pk=page.pk).exists():
        raise ValidationError({"title": _("There is a page of this title in this place already.")})
