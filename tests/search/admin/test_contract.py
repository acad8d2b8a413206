"""modelsearch's own contract for backends, on its own test app, in a process of its own; the records are ours."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HERE = "tests.search.admin.contract"
# What modelsearch 1.3.2 asks of a backend.
CONTRACT = 120


@pytest.mark.slow
@pytest.mark.usefixtures("django_db_setup")
def test_backend_keeps_modelsearchs_contract(tmp_path):
    run = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "django",
            "test",
            f"{HERE}.backend_tests",
            "--settings",
            f"{HERE}.settings",
        ],
        cwd=ROOT,
        env={**os.environ, "CONTRACT_FOLDER": str(tmp_path / "index")},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-5000:]
    assert re.search(rf"^Ran {CONTRACT} tests in", run.stderr, re.MULTILINE), run.stderr
    assert run.stderr.splitlines().count("OK") == 1, run.stderr  # "OK (skipped=1)" is another line
