"""HTML inside Markdown, which our renderer shows as typed, becomes Markdown: tables, lists, images, links, emphasis. Pure.

Elements that Markdown has words for are converted whole; of the others (`div`, `span`, …) the text stays and the tags go.
What a page shows is sanitised later, as any text is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter

_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)")
# What stands where a code span was while tags are looked for; no keyboard has these two.
_MARK = re.compile("\ue010([0-9]+)\ue011")
# How elements begin whose end is looked for (`_elements`). Patterns look at a sign a fixed number of times, however the text
# goes on: a page of openings that nobody closes must not hold up the house.
_IGNORED = re.compile(r"<(!--|(?:style|script)\b)[^<>]*", re.IGNORECASE)
_EMBEDDED = re.compile(r"<((?:iframe|video|object|audio)\b)[^<>]*>", re.IGNORECASE)
_SOURCE = re.compile(r"\b(?:src|data)\s*=\s*[\"']([^\"']+)[\"']", re.IGNORECASE)
_IMAGE = re.compile(r"<img\s[^<>]*>", re.IGNORECASE)
_LINK = re.compile(r"<(a)\s[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?<![\w-])([\w-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)')")
_EMPHASIS = re.compile(r"<(b|strong|i|em|code|kbd|samp|del|s)(?:\s[^<>]*)?>([^<>]*+)</\1\s*>", re.IGNORECASE)
_SIGNS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "kbd": "`", "samp": "`", "del": "~~", "s": "~~"}
_SUMMARY = re.compile(r"<(summary)\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"(?:(?<![ \t])[ \t]++)?</?br\s*/?>[ \t]*(\n?)", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"(?:(?<![ \t])[ \t]++)?</?(?:div|p|details|section|article|aside|header|footer|nav|main|center|figure|figcaption|address)(?=[\s/>])[^<>]*>[ \t]*",
    re.IGNORECASE,
)
_INLINE_TAG = re.compile(
    r"</?(?:span|small|big|abbr|cite|font|u|sup|sub|mark|nobr|picture|source|track|img)(?=[\s/>])[^<>]*>", re.I
)
# Of elements that code divides, or that nobody opened.
_STRAY_TAG = re.compile(
    r"(?:(?<![ \t])[ \t]++)?</?(?:table|thead|tbody|tfoot|tr|td|th|ul|ol|li|dl|dt|dd)(?=[\s>])[^<>]*>", re.IGNORECASE
)
_CELL_END = re.compile(r"</t[dhr]\s*>", re.IGNORECASE)
# Taken as a whole: what lies inside is laid out by the element, not by lines.
_WHOLE_TAG = re.compile(r"<(/?)(table|ul|ol|dl|h[1-6])(?=[\s>])[^<>]*>", re.IGNORECASE)
_RULE = re.compile(r"(?:(?<![ \t])[ \t]++)?<hr\s*/?>[ \t]*", re.IGNORECASE)
_ITEM = re.compile(r"(?:(?<![ \t])[ \t]++)?<li\b[^<>]*>[ \t]*", re.IGNORECASE)
_LIST_TAG = re.compile(r"</?(?:ul|ol|li)(?=[\s>])[^<>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^\s<>]+)>")
# A "<" that begins no tag of HTML: a placeholder such as <NAME>, a comparison.
_NO_TAG = re.compile(
    r"<(?!/?(?:a|abbr|b|big|blockquote|br|caption|center|code|col|colgroup|dd|del|div|dl|dt|em|font|h[1-6]|hr|i|img|kbd|li|"
    r"mark|ol|p|pre|s|samp|section|small|span|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul)\b[^<>]*>)",
    re.IGNORECASE,
)
# Tables inside one; more are a layout nobody can read as rows.
MOST_NESTED = 20
_GAPS = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


class _Converter(MarkdownConverter):  # type: ignore[misc]
    """Markdown's tables have one line a row: what stands in a cell comes in one line, with bars that are no borders."""

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        cell: str = super().convert_td(el, _one_line(text), parent_tags)  # type: ignore[misc]
        return cell

    def convert_th(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        cell: str = super().convert_th(el, _one_line(text), parent_tags)  # type: ignore[misc]
        return cell

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "td" in parent_tags or "th" in parent_tags:
            return f"\n• {text.strip()}\n"
        item: str = super().convert_li(el, text, parent_tags)  # type: ignore[misc]
        return item

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        broken: str = "\n" if "_inline" in parent_tags else super().convert_br(el, text, parent_tags)  # type: ignore[misc]
        return broken


def _one_line(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))


