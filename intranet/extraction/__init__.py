"""The words of documents people upload, read in a process of its own that may neither take long nor take much.

Formats like these are programs in disguise: a page of a kilobyte may unpack to gigabytes or never end. The child has limits of
memory, processor time, open files and output; whatever goes wrong in it means "could not be read", and nothing else.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

SECONDS = 20
MAX_CHARACTERS = 200_000
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
# What can be read -> what the child calls it.
READABLE = {
    "application/pdf": "pdf",
    f"{_OFFICE}wordprocessingml.document": "docx",
    f"{_OFFICE}presentationml.presentation": "pptx",
    f"{_OFFICE}spreadsheetml.sheet": "xlsx",
    f"{_OPEN}text": "odf",
    f"{_OPEN}spreadsheet": "odf",
    f"{_OPEN}presentation": "odf",
    "text/plain": "txt",
}
_CHILD = Path(__file__).with_name("child.py")


class UnreadableError(Exception):
    """The document could not be read: broken, protected, too large when unpacked, or too slow."""


def read_text(content: BinaryIO, media_type: str, *, seconds: float = SECONDS) -> str:
    """Return the words of a document of one of the types `READABLE`, cut at 200,000 characters. Raises UnreadableError.

    `content` is an open file with a descriptor of its own. The child gets no environment and works in no folder of ours.
    """
    # -I: neither the folder it is started in nor variables of ours say what it imports.
    command = [sys.executable, "-I", str(_CHILD), READABLE[media_type]]
    try:
        done = subprocess.run(  # noqa: S603  # our own file, one of our own words
            command, stdin=content, capture_output=True, timeout=seconds, env={"PYTHONIOENCODING": "utf-8"}, cwd="/",
            check=False,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError) as error:
        raise UnreadableError(type(error).__name__) from error
    if done.returncode != 0:
        raise UnreadableError(done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or done.returncode)
    text = done.stdout.decode("utf-8", "replace").replace("\x00", "")
    return text[:MAX_CHARACTERS]
