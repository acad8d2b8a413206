# ruff: noqa: N802 - the parser names its methods in its own way
"""The parsed tree: callouts before the inline pass, references, addresses and ids after it."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

from intranet.text.references import Heading, Link, PageReference, References, Target
from intranet.text.sanitise import REL, is_own_file, strip_tags

if TYPE_CHECKING:
    from intranet.text.render import Engine

CALLOUTS = {"note": "Note", "tip": "Tip", "important": "Important", "warning": "Warning", "caution": "Caution"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}

_CALLOUT = re.compile(r"\[!([A-Za-z]{3,9})\][ \t]*\n?")
_SLUG_DROPPED = re.compile(r"[^\w\- ]")
# What browsers remove or skip when they read an address (WHATWG URL, 4.4): also anywhere inside a scheme.
_URL_IGNORED = re.compile("[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_ESCAPED_COLON = re.compile(r"[^/?#]*:")


def slugify_heading(title: str) -> str:
    """The fragment GitHub gives a heading: lower case, punctuation dropped, spaces to hyphens. "" when nothing is left."""
    return _SLUG_DROPPED.sub("", title.strip().lower()).replace(" ", "-")[:150]


def _hide(el: Element, tag: str = "span") -> None:
    """Turn an element into a plain one that keeps its text."""
    el.tag = tag
    el.attrib.clear()


class Callouts(Treeprocessor):
    """`> [!NOTE]` as GitHub writes it; a text on the same line belongs to the callout too."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine.md)
        self.engine = engine

    def run(self, root: Element) -> None:
        """Turn the blockquotes that are callouts into asides."""
        for quote in list(root.iter("blockquote")):
            first = quote[0] if len(quote) else None
            if first is None or first.tag != "p" or not first.text:
                continue
            m = _CALLOUT.match(first.text)
            kind = m[1].lower() if m else ""
            if m is None or kind not in CALLOUTS:
                continue
            title = Element("p", {"class": "callout-title"})
            title.text = AtomicString(self.engine.callout_titles.get(kind, CALLOUTS[kind]))
            first.text = first.text[m.end() :]
            if not first.text.strip() and not len(first):
                quote.remove(first)
            quote.tag = "aside"
            quote.set("class", f"callout callout-{kind}")
            quote.set("role", "note")
            quote.insert(0, title)


