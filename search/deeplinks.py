"""Where in a page a hit leads: the section its snippet stands in, and there the words themselves. Pure.

`#h-driving:~:text=the%20car` is two in one: browsers that know text fragments (the `:~:` part) scroll to the words and
mark them; where the words are not found so, and elsewhere in the page, the heading before the colon is the place.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

# As many words tell a place from others, and are likely to stand in one piece of the page.
_MOST_WORDS, _MOST_LETTERS = 5, 80
_WORDS = re.compile(rf"\S+(?:[^\S\n]+\S+){{0,{_MOST_WORDS - 1}}}")


def anchor_of(plain: str, place: int, contents: Iterable[Mapping[str, Any]]) -> str:
    """Return what follows the address of a page whose text is `plain` to get to `place`; nothing for a place below 0.

    `contents` are the page's headings with `id` and `title`, in order; in `plain` each is a line of its own.
    """
    if place < 0:
        return ""
    return f"#{_heading(plain, place, contents)}:~:text={_encoded(_words_at(plain, place))}"


def _heading(plain: str, place: int, contents: Iterable[Mapping[str, Any]]) -> str:
    """Return the id of the last heading that begins at or before a place, nothing where there is none."""
    found, after = "", 0
    for heading in contents:
        title = str(heading.get("title", ""))
        start = _line(plain, title, after)
        if start > place:
            break
        if start >= 0:
            found, after = str(heading.get("id", "")), start + len(title)
    return quote(found, safe="")


def _line(plain: str, title: str, after: int) -> int:
    """Return where a line begins that is this title, -1 without one."""
    while title and (start := plain.find(title, after)) >= 0:
        end = start + len(title)
        if (start == 0 or plain[start - 1] == "\n") and (end == len(plain) or plain[end] == "\n"):
            return start
        after = end
    return -1


def _words_at(plain: str, place: int) -> str:
    """Return some words from a place on, of one line: what is broken in two is not found again."""
    found = _WORDS.match(plain, place)
    words = found[0] if found else ""
    if len(words) > _MOST_LETTERS:
        words = words[:_MOST_LETTERS].rpartition(" ")[0] or words.split()[0]
    return words.rstrip(".,;:!?…)]»”")


def _encoded(words: str) -> str:
    """Return words as a text directive has them: hyphen, comma and ampersand mean something else there."""
    return quote(words, safe="").replace("-", "%2D")
