# ruff: noqa: N802, N815 - the parser names its methods in its own way
"""Inline Markdown that is ours: mentions, tags, page links, bare addresses, and bounds on what the parser looks at."""

from __future__ import annotations

import re
from time import thread_time
from typing import TYPE_CHECKING, ClassVar
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.util import ETX, STX, AtomicString

if TYPE_CHECKING:
    from intranet.text.render import Engine

Found = tuple[Element | str | None, int | None, int | None]
NOTHING: Found = (None, None, None)

# Bounds of one piece of text (a paragraph, a list item, a cell). The package Markdown is quadratic in several of these;
# beyond them the piece is shown as typed. The busiest paragraph of an 883 page handbook holds 60 brackets.
MAX_LENGTH = 20_000
MAX_BRACKETS = 400
MAX_BACKTICKS = 400
MAX_DELIMITERS = 600
MAX_LINK = 2_500
MAX_NESTING = 8

MENTION = r"(?<![\w@/.:+#-])@([a-zA-Z0-9]+(?:[._-][a-zA-Z0-9]+)*)"
TAG = r"(?<![\w&/#@])#([^\W_][\w-]{0,63})(?![\w-])"
WIKILINK = r"(?<!\\)\[\[([^\[\]\n|\x02]{1,255})(?:\|([^\[\]\n|\x02]{1,255}))?\]\]"
BARE_URL = r"(?<![\w/@.])(?:[hH][tT][tT][pP][sS]?://|[wW][wW][wW]\.)[^\s<>\"`\x02\x03\[\]]+"
BARE_MAIL = r"(?<![\w.+/:@-])[\w.+-]{1,64}@[a-zA-Z0-9-]{1,63}(?:\.[a-zA-Z0-9-]{1,63})+(?![\w@-])"
_BRACKET = re.compile(r"[\[\]]")


class Guard(InlineProcessor):
    """Sees every piece of text first and lets it through untouched when it is too costly or the time is over."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(r"(?s)\A.")
        self.engine = engine

    def handleMatch(self, m: re.Match[str], data: str) -> Found:
        """The whole text as it is, or nothing to go on."""
        # Emphasis keeps positions between its matches; left over from one piece of text they would cut the next.
        self.engine.md.delimiters.reset()
        if (
            len(data) > MAX_LENGTH
            or data.count("[") > MAX_BRACKETS
            or data.count("`") > MAX_BACKTICKS
            or data.count("*") + data.count("_") + data.count("~") > MAX_DELIMITERS
            or thread_time() > self.engine.deadline
        ):
            self.engine.complete = False
            return data, 0, len(data)
        return NOTHING


class _Bounded(LinkInlineProcessor):
    """Finds the end of `[text](target)` without looking further than a link can reach."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:
        """The text up to the matching bracket, the position behind it, and whether there is one."""
        depth = 1
        for bracket in _BRACKET.finditer(data, index, index + MAX_LINK):
            depth += 1 if bracket[0] == "[" else -1
            if depth == 0:
                return data[index : bracket.start()], bracket.end(), True
            if depth > MAX_NESTING:
                break
        return "", index, False

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        """Address and title between the parentheses at `index`."""
        if data[index : index + 1] != "(":
            return "", None, index, False
        found: tuple[str, str | None, int, bool] = super().getLink(data[: index + MAX_LINK], index)
        return found


class BoundedLink(_Bounded, LinkInlineProcessor):
    """`[text](target)`; a link holds no other link."""

    ANCESTOR_EXCLUDES: ClassVar[tuple[str, ...]] = ("a",)


class BoundedImage(ImageInlineProcessor, _Bounded):
    """`![alt](source)`."""

    getText, getLink = _Bounded.getText, _Bounded.getLink


class BoundedReference(ReferenceInlineProcessor, _Bounded):
    """`[text][label]`."""

    ANCESTOR_EXCLUDES: ClassVar[tuple[str, ...]] = ("a",)
    RE_LINK = re.compile(r"\[([^\[\]]{0,500})\]")
    getText = _Bounded.getText


class BoundedShortReference(ShortReferenceInlineProcessor, BoundedReference):
    """`[label]`."""

    getText = _Bounded.getText


class BoundedImageReference(ImageReferenceInlineProcessor, _Bounded):
    """`![alt][label]`."""

    RE_LINK = BoundedReference.RE_LINK
    getText = _Bounded.getText


class BoundedShortImageReference(ShortImageReferenceInlineProcessor, _Bounded):
    """`![label]`."""

    getText = _Bounded.getText


