"""A Redis that can be taken away, and server processes of the house on one database; used by test_processes.py."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
from django.conf import settings
from django.db import connection


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def some_redis() -> Iterator[str | None]:
    """Yield the address of the Redis that TEST_REDIS_URL names, of one of our own, or None."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "/tmp"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def wait_for_port(port: int, patience: float = 120) -> None:
    """Wait until somebody listens there."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on {port}")


class Door:
    """Stands between the house and a Redis that others may need; shut, it is as if Redis had gone."""

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        self.target = (there.hostname, there.port or 6379)
        self.port = free_port()
        account, at, _host = there.netloc.rpartition("@")
        self.url = urlunsplit(there._replace(netloc=f"{account}{at}127.0.0.1:{self.port}"))
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def open(self) -> None:
        """Let connections through."""
        self._run(self._start())

    def shut(self) -> None:
        """End all connections and refuse new ones."""
        self._run(self._stop())

    def close(self) -> None:
        """Go away for good."""
        self.shut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _run(self, work) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)

    async def _stop(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()
        while self._open:
            await asyncio.sleep(0.01)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(*self.target)
        self._open |= {writer, there_writer}
        try:
            await asyncio.wait(
                [
                    asyncio.create_task(self._copy(reader, there_writer)),
                    asyncio.create_task(self._copy(there_reader, writer)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            for end in (writer, there_writer):
                end.transport.abort()
            self._open -= {writer, there_writer}

    @staticmethod
    async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()


@contextmanager
def running_house(redis: str, folder: Path, webs: int = 2) -> Iterator[list[str]]:
    """Start web processes and a worker of the house on this test's database; yields the addresses of the webs."""
    place = settings.DATABASES["default"]
    url = (
        f"sqlite:///{connection.settings_dict['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/"
        f"{connection.settings_dict['NAME']}"
    )
    (folder / "static").mkdir()
    environment = {
        **os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder), "REDIS_URL": redis, "BASE_URL": "http://127.0.0.1",
        "SECRET_KEY": settings.SECRET_KEY, "LOIKKA_DEMO": "0",
    }  # fmt: skip
    ports = [free_port() for _ in range(webs)]
    python = [sys.executable, "-W", "ignore"]
    server = [*python, "-m", "uvicorn", "intranet.asgi:application", "--ws", "none", "--timeout-graceful-shutdown", "1"]
    commands = [[*server, "--log-level", "warning", "--port", str(port)] for port in ports]
    commands.append([*python, "manage.py", "worker"])
    log = (folder / "log").open("w")
    root = Path(__file__).resolve().parents[2]
    processes = [subprocess.Popen(c, env=environment, stdout=log, stderr=log, cwd=root) for c in commands]
    webs_at = [f"http://127.0.0.1:{port}" for port in ports]
    try:
        for port, address in zip(ports, webs_at, strict=True):
            wait_for_port(port)
            assert httpx.get(f"{address}/healthz", trust_env=False, timeout=120).status_code == 200
        yield webs_at
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        log.close()
