"""Placeholders of a template become words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from django.utils import translation
from django.utils.formats import date_format

_PLACEHOLDER = re.compile(r"\{\{\s*(author|date|team)\s*\}\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a new page begins with. `key` is a page's number, or the name of one that comes with the house."""

    key: str
    name: str
    title: str
    body: str
    tags: tuple[str, ...] = ()
    language: str = ""


def filled(pattern: Pattern, *, author: str, team: str, on: date) -> Pattern:
    """Return the template with its placeholders filled in, the date as its language writes it."""
    with translation.override(pattern.language or None):
        words = {"author": author, "date": date_format(on, "DATE_FORMAT"), "team": team}

    def fill(text: str) -> str:
        return _PLACEHOLDER.sub(lambda match: words[match[1].lower()], text)

    return replace(pattern, title=fill(pattern.title), body=fill(pattern.body))
