"""Every screen in Chromium: no refused script or style, no script of a user, nothing wider than the phone, axe at peace."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.house import ROOT
from tests.browser.screens import Screen, find_screens

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = [1440, 1100, 1024, 768, 390, 320]
# WCAG 2.2 AA is what we promise.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# Colours change by transitions, which begin with the next frame.
SETTLED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
  setTimeout(done, 1000); Promise.allSettled(document.getAnimations().map(one => one.finished)).then(done) })))"""
# An open line of a tree holds the lines below it (WAI-ARIA's pattern): their words are not of its name, whatever axe thinks.
OPEN_LINE = {'role="treeitem"', 'aria-expanded="true"'}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


@pytest.fixture(scope="module")
def screens(chromium, house, signed_in) -> list[Screen]:
    """All screens; what is found by looking is looked for once."""
    contexts = []

    def open_page(name: str) -> Page:
        contexts.append(chromium.new_context(base_url=house.url, storage_state=signed_in(name)))
        return contexts[-1].new_page()

    found = find_screens(open_page)
    for context in contexts:
        context.close()
    return found


@pytest.fixture
def look(as_person, screens) -> Callable[..., Iterator[tuple[Screen, Page]]]:
    """Return a function that goes through all screens, each in its person's browser."""

    def walk(**options: object) -> Iterator[tuple[Screen, Page]]:
        pages: dict[str, Page] = {}
        for screen in screens:
            page = pages.get(screen.who) or pages.setdefault(screen.who, as_person(screen.who, **options))
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
            page.goto(screen.address)
            yield screen, page

    return walk


def axe(page: Page, rules: dict[str, list[str]]) -> list[str]:
    """Return what axe finds wrong, a line each. Evaluated by the driver, which the page's policy does not bind."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    result = page.evaluate(f"axe.run(document, {json.dumps(rules)})")
    return [
        f"{violation['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for violation in result["violations"]
        for node in violation["nodes"][:3]
        if not (
            violation["id"] == "label-content-name-mismatch" and set(node["html"].split(">")[0].split()) >= OPEN_LINE
        )
    ]


def test_every_screen_is_accessible_in_light_and_dark_and_keeps_the_content_policy(look):
    found = []
    for screen, page in look():
        found += [f"{screen.name} {problem}" for problem in axe(page, RULES)]
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        page.evaluate(SETTLED)
        found += [f"{screen.name} dark {problem}" for problem in axe(page, COLOURS)]
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert not found, "\n".join(found)


def test_no_screen_is_wider_than_the_window(look):
    wide = {}
    for screen, page in look():
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                wide[screen.name, width] = over
    assert wide == {}


def test_policy_forbids_inline_scripts_even_if_one_got_in(as_person, complaints):
    page = as_person("aino")
    page.goto("/")
    page.evaluate(
        """() => { const script = document.createElement('script'); script.textContent = 'window.broken = 1';
                   document.body.append(script); }"""
    )
    assert page.evaluate("window.broken") is None
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in line for line in complaints.lines)
    complaints.lines.clear()


def test_static_weight_of_the_first_view_is_below_100_kb(as_person):
    page = as_person("aino")
    sizes: dict[str, int] = {}
    page.on(
        "response",
        lambda answer: (
            sizes.update({answer.url: int(answer.headers.get("content-length", 0))})
            if "/static/" in answer.url and Path(answer.url.split("?")[0]).suffix in {".js", ".css"}
            else None
        ),
    )
    page.goto("/")
    page.wait_for_timeout(1500)  # the live stream never lets the network go idle
    assert sizes
    assert sum(sizes.values()) < 100_000, sizes
