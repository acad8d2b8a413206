"""One verb: everything that somebody keeps right is handed over."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from intranet.activity.actions import record
from intranet.people.models import User
from wiki.care.actions import give_to
from wiki.care.handing.reading import AT_A_TIME, can_hand_over, handable
from wiki.writing import lock_row


@transaction.atomic
def hand_over(*, actor: User, person: User, to: User) -> int:
    """Make `to` the owner of what `person` keeps right, also of what stands on care lists since she left; return how many.

    At most `AT_A_TIME`; doing it again goes on with the rest, and does nothing once nothing is left. Pages of
    communities of which the actor or `to` is no member stay as they are. The new owner is told once, not of each page.
    """
    if not can_hand_over(actor, person):
        raise PermissionDenied(_("Pages are handed over by their owner, her manager, moderators and administrators."))
    if to.pk == person.pk:
        raise ValidationError({"to": _("Choose somebody else: these pages are hers already.")})
    if not User.objects.visible_to(actor).active().filter(pk=to.pk).exists():
        raise ValidationError({"to": _("Choose somebody who works here.")})
    numbers = list(handable(actor, person, to).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])
    for pk in numbers:
        lock_row(pk)
    pages = list(handable(actor, person, to).filter(pk__in=numbers).select_related("community").order_by("pk"))
    number = sum(give_to(page, actor, to) for page in pages)
    if number:
        record(actor=actor, verb="review.handed_over", object=person, target=to, data={"pages": number})
    return number
