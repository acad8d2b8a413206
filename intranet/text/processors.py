# ruff: noqa: N802 - the parser names its methods in its own way
"""Block processors that read what `intranet.text.blocks` has written, in place of the core's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension

from intranet.text.blocks import Blocks, TooComplex

if TYPE_CHECKING:
    from intranet.text.render import Engine


class Budget(BlockProcessor):
    """Asked before every block: is there time left?"""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine.md.parser)
        self.engine = engine

    def test(self, parent: Element, block: str) -> bool:
        """Never takes a block."""
        if not self.engine.in_time():
            raise TooComplex
        return False

    def run(self, parent: Element, blocks: list[str]) -> bool:
        """Not reached."""
        return False


class Quote(BlockProcessor):
    """`> text`. Unlike the core's, neighbours stay apart: two callouts in a row are two."""

    def test(self, parent: Element, block: str) -> bool:
        """After `Blocks` every line of a quote begins with the sign."""
        return block.startswith(">")

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Parse the inside."""
        lines = [line[1:].removeprefix(" ") if line[:1] == ">" else line for line in blocks.pop(0).split("\n")]
        quote = SubElement(parent, "blockquote")
        self.parser.state.set("blockquote")
        self.parser.parseChunk(quote, "\n".join(lines).strip("\n"))
        self.parser.state.reset()


class AtxHeading(BlockProcessor):
    """`## Title` as a block of its own; the core takes `#tag` for one too."""

    RE = re.compile(r"(#{1,6}) ([^\n]*)")

    def test(self, parent: Element, block: str) -> bool:
        """A line with one to six hashes and a space."""
        return block[:1] == "#" and self.RE.fullmatch(block.strip("\n")) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Make the element."""
        marks, _, title = blocks.pop(0).strip("\n").partition(" ")
        SubElement(parent, f"h{len(marks)}").text = title.strip()


class Rule(BlockProcessor):
    """A thematic break, which `Blocks` writes in one way."""

    def test(self, parent: Element, block: str) -> bool:
        """Exactly that way."""
        return block.strip("\n") == "* * *"

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Make the element."""
        blocks.pop(0)
        SubElement(parent, "hr")


class BlockExtension(Extension):
    """Registers the above in place of the core's own."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine

    def extendMarkdown(self, md: Markdown) -> None:
        """Raw HTML blocks, indented code and link definitions of the core go."""
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(Blocks(self.engine), "blocks", 25)
        processors = md.parser.blockprocessors
        for name in ("code", "reference"):
            processors.deregister(name)
        processors.register(Budget(self.engine), "budget", 1000)
        processors.register(AtxHeading(md.parser), "hashheader", 70)
        processors.register(Rule(md.parser), "hr", 50)
        processors.register(Quote(md.parser), "quote", 20)
