"""PostgreSQL and Redis of our own for tests and benchmarks: private, on loopback, gone when they are done with."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Service:
    """Where a service is; `pid` is that of its first process, 0 for one that somebody else runs."""

    url: str
    pid: int = 0


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_programs() -> Path | None:
    """Return the folder with initdb and postgres: on PATH, or where Debian keeps them."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return next((p.parent for p in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)


@contextlib.contextmanager
def private_postgres(folder: Path) -> Iterator[Service | None]:
    """Yield a cluster of our own, or the one TEST_POSTGRES_URL names, or None."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield Service(given)
        return
    programs = postgres_programs()
    if programs is None:
        yield None
        return
    # PostgreSQL refuses to run as root.
    as_postgres = {}
    if os.geteuid() == 0:
        person = pwd.getpwnam("postgres")
        as_postgres = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
        folder.chmod(0o755)
    home, password, port = folder / "postgres", secrets.token_hex(16), free_port()
    home.mkdir()
    if as_postgres:
        os.chown(home, person.pw_uid, person.pw_gid)
    secret = home / "password"
    secret.write_text(password)
    secret.chmod(0o644)
    quiet = {"cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **as_postgres}
    subprocess.run(
        [programs / "initdb", "-D", home / "data", "-U", "loikka", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8",
         "--locale", "C.UTF-8"],
        check=True, **quiet,
    )  # fmt: skip
    settings = {
        "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": home, "max_connections": 100,
        # Only tests live here: what they kill are clients, so nothing needs to reach the disk.
        "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
    }  # fmt: skip
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen([programs / "postgres", "-D", home / "data", *options], **quiet)
    try:
        wait_for(port, server)
        yield Service(f"postgres://loikka:{password}@127.0.0.1:{port}/postgres", server.pid)
    finally:
        server.send_signal(signal.SIGINT)  # "fast": does not wait for clients
        server.wait(30)


@contextlib.contextmanager
def private_redis(folder: Path) -> Iterator[Service | None]:
    """Yield a Redis of our own, or the one TEST_REDIS_URL names, or None."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield Service(given)
        return
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    port = free_port()
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port, server)
        yield Service(f"redis://127.0.0.1:{port}/0", server.pid)
    finally:
        server.terminate()
        server.wait(10)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens on the port."""
    for _ in range(300):
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    sys.exit(f"A service of the tests did not start: {server.args}")
