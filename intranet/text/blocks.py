"""Blocks as GitHub's users type them, for a parser that reads them as Gruber wrote them in 2004.

One pass over the lines follows the containers (quotes, list items, footnotes) the way CommonMark 0.31 does (section
"Appendix: A parsing strategy") and writes them out again in the notation the package Markdown is sure about: four columns
a level, blank lines around headings, lists, tables and rules. Code is taken out on the way. Depth is bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown.preprocessors import Preprocessor

from intranet.text.code import render_code

if TYPE_CHECKING:
    from intranet.text.render import Engine

MAX_DEPTH = 10
MAX_LINES = 25_000
MAX_BLOCKS = 12_000
MAX_FOOTNOTES = 500
MAX_PIPES = 25_000
MAX_AMPERSANDS = 40_000  # the sanitiser is quadratic in them: 40,000 take 0.05 s, 500,000 take 3 s
MAX_COLOURED = 60_000

_ITEM = re.compile(r" {0,3}([-+*]|[0-9]{1,9}[.)])( +|$)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\n]*)$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?: +(.*))?$")
_FOOTNOTE = re.compile(r" {0,3}\[\^([\w.-]{1,50})\]: *")
_DEFINITION = re.compile(
    r" {0,3}\[((?!\^)[^\[\]\\]{1,200})\]: *(<[^<>]{0,2000}>|[^\s<]\S{0,2000})"
    r"(?: +(?:\"([^\"]{0,500})\"|'([^']{0,500})'|\(([^()]{0,500})\)))? *$"
)


class TooComplex(Exception):  # noqa: N818 - a verdict about a text, not a fault
    """The text cannot be parsed within its budget; it is shown as typed."""


@dataclass(slots=True)
class _Container:
    """An open quote ("q"), list item ("u" or "o") or footnote ("f"); `indent` = columns its content is moved in."""

    kind: str
    indent: int = 0


def _width(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_rule(line: str) -> bool:
    marks = line.replace(" ", "")
    return len(marks) >= 3 and marks[0] in "*-_" and marks.count(marks[0]) == len(marks) and _width(line) < 4


def _is_delimiter_row(line: str) -> bool:
    return "-" in line and "|" in line and not line.strip(" |:->")


class Blocks(Preprocessor):
    """Rewrites the lines of a text; see the module's docstring."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine.md)
        self.engine = engine

    def run(self, lines: list[str]) -> list[str]:
        """Lines in, lines out. Raises TooComplex beyond the bounds."""
        pipes = sum(line.count("|") for line in lines)
        if len(lines) > MAX_LINES or pipes > MAX_PIPES or sum(line.count("&") for line in lines) > MAX_AMPERSANDS:
            raise TooComplex
        self.lines, self.at = lines, 0
        self.out: list[str] = []
        self.opening = ""  # what the line being read has opened: the prefix of its first output
        self.stack: list[_Container] = []
        self.in_paragraph, self.paragraph_lines = False, 0
        self.item_level: int | None = None  # at how many containers the block being written began with a list item
        self.opened_at: int | None = None
        self.coloured = 0
        self.footnotes = 0
        self.last_comment_end = max((i for i, line in enumerate(lines) if "-->" in line), default=-1)
        while self.at < len(lines):
            self._line(lines[self.at])
            self.at += 1
        if self.out.count("") > MAX_BLOCKS:
            raise TooComplex
        while self.out and not self.out[-1]:
            self.out.pop()
        return self.out

    # -- writing

    def _prefix(self, stack: list[_Container]) -> str:
        return "".join("> " if c.kind == "q" else "    " for c in stack)

    def _gap(self, stack: list[_Container]) -> None:
        """A blank line inside the containers of `stack`, unless there is one."""
        if self.out and self.out[-1].strip(" >"):
            self.out.append(self._prefix(stack).rstrip())

    def _block(self, text: str) -> None:
        """A block of one line, blank lines around it; it may begin a list item."""
        if not self.opening:
            self._gap(self.stack)
        self._write(text)
        self.out.append(self._prefix(self.stack).rstrip())
        self.in_paragraph = False

    def _write(self, text: str) -> None:
        if not self.out or not self.out[-1].strip(" >"):
            self.item_level = self.opened_at
        self.out.append((self.opening or self._prefix(self.stack)) + text)
        self.opening = ""

    # -- reading

    def _match(self, line: str) -> tuple[int, str]:
        """How many open containers `line` continues, and what is left of it."""
        for count, container in enumerate(self.stack):
            if container.kind == "q":
                if _width(line) > 3 or not line.lstrip(" ").startswith(">"):
                    return count, line
                line = line.lstrip(" ")[1:].removeprefix(" ")
            elif line.strip() and _width(line) < container.indent:
                return count, line
            else:
                line = line[container.indent :]
        return len(self.stack), line

    def _line(self, line: str) -> None:
        self.opening, self.opened_at = "", None
        matched, rest = self._match(line)
        if not rest.strip():
            self.stack = self.stack[:matched]
            self._gap(self.stack)
            self.in_paragraph = False
            return
        lazy = matched < len(self.stack)
        if lazy and self.in_paragraph and not self._starts_block(rest):
            self._write(rest.strip(" ") + ("  " if rest.endswith("  ") else ""))
            return
        before = self.stack
        self.stack = self.stack[:matched]
        self.in_paragraph = self.in_paragraph and not lazy
        closed = before[matched] if lazy else None
        rest = self._open(rest, closed)
        if rest.strip():
            self._leaf(rest)
        else:
            self._write("")
            self.in_paragraph = False

    def _starts_block(self, rest: str) -> bool:
        if _width(rest) > 3:
            return False
        item = _ITEM.match(rest)
        return bool(
            rest.lstrip(" ").startswith(">")
            or _HEADING.match(rest)
            or _FENCE.match(rest)
            or _is_rule(rest)
            or _FOOTNOTE.match(rest)
            or (item and item.end() < len(rest) and (item[1] in "-+*" or self._list_open()))
            or (item and item[1][:-1] == "1")
        )

    def _list_open(self) -> bool:
        return any(c.kind in "uo" for c in self.stack)

    def _open(self, rest: str, closed: _Container | None) -> str:
        """Open the containers that `rest` begins with; gives back what is left."""
        while True:
            if self.in_paragraph and _width(rest) > 3:
                return rest
            if len(self.stack) >= MAX_DEPTH:
                return self._escaped(rest)
            if _width(rest) <= 3 and rest.lstrip(" ").startswith(">"):
                if not self.opening:
                    self._gap(self.stack)
                self.stack = [*self.stack, _Container("q")]
                self.opening = (self.opening or self._prefix(self.stack[:-1])) + "> "
                rest = rest.lstrip(" ")[1:].removeprefix(" ")
            elif (item := self._item(rest)) is not None:
                rest = self._open_item(rest, item, closed)
            elif not self.stack and (note := _FOOTNOTE.match(rest)):
                self.footnotes += 1
                if self.footnotes > MAX_FOOTNOTES:
                    raise TooComplex
                self._gap(self.stack)
                self.stack = [_Container("f", 4)]
                self.opening = f"[^{note[1]}]: "
                return rest[note.end() :]
            else:
                return rest
            self.in_paragraph = False
            closed = None

    def _item(self, rest: str) -> re.Match[str] | None:
        """The marker of a list item, when `rest` begins with one that counts here."""
        item = _ITEM.match(rest)
        if item is None or _is_rule(rest):
            return None
        # Only a list that starts with 1 may interrupt a paragraph: "in\n2026. Then" is a sentence.
        counts = item.end() < len(rest) and (item[1] in "-+*" or item[1][:-1] == "1")
        in_item = bool(self.stack) and self.stack[-1].kind in "uo"
        return item if counts or in_item or not self.in_paragraph else None

    def _open_item(self, rest: str, item: re.Match[str], closed: _Container | None) -> str:
        kind = "u" if item[1] in "-+*" else "o"
        # An item may follow without a blank line only in a block that began with an item of its level or above.
        level = len(self.stack)
        if not self.opening:
            joins = self.item_level is not None and self.item_level <= level
            if not joins or (closed is not None and closed.kind in "uo" and closed.kind != kind):
                self._gap(self.stack)
        self.opened_at = level if self.opened_at is None else self.opened_at
        spaces = len(item[2])
        deep = spaces > 4
        if item.end() == len(rest) or deep:
            spaces = 1
        marker = "-   " if kind == "u" else f"{int(item[1][:-1])}. ".ljust(4)
        self.opening = (self.opening or self._prefix(self.stack)) + marker
        self.stack = [*self.stack, _Container(kind, _width(rest) + len(item[1]) + spaces)]
        # Five spaces and more would make code of the text; whoever types them lines things up.
        return rest[item.end() :] if deep else rest[self.stack[-1].indent :]

    def _escaped(self, rest: str) -> str:
        """Beyond the deepest level a marker is text."""
        text = rest.lstrip(" ")
        if text[:1] in (">", "-", "+", "*"):
            return "\\" + text
        if item := _ITEM.match(text):
            return f"{item[1][:-1]}\\{text[len(item[1]) - 1 :]}"
        return rest

    # -- leaves

    def _leaf(self, rest: str) -> None:
        if not self.in_paragraph and _width(rest) >= 4:
            self._indented(rest)
        elif fence := self._fence(rest):
            self._fenced(rest, fence)
        elif heading := _HEADING.match(rest):
            self._block(f"{heading[1]} {self._title(heading[2] or '')}")
        elif _is_rule(rest) and not (self.in_paragraph and self.paragraph_lines == 1 and set(rest.strip()) == {"-"}):
            self._block("* * *")
        elif not self.in_paragraph and (definition := _DEFINITION.match(rest)):
            self._define(definition)
        elif not self.in_paragraph and rest.lstrip().startswith("<!--") and self.at <= self.last_comment_end:
            self._comment()
        else:
            self._text(rest)

    def _text(self, rest: str) -> None:
        following = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else ""
        if self.in_paragraph and "|" in rest and _is_delimiter_row(following):
            self._gap(self.stack)
        self.paragraph_lines = self.paragraph_lines + 1 if self.in_paragraph else 1
        text = rest.lstrip(" ")
        if self.in_paragraph and text[:1] == "#" and _HEADING.match(text):
            text = "\\" + text
        self._write(text)
        self.in_paragraph = True

    @staticmethod
    def _title(text: str) -> str:
        """A heading's text without its closing hashes."""
        text = text.strip(" ")
        bare = text.rstrip("#")
        return bare.rstrip(" ") if not bare or bare.endswith(" ") else text

    def _define(self, m: re.Match[str]) -> None:
        label = " ".join(m[1].lower().split())
        title = m[3] or m[4] or m[5]
        if label:
            self.md.references.setdefault(label, (m[2].strip("<>"), title))

    def _comment(self) -> None:
        """An HTML comment on lines of its own is for the writers only."""
        while "-->" not in self.lines[self.at]:
            self.at += 1
        after = self.lines[self.at].split("-->", 1)[1]
        if after.strip():
            self._text(after)

    @staticmethod
    def _fence(rest: str) -> re.Match[str] | None:
        fence = _FENCE.match(rest)
        return None if fence and fence[1][0] == "`" and "`" in fence[2] else fence

    def _fenced(self, rest: str, fence: re.Match[str]) -> None:
        indent = _width(rest)
        code: list[str] = []
        while self.at + 1 < len(self.lines):
            matched, inner = self._match(self.lines[self.at + 1])
            if matched < len(self.stack):
                break
            self.at += 1
            end = inner.strip(" ")
            if len(end) >= len(fence[1]) and not end.strip(fence[1][0]) and _width(inner) < 4:
                break
            code.append(inner[min(indent, _width(inner)) :])
        self._code(code, fence[2])

    def _indented(self, rest: str) -> None:
        code = [rest[4:]]
        while self.at + 1 < len(self.lines):
            matched, inner = self._match(self.lines[self.at + 1])
            if matched < len(self.stack) or (inner.strip() and _width(inner) < 4):
                break
            self.at += 1
            code.append(inner[4:])
        while code and not code[-1].strip():
            code.pop()
            self.at -= 1
        self._code(code, "")

    def _code(self, lines: list[str], info: str) -> None:
        code = "\n".join(lines)
        self.coloured += len(code)
        html = render_code(code, info, coloured=self.coloured <= MAX_COLOURED and self.engine.in_time())
        self._block(self.md.htmlStash.store(html))
