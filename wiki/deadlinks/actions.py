"""What people do about dead links: have them asked again."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import Community, User
from intranet.people.permissions import can_moderate
from wiki.deadlinks.models import OutsideAddress, PageReference
from wiki.models import WikiPage


@transaction.atomic
def check_again(*, actor: User, community: Community) -> int:
    """Have the failing addresses of a community's pages asked again soon; return how many.

    Raises Community.DoesNotExist for a community the actor cannot see, PermissionDenied for who does not look after it.
    """
    seen = Community.objects.visible_to(actor).get(pk=community.pk)
    if not can_moderate(actor, seen):
        raise PermissionDenied(_("Only moderators have links checked again."))
    pages = WikiPage.objects.visible_to(actor).filter(community=seen).values("pk")
    named = PageReference.objects.filter(page_id__in=pages, address__isnull=False).values("address_id")
    count = OutsideAddress.objects.filter(pk__in=named, failures__gt=0).update(due_at=timezone.now())
    record(actor=actor, verb="links.check_asked", object=seen, community_id=seen.pk, data={"addresses": count})
    return count
