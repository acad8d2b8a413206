"""Keyset paging: pages follow each other without gaps, and a cursor is input like any other."""

import base64
import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet.paging import BadCursor, after, decode_cursor, decode_pair, encode_cursor, encode_pair, keyset

MOMENTS = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))


@given(MOMENTS, st.integers(-(2**63) + 1, 2**63 - 1))
def test_time_and_id_come_back_exactly(moment: datetime, pk: int) -> None:
    assert decode_pair(encode_pair(moment, pk)) == (moment, pk)


@given(st.text(max_size=50).filter(lambda text: "\x00" not in text), st.dates())
def test_texts_and_dates_come_back_exactly(text: str, day: date) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert decode_cursor(encode_cursor(text, day), str, date) == (text, day)


def test_time_of_another_zone_is_the_same_moment() -> None:
    helsinki = timezone(timedelta(hours=2))
    assert decode_pair(encode_pair(datetime(2026, 11, 21, 12, tzinfo=helsinki), 1))[0] == datetime(
        2026, 11, 21, 10, tzinfo=UTC
    )


def test_cursor_is_safe_in_an_address() -> None:
    cursor = encode_pair(datetime(2026, 11, 21, tzinfo=UTC), 12345)
    assert cursor.replace("-", "").replace("_", "").isalnum()


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "!!!!", "ä", "\x00", "a" * 10_000, "=" * 8, "AAAA", packed(1), packed([]), packed({}), packed(None), packed([["t"], ["i"]]),
        packed([["t", "2026-11-21"], ["i", 1]]), packed([["t", "2026-11-21T00:00:00"], ["i", 1]]), packed([["t", "x"], ["i", 1]]),
        packed([["t", "2026-11-21T00:00:00+00:00"], ["i", "1"]]), packed([["t", "2026-11-21T00:00:00+00:00"], ["i", True]]),
        packed([["t", "2026-11-21T00:00:00+00:00"], ["i", 2**70]]), packed([["t", "2026-11-21T00:00:00+00:00"], ["i", 1.5]]),
        packed([["t", "0001-01-01T00:00:00+23:59"], ["i", 1]]), packed([["i", 1], ["t", "2026-11-21T00:00:00+00:00"]]),
        packed([["t", "2026-11-21T00:00:00+00:00"], ["i", 1], ["i", 1]]), packed([[["t"], 1], ["i", 1]]), packed([["t", None], ["i", 1]]),
        base64.urlsafe_b64encode(b"[" * 300).decode(), base64.urlsafe_b64encode(b"NaN").decode(), base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)  # fmt: skip
def test_bad_cursors_are_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        decode_pair(cursor)


@given(st.text(max_size=100))
def test_any_text_is_a_cursor_or_refused(cursor: str) -> None:
    with suppress(BadCursor):
        moment, pk = decode_pair(cursor)
        assert decode_pair(encode_pair(moment, pk)) == (moment, pk)


def test_text_that_no_database_holds_is_refused() -> None:
    for text in ("\ud800", "a\x00"):
        with pytest.raises(BadCursor):
            decode_cursor(packed([["s", text]]), str)


def test_only_plain_values_go_into_a_cursor() -> None:
    for value in (datetime(2026, 1, 1), True, 1.5, None):
        with pytest.raises(TypeError):
            encode_cursor(value)  # type: ignore[arg-type]


def test_condition_begins_with_a_bound_the_index_can_use() -> None:
    text = str(after(("-at", "-id"), (5, 7)))
    assert text == "(AND: ('at__lte', 5), (OR: ('at__lt', 5), (AND: ('at', 5), ('id__lt', 7))))"
    assert str(after(("id",), (7,))) == "(AND: ('id__gt', 7))"


class Rows:
    """Rows that filter, sort and slice as a values() queryset does."""

    def __init__(self, rows: list[dict[str, object]]) -> None:
        self.rows = rows

    def filter(self, condition) -> "Rows":  # type: ignore[no-untyped-def]
        return Rows([row for row in self.rows if self._holds(condition, row)])

    def _holds(self, condition, row: dict[str, object]) -> bool:  # type: ignore[no-untyped-def]
        checks = []
        for child in condition.children:
            if isinstance(child, tuple):
                name, _, lookup = child[0].partition("__")
                value = row[name]
                compare = {
                    "": value == child[1],
                    "lt": value < child[1],
                    "gt": value > child[1],
                    "lte": value <= child[1],
                    "gte": value >= child[1],
                }
                checks.append(compare[lookup])
            else:
                checks.append(self._holds(child, row))
        return all(checks) if condition.connector == "AND" else any(checks)

    def order_by(self, *fields: str) -> "Rows":
        rows = self.rows
        for name in reversed(fields):
            rows = sorted(rows, key=lambda row: row[name.lstrip("-")], reverse=name.startswith("-"))
        return Rows(rows)

    def __getitem__(self, part: slice) -> list[dict[str, object]]:
        return self.rows[part]


@given(
    st.lists(st.integers(0, 4), max_size=25),
    st.integers(1, 7),
    st.sampled_from([("-at", "-id"), ("at", "id"), ("-at", "id")]),
)
def test_pages_follow_each_other_without_gap_or_repetition(
    minutes: list[int], limit: int, order: tuple[str, str]
) -> None:
    start = datetime(2026, 11, 21, tzinfo=UTC)
    rows = Rows([{"id": n, "at": start + timedelta(minutes=minute)} for n, minute in enumerate(minutes)])
    seen: list[dict[str, object]] = []
    cursor: str | None = None
    while True:
        page = keyset(rows, order, cursor, limit)  # type: ignore[arg-type]
        assert len(page.rows) <= limit
        seen += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == rows.order_by(*order).rows


def test_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(BadCursor):
        keyset(Rows([]), ("-id",), encode_pair(datetime(2026, 1, 1, tzinfo=UTC), 1), 10, types=(int,))  # type: ignore[arg-type]
