"""Countries and their parts by name, in the language of whoever reads (CLDR, by the library Babel)."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language

from intranet.calendar import countries, parts_of


def country_name(code: str) -> str:
    """Return what a country is called; its code where nobody has a name for it."""
    return _names((get_language() or "en")[:2]).get(code, code)


def country_choices() -> list[tuple[str, str]]:
    """Return the countries whose public holidays are known, by name."""
    return sorted(((code, country_name(code)) for code in countries()), key=lambda one: _in_order(one[1]))


def part_name(country: str, code: str) -> str:
    """Return what a part of a country is called there."""
    return parts_of(country).get(code, code)


@lru_cache(maxsize=8)
def _names(language: str) -> dict[str, str]:
    from babel import Locale  # only who looks at offices needs it

    return dict(Locale.parse(language).territories)


def _in_order(name: str) -> tuple[str, ...]:
    """Return what a name is sorted by: å, ä and ö stand at the end in Finnish and Swedish, and among a and o elsewhere."""
    folded = name.casefold()
    if (get_language() or "en")[:2] == "en":
        return tuple(folded.translate(str.maketrans("åäáçéíö", "aaaceio")))
    return tuple(f"~{'åäö'.index(letter)}" if letter in "åäö" else letter for letter in folded)
