"""What a card is, and how an app says what it can show as one (`settings.LINK_CARDS`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import CharField, IntegerField, QuerySet, Value
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

# How a post remembers a card: kind, key, and "" or a mark.
Entry = tuple[str, str, str]
OFF, SUMMARY = "off", "summary"  # taken away by the author; the page that was made of the thread
# What every part of the one query has: kind, key, title, place, colour, and three texts of the kind's own.
COLUMNS = 8


@dataclass(frozen=True, slots=True)
class Card:
    """What a link leads to, for one reader. `state` is how true a page is, `badge` the same as HTML."""

    kind: str
    key: str
    title: str
    url: str
    symbol: str
    place: str = ""
    hue: int | None = None
    detail: str = ""
    state: str = ""
    badge: SafeString | str = ""
    image: str = ""
    is_summary: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing.

    `prefixes` are what its addresses begin with; `find` turns addresses into keys, whoever asks. `part` builds the
    part of the query that finds those of these keys `viewer` may see; `card` makes a card of one of its rows.
    `by_number` says that keys are numbers, for which the query is prepared.
    """

    name: str
    prefixes: tuple[str, ...]
    find: Callable[[Sequence[str]], dict[str, str]]
    part: Callable[[Any, Sequence[Any]], QuerySet[Any, Any]]
    card: Callable[[Sequence[Any]], Card]
    by_number: bool = True


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Return the kinds of all apps by name."""
    return {kind.name: kind for path in settings.LINK_CARDS for kind in import_string(path)}


def text(value: str = "") -> Value:
    """Return a text as a column of a part."""
    return Value(value, output_field=CharField())


def colour(value: int = -1) -> Value:
    """Return a number as a column of a part; -1 is no colour."""
    return Value(value, output_field=IntegerField())


def entries(stored: Iterable[Sequence[str]] | None) -> list[Entry]:
    """Return what a post remembers."""
    return [(one[0], one[1], one[2] if len(one) > 2 else "") for one in stored or ()]


def packed(found: Iterable[Entry]) -> list[list[str]] | None:
    """Return entries as they are stored; None for nothing, which is what most posts have."""
    return [[kind, key, mark] if mark else [kind, key] for kind, key, mark in found] or None
