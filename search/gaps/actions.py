"""What is written about vain searches."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from intranet.activity.actions import record
from search.gaps.models import VainSearch
from search.words.permissions import is_editor
from wiki.care.facts import today

# So many different people have to look for the same before anybody sees it.
SHOWN_FROM = 3
FORGOTTEN_AFTER, SHOWN_FOR = timedelta(days=30), timedelta(days=180)
MOST_ROWS = 50_000


@dataclass(slots=True)
class Noted:
    """A question as typed, and who asked it: whether anything was found with some of its words."""

    words: str
    people: dict[int, bool] = field(default_factory=dict)


def _digest(text: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), text.encode(), "sha256")


def _number_of(row: VainSearch, user_id: int) -> int:
    """Return one byte for a person, another for every row: see `VainSearch`."""
    return _digest(f"vain:{row.salt}:{user_id}")[0]


@transaction.atomic
def add_vain(*, noted: Mapping[str, Noted], on: date) -> None:
    """Count what a process has noted. No diary row: nobody did anything, and nobody is to be told."""
    digests = {_digest(f"vain words:{key}").hex(): one for key, one in noted.items()}
    there = set(VainSearch.objects.filter(key__in=digests).values_list("key", flat=True))
    room = MOST_ROWS - VainSearch.objects.count() if len(there) < len(digests) else 0
    for key, one in sorted(digests.items()):
        if key not in there:
            room -= 1
            if room < 0:
                continue
            new = {"first_on": on, "last_on": on, "salt": secrets.token_hex(16)}
            VainSearch.objects.get_or_create(key=key, defaults=new)
        _count(VainSearch.objects.select_for_update().get(key=key), one, on)


def _count(row: VainSearch, noted: Noted, on: date) -> None:
    people = noted.people
    row.found_some += sum(people.values())
    row.found_nothing += len(people) - sum(people.values())
    row.last_on = on
    if not row.is_shown:
        row.askers = sorted({*row.askers, *(_number_of(row, user_id) for user_id in people)})
        if len(row.askers) >= SHOWN_FROM:
            row.is_shown, row.done_at, row.askers, row.salt = True, None, [], ""
            row.words = noted.words
    row.save()


@transaction.atomic
def mark_done(*, actor: Any, gap: int) -> VainSearch:
    """Take a gap off the list; three more people who look for it in vain bring it back. Twice is once.

    Raises PermissionDenied, VainSearch.DoesNotExist.
    """
    if not is_editor(actor):
        raise PermissionDenied
    row: VainSearch = VainSearch.objects.select_for_update().get(pk=gap)
    if row.is_shown:
        row.is_shown, row.done_at, row.salt = False, timezone.now(), secrets.token_hex(16)
        row.first_on = today()
        row.save()
        record(actor=actor, verb="gap.done", object=row)
    elif row.done_at is None:
        raise VainSearch.DoesNotExist  # three people have not looked for it: it is not there for anybody
    return row


@transaction.atomic
def reopen(*, actor: Any, gap: int) -> VainSearch:
    """Put a gap back on the list. Raises PermissionDenied, VainSearch.DoesNotExist."""
    if not is_editor(actor):
        raise PermissionDenied
    row: VainSearch = VainSearch.objects.select_for_update().get(pk=gap)
    if row.done_at is not None:
        row.is_shown, row.done_at, row.askers, row.salt = True, None, [], ""
        row.save()
        record(actor=actor, verb="gap.reopened", object=row)
    elif not row.is_shown:
        raise VainSearch.DoesNotExist
    return row


def forget_vain() -> None:
    """Throw away what too few looked for, and what nobody looks for any more; called once a day."""
    now = today()
    too_few = Q(is_shown=False, first_on__lt=now - FORGOTTEN_AFTER)
    VainSearch.objects.filter(too_few | Q(last_on__lt=now - SHOWN_FOR)).delete()
