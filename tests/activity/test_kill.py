"""The dispatcher dies at random points, by SIGKILL, while others write: nothing is lost, nothing is doubled."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

KILLS = 50


@pytest.fixture
def trial_database(tmp_path: Path, django_db_blocker) -> Iterator[str]:
    """Yield the address of a database of its own on the engine these tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'trial.sqlite3'}"
        return
    import psycopg
    from psycopg import sql

    name = f"trial_{os.getpid()}"
    there = {**connection.get_connection_params(), "dbname": "postgres"}
    there = {key: there[key] for key in ("dbname", "user", "password", "host", "port") if there.get(key)}
    with psycopg.connect(**there, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            place = settings.DATABASES["default"]
            yield f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/{name}"
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.slow
@pytest.mark.usefixtures("django_db_setup")
def test_dispatcher_killed_fifty_times_loses_and_doubles_nothing(trial_database: str, tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.activity.house_on_trial", str(KILLS)],
        env={**os.environ, "DATABASE_URL": trial_database, "DATA_DIR": str(tmp_path), "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    figures = {name: int(value) for name, value in (word.split("=") for word in result.stdout.split())}
    assert figures["committed"] > KILLS * 20
    assert {name: figures[name] for name in ("lost", "doubled", "invented", "undelivered")} == {
        "lost": 0,
        "doubled": 0,
        "invented": 0,
        "undelivered": 0,
    }
    # The trial is void when the deaths hit nothing: rows were waiting at most of them.
    assert figures["interrupted"] > KILLS // 2
