"""Take a card off a post; hand out the picture of a preview."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from feed.linkcards.actions import remove_card
from feed.linkcards.previews import stored_name
from feed.models import Post
from feed.views.shared import get_post, way_back


@require_POST
def card_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a card (`kind:key`) off one's own post."""
    found = get_post(request.user, pk)
    kind, _colon, key = request.POST.get("card", "")[:80].partition(":")
    remove_card(actor=request.user, post=found, kind=kind, key=key)
    messages.success(request, _("The card was removed. The link stays."))
    return HttpResponseRedirect(way_back(request, found.get_absolute_url()))


@require_GET
def preview_image(request: HttpRequest, token: str) -> HttpResponse:
    """Hand out the picture of an address outside, to those who may read a post that shows it; else 404."""
    if not Post.objects.visible_to(request.user).present().filter(preview_uses__preview__token=token).exists():
        raise Http404
    try:
        with default_storage.open(stored_name(token)) as file:
            content = file.read()  # 160 pixels square: some ten kilobytes
    except OSError:
        raise Http404 from None
    return HttpResponse(
        content,
        content_type="image/webp",
        headers={
            "Cache-Control": "private, max-age=86400",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )
