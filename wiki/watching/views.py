"""Choose what to hear of a page, of those below it, of its community."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from intranet.notifications import actions
from intranet.notifications.hearing import Thing
from intranet.notifications.reading import own_levels
from intranet.notifications.words import REASONS
from wiki.views.shared import me, place_of, readable
from wiki.watching.forms import AROUND, WatchForm
from wiki.watching.reading import effective


@require_http_methods(["GET", "HEAD", "POST"])
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """See what one hears of a page and why; choose otherwise."""
    row = readable(request, pk)
    things: dict[str, Thing] = {
        "page": ("page", pk), "branch": ("branch", pk), "community": ("community", row["community_id"]),
    }  # fmt: skip
    own = own_levels(me(request), things.values())
    none = {"page": AROUND, "branch": AROUND, "community": "normal"}
    chosen = {name: own[thing].level if thing in own else none[name] for name, thing in things.items()}
    form = WatchForm(request.POST if request.method == "POST" else None, initial=chosen)
    if form.is_valid():
        for name, thing in things.items():
            level = form.cleaned_data[name]
            if level != chosen[name]:
                actions.set_level(actor=me(request), thing=thing, level="" if level == AROUND else level)
        messages.success(request, _("Saved."))
        return redirect(row["url"])
    now = effective(me(request), row)
    context: dict[str, Any] = {"form": form, "level": now.level, "why": REASONS.get(now.reason, "")}
    return render(request, "wiki/watch.html", place_of(row) | context, status=422 if form.is_bound else 200)
