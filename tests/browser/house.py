"""A real house for the browser: `manage.py serve` in a process of its own, with the demo company in it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds for migrations and the demo company on a slow machine
PASSWORD = "loikka-demo-2026"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class House:
    """Where it stands and how to talk to its process."""

    url: str
    data: Path | None
    process: subprocess.Popen | None


def find_chromium() -> str | None:
    """Return the browser's path: $CHROMIUM, or what is on the PATH."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def open_house() -> Iterator[House]:
    """Serve a new house with the demo company until the block ends; raises with the log when it does not start.

    LOIKKA_HOUSE names one that is open already, for whoever is writing such a test.
    """
    if named := os.environ.get("LOIKKA_HOUSE"):
        yield House(named.rstrip("/"), None, None)
        return
    data = Path(tempfile.mkdtemp(prefix="loikka-browser-"))
    log = data.with_suffix(".log")
    url = f"http://127.0.0.1:{(port := free_port())}"
    keep = {name: value for name, value in os.environ.items() if name not in {"DJANGO_SETTINGS_MODULE", "DATABASE_URL"}}
    environment = {**keep, "DATA_DIR": str(data), "PORT": str(port), "BASE_URL": url, "LOIKKA_DEMO": "1"}
    # It may ask outside, as houses do, and hears nothing back: nobody listens at this proxy.
    environment |= {"OUTBOUND_HTTP": "1", "OUTBOUND_PROXY": "http://127.0.0.1:9"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            until = time.monotonic() + PATIENCE
            while not is_ready(url):
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"The house did not open:\n{log.read_text(errors='replace')[-4000:]}")
                time.sleep(0.3)
            yield House(url, data, process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            shutil.rmtree(data, ignore_errors=True)
            log.unlink(missing_ok=True)
