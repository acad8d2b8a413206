"""A browser on the pages of `tests.ui.pages`, served with the house's own middleware and its strict policy."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import override_settings
from django.test.testcases import LiveServerThread

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"]  # fmt: skip


def missing(what: str) -> None:
    """Skip, or fail where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def built() -> Path:
    """Return the folder of the built styles and scripts, built anew when a source is newer."""
    out = FRONTEND / "dist" / "loikka" / "app.js"
    sources = [*FRONTEND.glob("js/*.js"), *FRONTEND.glob("css/*.css"), FRONTEND / "build.mjs"]
    if not out.exists() or any(source.stat().st_mtime > out.stat().st_mtime for source in sources):
        if not shutil.which("node") or not (FRONTEND / "node_modules").exists():
            missing("node or frontend/node_modules")
        subprocess.run(["node", "build.mjs"], cwd=FRONTEND, check=True, capture_output=True)
    return out.parent


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Give a browser. Playwright's loop runs in this thread, where Django would then refuse the database."""
    sync_api = pytest.importorskip("playwright.sync_api")
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not executable:
        missing("Chromium")
    with pytest.MonkeyPatch.context() as patch, sync_api.sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


class _Handler(StaticFilesHandler):
    """Files of the front end from where they are built, everything else from the house."""

    def get_base_url(self) -> str:
        return "/static/"


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    """Serve the pages on a free port and return the address."""
    # these pages have no data, so no transaction is opened around their POSTs
    middleware = [name for name in settings.MIDDLEWARE if name != "intranet.middleware.AtomicWrites"]
    with override_settings(ROOT_URLCONF="tests.ui.pages", ALLOWED_HOSTS=["*"], MIDDLEWARE=middleware):
        server = LiveServerThread("127.0.0.1", _Handler, port=0)
        server.daemon = True
        server.start()
        server.is_ready.wait(20)
        if server.error:
            raise server.error
        yield f"http://127.0.0.1:{server.port}"
        server.terminate()
        server.join(5)


@pytest.fixture
def tab(chromium: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return a page of a fresh browser; anything it complains about fails the test."""
    options = {"viewport": {"width": 1440, "height": 900}, **getattr(request, "param", {})}
    context = chromium.new_context(base_url=address, **options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda line: (
            complaints.append(line.text)
            if line.type == "error" and "Failed to load resource" not in line.text and "EventSource" not in line.text
            else None
        ),
    )
    yield page
    context.close()
    assert complaints == []
