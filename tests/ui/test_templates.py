"""Rules that every template keeps, whoever writes it."""

import re
from functools import cache
from importlib import resources
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
names = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
each_template = pytest.mark.parametrize("path", TEMPLATES, ids=names)
MAIL = re.compile(r"/(mail|email|mails)/")


@cache
def icons() -> frozenset[str]:
    with resources.files("lucide").joinpath("lucide.zip").open("rb") as file, ZipFile(file) as archive:
        return frozenset(name.removesuffix(".svg") for name in archive.namelist())


@each_template
def test_every_icon_is_in_the_set(path: Path) -> None:
    used = re.findall(r"""\{% icon ["']([\w-]+)["']|symbol=["']([\w-]+)["']""", path.read_text())
    assert [name for pair in used for name in pair if name and name not in icons()] == []


@pytest.mark.parametrize("path", [path for path in TEMPLATES if not MAIL.search(str(path))], ids=names)
def test_nothing_inline_that_the_policy_forbids(path: Path) -> None:
    html = re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", "", path.read_text(), flags=re.S)
    assert re.findall(r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style|<script(?![^>]*\bsrc=)""", html) == []


@each_template
def test_comments_do_not_spill_onto_the_page(path: Path) -> None:
    """`{# #}` ends with its line; over two lines it would be shown."""
    assert [line for line in path.read_text().splitlines() if line.count("{#") != line.count("#}")] == []


@each_template
def test_forms_that_post_carry_the_token(path: Path) -> None:
    forms = re.findall(r"<form[^>]*method=[\"']post[\"'].*?(?:</form>|$)", path.read_text(), flags=re.S | re.I)
    assert [form[:80] for form in forms if "csrf_token" not in form] == []


def test_component_names_its_variables_on_top() -> None:
    bare = [name for name, path in zip(names, TEMPLATES, strict=True)
            if name.startswith("components/") and not path.read_text().startswith(("{#", "{% comment"))]  # fmt: skip
    assert bare == []


def test_first_view_stays_under_a_hundred_kilobytes(built: Path) -> None:
    """Styles, our script and htmx, gzipped as they are sent; the editor is counted too, though it comes later.

    What draws diagrams is asked for by pages that have one, and by no other (tests/browser/test_writing.py).
    """
    import gzip

    import django_htmx

    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-4.min.js"
    scripts, waiting = set(), [built / "app.js"]
    while waiting:
        script = waiting.pop()
        if script in scripts or script.name.startswith("diagrams-"):
            continue
        scripts.add(script)
        named = re.findall(r"""["'](\.{1,2}/[\w./-]+\.js)["']""", script.read_text())
        waiting += [(script.parent / name).resolve() for name in named]
    assert any(script.name.startswith("editor-") for script in scripts)
    files = [*built.rglob("*.css"), *scripts, htmx]
    weight = sum(len(gzip.compress(file.read_bytes())) for file in files)
    assert weight < 100_000, f"{weight} bytes"
