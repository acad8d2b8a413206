"""What somebody typed, understood. No query is an error: what is not an operator is a word."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock

from django.utils import timezone

from search.analysis import query_terms, surface, words
from search.engines.base import Clause, Phrase, Word

LONGEST, MOST_WORDS = 255, 16

# Each operator by its English, Finnish and Swedish names.
_OPERATORS = {
    "author": ("from", "kirjoittaja", "från"),
    "community": ("in", "yhteisö", "gemenskap"),
    "tag": ("tag", "tunniste", "tagg"),
    "kind": ("type", "tyyppi", "typ"),
    "standing": ("is", "on", "är"),
    "title": ("title", "otsikko", "rubrik", "titel"),
    "before": ("before", "ennen", "före"),
    "after": ("after", "jälkeen", "efter"),
}
_MEANING = {name: meaning for meaning, names in _OPERATORS.items() for name in names}
_KINDS = {
    "page": ("page", "pages", "sivu", "sivut", "sida", "sidor"),
    "post": ("post", "posts", "kirjoitus", "kirjoitukset", "viesti", "viestit", "inlägg"),
    "file": ("file", "files", "tiedosto", "tiedostot", "fil", "filer"),
    "person": ("person", "people", "henkilö", "henkilöt", "personer"),
    "community": ("community", "communities", "yhteisö", "yhteisöt", "gemenskap", "gemenskaper"),
}
_STANDINGS = {
    "verified": ("verified", "tarkistettu", "kontrollerad"),
    "due": ("due", "tarkistettava", "kontrolleras"),
    "overdue": ("overdue", "myöhässä", "försenad"),
    "unowned": ("unowned", "vastuuton", "ansvarslös"),
}
_STANDING_OF = {name: standing for standing, names in _STANDINGS.items() for name in names}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}
_OR = {"OR", "TAI", "ELLER"}
_PIECE = re.compile(r'(?P<minus>-?)(?:(?P<name>[^\W\d_]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))')
_FINNISH_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(slots=True)
class Query:
    """`must`: one clause for each word or phrase, all wanted. Names of authors and communities are not looked up yet."""

    text: str = ""
    must: list[Clause] = field(default_factory=list)
    must_not: list[Word | Phrase] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    communities: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    after: datetime | None = None
    before: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Is nothing asked for? (Words to leave out alone find nothing.)"""
        return not (
            self.must or self.authors or self.communities or self.tags or self.kinds or self.after or self.before
            or self.states
        )  # fmt: skip

    @property
    def plain_words(self) -> list[str]:
        """Return the wanted words as typed, for a plain look-up."""
        found = []
        for clause in self.must:
            found += [clause[0].exact] if isinstance(clause[0], Word) else list(clause[0].words)
        return found[:4]

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
    text = text[: LONGEST * 4].encode("utf-8", "ignore").decode()
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())[:LONGEST]


def parse(text: str) -> Query:
    """Understand what was typed. `"phrase"`, `-word`, `a OR b`, and the operators above in three languages."""
    query = Query(text=clean(text))
    count, either = 0, False
    for piece in _PIECE.finditer(query.text):
        if piece["plain"] in _OR and not piece["minus"] and not piece["name"]:
            either = bool(query.must)
            continue
        meaning = _MEANING.get((piece["name"] or "").lower(), "")
        value = (piece["quoted"] if piece["quoted"] is not None else piece["plain"]).strip()
        if not meaning or meaning == "title" or piece["minus"] or not value or not _apply(query, meaning, value):
            parts = _parts(piece, value, title_only=meaning == "title")[: MOST_WORDS - count]
            count += len(parts)
            _take(query, parts, unwanted=bool(piece["minus"]), either=either)
        either = False
    return query


def _parts(piece: re.Match[str], value: str, title_only: bool) -> list[Word | Phrase]:
    name = "" if title_only else piece["name"] or ""
    if piece["quoted"] is not None and not title_only:
        exact = tuple(surface(word) for word in words(value))[:MOST_WORDS]
        before = [_word(name)] if name else []
        return [*before, Phrase(exact)] if exact else [*before]
    return [_word(word, title_only) for word in words(f"{name}:{value}" if name else value)]


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


def _apply(query: Query, meaning: str, value: str) -> bool:
    """Take a filter; False when its value means nothing, so that it is a word after all."""
    if meaning == "author":
        query.authors.append(value)
    elif meaning == "community":
        query.communities.append(value)
    elif meaning == "tag":
        query.tags.append(surface(value.removeprefix("#")))
    elif meaning == "kind":
        if value.lower() not in _KIND_OF:
            return False
        query.kinds.add(_KIND_OF[value.lower()])
    elif meaning == "standing":
        if value.lower() not in _STANDING_OF:
            return False
        query.states.add(_STANDING_OF[value.lower()])
    else:
        span = _days(value)
        if span is None:
            return False
        if meaning == "before":
            query.before = span[0]
        else:
            query.after = span[1]
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
