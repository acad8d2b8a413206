"""Names of files and folders that every system takes, whatever a page or an attachment is called. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from urllib.parse import quote

from intranet.files import safe_name

# Bytes; file systems take 255, and a whole path is easier to live with when its parts are short.
MAX_PART = 80
MAX_FILE = 200
# What Windows keeps for devices, and what a folder's own page is called.
_RESERVED = re.compile(r"con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|_?index|readme")


def part_for(wanted: str, taken: Collection[str], *, never: Collection[str] = ()) -> str:
    """Return a name without ending for a page or folder that is not among `taken` (of `name_key`s)."""
    plain = unicodedata.normalize("NFC", wanted.encode("utf-8", "ignore").decode("utf-8"))
    name = _cut(re.sub(r"[^\w-]+", "-", plain).strip("-_"), MAX_PART).strip("-_") or "page"
    if _RESERVED.fullmatch(name_key(name)) or name_key(name) in never:
        name = f"{name}-page"
    number, chosen = 2, name
    while name_key(chosen) in taken:
        chosen, number = f"{name}-{number}", number + 1
    return chosen


def name_key(name: str) -> str:
    """Return what is equal for names that some file system takes for one: capitals, width, composed letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def file_name_for(name: str) -> str:
    """Return a name for an attachment, with its ending."""
    safe = safe_name(name)
    if len(safe.encode()) <= MAX_FILE:
        return safe
    stem, dot, ending = safe.rpartition(".")
    return (
        f"{_cut(stem, MAX_FILE - len(ending.encode()) - 1).rstrip(' .')}{dot}{ending}" if dot else _cut(safe, MAX_FILE)
    )


def _cut(text: str, limit: int) -> str:
    return text.encode()[:limit].decode("utf-8", "ignore")


def as_target(path: str) -> str:
    """Return a path as it stands in a link: letters of all scripts stay readable, what ends a link does not."""
    return re.sub(r"[^\w./~-]", lambda match: quote(match[0], safe=""), path)
