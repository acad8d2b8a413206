"""What stands above the text in a file of ours: written here, read back by `wiki.transfer.source`. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

# A file that says this holds a text of this house as it is stored: nothing in it is converted on the way back.
OURS = "loikka"
# Stands in the top folder of an export; what it names holds attachments, no pages.
MANIFEST = "loikka.json"
FILES = "files"


def quoted(text: str) -> str:
    """Return a text as JSON and YAML both read it."""
    return json.dumps(text, ensure_ascii=False)


def front_matter(lines: Sequence[tuple[str, str | int | datetime | Sequence[str]]]) -> str:
    """Return the lines above a text. Texts are quoted, so that nothing in them is taken for a key or a number."""
    written = ["---", f"format: {OURS}"]
    for key, value in lines:
        if isinstance(value, str):
            written.append(f"{key}: {quoted(value)}")
        elif isinstance(value, int):
            written.append(f"{key}: {value}")
        elif isinstance(value, datetime):
            written.append(f"{key}: {value.isoformat(timespec='seconds')}")
        elif value:
            written += [f"{key}:", *(f"  - {quoted(word)}" for word in value)]
    return "\n".join([*written, "---", "", ""])


def manifest() -> str:
    """Return what an export says about itself."""
    return json.dumps({"format": OURS, "version": 1, "files": FILES}) + "\n"
