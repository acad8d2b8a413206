"""Rows of addresses outside: made when a post links to one, used by posts, forgotten when none does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from feed.linkcards.kinds import OFF, entries
from feed.linkcards.models import PreviewUse, WebPreview
from feed.models import Post
from intranet.outbound import MAX_ADDRESS, Refused, outside

# Of one text; the rest stay links.
MOST_FETCHED = 3
# What no post shows any more is kept so long: an undone deletion finds it again.
FORGET_AFTER = timedelta(days=7)
AT_A_TIME = 200


def digest_of(url: str) -> str:
    """Return what an address is found by: all of it but the fragment, which no server is told."""
    return sha256(url.partition("#")[0].encode()).hexdigest()


def wanted(links: Sequence[str]) -> dict[str, int]:
    """Return {address: number of its row} for addresses a preview may be made of; {} where nobody may ask outside."""
    way_out = outside()
    if way_out is None:
        return {}
    ours = {urlsplit(settings.BASE_URL).hostname, *settings.ALLOWED_HOSTS}
    allowed: dict[str, str] = {}
    for link in links:
        if len(allowed) >= MOST_FETCHED or len(link) > MAX_ADDRESS:
            continue
        try:
            if way_out.looked_at(link).host in ours:
                continue  # this house under another of its names: nobody is signed in there
        except Refused:
            continue  # an inner address is not even written down
        allowed[link] = digest_of(link)
    if not allowed:
        return {}
    WebPreview.objects.bulk_create(
        [WebPreview(url=link.partition("#")[0], digest=digest) for link, digest in allowed.items()],
        ignore_conflicts=True,
    )
    rows = dict(WebPreview.objects.filter(digest__in=allowed.values()).values_list("digest", "pk"))
    return {link: rows[digest] for link, digest in allowed.items() if digest in rows}


def note_uses(post: Any) -> None:
    """Write down which previews a post shows, as it remembers them now."""
    numbers = {int(key) for kind, key, mark in entries(post.cards) if kind == "web" and mark != OFF}
    if post.edited_at or not numbers:
        PreviewUse.objects.filter(post_id=post.pk).exclude(preview_id__in=numbers).delete()
    if numbers:
        PreviewUse.objects.bulk_create(
            [PreviewUse(post_id=post.pk, preview_id=number) for number in numbers], ignore_conflicts=True
        )


def forget_unused() -> int:
    """Delete previews that no present post shows, with their pictures (`settings.WORKER_SWEEPS`)."""
    used = PreviewUse.objects.filter(post__in=Post.objects.present()).values("preview_id")
    old = WebPreview.objects.filter(created_at__lt=timezone.now() - FORGET_AFTER).exclude(pk__in=used)
    rows = list(old.values_list("pk", "token")[:AT_A_TIME])
    with transaction.atomic():
        WebPreview.objects.filter(pk__in=[pk for pk, _token in rows]).delete()
        for _pk, token in rows:
            if token:
                transaction.on_commit(partial(default_storage.delete, stored_name(token)))
    return len(rows)


def stored_name(token: str) -> str:
    """Return where the picture of a preview lies in the storage."""
    return f"previews/{token[:2]}/{token}"
