"""Code blocks: Pygments with class names, within limits."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
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
MAX_HIGHLIGHTED = 8_000
MAX_LINE = 1_000

_formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


@lru_cache(maxsize=64)
def _lexer(name: str) -> Lexer | None:
    try:
        return get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:  # pragma: no cover - a language that Pygments dropped
        return None


def render_code(code: str, info: str, *, coloured: bool = True) -> str:
    """HTML of a code block; `info` is what stands behind the opening fence, of which the first word is the language.

    `mermaid` becomes `<pre class="mermaid">` with the text of the diagram. `coloured=False` skips Pygments.
    """
    language = info.split(maxsplit=1)[0].strip("{}.").lower() if info.strip(" {}.") else ""
    if language == "mermaid":
        return f'<pre class="mermaid">{escape(code)}</pre>'
    name = LANGUAGES.get(language)
    lexer = _lexer(name) if name else None
    if lexer is None or not coloured or len(code) > MAX_HIGHLIGHTED or max(map(len, code.split("\n"))) > MAX_LINE:
        return f'<pre class="highlight"><code>{escape(code)}\n</code></pre>'
    body = highlight(code, lexer, _formatter).rstrip("\n")
    return f'<pre class="highlight"><code class="language-{lexer.aliases[0]}">{body}\n</code></pre>'
