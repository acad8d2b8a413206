"""React to a page, and take it back. Whoever reads it may: it is the readers who know whether it helped."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from feed.models import Reaction
from intranet.activity.actions import record
from intranet.people.models import User
from wiki.models import WikiPage
from wiki.writing import lock_row


@transaction.atomic
def react_to_page(*, actor: User, page: WikiPage | int, kind: str) -> WikiPage:
    """Add one's reaction of a kind; the same again changes nothing. Raises DoesNotExist, ValidationError."""
    current = _open(actor, page, kind)
    _reaction, is_new = Reaction.objects.get_or_create(page_id=current.pk, user=actor, kind=kind)
    return _counted(actor, current, kind, "page.reacted") if is_new else current


@transaction.atomic
def unreact_to_page(*, actor: User, page: WikiPage | int, kind: str) -> WikiPage:
    """Take one's reaction back; one that is not there is no error. Raises DoesNotExist, ValidationError."""
    current = _open(actor, page, kind)
    gone, _rows = Reaction.objects.filter(page_id=current.pk, user=actor, kind=kind).delete()
    return _counted(actor, current, kind, "page.unreacted") if gone else current


def _open(actor: User, page: WikiPage | int, kind: str) -> WikiPage:
    """Return the page, locked until the transaction ends, so that counting and writing are one."""
    if kind not in Reaction.Kind.values:
        raise ValidationError(_("There is no such reaction."), code="kind")
    pk = page if isinstance(page, int) else page.pk
    lock_row(pk)
    current: WikiPage = WikiPage.objects.visible_to(actor).get(pk=pk)
    return current


def _counted(actor: User, page: WikiPage, kind: str, verb: str) -> WikiPage:
    rows = Reaction.objects.filter(page_id=page.pk).values_list("kind").annotate(number=Count("id")).order_by("kind")
    page.reaction_counts = dict(rows)
    WikiPage.objects.filter(pk=page.pk).update(reaction_counts=page.reaction_counts)
    record(actor=actor, verb=verb, object=page, community_id=page.community_id, data={"kind": kind})
    return page
