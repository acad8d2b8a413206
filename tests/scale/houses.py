"""The houses that are measured, the server in front of one, and the browser that asks it."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.scale.unit import free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class House:
    """A size of house."""

    name: str
    people: int
    communities: int
    pages: int
    posts: int
    indexed: bool
    # Pages of one more section: a page with 2,000 below it, thirty levels. Its tree alone is measured in such a house.
    tree: int = 0


HOUSES = [
    House("1,000 documents", 50, 10, 200, 800, indexed=True),
    House("2,000 pages, 10,000 posts", 200, 30, 2_000, 10_000, indexed=True),
    House("20,000 pages, 100,000 posts", 1_000, 60, 20_000, 100_000, indexed=False),
    House("20,000 pages in one section", 50, 10, 200, 800, indexed=True, tree=20_000),
]
FULL = [
    *HOUSES[:2],
    House("20,000 pages, 80,000 posts, indexed", 1_000, 60, 20_000, 80_000, indexed=True),
    House("20,000 pages, 1,000,000 posts", 10_000, 200, 20_000, 1_000_000, indexed=False),
]


@dataclass
class Row:
    """One line of the report."""

    house: str
    flow: str
    h: float | None = None
    cpu_ms: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    worst_ms: float | None = None
    queries: int | None = None
    note: str = ""


class Browser:
    """Sixteen sessions in rotation over one connection that stays open."""

    def __init__(self, port: int, sessions: Sequence[str] = ()) -> None:
        self.connection = http.client.HTTPConnection("localhost", port, timeout=120)
        self.sessions, self.asked = list(sessions), 0

    def ask(self, path: str, form: dict[str, str] | None = None, *, expect: str = "", status: int = 200) -> str:
        """Send one request and return the page; stops the run when the answer is not what was expected."""
        session = self.sessions[self.asked % len(self.sessions)] if self.sessions else ""
        self.asked += 1
        headers = {"Cookie": f"loikka_session={session}; loikka_csrf={'c' * 32}", "Accept-Language": "en"}
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": "c" * 32})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        method = "POST" if form is not None else "GET"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # Idle for longer than the server keeps a connection, while the other one was measured.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status != status or expect not in text:
            raise SystemExit(f"{path}: {answer.status} instead of {status}, or {expect!r} is missing: {text[:600]}")
        return text


def save_page(writer: Browser, page: Any, news: str) -> None:
    """Save a wiki page by its form, with a paragraph more."""
    page.refresh_from_db()
    form = {
        "title": page.title, "body": f"{page.body}\n\n{news}", "tags": "bench",
        "language": page.language, "base_revision": str(page.latest_revision_id),
    }  # fmt: skip
    writer.ask(f"/wiki/id/{page.pk}/edit/", form, status=302)


def write_post(writer: Browser, place: Any, body: str) -> None:
    """Write a post in a community by its form."""
    writer.ask("/posts/new/", {"community": str(place.pk), "body": body}, status=302)


@dataclass
class Server:
    """Our server under test."""

    pid: int
    port: int
    sessions: list[str]


@contextmanager
def our_server(data: Path, sessions: list[str]) -> Iterator[Server]:
    """Run `manage.py serve` on a data folder that is prepared."""
    port = free_port()
    environment = {**os.environ, "DATA_DIR": str(data), "PORT": str(port), "LOIKKA_DEMO": "0", "LOG_LEVEL": "ERROR"}
    environment["API_RATE"] = "0"
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(port, process)
        yield Server(process.pid, port, sessions)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
