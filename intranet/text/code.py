"""Code blocks: Pygments with class names, within limits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from html import escape
from io import StringIO
from time import thread_time

from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.token import _TokenType
from pygments.util import ClassNotFound

# Lexers are regular expressions of very different quality: only these are used (each is tried with hostile input in
# tests/text/test_time.py), and only for code of a size somebody reads.
LANGUAGES = {
    "bash": "bash", "c": "c", "c#": "csharp", "c++": "cpp", "console": "console", "cpp": "cpp", "cs": "csharp",
    "csharp": "csharp", "css": "css", "diff": "diff", "docker": "docker", "dockerfile": "docker", "go": "go",
    "golang": "go", "graphql": "graphql", "html": "html", "ini": "ini", "java": "java", "javascript": "javascript",
    "js": "javascript", "json": "json", "jsx": "javascript", "kotlin": "kotlin", "lua": "lua", "make": "make",
    "makefile": "make", "php": "php", "powershell": "powershell", "ps1": "powershell", "py": "python",
    "python": "python", "r": "r", "rb": "ruby", "rs": "rust", "ruby": "ruby", "rust": "rust", "scala": "scala",
    "scss": "scss", "sh": "bash", "shell": "bash", "sql": "sql", "swift": "swift", "tf": "terraform",
    "terraform": "terraform", "toml": "toml", "ts": "typescript", "tsx": "typescript", "typescript": "typescript",
    "xml": "xml", "yaml": "yaml", "yml": "yaml", "zsh": "bash",
}  # fmt: skip
MAX_HIGHLIGHTED = 12_000
MAX_LINE = 1_000
MAX_SECONDS = 0.2

_formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


class _TooSlow(Exception):  # noqa: N818
    """The lexer works on this code for longer than its colours are worth."""


@lru_cache(maxsize=64)
def _lexer(name: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name  # a tenth of a second of every start, and many days without code

    try:
        return get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:  # pragma: no cover - a language that Pygments dropped
        return None


def _tokens(lexer: Lexer, code: str) -> Iterator[tuple[_TokenType, str]]:
    """Tokens of the code while the time lasts: some lexers look through all that is left for every token."""
    end = thread_time() + MAX_SECONDS
    for token in lexer.get_tokens(code):
        if thread_time() > end:
            raise _TooSlow
        yield token


def _coloured(lexer: Lexer, code: str) -> str | None:
    if len(code) > MAX_HIGHLIGHTED or max(map(len, code.split("\n"))) > MAX_LINE:
        return None
    out = StringIO()
    try:
        _formatter.format(_tokens(lexer, code), out)
    except _TooSlow:
        return None
    return out.getvalue().rstrip("\n")


def render_code(code: str, info: str, *, coloured: bool = True) -> str:
    """HTML of a code block; `info` is what stands behind the opening fence, of which the first word is the language.

    `mermaid` becomes `<pre class="mermaid">` with the text of the diagram. `coloured=False` skips Pygments.
    """
    words = info.replace("{", " ").replace("}", " ").split()
    language = words[0].lstrip(".").lower() if words else ""
    if language == "mermaid":
        return f'<pre class="mermaid">{escape(code)}</pre>'
    name = LANGUAGES.get(language)
    lexer = _lexer(name) if name and coloured else None
    body = _coloured(lexer, code) if lexer else None
    if body is None:
        return f'<pre class="highlight"><code>{escape(code)}\n</code></pre>'
    return f'<pre class="highlight"><code class="language-{name}">{body}\n</code></pre>'
