"""Asks addresses outside what they are, once for the whole house: an errand of the worker."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils import timezone

from feed.linkcards.models import WebPreview
from feed.linkcards.previews import stored_name
from feed.linkcards.reading import LOOKED_AT, Said, said_by
from intranet.files import FileRefused, square_avatar
from intranet.outbound import Answer, Outbound, outside

log = logging.getLogger(__name__)

# The errand comes back to the rest in its next round.
AT_A_TIME = 20
FOR_SECONDS = 30.0
MAX_IMAGE = 2 * 1024 * 1024
IMAGE_SIDE = 160
MOST_TRIES = 3
AGAIN = (timedelta(minutes=10), timedelta(hours=3))


def fetch_due() -> int:
    """Ask the addresses nobody has asked yet, oldest first; return how many (`settings.WORKER_ERRANDS`)."""
    way_out = outside()
    return fetch_waiting(way_out) if way_out else 0


def fetch_waiting(way_out: Outbound) -> int:
    """Ask what is due through this way out. Safe to run twice: a killed one leaves the row due."""
    end, count = time.monotonic() + FOR_SECONDS, 0
    for preview in WebPreview.objects.filter(due_at__lte=timezone.now()).order_by("due_at")[:AT_A_TIME]:
        keep(preview, way_out.fetch(preview.url, max_bytes=LOOKED_AT), way_out)
        count += 1
        if time.monotonic() > end:
            break
    return count


def keep(preview: WebPreview, answer: Answer, way_out: Outbound) -> None:
    """Write down what an address said, or when it is asked again."""
    now = timezone.now()
    busy = answer.problem in ("time", "connection", "name") or answer.status == 429 or answer.status >= 500
    if busy and preview.failures + 1 < MOST_TRIES:
        again = now + AGAIN[min(preview.failures, len(AGAIN) - 1)]
        WebPreview.objects.filter(pk=preview.pk).update(failures=F("failures") + 1, due_at=again, fetched_at=now)
        return
    said = _said(answer)
    values: dict[str, Any] = {"state": WebPreview.State.NOTHING, "due_at": None, "fetched_at": now}
    if said is not None:
        values |= {
            "state": WebPreview.State.READY, "title": said.title, "description": said.description,
            "site": said.site or _host(answer.url), "token": _picture(said, answer, way_out),
        }  # fmt: skip
    WebPreview.objects.filter(pk=preview.pk).update(**values)


def _said(answer: Answer) -> Said | None:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    plain = answer.headers.get("content-encoding", "identity").lower() in ("", "identity")
    if answer.problem or answer.status != 200 or not plain or kind not in ("text/html", "application/xhtml+xml"):
        return None
    return said_by(answer.body, answer.headers.get("content-type", ""))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")[:80]


def _picture(said: Said, answer: Answer, way_out: Outbound) -> str:
    """Fetch, make small and store a page's picture; return its name, "" when there is none that can be shown."""
    if not said.image or said.image.startswith("data:"):
        return ""
    try:
        address = urljoin(answer.url, said.image)
    except ValueError:
        return ""
    got = way_out.fetch(address, max_bytes=MAX_IMAGE)
    if got.problem or got.status != 200 or not 0 < len(got.body) < MAX_IMAGE:
        return ""
    try:
        small = square_avatar(got.body, IMAGE_SIDE)
    except FileRefused:
        return ""
    token = WebPreview.new_token()
    default_storage.save(stored_name(token), ContentFile(small))
    return token
