"""What somebody has chosen beside the words: facets as they stand in the address (`?q=…&in=lab&is=open`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from search.engines.base import STATES
from search.narrowing.operators import LANGUAGES, PARTS, TIES
from search.query import clean

# Of a facet no more values can be chosen, and none is longer.
MOST, LONGEST = 10, 100


def _is_year(value: str) -> bool:
    return len(value) == 4 and value.isascii() and value.isdigit() and value[0] != "0"


# The names in the address, and what may stand behind them; communities and tags by their slugs, people by their handles.
_NAMES: dict[str, Callable[[str], bool]] = {
    "in": bool,
    "from": bool,
    "tag": bool,
    "year": _is_year,
    "lang": LANGUAGES.__contains__,
    "is": {*STATES[1:], *TIES}.__contains__,
    "has": PARTS.__contains__,
}
NAMES = tuple(_NAMES)


@dataclass(frozen=True, slots=True)
class Choice:
    """Pairs of name and value in the order in which they were chosen; none twice, and none that means nothing."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, values: Mapping[str, list[str]]) -> Choice:
        """Take from lists by name what can be chosen; the rest is left alone. In the order of the names."""
        pairs = []
        for name, means in _NAMES.items():
            given = dict.fromkeys(clean(value)[:LONGEST] for value in values.get(name, ())[: MOST * 2])
            pairs += [(name, value) for value in given if means(value)][:MOST]
        return cls(tuple(pairs))

    @classmethod
    def from_address(cls, parameters: Any) -> Choice:
        """Read it from a request's GET."""
        return cls.read({name: parameters.getlist(name) for name in NAMES})

    def of(self, name: str) -> list[str]:
        """Return the chosen values of a facet."""
        return [value for key, value in self.pairs if key == name]

    @property
    def states(self) -> frozenset[str]:
        """Return the chosen states of pages and questions."""
        return frozenset(self.of("is")) & set(STATES)

    @property
    def ties(self) -> frozenset[str]:
        """Return what the chosen things are to the reader: "mine", "followed"."""
        return frozenset(self.of("is")) & TIES.keys()

    def toggled(self, name: str, value: str) -> Choice:
        """Return this with a value more, or without it when it was chosen."""
        rest = tuple(pair for pair in self.pairs if pair != (name, value))
        return Choice(rest if len(rest) < len(self.pairs) else (*rest, (name, value)))
