"""A Markdown file as somebody else's tool wrote it: title, front matter, and its links. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape

from intranet.text import slugify_heading
from wiki.transfer.front import OURS

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
# Patterns here meet whatever a file holds: each looks at a sign a fixed number of times, however the text goes on
# (hence `*+`, which gives nothing back, and the looks behind). 15,000 spaces in a heading once took three quarters of an hour.
_HEADING = re.compile(r"(?m)^#[ \t]+(.+)$")
MOST_OF_HEADING = 1_000
_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`]{1,3}|<[^>]+>")
# In this order: code spans (left alone), `](target "title")`, `[label]: target`.
_TARGETS = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`++).*?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<open>\]\(\s*+)(?:<(?P<angle>[^<>\n]*)>|(?P<bare>[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*))(?P<rest>(?:\s++(?:\"[^\"]*\"|'[^']*'))?\s*\))"
    r"|(?P<definition>^[ ]{0,3}\[(?!\^)[^\]]+\]:[ \t]*)<?(?P<defined>[^\s<>]+)>?"
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says: `title_anchor` is the fragment that led to the heading that became the title, "" if none did.

    `is_ours`: written by an export of a house like this one; its text is taken as it stands, and `slug`, `files` (of the
    page, by their paths in the export), `created`, `changed` and
    `authors` are told by such files only.
    """

    title: str
    body: str
    tags: list[str] = field(default_factory=list)
    language: str = ""
    title_anchor: str = ""
    is_ours: bool = False
    slug: str = ""
    files: list[str] = field(default_factory=list)
    created: datetime | None = None
    changed: datetime | None = None
    template: str | None = None  # what titles of pages made from it begin with; None: it is no template
    translation_of: str = ""
    is_current: bool = True
    authors: list[str] = field(default_factory=list)  # handles or mail addresses, who wrote most recently first


def read_source(text: str, *, fallback: str) -> Source:
    """Take a file apart: title from its front matter, else its first heading, else `fallback`."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    front: dict[str, str | list[str]] = {}
    if found := _FRONT.match(text):
        front, text = parse_front_matter(found[1]), text[found.end() :]
    if front.get("format") == OURS:
        return _ours(front, text.removeprefix("\n"), fallback)
    title, anchor = _word(front.get("title")), ""
    heading = _first_heading(text)
    if heading and (not title or plain_title(heading[0]) == title):
        title = title or plain_title(heading[0])
        anchor = slugify_heading(plain_title(heading[0]))
        text = (text[: heading[1]] + text[heading[2] :]).lstrip("\n")
    return Source(
        title=title or fallback,
        body=text,
        tags=_words(front.get("tags")),
        language=_word(front.get("language") or front.get("lang"))[:2],
        title_anchor=anchor,
    )


def _ours(front: dict[str, str | list[str]], text: str, fallback: str) -> Source:
    """Return what a file of ours says, without touching its text."""
    return Source(
        title=_word(front.get("title")) or fallback,
        body=text,
        tags=_words(front.get("tags")),
        language=_word(front.get("language"))[:2],
        is_ours=True,
        slug=_word(front.get("slug")),
        files=_words(front.get("files")),
        created=_moment(front.get("created")),
        changed=_moment(front.get("changed")),
        template=_word(front["template"]) if "template" in front else None,
        translation_of=_word(front.get("translation_of")),
        is_current=front.get("translation") != "old",
        authors=_words(front.get("authors"))[:50],
    )


def _words(value: str | list[str] | None) -> list[str]:
    words = value if isinstance(value, list) else [word.strip() for word in (value or "").split(",")]
    return [word for word in words if word]


def _moment(value: str | list[str] | None) -> datetime | None:
    """Return a time of the past, None for anything else."""
    try:
        moment = datetime.fromisoformat(_word(value))
    except ValueError:
        return None
    return moment if moment.tzinfo and datetime(1970, 1, 2, tzinfo=UTC) < moment <= datetime.now(UTC) else None


def _word(value: str | list[str] | None) -> str:
    return value if isinstance(value, str) else ""


def _first_heading(text: str) -> tuple[str, int, int] | None:
    """Return (title, start, end) of the first heading when nothing but space stands before it."""
    for match in _HEADING.finditer(text):
        if not text[: match.start()].strip():
            title = match[1].rstrip(" \t").rstrip("#").rstrip(" \t") or match[1].strip(" \t")[:1]
            return title[:MOST_OF_HEADING], match.start(), match.end()
        return None
    return None


def plain_title(markdown: str) -> str:
    """Return a heading without its markup."""
    return " ".join(unescape(_MARKUP.sub(lambda match: match[1] or "", markdown)).split())


def parse_front_matter(text: str) -> dict[str, str | list[str]]:
    """Read the simple YAML that stands above Markdown: words, and lists in brackets or with hyphens."""
    found: dict[str, str | list[str]] = {}
    key = ""
    for line in text.split("\n"):
        item = re.match(r"\s*-\s+(.*)", line)
        pair = re.match(r"([A-Za-z_][\w-]*):\s*(.*)", line)
        if item and key:
            before = found.get(key)
            found[key] = [*(before if isinstance(before, list) else []), _unquote(item[1])]
        elif pair:
            key, value = pair[1].lower(), pair[2].strip()
            listed = re.fullmatch(r"\[(.*)\]", value)
            found[key] = [_unquote(word) for word in listed[1].split(",")] if listed else _unquote(value)
    return found


def _unquote(value: str) -> str:
    value = value.strip()
    if value.startswith('"') and "\\" in value:
        try:
            return str(json.loads(value))  # what YAML escapes between double quotes, JSON escapes alike
        except ValueError:
            pass
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def rewrite_targets(body: str, answer: Callable[[str], str | None]) -> str:
    """Return the text with the targets of its links and images replaced where `answer` gives another one."""

    def one(match: re.Match[str]) -> str:
        if match["code"] is not None:
            return match[0]
        if match["defined"] is not None:
            new = answer(match["defined"])
            return match[0] if new is None else f"{match['definition']}{new}"
        target = match["angle"] if match["angle"] is not None else match["bare"]
        new = answer(target) if target else None
        if new is None:
            return match[0]
        return f"{match['open']}{f'<{new}>' if any(sign in new for sign in ' ()') else new}{match['rest']}"

    return over_lines(body, lambda line: _TARGETS.sub(one, line) if "](" in line or "]:" in line else line)


def over_lines(body: str, change: Callable[[str], str]) -> str:
    """Apply `change` to every line outside of fenced code."""
    lines, fence = body.split("\n"), ""
    for number, line in enumerate(lines):
        opened = _FENCE.match(line)
        if fence:
            if opened and opened[1][0] == fence[0] and len(opened[1]) >= len(fence) and not line.strip(" `~"):
                fence = ""
        elif opened:
            fence = opened[1]
        else:
            lines[number] = change(line)
    return "\n".join(lines)
