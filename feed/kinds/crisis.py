"""What stands on every page while there is a crisis that the reader has not acknowledged."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from feed.models import Post
from feed.text import preview_of

LENGTH = 220


def crisis_of(request: HttpRequest, pk: int) -> dict[str, Any] | None:
    """Return the banner's words, asked for only where the menu has found one; kept for the rest of the request."""
    if not hasattr(request, "_crisis"):
        found = Post.objects.visible_to(request.user).present().filter(pk=pk).select_related("community").first()
        request._crisis = found and {  # type: ignore[attr-defined]
            "pk": found.pk,
            "text": preview_of(found.html, LENGTH),
            "place": found.community.name,
            "version": found.facts["version"],
        }
    return request._crisis  # type: ignore[attr-defined,no-any-return]
