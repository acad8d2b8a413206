"""The unit H: processor time a request of a bare Django view takes on this machine just now.

The view is `startproject`'s: its middleware, a template that loops over 20 items, no SQL, behind gunicorn gthread 2 x 4.
What is measured next to it is divided by it, so that a slow or busy machine cancels out.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

SETTINGS = """
SECRET_KEY = "bench"
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "bare"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                  "django.contrib.messages"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [__file__.rpartition("/")[0]],
              "OPTIONS": {"context_processors": [
                  "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                  "django.contrib.messages.context_processors.messages"]}}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
USE_TZ = True
"""
URLS = """
from django.shortcuts import render
from django.urls import path

def hello(request):
    return render(request, "hello.html", {"items": [{"name": f"Item {n}", "number": n} for n in range(20)]})

urlpatterns = [path("", hello)]
"""
WSGI = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "bare_settings"
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""
TEMPLATE = """<!doctype html><html><head><title>Hello</title></head><body><h1>Hello {{ request.path }}</h1><ul>
{% for item in items %}<li class="{% if forloop.first %}first{% endif %}">{{ item.number }} {{ item.name|upper }}</li>
{% endfor %}</ul></body></html>"""
TICK = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tree(pid: int) -> set[int]:
    """Return the process and all its descendants."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found, new = {pid}, {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def cpu_seconds(pid: int) -> float:
    """Return user and system time of a process and its descendants, in nanosecond steps where the kernel has them."""
    total = 0.0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks = (int(fields[11]) + int(fields[12])) / TICK
            exact = 0.0
            for task in Path(f"/proc/{one}/task").iterdir():
                with contextlib.suppress(OSError):
                    exact += int((task / "schedstat").read_text().split()[0]) / 1e9
            # Threads that have ended count only in the ticks of the whole process.
            total += exact if abs(exact - ticks) < 0.05 else ticks
    return total


def pss_megabytes(pid: int) -> float:
    """Return the memory of a process and its descendants, shared pages counted in proportion."""
    total = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 300) -> None:
    """Wait until somebody listens; says so when the process ended instead."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"{process.args} ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise SystemExit(f"{process.args} does not listen")


@contextlib.contextmanager
def bare_server(folder: Path) -> Iterator[tuple[int, int]]:
    """Run the bare view; yields (process id, port)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {
        "bare_settings.py": SETTINGS,
        "bare.py": URLS,
        "bare_wsgi.py": WSGI,
        "hello.html": TEMPLATE,
    }.items():
        (folder / name).write_text(text)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "bare_wsgi", "-k", "gthread", "-w", "2", "--threads", "4", "-b",
         f"127.0.0.1:{port}", "--keep-alive", "30", "--log-level", "error"],
        cwd=folder, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    try:
        wait_for(port, process)
        yield process.pid, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
