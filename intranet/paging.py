"""Keyset paging: a page begins behind the last row of the one before, not after counting rows.

A cursor is the order fields of that last row, opaque to the client and checked when it comes back. It is not signed: it says
only where to begin, and the queryset it is applied to is already limited to what the reader may see.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

MAX_CURSOR = 600
MAX_LIMIT = 200
_BIGGEST = 2**63 - 1

Value = datetime | date | int | str | None
Row = TypeVar("Row")


class BadCursor(ValueError):  # noqa: N818
    """The cursor is not one of ours, or not one for this list. Answer it as bad input (400), never as an error."""

    def __init__(self) -> None:
        super().__init__("The cursor is not valid.")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """One page: the rows and the cursor of the next page, None at the end."""

    rows: list[Row]
    next_cursor: str | None


def encode_cursor(*values: datetime | date | int | str) -> str:
    """Order values of a row as a URL-safe string. Datetimes must be aware; they are kept to the microsecond in UTC."""
    packed: list[list[str | int]] = []
    for value in values:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise TypeError("A cursor needs an aware datetime.")
            packed.append(["t", value.astimezone(UTC).isoformat()])
        elif isinstance(value, date):
            packed.append(["d", value.isoformat()])
        elif isinstance(value, bool) or not isinstance(value, (int, str)):
            raise TypeError(f"A cursor cannot hold {type(value).__name__}.")
        else:
            packed.append(["i" if isinstance(value, int) else "s", value])
    text = json.dumps(packed, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode_cursor(cursor: str, *types: type) -> tuple[Any, ...]:
    """The values of a cursor, which must be of exactly these `types` (datetime, date, int, str). Raises BadCursor."""
    if not isinstance(cursor, str) or not cursor or len(cursor) > MAX_CURSOR or not cursor.isascii():
        raise BadCursor
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        packed = json.loads(raw.decode("utf-8"))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadCursor from error
    if not isinstance(packed, list) or len(packed) != len(types):
        raise BadCursor
    return tuple(_unpack(entry, expected) for entry, expected in zip(packed, types, strict=True))


def _unpack(entry: object, expected: type) -> Value:
    if not (isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str)):
        raise BadCursor
    mark, value = entry
    try:
        if mark == "t" and expected is datetime and isinstance(value, str):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise BadCursor
            return moment.astimezone(UTC)
        if mark == "d" and expected is date and isinstance(value, str):
            return date.fromisoformat(value)
        if mark == "i" and expected is int and type(value) is int and abs(value) <= _BIGGEST:
            return value
        if mark == "s" and expected is str and isinstance(value, str):
            value.encode()  # a lone surrogate, written as an escape, is no text
            if "\x00" not in value:
                return value
    except (ValueError, OverflowError) as error:
        raise BadCursor from error
    raise BadCursor


def encode_pair(moment: datetime, pk: int) -> str:
    """Cursor of the usual order (time, id)."""
    return encode_cursor(moment, pk)


def decode_pair(cursor: str) -> tuple[datetime, int]:
    """Time and id of a cursor of the usual order. Raises BadCursor."""
    moment, pk = decode_cursor(cursor, datetime, int)
    return moment, pk


def after(fields: Sequence[str], values: Sequence[Any]) -> Q:
    """The condition "comes after this row" for an order such as `("-posted_at", "-id")`.

    For (a, b) it is a > x or (a = x and b > y), with a plain bound on the first field in front, which lets SQLite and
    PostgreSQL begin in the index instead of reading through it.
    """
    condition = Q()
    for depth in range(len(fields)):
        part = Q()
        for name, value in zip(fields[:depth], values[:depth], strict=True):
            part &= Q(**{name.lstrip("-"): value})
        name = fields[depth]
        part &= Q(**{f"{name.lstrip('-')}__{'lt' if name.startswith('-') else 'gt'}": values[depth]})
        condition |= part
    first = fields[0]
    bound = Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": values[0]})
    return condition if len(fields) == 1 else bound & condition


def keyset(
    queryset: QuerySet[Any, Row],
    fields: Sequence[str],
    cursor: str | None,
    limit: int,
    *,
    types: Sequence[type] = (datetime, int),
) -> Slice[Row]:
    """One page of a queryset (of instances or `values()`) in the order of `fields`, beginning behind `cursor`.

    `fields` are written as for `order_by` and must together be unique and never null (end with the id); `types` are
    theirs. One query, `limit` + 1 rows. Rows must carry the fields: with `values()` name them all. Raises BadCursor.
    """
    limit = max(1, min(limit, MAX_LIMIT))
    if cursor:
        queryset = queryset.filter(after(fields, decode_cursor(cursor, *types)))
    rows = list(queryset.order_by(*fields)[: limit + 1])
    if len(rows) <= limit:
        return Slice(rows, None)
    rows = rows[:limit]
    return Slice(rows, encode_cursor(*(_value(rows[-1], name.lstrip("-")) for name in fields)))


def _value(row: Any, name: str) -> Any:
    if isinstance(row, Model):
        for part in name.split("__"):
            row = getattr(row, part)
        return row
    return row[name]
