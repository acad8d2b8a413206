"""The room of a community in the wiki."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Site

from intranet.activity.actions import record
from intranet.people.models import Community, User
from wiki.models import WikiSection
from wiki.titles import section_address
from wiki.writing import new_node


@transaction.atomic
def create_section(*, actor: User | None, community: Community) -> WikiSection:
    """Make the section of a community, which has exactly one; the house does it when the first page comes."""
    root = Site.objects.get(is_default_site=True).root_page
    root = Page.objects.select_for_update().get(pk=root.pk)
    known: WikiSection | None = WikiSection.objects.filter(community=community).first()
    if known is not None:
        return known
    section = WikiSection(
        community=community, title=community.name, slug=f"{section_address(community.slug)}", live=True
    )
    new_node(root, section, at=timezone.now())
    record(actor=actor, verb="section.created", object=section, community_id=community.pk)
    return section


def ensure_section(community: Community, *, actor: User | None = None) -> WikiSection:
    """Return the section of a community, made when it is missing."""
    section = WikiSection.objects.select_related("community").filter(community=community).first()
    return section or create_section(actor=actor, community=community)
