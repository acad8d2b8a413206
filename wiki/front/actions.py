"""What is written about reading; no diary row, because nobody did anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import connection, transaction

from wiki.care.facts import today
from wiki.front.models import PageReads
from wiki.models import WikiPage

KEPT = timedelta(days=92)
_ADD = (
    "INSERT INTO wiki_pagereads (page_id, day, count) VALUES (%s, %s, %s) "
    "ON CONFLICT (page_id, day) DO UPDATE SET count = wiki_pagereads.count + excluded.count"
)


@transaction.atomic
def add_reads(*, counts: Mapping[tuple[int, date], int]) -> None:
    """Add what a process has counted, by page and day; of pages that are gone meanwhile nothing is kept."""
    there = set(WikiPage.objects.filter(pk__in={page for page, _day in counts}).order_by().values_list("pk", flat=True))
    rows = [(page, day, count) for (page, day), count in sorted(counts.items()) if page in there]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_ADD, rows)


def forget_reads() -> None:
    """Throw away the counts of days that no list looks at any more; called once a day."""
    PageReads.objects.filter(day__lt=today() - KEPT).delete()