_CONVERTER = _Converter(
    heading_style="ATX", bullets="-", autolinks=False, escape_asterisks=False, escape_underscores=False,
    escape_misc=False, table_infer_header=True, keep_inline_images_in=["td", "th", "a", "p", "li", "div", "span"],
)  # fmt: skip


def html_to_markdown(body: str) -> str:
    """Return a text with its HTML as Markdown; code, and tags that HTML does not have, are left alone."""
    if "<" not in body:
        return body
    return outside_fences(body, _convert)


def outside_fences(body: str, change: Callable[[str], str]) -> str:
    """Apply `change` to every stretch of lines that is not fenced code."""
    parts: list[str] = []
    lines: list[str] = []
    fence = ""

    def close() -> None:
        if lines:
            text = "\n".join(lines)
            parts.append(text if fence else change(text))
            lines.clear()

    for line in body.split("\n"):
        opened = _FENCE.match(line)
        if fence:
            lines.append(line)
            if opened and opened[1][0] == fence[0] and len(opened[1]) >= len(fence) and not line.strip(" `~"):
                close()
                fence = ""
        elif opened:
            close()
            fence = opened[1]
            lines.append(line)
        else:
            lines.append(line)
    close()
    return "\n".join(parts)


def _convert(text: str) -> str:
    if "<" not in text or "\ue010" in text:
        return text
    spans: list[str] = []

    def keep(match: re.Match[str]) -> str:
        spans.append(match[0])
        return f"\ue010{len(spans) - 1}\ue011"

    lines = [_in_a_row(_CODE.sub(keep, line)) for line in text.split("\n")]
    masked = _elements("\n".join(lines), _IGNORED, lambda _opening, _inside: "")
    changed = _without_tags(_convert_whole(masked))
    if changed != masked:
        changed = _GAPS.sub("\n\n", changed)
    return _MARK.sub(lambda match: spans[int(match[1])], changed)


def _in_a_row(line: str) -> str:
    """Keep a row of a Markdown table in its line."""
    return _LIST_TAG.sub("", _ITEM.sub(" • ", line)) if line.lstrip().startswith("|") and "<" in line else line


def _elements(text: str, opening: re.Pattern[str], change: Callable[[str, str], str]) -> str:
    """Replace elements by what `change` makes of (opening tag, inside); one that is never closed stays as it is."""
    parts: list[str] = []
    at, unclosed = 0, set()
    for found in opening.finditer(text):
        name = found[1].lower()
        if found.start() < at or name in unclosed:
            continue
        end = re.compile("-->" if name == "!--" else rf"</{name}\s*>", re.IGNORECASE).search(text, found.start())
        if end is None:
            unclosed.add(name)
            continue
        parts += [text[at : found.start()], change(found[0], text[found.end() : max(found.end(), end.start())])]
        at = end.end()
    parts.append(text[at:])
    return "".join(parts)


def _convert_whole(text: str) -> str:
    """Convert the elements that are taken whole; one that is never closed stays as it is."""
    parts: list[str] = []
    at = 0
    for start, end in _wholes(text):
        if start >= at:
            parts += [text[at:start].rstrip(" \t"), "\n\n", _element(text[start:end]), "\n\n"]
            at = end
    parts.append(text[at:])
    return "".join(parts)


def _wholes(text: str) -> list[tuple[int, int]]:
    """Return where such elements begin and end, by their beginnings; a table nobody closed ends after its last cell."""
    found: list[tuple[int, int]] = []
    waiting: dict[str, list[re.Match[str]]] = {}
    for tag in _WHOLE_TAG.finditer(text):
        openings = waiting.setdefault(tag[2].lower(), [])
        if not tag[1]:
            openings.append(tag)
        elif openings:
            found.append((openings.pop().start(), tag.end()))
    cells = list(_CELL_END.finditer(text))[-1:] if waiting.get("table") else []
    found += [(tag.start(), cell.end()) for cell in cells for tag in waiting["table"] if tag.end() <= cell.start()]
    return sorted(found)


