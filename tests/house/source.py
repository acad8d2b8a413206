"""The house's own files, read for rules about them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("intranet", "wiki", "feed", "search")


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file git keeps, or would after `git add` (a file just written counts)."""
    command = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(path for name in names if (path := ROOT / name).is_file())


def python_files(*tops: str) -> list[Path]:
    """Return the Python files below these folders, migrations left out."""
    return [
        path
        for path in tracked()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in tops and "migrations" not in path.parts
    ]


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the parsed source."""
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a file, methods and inner ones too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def short(path: Path) -> str:
    """Return the name as people say it."""
    return str(path.relative_to(ROOT))