class Finish(Treeprocessor):
    """Runs on the finished tree: collects references, asks the resolver once, sets every address and id."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine.md)
        self.engine = engine

    def run(self, root: Element) -> None:
        """Change the tree in place; results are left in the engine."""
        self.ids: dict[str, str] = {}
        self.used: set[str] = set()
        self.toc: list[Heading] = []
        groups: dict[str, list[Element]] = {"a": [], "img": [], "x-page": [], "x-mention": [], "x-tag": []}
        anchors, images, pages, mentions, tags = groups.values()
        for el in root.iter():
            if el.tag in groups:
                groups[el.tag].append(el)
            elif el.tag in HEADINGS:
                self._heading(el)
            if "style" in el.attrib:
                del el.attrib["style"]
            if "id" in el.attrib and el.tag not in HEADINGS:
                self._footnote_id(el)
        inside = {id(child) for a in anchors for child in a.iter() if child is not a}
        for image in images:
            self._image(image, linked=id(image) in inside, anchors=anchors)
        found = [self._titled(el) for el in pages]
        paths = [(el, reference) for el in anchors if (reference := self._path(el))]
        links = found + [reference for _, reference in paths]
        self.engine.references = References(
            mentions=list(dict.fromkeys(el.get("value", "") for el in mentions)),
            tags=list(dict.fromkeys(el.get("value", "") for el in tags)),
            links=list(dict.fromkeys(links)),
        )
        self.engine.toc = self.toc
        self._resolve(pages, paths, mentions, tags)
        if self.engine.flavour == "page":
            for el in root.iter():
                if el.tag in HEADINGS:
                    anchor = Element("a", {"class": "heading-anchor", "href": "#" + el.get("id", "")})
                    anchor.set("aria-hidden", "true")
                    anchor.set("tabindex", "-1")
                    el.append(anchor)

    # -- ids

    def _text_of(self, el: Element) -> str:
        """Visible text of an element, with what the parser has stashed away (entities, escaped code)."""

        def stashed(m: re.Match[str]) -> str:
            raw = self.md.htmlStash.rawHtmlBlocks[int(m[1])]
            return strip_tags(raw) if isinstance(raw, str) else ""

        return " ".join(unescape(HTML_PLACEHOLDER_RE.sub(stashed, self._flat(el))).split())

    def _flat(self, el: Element) -> str:
        text = el.text or ""
        if el.tag == "x-page" and not text:
            text = el.get("value", "")
        if el.tag == "img":
            text = el.get("alt", "")
        return text + "".join(self._flat(child) + (child.tail or "") for child in el)

    def _heading(self, el: Element) -> None:
        title = self._text_of(el)
        if self.engine.flavour == "post":
            # A post has no outline: a heading in it is a strong line.
            strong = Element("strong")
            strong.text, el.text = el.text, None
            strong.extend(list(el))
            for child in list(el):
                el.remove(child)
            el.append(strong)
            _hide(el, "p")
            return
        slug = base = slugify_heading(title) or "section"
        count = 0
        while slug in self.used:
            count += 1
            slug = f"{base}-{count}"
        self.used.add(slug)
        name = f"{self.engine.id_prefix}h-{slug}"
        el.attrib.clear()
        el.set("id", name)
        self.toc.append({"level": int(el.tag[1]), "id": name, "title": title})

    def _footnote_id(self, el: Element) -> None:
        """`fn:x` and `fnref2:x` of the footnote extension become ids of ours, unique on the screen."""
        old = el.attrib.pop("id")
        kind = "fnref" if old.startswith("fnref") else "fn"
        self.ids[old] = f"{self.engine.id_prefix}{kind}-{len(self.ids) + 1}"
        el.set("id", self.ids[old])

    # -- addresses

    def _href(self, raw: str) -> str:
        """An address as the browser will read it, or "" when it must not be followed."""
        href = unescape(unescape(self.md.postprocessors["raw_html"].run(raw) if "\x02" in raw else raw)).strip()
        bare = _URL_IGNORED.sub("", href)
        if bare[:2].replace("\\", "/") == "//":
            return ""
        scheme = _SCHEME.match(bare)
        if scheme:
            return bare if scheme[1].lower() in ("http", "https", "mailto", "tel") else ""
        if _ESCAPED_COLON.match(unquote(bare)) and ":" not in bare.split("?")[0].split("#")[0]:
            return ""  # javascript%3a…: no browser runs it, and nobody means it
        # A space is legal to type in a relative link; a browser would send it encoded.
        clean = "".join("%20" if c == " " else c for c in href if c == " " or not _URL_IGNORED.match(c))
        return "" if "\\" in clean else clean

    def _path(self, el: Element) -> PageReference | None:
        """Set a link's address; gives the reference when it leads somewhere in this house."""
        own = el.get("class") in ("footnote-ref", "footnote-backref")
        raw = el.get("href", "")
        if own:
            el.set("href", "#" + self.ids.get(raw[1:], ""))
            el.attrib.pop("title", None)
            return None
        title, kind = el.get("title"), el.get("class")
        _hide(el, "a")
        if title:
            el.set("title", unescape(title))
        href = self._href(raw)
        if not href:
            el.tag = "span"
            return None
        origin = self.engine.origin
        if origin and (href == origin or href.startswith(origin + "/")):
            href = href[len(origin) :] or "/"
        if href.startswith("#"):
            el.set("href", "#" + self._fragment(href[1:]))
            return None
        if _SCHEME.match(href):
            el.set("href", href)
            if not href.lower().startswith(("mailto:", "tel:")):
                el.set("rel", REL)
                el.set("class", kind if kind == "remote-image" else "external")
            return None
        el.set("href", href)
        try:
            parts = urlsplit(href)
        except ValueError:
            _hide(el)
            return None
        if not parts.path or parts.path.startswith("/files/"):
            return None
        fragment = self._fragment(parts.fragment) if parts.fragment else ""
        return PageReference(Target("path", parts.path), self._text_of(el), fragment)

    def _fragment(self, typed: str) -> str:
        """`#a-heading` as typed or imported, in the name its element has here."""
        name = unquote(typed)
        if name.startswith("h-"):
            return name
        return f"{self.engine.id_prefix}h-{slugify_heading(name)}"

    def _image(self, el: Element, *, linked: bool, anchors: list[Element]) -> None:
        """Own files are shown; a remote image would tell its server who reads, so it becomes a link."""
        src, alt, title = self._href(el.get("src", "")), el.get("alt", ""), el.get("title")
        alt = unescape(HTML_PLACEHOLDER_RE.sub("", alt))
        _hide(el, "img")
        origin = self.engine.origin
        if origin and src.startswith(origin + "/"):
            src = src[len(origin) :]
        if is_own_file(src):
            el.attrib.update({"src": src, "alt": alt, "loading": "lazy", "decoding": "async"})
            if title:
                el.set("title", unescape(title))
            return
        el.tag = "span" if linked or not src else "a"
        el.text = AtomicString(alt or src.rsplit("/", 1)[-1])
        if el.tag == "a":
            el.attrib.update({"href": src, "class": "remote-image"})
            anchors.append(el)

    # -- references

    def _titled(self, el: Element) -> PageReference:
        title = el.get("value", "")
        return PageReference(Target("title", title), el.text or title)

    def _resolve(
        self,
        pages: list[Element],
        paths: list[tuple[Element, PageReference]],
        mentions: list[Element],
        tags: list[Element],
    ) -> None:
        resolver, references = self.engine.resolver, self.engine.references
        targets = list(dict.fromkeys(reference.target for reference in references.links))
        page_links = resolver.pages(targets) if targets else {}
        people = resolver.people(references.mentions) if references.mentions else {}
        names = resolver.tags(references.tags) if references.tags else {}
        for el in pages:
            title = el.get("value", "")
            self._page(el, page_links.get(Target("title", title)), title)
        for el, reference in paths:
            link = page_links.get(reference.target)
            if link is not None:
                self._set(el, link, "pagelink", fragment=reference.fragment)
            elif reference.fragment:
                path = el.get("href", "").split("#")[0]
                el.set("href", f"{path}#{reference.fragment}")
        for el in mentions:
            kind = "mention"
            link = people.get(el.get("value", ""))
            if link is not None and link.kind in ("person", "community"):
                kind = f"mention mention-{link.kind}"
            self._set(el, link, kind)
        for el in tags:
            self._set(el, names.get(el.get("value", "")), "tag")

    def _page(self, el: Element, link: Link | None, title: str) -> None:
        if not el.text:
            el.text = AtomicString(link.title if link and link.title and not link.missing else title)
        if link is None:
            _hide(el)
            el.set("class", "redlink")
        else:
            self._set(el, link, "pagelink")

    def _set(self, el: Element, link: Link | None, kind: str, fragment: str = "") -> None:
        _hide(el, "a" if link else "span")
        if link is None:
            return
        url = link.url if not fragment or "#" in link.url else f"{link.url}#{fragment}"
        el.set("href", url)
        el.set("class", "redlink" if link.missing else kind)
        if link.title:
            el.set("title", link.title)


class TreeExtension(Extension):
    """Registers the above: callouts right before the inline pass (20), the finish after everything."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine

    def extendMarkdown(self, md: Markdown) -> None:
        """See the class."""
        md.treeprocessors.register(Callouts(self.engine), "callouts", 30)
        md.treeprocessors.register(Finish(self.engine), "finish", -10)
