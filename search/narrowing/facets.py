"""What can be chosen beside the words, by name: values with how many of the found things have each, and what was chosen.

Numbers come from the index, trimmed by the reader's keys; a name is told only as far as the reader may know it at this
moment, whatever the index still holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from intranet.people.models import User
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from search.engines.base import FACETS, MOST_VALUES
from search.find import Found
from search.narrowing.choices import MOST, Choice
from search.results import Place
from wiki.care.schedule import STATUSES
from wiki.care.words import SHOWN as CARE
from wiki.linkcards import visible_tags

# The name of each facet in the address, what it is called, and the drawing beside it.
SHOWN: dict[str, tuple[str, Any, str]] = {
    "community": ("in", _("Community"), "users-round"),
    "author": ("from", pgettext_lazy("facets", "Author"), "user"),
    "tag": ("tag", _("Tag"), "hash"),
    "year": ("year", pgettext_lazy("facets", "Changed in"), "calendar"),
    "language": ("lang", _("Language"), "languages"),
    "state": ("is", _("State"), "badge-check"),
}
LANGUAGES = {"fi": _("Finnish"), "sv": _("Swedish"), "en": _("English")}
STATES: dict[str, Any] = {
    **{status: CARE[status] for status in STATUSES},
    "open": _("Unanswered questions"),
    "answered": _("Answered questions"),
}
TIES = {"mine": pgettext_lazy("what is found", "Mine"), "followed": pgettext_lazy("what is found", "Followed")}
FILES = {"file": pgettext_lazy("what is found", "With files")}
# Values that are words of ours, by the name of their facet in the address.
WORDS: dict[str, dict[str, Any]] = {"lang": LANGUAGES, "is": STATES | TIES, "has": FILES}
# So many values of a facet are offered.
OFFERED = 8


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a facet. `count` is empty where it was chosen and nothing that was found has it, and of what is not counted."""

    name: str  # of the facet in the address
    value: str
    label: Any
    count: int | None = None
    is_on: bool = False
    place: Place | None = None
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """Something to choose by. `key` is one of FACETS, or "more" for what is mine, followed, or has a file."""

    key: str
    name: str
    label: Any
    symbol: str
    options: tuple[Option, ...]


def _named(*, variant: bool, user: int, **slots: Any) -> QuerySet[Any, Any]:
    """Build the query of the names of a few people, by number or by handle, and of a few tags the reader may know of."""
    me = reader(user, is_guest=variant)
    numbers = [value for name, value in slots.items() if name.startswith("person")]
    handles = [value for name, value in slots.items() if name.startswith("handle")]
    slugs = [value for name, value in slots.items() if name.startswith("tag")]
    known = User.objects.visible_to(me).order_by()
    columns = ("number", "pk", "handle", "name", "guest")
    people = (known.filter(pk__in=numbers) | known.filter(handle__in=handles)).annotate(
        number=Value(0, IntegerField()), guest=Cast("is_guest", IntegerField())
    )
    tags = visible_tags(me).filter(slug__in=slugs).order_by()
    tags = tags.annotate(
        number=Value(1, IntegerField()), handle=Cast("slug", CharField()), guest=Value(0, IntegerField())
    )
    found: QuerySet[Any, Any] = people.values_list(*columns).union(tags.values_list(*columns), all=True)
    return found


_NAMED = Prepared(
    _named,
    numbers=["user", *(f"person{n}" for n in range(MOST_VALUES))],
    texts=[*(f"handle{n}" for n in range(MOST)), *(f"tag{n}" for n in range(MOST_VALUES + MOST))],
)


class Names:
    """What the reader may know things by: her places, and the people and tags of one page of results."""

    def __init__(self, user: User, found: Found, choice: Choice) -> None:
        self.places = found.places
        self.slugs = {place.slug: place for place in found.places.values()}
        self.people: dict[str, tuple[str, str, bool]] = {}  # number -> handle, name, guest
        self.handles: dict[str, tuple[str, str, bool]] = {}
        self.tags: dict[str, str] = {}
        people = [value for value, _count in found.facets.get("author", ())]
        tags = list(dict.fromkeys([*choice.of("tag"), *(value for value, _count in found.facets.get("tag", ()))]))
        handles = choice.of("from")
        if not (people or tags or handles) or not is_current(user):
            return
        slots: dict[str, Any] = {f"person{n}": int(people[n]) if n < len(people) else 0 for n in range(MOST_VALUES)}
        slots |= {f"handle{n}": handles[n] if n < len(handles) else "" for n in range(MOST)}
        slots |= {f"tag{n}": tags[n] if n < len(tags) else "" for n in range(MOST_VALUES + MOST)}
        for is_tag, pk, handle, name, is_guest in _NAMED.rows(user.is_guest, user=user.pk, **slots):
            if is_tag:
                self.tags[handle] = name
            else:
                self.people[str(pk)] = self.handles[handle] = (handle, name, bool(is_guest))

    def option(self, key: str, value: str, count: int) -> Option | None:
        """Return a counted value by its name, None for what the reader may not know of."""
        if key == "community":
            place = self.places.get(int(value))
            return Option("in", place.slug, place.name, count, place=place) if place else None
        if key == "author":
            known = self.people.get(value)
            return Option("from", known[0], known[1], count, is_guest=known[2]) if known else None
        if key == "tag":
            return Option("tag", value, f"#{self.tags[value]}", count) if value in self.tags else None
        words = WORDS.get(SHOWN[key][0], {})
        return Option(SHOWN[key][0], value, words.get(value, value), count)

    def chip(self, name: str, value: str) -> Option:
        """Return what was chosen; what the reader may not know of is called what the address calls it."""
        if name == "in" and value in self.slugs:
            return Option(name, value, self.slugs[value].name, is_on=True, place=self.slugs[value])
        if name == "from" and value in self.handles:
            return Option(name, value, self.handles[value][1], is_on=True, is_guest=self.handles[value][2])
        if name == "tag":
            return Option(name, value, f"#{self.tags.get(value, value)}", is_on=True)
        return Option(name, value, WORDS.get(name, {}).get(value, value), is_on=True)


def offer(user: User, found: Found, choice: Choice) -> tuple[list[Facet], list[Option]]:
    """Return the facets of a page of results, and what was chosen, in the order of the address. One query at most."""
    names = Names(user, found, choice)
    chips = [names.chip(name, value) for name, value in choice.pairs]
    facets = [_facet(key, found, choice, names) for key in FACETS if key in found.facets]
    more = [
        Option(name, value, label, is_on=(name, value) in choice.pairs)
        for name, words in (("is", TIES), ("has", FILES))
        for value, label in words.items()
    ]
    if found.facets:
        facets.append(Facet("more", "", pgettext_lazy("facets", "Only"), "list-filter", tuple(more)))
    return [facet for facet in facets if facet.options], chips


def _facet(key: str, found: Found, choice: Choice, names: Names) -> Facet:
    name, label, symbol = SHOWN[key]
    chosen, options = set(choice.of(name)), []
    for value, count in found.facets[key]:
        option = names.option(key, value, count)
        if option is None:
            continue
        is_on = option.value in chosen
        # What everything has narrows nothing.
        if is_on or count < found.total or chosen:
            options.append(replace(option, is_on=is_on))
    options = sorted(options, key=lambda option: not option.is_on)[: max(OFFERED, len(chosen))]
    if key == "year":
        options.sort(key=lambda option: option.value, reverse=True)
    return Facet(key, name, label, symbol, tuple(options))
