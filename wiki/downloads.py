"""Exports as answers, for browsers and programs alike; no more than two are written at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from intranet.people.models import Community
from wiki.models import WikiPage
from wiki.pdf.make import write_pdf
from wiki.transfer.export import Counted, export_all, export_pages, pages_from, pages_of
from wiki.transfer.names import part_for

log = logging.getLogger(__name__)
# Each keeps one of the threads that make pages: the others are for those who read.
CHUNK = 1 << 16
AT_A_TIME = BoundedSemaphore(2)


class Busy(Exception):  # noqa: N818
    """As many exports as may be are being written just now."""


def _zipped(user: Any, name: str, write: Callable[[IO[bytes]], Counted]) -> StreamingHttpResponse:
    """Return what `write` writes as a download. Raises Busy."""

    def counting(stream: IO[bytes]) -> None:
        counted = write(stream)
        log.info("User %s exported %s pages and %s files.", user.pk, counted.pages, counted.files)

    return _download(f"{part_for(name, ())}.zip", "application/zip", counting)


def zipped_page(user: Any, page: WikiPage, *, below: bool) -> StreamingHttpResponse:
    """Return a page, or also those below it, as a zip. Raises Busy."""
    pages = pages_from(user, page, below=below)
    return _zipped(user, page.slug, lambda stream: export_pages(user=user, pages=pages, stream=stream))


def zipped_section(user: Any, community: Community) -> StreamingHttpResponse:
    """Return the pages of a community as a zip. Raises Busy."""
    pages = pages_of(user, community)
    return _zipped(user, community.slug, lambda stream: export_pages(user=user, pages=pages, stream=stream))


def zipped_everything(user: Any) -> StreamingHttpResponse:
    """Return all that a person may read as a zip. Raises Busy."""
    return _zipped(user, "loikka", lambda stream: export_all(user=user, stream=stream))


def document(user: Any, page: WikiPage) -> StreamingHttpResponse:
    """Return a page as PDF. Raises Busy, PdfFailed."""
    name = f"{part_for(page.slug, ())}.pdf"
    return _download(name, "application/pdf", lambda stream: write_pdf(user=user, page=page, stream=stream))


def _download(name: str, media_type: str, write: Callable[[IO[bytes]], None]) -> StreamingHttpResponse:
    if not AT_A_TIME.acquire(blocking=False):
        raise Busy
    stream = TemporaryFile(dir=settings.DATA_DIR)  # noqa: SIM115  # the answer closes it
    try:
        write(stream)
    except BaseException:
        stream.close()
        raise
    finally:
        AT_A_TIME.release()
    size = stream.tell()
    stream.seek(0)
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": str(content_disposition_header(True, name)),
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(_Whole(stream), content_type=media_type, headers=headers)


class _Whole:
    """A file in pieces, closed when it was read or when the answer is."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.stream.read(CHUNK):
            yield chunk
        self.close()

    def close(self) -> None:
        self.stream.close()
