"""Where the drawings of icons come from."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zipfile import ZipFile

import pytest

from intranet import icons
from intranet.templatetags import ui

NAMES = ("house", "search", "bell", "users", "book-open", "star", "pencil", "trash-2")


@pytest.fixture
def cold() -> Iterator[None]:
    """A process that has shown no icon yet."""
    for kept in (icons._archive, ui._svg):
        kept.cache_clear()
    yield
    for kept in (icons._archive, ui._svg):
        kept.cache_clear()


@pytest.mark.usefixtures("cold")
def test_archive_is_opened_once_however_many_threads_show_icons(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    class Counted(ZipFile):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            opened.append(args)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(icons, "ZipFile", Counted)
    with ThreadPoolExecutor(8) as pool:
        shown = list(pool.map(ui.icon, NAMES * 4))
    assert len(opened) == 1
    assert len(set(shown)) == len(NAMES)
    assert all(html.startswith("<svg") and 'aria-hidden="true"' in html for html in shown)


def test_icon_is_an_element_of_html_with_our_look() -> None:
    html = ui.icon("house", size=24, css="big")
    assert html.startswith("<svg ")
    assert "xmlns" not in html
    for part in ('width="24"', 'height="24"', 'class="icon icon-24 big"', 'stroke-width="1.75"', "<path d="):
        assert part in html
