"""Boxes of task lists, ticked on the page itself."""

from __future__ import annotations

import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from wiki import actions
from wiki.models import WikiPage
from wiki.views.shared import me, number_from

# Number of the box from 0, and whether it is to be ticked.
BOX = re.compile(r"(\d{1,6})-([01])")


@require_POST
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick a box: back to the page, or for a script JSON with the `revision` that is shown now."""
    choice = BOX.fullmatch(request.POST.get("box", ""))
    wants_json = request.headers.get("Accept") == "application/json"
    if pk >= 2**31:
        raise Http404
    try:
        saved = actions.tick_box(
            actor=me(request), page=pk, base_revision_id=number_from(request.POST.get("base")),
            box=int(choice[1]) if choice else -1, is_done=choice is not None and choice[2] == "1",
        )  # fmt: skip
    except WikiPage.DoesNotExist:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return JsonResponse({"detail": error.messages}, status=409) if wants_json else redirect("wiki:by_id", pk)
    if wants_json:
        return JsonResponse({"revision": saved.page.live_revision_id})
    return redirect("wiki:by_id", pk)
