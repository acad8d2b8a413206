"""What somebody typed, understood. No query is an error: what is not an operator is a word."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock

from django.utils import timezone

from search.analysis import composed, query_terms, surface, words
from search.engines.base import Clause, Phrase, Word
from search.narrowing.operators import KIND_OF, LANGUAGE_OF, OPERATOR_OF, OR, PART_OF, STATE_OF, TIE_OF

LONGEST, MOST_WORDS = 255, 16

_PIECE = re.compile(r'(?P<minus>-?)(?:(?P<name>[^\W\d_]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))')
_FINNISH_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(slots=True)
class Narrowing:
    """What operators ask for. Names of authors and communities are not looked up yet; tags are as they were typed."""

    authors: list[str] = field(default_factory=list)
    communities: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    ties: set[str] = field(default_factory=set)  # "mine", "followed"
    languages: set[str] = field(default_factory=set)

    @property
    def is_wide(self) -> bool:
        """Is nothing asked for?"""
        return not (
            self.authors or self.communities or self.tags or self.kinds or self.states or self.ties or self.languages
        )


@dataclass(slots=True)
class Query(Narrowing):
    """`must`: one clause for each word or phrase, all wanted. `never`: what must not be, any of it."""

    text: str = ""
    must: list[Clause] = field(default_factory=list)
    must_not: list[Word | Phrase] = field(default_factory=list)
    # Where in the text that stands which is looked for as words.
    wanted: list[tuple[int, int]] = field(default_factory=list, compare=False)
    has_file: bool | None = None
    after: datetime | None = None
    before: datetime | None = None
    never: Narrowing = field(default_factory=Narrowing)

    @property
    def is_empty(self) -> bool:
        """Is nothing asked for? (What to leave out alone finds nothing.)"""
        return not (self.must or self.after or self.before or self.has_file) and self.is_wide

    @property
    def leaves_out(self) -> bool:
        """Is something said that is to be left out? Alone it says nothing to look for."""
        return bool(self.must_not or self.has_file is False) or not self.never.is_wide

    @property
    def plain_words(self) -> list[str]:
        """Return the wanted words as typed, for a plain look-up."""
        found = []
        for clause in self.must:
            found += [clause[0].exact] if isinstance(clause[0], Word) else list(clause[0].words)
        return found[:4]

    @property
    def unwanted_words(self) -> list[str]:
        """Return what must not be there as typed, a phrase in one piece."""
        return [part.exact if isinstance(part, Word) else " ".join(part.words) for part in self.must_not][:4]

    @property
    def marks(self) -> frozenset[str]:
        """Return the terms whose words are marked in a snippet."""
        parts = [part for clause in self.must for part in clause]
        found = {term for part in parts if isinstance(part, Word) for term, _ in part.terms}
        found |= {
            term for part in parts if isinstance(part, Phrase) for word in part.words for term, _ in query_terms(word)
        }
        return frozenset(found)


def clean(text: str) -> str:
    """Return typed text as one line of bounded length without what no text has (NUL, half characters)."""
    text = composed(text[: LONGEST * 4].encode("utf-8", "ignore").decode())
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())[:LONGEST]


def parse(text: str) -> Query:
    """Understand what was typed. `"phrase"`, `-word`, `a OR b`, and the operators above in three languages."""
    query = Query(text=clean(text))
    count, either = 0, False
    for piece in _PIECE.finditer(query.text):
        if piece["plain"] in OR and not piece["minus"] and not piece["name"]:
            either = bool(query.must)
            continue
        meaning = OPERATOR_OF.get((piece["name"] or "").lower(), "")
        value = (piece["quoted"] if piece["quoted"] is not None else piece["plain"]).strip()
        if not meaning or meaning == "title" or not value or not _apply(query, meaning, value, bool(piece["minus"])):
            parts = _parts(piece, value, title_only=meaning == "title")[: MOST_WORDS - count]
            count += len(parts)
            _take(query, parts, unwanted=bool(piece["minus"]), either=either)
            if not piece["minus"]:
                query.wanted.append((_start(piece, title_only=meaning == "title"), piece.end()))
        either = False
    return query


def _parts(piece: re.Match[str], value: str, title_only: bool) -> list[Word | Phrase]:
    name = "" if title_only else piece["name"] or ""
    if piece["quoted"] is not None and not title_only:
        exact = tuple(surface(word) for word in words(value))[:MOST_WORDS]
        before = [_word(name)] if name else []
        return [*before, Phrase(exact)] if exact else [*before]
    return [_word(word, title_only) for word in words(f"{name}:{value}" if name else value)]


def _start(piece: re.Match[str], title_only: bool) -> int:
    """Return where the words of a piece begin: an operator that means nothing is one of them."""
    if piece["name"] and not title_only:
        return piece.start("name")
    return piece.start("plain" if piece["quoted"] is None else "quoted")


def _word(word: str, title_only: bool = False) -> Word:
    return Word(query_terms(word), surface(word), title_only)


def _take(query: Query, parts: list[Word | Phrase], unwanted: bool, either: bool) -> None:
    for part in parts:
        if unwanted:
            query.must_not.append(part)
        elif either and query.must:
            query.must[-1] = (*query.must[-1], part)
            either = False
        else:
            query.must.append((part,))


def _apply(query: Query, meaning: str, value: str, unwanted: bool) -> bool:
    """Take a filter; False when its value means nothing, so that it is a word after all."""
    into, small = query.never if unwanted else query, value.lower()
    if meaning == "author":
        into.authors.append(value)
    elif meaning == "community":
        into.communities.append(value)
    elif meaning == "tag":
        into.tags.append(surface(value.removeprefix("#")))
    elif meaning == "has":
        if small in PART_OF:
            query.has_file = not unwanted
        return small in PART_OF
    elif meaning in {"before", "after"}:
        return _apply_time(query, meaning, _days(value), unwanted)
    else:
        return _apply_word(into, meaning, small)
    return True


def _apply_word(into: Narrowing, meaning: str, value: str) -> bool:
    """Take a filter whose values are words of ours."""
    for operator, meanings, chosen in (
        ("kind", KIND_OF, into.kinds), ("is", STATE_OF, into.states), ("is", TIE_OF, into.ties),
        ("language", LANGUAGE_OF, into.languages),
    ):  # fmt: skip
        if operator == meaning and value in meanings:
            chosen.add(meanings[value])
            return True
    return False


def _apply_time(query: Query, meaning: str, span: tuple[datetime, datetime] | None, unwanted: bool) -> bool:
    """Take a time: after is from the end of it on, and not before it is from its beginning on."""
    if span is None:
        return False
    if (meaning == "after") != unwanted:
        begin = span[0] if unwanted else span[1]
        query.after = max(begin, query.after or begin)
    else:
        end = span[1] if unwanted else span[0]
        query.before = min(end, query.before or end)
    return True


def _days(value: str) -> tuple[datetime, datetime] | None:
    """Return begin and end of 2026, 2026-03, 2026-03-05 or 5.3.2026; None for anything else."""
    if found := _FINNISH_DATE.fullmatch(value):
        year, month, day = int(found[3]), int(found[2]), int(found[1])
    elif found := _ISO_DATE.fullmatch(value):
        year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    else:
        return None
    try:
        first = date(year, month or 1, day or 1)
        last = first if day else date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1) - timedelta(days=1)
        begin = datetime.combine(first, clock(), timezone.get_current_timezone())
        end = datetime.combine(last + timedelta(days=1), clock(), timezone.get_current_timezone())
        return begin.astimezone(), end.astimezone()
    except (ValueError, OverflowError, OSError):
        return None
