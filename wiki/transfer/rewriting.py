"""What in a text names a file or a page of the house. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from wiki.titles import title_key
from wiki.transfer.source import over_lines

# The address of a file, as it stands in a text; its number is the first group.
FILE = re.compile(r"/files/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/")
# Stands before a relative link that led nowhere in the house, in an export: the import takes it off and leaves the link.
APART = "././"
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|/|#|$")
_TITLE = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))|\[\[(?P<title>[^\[\]|]+)(?:\|(?P<label>[^\[\]]*))?\]\]"
)


def is_relative(target: str) -> bool:
    """Is this a path from the file it stands in?"""
    return _SCHEME.match(target) is None


def rewrite_titles(body: str, answer: Callable[[str], str | None]) -> str:
    """Return the text with `[[Title]]` as a link to a path where `answer`, asked by title key, gives one."""

    def one(match: re.Match[str]) -> str:
        if match["code"] is not None:
            return match[0]
        path = answer(title_key(match["title"]))
        return match[0] if path is None else f"[{match['label'] or match['title']}]({path})"

    return over_lines(body, lambda line: _TITLE.sub(one, line) if "[[" in line else line)
