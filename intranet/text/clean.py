"""Typed text made storable, its limits, and short pieces of it."""

from __future__ import annotations

import re
import unicodedata

from intranet.text.references import Flavour

MAX_POST = 10_000
MAX_PAGE = 500_000

# Bidirectional overrides and isolates reorder what a reader sees ("Trojan Source"); the plain marks LRM and RLM stay,
# real right-to-left text needs no more than these. NUL and the other controls have no meaning in Markdown.
_REMOVED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


class TextTooLong(ValueError):  # noqa: N818
    """The text passes its limit. `limit` and `length` are in characters; `str()` of it is an English sentence."""

    def __init__(self, length: int, limit: int) -> None:
        self.length = length
        self.limit = limit
        super().__init__(f"The text has {length:,} characters; at most {limit:,} are allowed.")


def check_length(source: str, flavour: Flavour) -> None:
    """Raise TextTooLong when `source` is longer than a text of that flavour may be."""
    limit = MAX_POST if flavour == "post" else MAX_PAGE
    if len(source) > limit:
        raise TextTooLong(len(source), limit)


def clean_text(source: str) -> str:
    """Typed text as it is stored: NFC, LF line ends, without control characters and bidirectional overrides.

    A lone surrogate, which no UTF-8 database or answer can hold, becomes U+FFFD. Idempotent; raises nothing for any str.
    """
    text = source.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = text.replace("\x85", "\n")
    text = _SURROGATES.sub("\ufffd", _REMOVED.sub("", text))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def excerpt(plain: str, length: int = 200) -> str:
    """The beginning of a plain text in one line, at most `length` characters, cut at a word with an ellipsis.

    Takes plain text only (`Rendered.plain`): cutting HTML is a known source of injection and of hangs.
    """
    # Only the head can be shown: a 500,000 character page need not be collapsed whole.
    head = plain[: length * 4 + 200]
    text = _SPACES.sub(" ", head).strip()
    if len(text) <= length and len(head) == len(plain):
        return text
    cut = text[: length - 1]
    space = cut.rfind(" ")
    if space > length // 2:
        cut = cut[:space]
    return cut.rstrip(" ,.;:-–—(") + "…"
