"""Every screen in Chromium: no refused script or style, no script of a user, nothing wider than the phone, axe at peace."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.house import ROOT

SCREENS = [
    "/",
    "/communities/",
    "/communities/prosessi-ja-pumput/",
    "/communities/prosessi-ja-pumput/members/",
    "/communities/new/",
    "/wiki/",
    "/wiki/prosessi-ja-pumput/",
    "/wiki/new/?community=prosessi-ja-pumput",
    "/wiki/wanted/",
    "/wiki/drafts/",
    "/wiki/trash/",
    "/people/",
    "/people/ben.lind/",
    "/me/settings/",
    "/me/tokens/",
    "/accounts/sessions/",
    "/paths/",
    "/search/?q=pumppu",
    "/search/?q=ei+mitään+tällaista",
    "/tags/perehdytys/",
    "/no/such/place/",
]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA is what we promise.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def reading_screens(page: Page) -> list[str]:
    """Return a long wiki page with its forms, and the newest thread, found as a person would."""
    page.goto("/search/?q=kavitaatio&type=page")
    wiki = page.locator(".hit-title a, a.hit-title").first.get_attribute("href")
    page.goto(wiki)
    links = page.locator("main a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    ends = ("/edit/", "/history/", "/move/", "/delete/")
    forms = [link for end in ends for link in links if link and link.endswith(end)][: len(ends)]
    page.goto("/")
    thread = page.locator("a[href*='/threads/']").first.get_attribute("href")
    return [wiki, *forms, thread.partition("#")[0]]


def axe(page: Page) -> list[str]:
    """Return what axe finds wrong, a line each. Evaluated by the driver, which the page's policy does not bind."""
    page.evaluate(AXE.read_text())
    result = page.evaluate(f"axe.run(document, {json.dumps(RULES)})")
    return [
        f"{violation['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for violation in result["violations"]
        for node in violation["nodes"][:3]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_is_accessible_and_keeps_the_content_policy(as_person, scheme):
    page = as_person("mika", scheme=scheme)
    found = []
    for address in [*SCREENS, *reading_screens(page)]:
        page.goto(address)
        found += [f"{address} {problem}" for problem in axe(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [320, 390, 768])
def test_no_screen_is_wider_than_the_window(as_person, width):
    page = as_person("aino", width=width)
    wide = {}
    for address in [*SCREENS, *reading_screens(page)]:
        page.goto(address)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[address] = over
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