class WikiLink(InlineProcessor):
    """`[[Page title]]` and `[[Page title|label]]`, to be resolved when the whole text is known."""

    ANCESTOR_EXCLUDES: ClassVar[tuple[str, ...]] = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> Found:
        """A placeholder element."""
        # In a table the bar has to be escaped: [[Title\\|label]].
        title = " ".join(m[1].removesuffix("\\").split())
        if not title:
            return NOTHING
        el = Element("x-page", {"value": title})
        el.text = AtomicString((m[2] or "").strip())
        return el, m.start(), m.end()


class Mention(InlineProcessor):
    """`@handle`; a Finnish case ending behind a colon stays text."""

    ANCESTOR_EXCLUDES: ClassVar[tuple[str, ...]] = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> Found:
        """A placeholder element."""
        if len(m[1]) > 100:
            return NOTHING
        el = Element("x-mention", {"value": m[1].lower()})
        el.text = AtomicString(m[0])
        return el, m.start(), m.end()


class Tag(InlineProcessor):
    """`#tag`: letters, digits, - and _, at least one letter; not in headings or links."""

    ANCESTOR_EXCLUDES: ClassVar[tuple[str, ...]] = ("a", "h1", "h2", "h3", "h4", "h5", "h6")

    def handleMatch(self, m: re.Match[str], data: str) -> Found:
        """A placeholder element."""
        name = m[1].rstrip("-_")
        if not any(c.isalpha() for c in name):
            return NOTHING
        el = Element("x-tag", {"value": name.lower()})
        el.text = AtomicString("#" + name)
        return el, m.start(), m.start() + 1 + len(name)


class BareUrl(InlineProcessor):
    """`https://…` and `www.…` without brackets, as GitHub finds them (GFM 6.9)."""

    ANCESTOR_EXCLUDES: ClassVar[tuple[str, ...]] = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> Found:
        """A link, without the punctuation that ends the sentence."""
        url = m[0]
        opened, closed = url.count("("), url.count(")")
        while url:
            if url[-1] == ")" and closed > opened:
                closed -= 1
            elif url[-1] not in "?!.,:;*_~'":
                break
            url = url[:-1]
        if len(url) < 8 or len(url) > MAX_LINK:
            return NOTHING
        el = Element("a", {"href": url if url[0] in "hH" else "https://" + url})
        el.text = AtomicString(url)
        return el, m.start(), m.start() + len(url)


class BareMail(InlineProcessor):
    """`name@example.org`, bare or in angle brackets."""

    ANCESTOR_EXCLUDES: ClassVar[tuple[str, ...]] = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> Found:
        """A mailto link."""
        address = m[0].strip("<>")
        el = Element("a", {"href": "mailto:" + address})
        el.text = AtomicString(address)
        return el, m.start(), m.end()


class BoundedEscape(InlineProcessor):
    """A backslash before any ASCII punctuation (CommonMark 2.4)."""

    def handleMatch(self, m: re.Match[str], data: str) -> Found:
        """The character in the parser's own notation."""
        return f"{STX}{ord(m[1])}{ETX}", m.start(), m.end()


class Inline(Extension):
    """Replaces the core's links by bounded ones, adds ours, and takes raw HTML out."""

    def __init__(self, engine: Engine, *, breaks: bool) -> None:
        super().__init__()
        self.engine, self.breaks = engine, breaks

    def extendMarkdown(self, md: Markdown) -> None:
        """Register everything; raw HTML is text."""
        patterns = md.inlinePatterns
        patterns.deregister("html")
        patterns.register(Guard(self.engine), "guard", 1000)
        patterns.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash-break", 185)
        patterns.register(BoundedEscape(r"\\([!-/:-@\[-`{-~])"), "escape", 180)
        patterns.register(WikiLink(WIKILINK), "wikilink", 182)
        patterns.register(BoundedReference(r"(?<!\!)\[", md), "reference", 170)
        patterns.register(BoundedLink(r"(?<!\!)\[", md), "link", 160)
        patterns.register(BoundedImage(r"\!\[", md), "image_link", 150)
        patterns.register(BoundedImageReference(r"\!\[", md), "image_reference", 140)
        patterns.register(BoundedShortReference(r"(?<!\!)\[", md), "short_reference", 130)
        patterns.register(BoundedShortImageReference(r"\!\[", md), "short_image_ref", 125)
        patterns.register(BareMail(r"<[\w.+-]{1,64}@[\w.-]{1,255}>"), "automail", 110)
        patterns.register(BareUrl(BARE_URL), "bare-url", 105)
        patterns.register(BareMail(BARE_MAIL), "bare-mail", 104)
        patterns.register(SubstituteTagInlineProcessor(r"(?i)<br ?/?>", "br"), "br", 95)
        patterns.register(Mention(MENTION), "mention", 75)
        patterns.register(Tag(TAG), "tag", 74)
        md.delimiters.add("~", "del", double=True)
        if self.breaks:
            patterns.register(SubstituteTagInlineProcessor(r"\n", "br"), "nl2br", 5)
