"""What the switcher offers for what was typed so far: recent places, names, tags and commands, in groups."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from taggit.models import Tag

from intranet.people.models import User
from intranet.prepared import Prepared, reader
from search.completing import Reading, fit, forms_of, is_initials, readings
from search.engines import SearchAwayError, engine
from search.engines.base import Hit
from search.find import reader_keys
from search.query import parse
from search.results import Result, Row, load, rows_of, suggestion_of, visible
from search.switcher import commands, recents
from search.switcher.commands import Command
from wiki.linkcards import visible_tags

# Of every kind, and of all kinds together.
EACH, MOST, MOST_TAGS = 5, 24, 5
# What one sign before the words narrows the list to.
SIGNS = {"@": "person", "#": "tag", ">": "command"}
# The order of groups that fit equally well.
ORDER = ("recent", "page", "person", "community", "path", "file", "tag", "command")
# A tag is worth as much as a title of one word that begins so.
_TAG_RANK = 1.0


@dataclass(slots=True)
class Group:
    """Suggestions of one sort. `rank` is how well the best of them fits."""

    name: str
    rank: float
    results: list[Result] = field(default_factory=list)
    tags: list[tuple[Tag, int]] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.results) + len(self.tags) + len(self.commands)


def suggest(user: User, text: str, lately: Sequence[str] = ()) -> list[Group]:
    """Return what fits what was typed (`search.query.clean`), recent places first, then the group that fits best.

    `lately`: uids of places she was at, newest first. Everything shown is asked of the database as well.
    """
    only, words = SIGNS.get(text[:1], ""), text[1:] if text[:1] in SIGNS else text
    keys, asked = reader_keys(user), readings(words)
    if not asked:
        return []
    found = _names(user, words, keys, only, lately)
    offered = commands.fitting(user, keys, _with_letters(words, asked)) if only in ("", "command") else []
    if offered:
        rank = min([offered[0][1], *(group.rank for group in found if _are_initials(words, group))])
        found.append(Group("command", rank, commands=[command for command, _rank in offered]))
    return sorted(found, key=lambda group: (group.name != "recent", -round(group.rank, 1), _place(group.name)))


def warm_up() -> None:
    """Read what completion keeps in memory (a second of work at 100,000 documents), so that no keystroke waits for it."""
    commands.fitting(User(), frozenset(), readings("a", is_short_list=True))
    with suppress(SearchAwayError):
        engine().warm_up()


def _are_initials(words: str, group: Group) -> bool:
    """Are the letters just somebody's initials? Then that is who is meant, before anything to do that begins so."""
    return group.name == "person" and any(is_initials(words, _forms(one.name, True)) for one in group.results)


def _place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else ORDER.index("file")


def _with_letters(words: str, asked: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Return the readings for a short list, where a letter alone is a question too."""
    return readings(words, is_short_list=True) if len(words.strip()) == 1 else asked


def _names(user: User, words: str, keys: frozenset[str], only: str, lately: Sequence[str]) -> list[Group]:
    if only == "command":
        return []
    # Of a kind no more than one prepared query takes, together with the hits.
    beside = [] if only else list(lately)
    try:
        hits = [] if only == "tag" else engine().suggest(words, keys, MOST, EACH)
        tags = engine().suggest_tags(_as_slug(words), keys, MOST_TAGS) if only in ("", "tag") else []
    except SearchAwayError:
        rows = load(user, [Hit(uid, 0.0) for uid in _few(beside)], brief=True)
        return [*_recent(user, words, beside, rows), *_look_up(user, words, only)]
    hits = [hit for hit in hits if not only or hit.uid.startswith(f"{only}:")]
    rows = load(user, [*hits, *(Hit(uid, 0.0) for uid in _few(beside))], brief=True)
    groups = _recent(user, words, beside, rows)
    shown = {(result.kind, result.pk) for group in groups for result in group.results}
    groups += _grouped([hit for hit in hits if hit.uid in rows], rows, shown)
    named = _names_of_tags(user, [slug for slug, _ in tags]) if tags else {}
    listed = [(Tag(slug=slug, name=named[slug]), count) for slug, count in tags if slug in named]
    return [*groups, Group("tag", _TAG_RANK, tags=listed)] if listed else groups


def _as_slug(words: str) -> str:
    return "-".join(words.split())


def _few(uids: list[str]) -> list[str]:
    """Return the newest of each kind; threads are read by themselves."""
    counts: dict[str, int] = {}
    found = []
    for uid in uids:
        kind = uid.partition(":")[0]
        counts[kind] = counts.get(kind, 0) + 1
        if kind != "post" and counts[kind] <= EACH:
            found.append(uid)
    return found


def _recent(user: User, words: str, uids: list[str], rows: dict[str, Row]) -> list[Group]:
    """Return the recent places whose names fit, the newest first."""
    places = recents.results(user, uids, rows) if uids else []
    for reading in readings(words, is_short_list=True):
        fitting = [(place, _fit(reading, place)) for place in places]
        if kept := [(place, rank) for place, rank in fitting if rank]:
            return [Group("recent", max(rank for _, rank in kept), [place for place, _ in kept])]
    return []


def _fit(reading: Reading, place: Result) -> float:
    return fit(reading, _forms(place.name, place.kind == "person"), len(place.name.split()))


@lru_cache(maxsize=2_000)
def _forms(name: str, is_name: bool) -> frozenset[str]:
    """Return the forms of a name that is looked through again with every keystroke."""
    return frozenset(forms_of(name, "fi", is_name=is_name))


def _grouped(hits: list[Hit], rows: dict[str, Row], shown: set[tuple[str, int]]) -> list[Group]:
    groups: dict[str, Group] = {}
    for hit in hits:
        kind, _, pk = hit.uid.partition(":")
        if (kind, int(pk)) not in shown:
            group = groups.setdefault(kind, Group(kind, hit.score))
            group.results.append(suggestion_of(kind, rows[hit.uid]))
    return list(groups.values())


def _tags(*, variant: bool, user: int, **slugs: str) -> QuerySet[Any, Any]:
    """Build the query of the names of a few tags, those the reader may know of."""
    known = visible_tags(reader(user, is_guest=variant)).filter(slug__in=list(slugs.values()))
    return known.order_by().values_list("slug", "name")


_TAGS = Prepared(_tags, numbers=["user"], texts=[f"tag{n}" for n in range(MOST_TAGS)])


def _names_of_tags(user: User, slugs: list[str]) -> dict[str, str]:
    slots = {f"tag{n}": slugs[n] if n < len(slugs) else "" for n in range(MOST_TAGS)}
    return dict(_TAGS.rows(user.is_guest, user=user.pk, **slots))  # type: ignore[arg-type]  # rows of two


def _look_up(user: User, text: str, only: str) -> list[Group]:
    """Look names up in the database while there is no index: titles only, no forms."""
    groups, words = [], parse(text).plain_words
    for kind, name in (("page", "title"), ("person", "name"), ("community", "name"), ("path", "title")):
        if not words or only not in ("", kind):
            continue
        matching = visible(kind, user)
        for word in words:
            matching = matching.filter(**{f"{name}__icontains": word})
        if rows := list(rows_of(kind, matching.order_by("-pk"), brief=True)[:EACH]):
            groups.append(Group(kind, 1.0, [suggestion_of(kind, row) for row in rows]))
    return groups
