"""X1 in a browser: what the renderer makes of hostile texts runs nothing, loads nothing and names no script."""

import pytest
from playwright.sync_api import Browser, Route

from intranet.text import render
from tests.text.checker import KnownNames
from tests.text.payloads import CONTEXTS, payloads, put

ADDRESS = "http://payloads.example/"
BATCH = 400

# Follows every link that is not an ordinary one, and counts what could act.
LOOK = """() => {
  const links = [...document.querySelectorAll('a[href]')]
  const strange = links.filter(a => !['http:', 'https:', 'mailto:', 'tel:'].includes(a.protocol))
  strange.forEach(a => a.click())
  const all = [...document.body.querySelectorAll('*')]
  const acting = all.filter(e => [...e.attributes].some(a => /^(on|hx-|data-|x-|v-|style|srcdoc)/i.test(a.name)))
  const foreign = all.filter(e => e.namespaceURI !== 'http://www.w3.org/1999/xhtml' || /^(iframe|object|embed|form|script|style|meta|base|link)$/i.test(e.tagName))
  return [strange.length, acting.length, foreign.length]
}"""


class Stage:
    """A page that shows any HTML without a policy to protect it, and notes what happens."""

    def __init__(self, chromium: Browser) -> None:
        self.page = chromium.new_page()
        self.html = ""
        self.alerts: list[str] = []
        self.requests: list[str] = []
        self.page.on("dialog", lambda dialog: (self.alerts.append(dialog.message), dialog.dismiss()))
        self.page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        if route.request.url == ADDRESS:
            route.fulfill(body=f"<!DOCTYPE html><meta charset=utf-8><body>{self.html}", content_type="text/html")
        else:
            self.requests.append(route.request.url)
            route.abort()

    def show(self, html: str) -> list[int]:
        self.html = html
        self.page.goto(ADDRESS)
        found = self.page.evaluate(LOOK)
        self.page.wait_for_timeout(50)
        return found


@pytest.fixture
def stage(chromium: Browser):
    stage = Stage(chromium)
    yield stage
    stage.page.close()


@pytest.mark.parametrize(
    "bad",
    [
        "<img src=x onerror=alert(1)>",
        "<a href='java&#9;script:alert(1)'>x</a>",
        "<svg onload=alert(1)>",
        "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    ],
)
def test_the_stage_notices_what_runs(stage: Stage, bad: str) -> None:
    assert any(stage.show(bad))
    assert stage.alerts == ["1"]


def test_nothing_hostile_runs_in_a_browser(stage: Stage) -> None:
    outputs = sorted(
        {
            render(put(payload, place), resolve=KnownNames(), flavour=flavour).html
            for payload in payloads()
            for place in CONTEXTS
            for flavour in ("page", "post")
        }
    )
    assert len(outputs) > 5_000
    for start in range(0, len(outputs), BATCH):
        batch = outputs[start : start + BATCH]
        assert stage.show("".join(f"<section>{html}</section>" for html in batch)) == [0, 0, 0]
        assert stage.alerts == []
    assert {url for url in stage.requests if not url.startswith(f"{ADDRESS}files/")} == set()
