"""What a move means for those who read: told before it happens."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from feed.models import Attachment
from intranet.people.models import Community, Membership, User
from wiki.models import WikiPage


@dataclass(frozen=True, slots=True)
class Consequences:
    """What comes along (pages with the page itself, files), and how many people read it then who do not now, and vice versa.

    `gaining_guests` are those of `gaining` who are no employees.
    """

    pages: int
    files: int
    gaining: int = 0
    gaining_guests: int = 0
    losing: int = 0


def readers_of(community: Community) -> QuerySet[User]:
    """Return everybody who may read what stands in a community; the rule itself is `Community.objects.visible_to`."""
    members = Membership.objects.filter(community=community).values("user_id")
    people = User.objects.active()
    if community.kind == Community.Kind.OPEN:
        return people.filter(is_guest=False) | people.filter(pk__in=members)
    return people.filter(pk__in=members)


def consequences(page: WikiPage, target: Community | None = None) -> Consequences:
    """Return what moving a page with all below it into another community means."""
    tree = WikiPage.objects.filter(path__startswith=page.path, trashed_at__isnull=True).order_by().values("pk")
    pages, files = tree.count(), Attachment.objects.filter(page_id__in=tree, removed_at__isnull=True).count()
    if target is None or target.pk == page.community_id:
        return Consequences(pages, files)
    before, after = readers_of(page.community), readers_of(target)
    gaining = after.exclude(pk__in=before.values("pk"))
    return Consequences(
        pages, files, gaining=gaining.count(), gaining_guests=gaining.filter(is_guest=True).count(),
        losing=before.exclude(pk__in=after.values("pk")).count(),
    )  # fmt: skip
