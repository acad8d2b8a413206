"""The last step of every rendering: the allow-list (nh3, the ammonia sanitiser).

What is not named here does not leave the renderer, whatever a parser or an extension made of the input.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

import nh3

REL = "noopener noreferrer nofollow"

TAGS = {
    "a", "aside", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img",
    "input", "li", "ol", "p", "pre", "section", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr",
    "ul",
}  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # without this nh3 lets title and lang through everywhere
    "a": {"href", "title", "class", "rel", "id", "aria-hidden", "tabindex"},
    "aside": {"class", "role"},
    "code": {"class"},
    "div": {"class"},
    "h1": {"id"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"},
    "img": {"src", "alt", "title", "loading", "decoding"},
    "li": {"id", "class"},
    "ol": {"start"},
    "p": {"class"},
    "pre": {"class"},
    "span": {"class"},
    "sup": {"id"},
    "td": {"align"}, "th": {"align"},
    "ul": {"class"}, "section": {"class"},
}  # fmt: skip
# Nothing of a page is ever named by the text alone: ids carry one of our prefixes, so they cannot shadow an element,
# a form field or a global of ours (DOM clobbering).
ID = re.compile(r"(?:[a-z0-9]{1,20}-)?(?:h|fn|fnref)-[\w-]{1,200}")
CLASSES = re.compile(
    r"external|redlink|pagelink|heading-anchor|highlight|mermaid|remote-image|plain|footnote|footnotes|footnote-ref"
    r"|footnote-backref|task-list|task-list-item|callout|callout-title|callout-(?:note|tip|important|warning|caution)"
    r"|mention|mention-(?:person|community)|tag|language-[a-z0-9+#-]{1,20}|[a-z]{1,3}[0-9]?"
)
_EXACT = {
    "rel": {REL},
    "role": {"note"},
    "loading": {"lazy"},
    "decoding": {"async"},
    "aria-hidden": {"true"},
    "tabindex": {"-1"},
    "align": {"left", "center", "right"},
}


def is_own_file(src: str) -> bool:
    """Whether an image address is a file of this house, also after a browser has resolved its dots."""
    path = unquote(unquote(src))
    return src.startswith("/files/") and ".." not in path and "\\" not in path


def _filter(tag: str, name: str, value: str) -> str | None:
    """Keep, change or drop (None) one attribute."""
    if name == "class":
        return " ".join(word for word in value.split() if CLASSES.fullmatch(word)) or None
    if name == "id":
        return value if ID.fullmatch(value) else None
    if name == "src":
        return value if is_own_file(value) else None
    if name == "start":
        return value if value.isascii() and value.isdigit() and len(value) < 10 else None
    if name in _EXACT:
        return value if value in _EXACT[name] else None
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_filter,
    tag_attribute_values={"input": {"type": {"checkbox"}, "checked": {"", "checked"}}},
    set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)
_stripper = nh3.Cleaner(tags=set(), link_rel=None)


def sanitise(html: str) -> str:
    """HTML reduced to the allow-list."""
    return _cleaner.clean(html)


def strip_tags(html: str) -> str:
    """The text of HTML, still escaped."""
    return _stripper.clean(html)
