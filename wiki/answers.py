"""Answers of the API that are files, and why there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ninja.errors import HttpError

from wiki.downloads import Busy
from wiki.pdf.make import PdfFailed


def file_answer(*media_types: str) -> dict[str, Any]:
    """Return how the schema describes an answer that is a file."""
    content = {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}
    return {"responses": {200: {"description": "The file", "content": content}}}


@contextmanager
def refusals() -> Iterator[None]:
    """Answer 503 when others are exporting, 422 for a page of which no document can be made."""
    try:
        yield
    except Busy:
        raise HttpError(503, "Others are exporting just now. Try again in a minute.") from None
    except PdfFailed as failed:
        raise HttpError(422, failed.words) from None
