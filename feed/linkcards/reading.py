"""What an HTML page says of itself in its head: title, description, site, picture. Pure, and linear for any input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from intranet.text import clean_text, excerpt

LOOKED_AT = 256 * 1024
_CHARSET = re.compile(r"charset=[\"']?([A-Za-z0-9._-]{2,40})", re.IGNORECASE)
_END = re.compile(r"</head", re.IGNORECASE)
_META = re.compile(r"<meta\b", re.IGNORECASE)
_LONGEST_META = 4000
_TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([A-Za-z:-]{1,30})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_WANTED = frozenset({
    "og:title", "og:description", "og:site_name", "og:image", "og:image:secure_url", "twitter:title",
    "twitter:description", "twitter:image", "description",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """Plain text, not escaped; `image` is an address as it was written."""

    title: str
    description: str = ""
    site: str = ""
    image: str = ""


def decoded(body: bytes, content_type: str) -> str:
    """Return a page as text, by what its header says, then by what it says itself, then as UTF-8."""
    names = [found[1] for text in (content_type, body[:2048].decode("latin-1")) if (found := _CHARSET.search(text))]
    for name in (*names, "utf-8"):
        try:
            return body.decode(name, "replace")
        except (LookupError, ValueError):
            continue
    return body.decode("utf-8", "replace")


def said_by(body: bytes, content_type: str) -> Said | None:
    """Return what a page says of itself, None when it says nothing worth a card."""
    head = decoded(body[:LOOKED_AT], content_type)
    end = _END.search(head)
    head = head[: end.start() if end else len(head)]
    found: dict[str, str] = {}
    for meta in _metas(head):
        values = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(meta)}
        name = (values.get("property") or values.get("name") or "").lower()
        if name in _WANTED and values.get("content"):
            found.setdefault(name, values["content"])
    title = _TITLE.search(head)
    named = _line(found.get("og:title") or found.get("twitter:title") or (title[1] if title else ""), 160)
    if not named:
        return None
    about = found.get("og:description") or found.get("description") or found.get("twitter:description") or ""
    image = found.get("og:image:secure_url") or found.get("og:image") or found.get("twitter:image") or ""
    return Said(named, _line(about, 260), _line(found.get("og:site_name", ""), 80), unescape(image).strip()[:2000])


def _metas(head: str) -> Iterator[str]:
    """Yield what stands in each `<meta …>`; one inside another, or too long, is nobody's."""
    done = 0
    for tag in _META.finditer(head):
        end = head.find(">", tag.end(), tag.end() + _LONGEST_META)
        if end > 0 and tag.start() >= done:
            done = end
            yield head[tag.end() : end]


def _line(text: str, length: int) -> str:
    """Return a text as one short line without what cannot be stored or would turn the line round."""
    return excerpt(" ".join(clean_text(unescape(text)).split()), length)
