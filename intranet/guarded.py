"""Work on what strangers wrote, in a child process that may not take long, grow large or see our secrets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ALLOWED = ("PATH", "LANG", "LC_ALL", "HOME", "FONTCONFIG_PATH", "LD_LIBRARY_PATH", "TMPDIR")


class ChildFailed(RuntimeError):  # noqa: N818
    """The child was stopped or gave up; `code` is its exit code (negative: the signal), `said` the end of its errors."""

    def __init__(self, code: int, said: str) -> None:
        self.code, self.said = code, said
        super().__init__(f"exit code {code}")


def run_guarded(script: Path, folder: Path, *, seconds: int, memory: int) -> None:
    """Run a script of ours on a folder, with `memory` bytes and `seconds` of processor time. Raises ChildFailed.

    The script calls `limit` first of all. It gets neither our environment (passwords stand there) nor our files' handles.
    """
    environment = {name: os.environ[name] for name in ALLOWED if name in os.environ}
    command = [sys.executable, "-I", str(script), str(folder), str(seconds), str(memory)]
    try:
        done = subprocess.run(  # noqa: S603  # a script of ours
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, timeout=seconds * 3, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise ChildFailed(-9, "It took too long.") from late
    if done.returncode:
        raise ChildFailed(done.returncode, done.stderr[-2_000:].decode("utf-8", "replace"))
