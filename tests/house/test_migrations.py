"""The database as the migrations make it is the one the models describe, from an empty start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.activity.test_kill import trial_database  # noqa: F401  # a database of its own on either engine
from tests.house.source import ROOT


def manage(*words: str, database: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the house on that database."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *words],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database, "DATA_DIR": str(folder), "LOIKKA_DEMO": "0"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.usefixtures("django_db_setup")
def test_empty_database_is_migrated_and_ready(trial_database: str, tmp_path: Path) -> None:  # noqa: F811
    done = manage("migrate", "-v0", database=trial_database, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    again = manage("migrate", "--plan", database=trial_database, folder=tmp_path)
    assert "No planned migration operations." in again.stdout
    ready = manage(
        "shell", "--no-imports", "-c", "from intranet.schema import has_unapplied; from django.db import connection;"
        "from wagtail.models import Page, Site, Locale; from intranet.people.models import Community;"
        "print(has_unapplied(connection), Page.objects.count() > 0, Site.objects.count(), Locale.objects.count())",
        database=trial_database, folder=tmp_path,
    )  # fmt: skip
    assert ready.stdout.strip() == "False True 1 1", ready.stderr
    made = manage("makemigrations", "--check", "--dry-run", database=trial_database, folder=tmp_path)
    assert made.returncode == 0, "a model has changed without a migration:\n" + made.stdout
