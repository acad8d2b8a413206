"""Languages people speak: kept as codes, said and understood in the reader's language."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils import translation
from django.utils.translation import gettext


def language_name(word: str) -> str:
    """Return what a language is called in the reader's language; a word that is no code is left as it is."""
    info = LANG_INFO.get(word.strip().casefold(), {})
    if "name" not in info:
        return word
    name = gettext(info["name"])  # Django's own texts, save for the three of the house, which begin a line elsewhere
    return name[:1].lower() + name[1:] if translation.get_language() in {"fi", "sv"} else name


def language_code(word: str) -> str:
    """Return the code of a language from its name, in any of the house's languages or its own; else the word itself."""
    return _codes().get(word.strip().casefold(), word)


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Return {name or code: code}; where several share a name, the shortest code has it."""
    known = [(code, info) for code, info in LANG_INFO.items() if "name" in info]
    found: dict[str, str] = {}
    for code, info in sorted(known, key=lambda one: (len(one[0]), one[0])):
        names = [code, info["name"], info["name_local"]]
        for language, _label in settings.LANGUAGES:
            with translation.override(language):
                names.append(gettext(info["name"]))
        for name in names:
            found.setdefault(name.casefold(), code)
    return found
