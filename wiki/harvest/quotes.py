"""What people said as quotes in a page. Pure: text in, text out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from intranet.text.inline import MENTION

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
_MENTION = re.compile(MENTION)
# A line as short as this is no proof that a text says what a post said.
TELLING = 25


@dataclass(frozen=True, slots=True)
class Said:
    """What is quoted. `who` and `when` are Markdown already, "" for what is not to be told."""

    body: str
    who: str
    when: str
    files: Sequence[str] = ()


def quote(said: Said, name_of: Callable[[str], str]) -> str:
    """Return a post as a quote with who said it when; `name_of` turns a mentioned handle into Markdown.

    A post keeps its line breaks, has no headings and calls people; a page does otherwise, so these are put into its way
    of writing. Code stays as it is.
    """
    lines = [" · ".join(part for part in (said.who and f"**{said.who}**", said.when) if part), ""]
    fence = ""
    typed = said.body.strip("\n").split("\n")
    for number, line in enumerate(typed):
        mark = _FENCE.match(line)
        if fence:
            lines.append(line)
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        if mark:
            fence = mark[1]
            lines.append(line)
            continue
        plain = _HEADING.sub(r"**\1**", line.rstrip())
        plain = _MENTION.sub(lambda found: name_of(found[1].lower()), plain)
        followed = number + 1 < len(typed) and typed[number + 1].strip() and not _FENCE.match(typed[number + 1])
        lines.append(f"{plain}  " if plain and followed else plain)
    if fence:
        lines.append(fence)
    if said.files:
        lines += ["", *(f"- {file}" for file in said.files)]
    return "\n".join(f"> {line}".rstrip(" ") if not line.endswith("  ") else f"> {line}" for line in lines)


def page_of(quotes: Iterable[str]) -> str:
    """Return the text of a page made of these quotes."""
    return "\n\n".join(quotes) + "\n"


def telling_line(quoted: str) -> str:
    """Return the longest line of a quote, which its page has as long as it quotes the post."""
    words = [line.removeprefix(">").strip() for line in quoted.split("\n")[2:]]
    return max(words, key=len, default="")[:300]


def says(body: str, line: str) -> bool:
    """Return whether a text still says this line of a quote."""
    if not line:
        return False
    if len(line) >= TELLING and line in body:
        return True
    return any(one.lstrip("> ").strip() == line for one in body.split("\n"))
