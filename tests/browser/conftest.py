"""Chromium against a real house with the demo company."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.house import CHROMIUM_FLAGS, PASSWORD, House, find_chromium, open_house

CHROMIUM = find_chromium()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            # One house for all of them: under xdist they go to one worker.
            item.add_marker(pytest.mark.xdist_group("browser"))
            if CHROMIUM is None and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason="no Chromium: set CHROMIUM or install chromium"))


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    with open_house() as opened:
        yield opened


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, house: House) -> Callable[[str], dict]:
    """Return a function: first name -> cookies of somebody of the demo company, signed in through the form once."""
    states: dict[str, dict] = {}

    def state_of(name: str) -> dict:
        if not name:
            return {}  # a stranger
        if name not in states:
            context = chromium.new_context(base_url=house.url)
            page = context.new_page()
            page.goto("/")
            page.fill("input[name=login]", f"{name}@loikka.example")
            page.fill("input[name=password]", PASSWORD)
            page.click("form button[type=submit], form .button.primary")
            page.wait_for_url(f"{house.url}/")
            states[name] = context.storage_state()
            context.close()
        return states[name]

    return state_of


class Complaints:
    """What the browser's console said: scripts that failed, and what the content policy refused."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.lines.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._note(page, message))

    def _note(self, page: Page, message: ConsoleMessage) -> None:
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.lines.append(f"{page.url}: {message.text}")


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Collects console errors; a test that ends with any fails."""
    found = Complaints()
    yield found
    assert found.lines == []


@pytest.fixture
def as_person(
    chromium: Browser, house: House, signed_in: Callable[[str], dict], complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """Return a function: first name -> a page signed in as that person (`width`, `scheme`, `scripts` as wished)."""
    contexts: list[BrowserContext] = []

    def open_page(
        name: str, *, width: int = 1440, scheme: str = "light", scripts: bool = True, worker: str = "block"
    ) -> Page:
        context = chromium.new_context(
            base_url=house.url,
            storage_state=signed_in(name),
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=scripts,
            locale="en-GB",
            # A service worker hides requests from `page.route`; tests of it ask for it.
            service_workers=worker,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        complaints.listen(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