def _element(html: str) -> str:
    html = _NO_TAG.sub("&lt;", _ADDRESS.sub(r"[\1](\1)", html))
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(["a", "img"]):
        for name in ("href", "src"):
            if tag.get(name):
                tag[name] = str(tag[name]).strip().replace(" ", "%20")
    tables = soup.find_all("table")
    if len(tables) > MOST_NESTED:
        return soup.get_text(" ")
    try:
        for table in tables:
            _straighten(soup, table)
        markdown = str(_CONVERTER.convert_soup(soup))
    except RecursionError:
        return soup.get_text(" ")
    return markdown.strip("\n")


def _straighten(soup: BeautifulSoup, table: Tag) -> None:
    """Give the first row of a table as many cells as the longest has: it says how many are shown."""
    for row in table.find_all("tr"):
        if not row.find(["td", "th"]):
            row.decompose()
    rows = table.find_all("tr")
    hanging: dict[int, int] = {}  # column -> how many rows a cell from above reaches down
    widths = []
    for row in rows:
        column = 0
        for cell in row.find_all(["td", "th"], recursive=False):
            while hanging.get(column, 0):
                hanging[column] -= 1
                cell.insert_before(soup.new_tag("td"))
                column += 1
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            hanging.update(dict.fromkeys(range(column, column + across), down - 1))
            column += across
        widths.append(column)
    for _ in range(max(widths, default=0) - (widths[0] if widths else 0)):
        rows[0].append(soup.new_tag("th" if rows[0].find("th") else "td"))


def _span(cell: Tag, name: str) -> int:
    raw = str(cell.get(name) or "1")
    return max(1, min(100, int(raw))) if raw.isascii() and raw.isdigit() and len(raw) < 4 else 1


def _attributes(tag: str) -> dict[str, str]:
    return {name.lower(): unescape(one or other) for name, one, other in _ATTRIBUTE.findall(tag)}


def _image(match: re.Match[str]) -> str:
    attributes = _attributes(match[0])
    source = attributes.get("src", "").strip().replace(" ", "%20")
    return f"![{attributes.get('alt', '')}]({source})" if source else ""


def _link(opening: str, inside: str) -> str:
    target, label = _attributes(opening).get("href", "").strip().replace(" ", "%20"), " ".join(inside.split())
    return f"[{label}]({target})" if target and label else label


def _embedded(opening: str, inside: str) -> str:
    source = _SOURCE.search(opening) or _SOURCE.search(inside)
    address = unescape(source[1]).strip().replace(" ", "%20") if source else ""
    return f"\n\n[{address}]({address})\n\n" if address else ""


def _emphasis(match: re.Match[str]) -> str:
    sign, words = _SIGNS[match[1].lower()], match[2].strip()
    if not words:
        return match[2]
    before, _, after = match[2].partition(words)
    return f"{before}{sign}{words}{sign}{after}"


def _without_tags(text: str) -> str:
    """Put Markdown's signs where tags were, and nothing where it has none."""
    if "<" not in text:
        return text
    text = _elements(text, _EMBEDDED, _embedded)
    text = _elements(_IMAGE.sub(_image, text), _LINK, _link)
    text = _INLINE_TAG.sub("", text)
    for _ in range(3):  # one inside another
        text = _EMPHASIS.sub(_emphasis, text)
    text = _elements(text, _SUMMARY, lambda _opening, inside: f"\n\n**{inside.strip()}**\n\n")
    text = _RULE.sub("\n\n---\n\n", text)
    text = "\n".join(_BREAK.sub(" ", line) if line.lstrip().startswith("|") else line for line in text.split("\n"))
    text = _BREAK.sub("  \n", text)
    return _BLOCK_TAG.sub("\n\n", _STRAY_TAG.sub("\n", text))
