"""An editor knows the page that answers what others looked for in vain."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from search.gaps.actions import mark_done
from search.gaps.models import VainSearch
from search.saved.answering import tell_of_page
from search.words.actions import pin_result, target_of
from search.words.models import Pin
from search.words.permissions import can_pin, is_editor
from wiki.models import WikiPage


@transaction.atomic
def answer_gap(*, actor: Any, gap: int, address: str) -> Pin | None:
    """Say which page answers a gap: it is off the list, and whoever asked a community for just these words is told.

    The page is pinned to the words where the actor may pin and there is room, so that the next one finds it; returns
    the pin. Twice is once. Raises PermissionDenied, VainSearch.DoesNotExist, ValidationError (`address`).
    """
    if not is_editor(actor):
        raise PermissionDenied
    refused = ValidationError({"address": _("Give the address of a page that you may read.")})
    try:
        page = target_of(actor, address)
    except ValidationError as error:
        raise refused from error
    if not isinstance(page, WikiPage):
        raise refused
    words = VainSearch.objects.filter(pk=gap).values_list("words", flat=True).first() or ""
    mark_done(actor=actor, gap=gap)
    tell_of_page(words=words, page=page.pk)
    if not can_pin(actor, page.community):
        return None
    try:
        with transaction.atomic():
            return pin_result(actor=actor, words=words, target=page)
    except ValidationError:  # more words than a pin may have, or no room
        return None
