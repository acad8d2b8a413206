"""A question as it is kept: the parameters of the result page, read by what reads them there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlencode

from django.http import QueryDict

from intranet.people.models import User
from search import find
from search.analysis import query_terms
from search.engines.base import Phrase, Some, Word
from search.narrowing.addresses import Address
from search.query import parse
from search.words.kept import with_synonyms

ANYTHING = "*"
NOTHING = Some()
MOST_TERMS = 40


def _read(parameters: str) -> Address:
    given = QueryDict(parameters)
    return Address.read(parse(given.get("q", "")).text, given)


def canonical(address: str) -> str:
    """Return the parameters of a question in one order, without order and page; "" when nothing is asked."""
    read = _read(address.partition("?")[2] if address.startswith(("/", "?", "http")) else address)
    if not read.text and not read.choice.pairs:
        return ""
    pairs = [("q", read.text), ("kind", read.kind), *read.choice.pairs]
    return urlencode([pair for pair in pairs if pair[1]])


def words_of(address: str) -> str:
    """Return what was typed."""
    return QueryDict(address).get("q", "") or ""


def ask(
    user: User,
    address: str,
    *,
    since: datetime | None = None,
    among: Collection[str] | None = None,
    never: Some = NOTHING,
    size: int = 20,
) -> find.Found:
    """Return the newest of what `user` finds at this moment, but for what she never wants.

    `since`: of what was made or changed after that; `among`: of these things alone (uids).
    """
    read = _read(address)
    query = parse(read.text)
    if since is not None:
        query.after = max(query.after, since) if query.after else since
    only = () if among is None else (Some(uids=frozenset(among)),)
    without = () if never == NOTHING else (never,)
    return find.search(
        user, query, kind=read.kind, choice=read.choice, size=size, newest_first=True, also=only, never=without
    )


def needles(address: str) -> list[str]:
    """Return terms of which every hit has at least one: those of the longest word, which is the rarest more often than not."""
    must = with_synonyms(parse(words_of(address))).must
    if not must:
        return [ANYTHING]
    # Of "a OR b" the shorter counts: either will do, so the terms of both are needed.
    longest = max(must, key=lambda clause: min(_length(part) for part in clause))
    return sorted({term for part in longest for term in _terms(part)})[:MOST_TERMS] or [ANYTHING]


def _length(part: Word | Phrase) -> int:
    return len(part.exact) if isinstance(part, Word) else max(map(len, part.words))


def _terms(part: Word | Phrase) -> set[str]:
    found = part.terms if isinstance(part, Word) else query_terms(max(part.words, key=len))
    return {term for term, _weight in found}
