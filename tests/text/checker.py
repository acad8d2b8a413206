"""An allow-list check of HTML that shares nothing with the renderer, and a Resolver that knows a few names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from html.parser import HTMLParser
from urllib.parse import urlsplit

from intranet.text import Link, Target

TAGS = {
    "a": {"href", "title", "class", "rel", "aria-hidden", "tabindex"},
    "aside": {"class", "role"}, "blockquote": set(), "br": set(), "code": {"class"}, "del": set(), "div": {"class"},
    "em": set(), "h1": {"id"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"}, "hr": set(),
    "img": {"src", "alt", "title", "loading", "decoding"}, "input": {"type", "disabled", "checked"},
    "li": {"id", "class"}, "ol": {"start"}, "p": {"class"}, "pre": {"class"}, "span": {"class"}, "strong": set(),
    "sup": {"id"}, "table": set(), "tbody": set(), "td": {"align"}, "th": {"align"}, "thead": set(), "tr": set(),
    "ul": {"class"},
}  # fmt: skip
_ID = re.compile(r"(p[0-9a-f]{1,12}-)?(h|fn|fnref)-[\w-]+")
_CLASS = re.compile(r"[a-z][a-z0-9-]{0,30}")
_IGNORED = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]")


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.findings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.findings.append(f"tag {tag}")
            return
        values = {name: value or "" for name, value in attrs}
        for name, value in values.items():
            if name not in TAGS[tag]:
                self.findings.append(f"attribute {tag} {name}")
            elif name == "id" and not _ID.fullmatch(value):
                self.findings.append(f"id {value!r}")
            elif name == "class" and not all(_CLASS.fullmatch(word) for word in value.split()):
                self.findings.append(f"class {value!r}")
            elif name == "src" and not value.startswith("/files/"):
                self.findings.append(f"src {value!r}")
            elif name == "href":
                self._href(value, values)
        if tag == "input" and (values.get("type") != "checkbox" or "disabled" not in values):
            self.findings.append("input that works")

    def _href(self, value: str, values: dict[str, str]) -> None:
        bare = _IGNORED.sub("", value)
        try:
            scheme = urlsplit(bare).scheme.lower()
        except ValueError:
            self.findings.append(f"unreadable address {value!r}")
            return
        if scheme not in ("", "http", "https", "mailto", "tel"):
            self.findings.append(f"scheme {value!r}")
        if re.match(r"[/\\]{2}", bare):
            self.findings.append(f"other host {value!r}")
        if scheme in ("http", "https") and values.get("rel") != "noopener noreferrer nofollow":
            self.findings.append(f"no rel {value!r}")

    def handle_comment(self, data: str) -> None:
        self.findings.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.findings.append("declaration")

    def unknown_decl(self, data: str) -> None:
        self.findings.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.findings.append("processing instruction")


def findings(html: str) -> list[str]:
    """What in the HTML is not allowed; empty when all is well."""
    checker = _Checker()
    checker.feed(html)
    checker.close()
    return checker.findings


class KnownNames:
    """Knows the page "Guide" at /wiki/guide/, Maija, the community "sales" and every tag but "unknown"."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[object]]] = []

    def pages(self, targets: Collection[Target]) -> Mapping[Target, Link | None]:
        """Titles beginning with Guide, and paths under /wiki/guide; other titles are offered for creation."""
        self.asked.append(("pages", list(targets)))
        answers: dict[Target, Link | None] = {}
        for target in targets:
            if target.value.startswith(("Guide", "/wiki/guide")):
                answers[target] = Link("/wiki/guide/", title="The guide", kind="page")
            elif target.kind == "title":
                answers[target] = Link("/wiki/new/?title=x", missing=True)
        return answers

    def people(self, handles: Collection[str]) -> Mapping[str, Link | None]:
        """Maija and sales."""
        self.asked.append(("people", list(handles)))
        known = {
            "maija.virtanen": Link("/people/maija.virtanen/", title="Maija Virtanen", kind="person"),
            "sales": Link("/communities/sales/", title="Sales", kind="community"),
        }
        return {handle: known.get(handle) for handle in handles}

    def tags(self, names: Collection[str]) -> Mapping[str, Link | None]:
        """All but "unknown"."""
        self.asked.append(("tags", list(names)))
        return {name: None if name == "unknown" else Link(f"/tags/{name}/") for name in names}
