"""Threads on top of their community: found by the query of its list, left out of where they would stand otherwise."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from feed.models import PinDismissal
from feed.querysets import Order, among
from feed.rows import PAGE_SIZE, Row


def pinned_for(user: Any) -> Any:
    """Return the condition that a thread stands on top for `user`: until its day has come, or she has taken it down."""
    gone = PinDismissal.objects.filter(user=user.pk, thread=OuterRef("pk"))
    return Q(pinned_until__gt=Now()) & ~Exists(gone)


def with_pins(threads: Any, user: Any, order: Order) -> Any:
    """Return the first page of a community's `threads`, with what is pinned wherever it would stand; `on_top` says which.

    One query: the ids of both are found along an index each before anything else is looked at.
    """
    newest = threads.in_order(order).values("pk")[: PAGE_SIZE + 1]
    pinned = threads.filter(pinned_for(user), pinned_until__isnull=False).order_by().values("pk")
    parts = [rows.query.get_compiler(connection=connection).as_sql() for rows in (newest, pinned)]
    sql = " UNION ALL ".join(f"SELECT * FROM ({part}) AS t{n}" for n, (part, _params) in enumerate(parts))  # noqa: S608
    ids = among(sql, [value for _part, params in parts for value in params])
    on_top = models.Case(models.When(pinned_for(user), then=True), default=False)
    return threads.model.objects.filter(ids).in_order(order).annotate(on_top=on_top)


def below_pins(threads: Any, user: Any) -> Any:
    """Return what a later page shows of `threads`: what stands on top stood there on the first one."""
    return threads.exclude(pinned_for(user))


def arranged(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return what stands on top, which ends first first, and the others in their order."""
    top = sorted((row for row in rows if row["on_top"]), key=lambda row: (row["pinned_until"], row["id"]))
    return top, [row for row in rows if not row["on_top"]]
