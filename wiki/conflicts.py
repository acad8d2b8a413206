"""Two texts that met: their parts for the screen, and the text a person decides on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from intranet.text import clean_text
from wiki.compare import Row, compare
from wiki.merge import Conflict, merge

SHOWN_AROUND = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page on the conflict screen: agreed lines (shortened), or both sides with their differing words."""

    number: int | None  # of the conflict, None for agreed text
    before: str = ""
    skipped: int = 0
    after: str = ""
    mine: str = ""
    theirs: str = ""
    rows: Sequence[Row] = ()


def parts_of(base: str, mine: str, theirs: str) -> list[Part]:
    """Return the page in parts, agreed and conflicting in turn."""
    parts: list[Part] = []
    number = 0
    for part in merge(base, mine, theirs).parts:
        if isinstance(part, Conflict):
            hunks = compare(part.theirs, part.mine, context=10_000).hunks
            rows = hunks[0].rows if hunks else []
            parts.append(Part(number, mine=part.mine, theirs=part.theirs, rows=rows))
            number += 1
        else:
            parts.append(_shortened(part))
    return parts


def _shortened(text: str) -> Part:
    lines = text.rstrip("\n").split("\n")
    if len(lines) <= 2 * SHOWN_AROUND:
        return Part(None, before="\n".join(lines))
    hidden = len(lines) - 2 * SHOWN_AROUND
    return Part(None, "\n".join(lines[:SHOWN_AROUND]), hidden, "\n".join(lines[-SHOWN_AROUND:]))


def resolved(base: str, mine: str, theirs: str, decisions: Sequence[tuple[str, str]]) -> str:
    """Return the text decided on: ("mine" | "theirs" | "edit", edited text) for each conflict in order.

    Raises ValidationError when a part was not decided or the texts are not those that were shown.
    """
    merged = merge(base, mine, theirs)
    if len(decisions) != len(merged.conflicts):
        raise ValidationError({"body": _("The page changed once more meanwhile. Look at it again.")})
    texts = []
    for conflict, (choice, edited) in zip(merged.conflicts, decisions, strict=True):
        if choice not in {"mine", "theirs", "edit"}:
            raise ValidationError({"body": _("Choose a text for every part.")})
        texts.append({"mine": conflict.mine, "theirs": conflict.theirs, "edit": clean_text(edited)}[choice])
    return merged.resolve(texts)
