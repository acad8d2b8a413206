"""The house as an installed app: its manifest, its service worker, and the page that shows when there is no network."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

# The app's colours are those of `tokens.css` in the light theme.
PAPER, LAKE = "#fafaf8", "#005e77"
# What the page without network needs; everything else is kept as it is met.
SHELL = ("loikka/app.css", "loikka/app.js", "loikka/icon.svg")
ICONS = (("192", "any"), ("512", "any"), ("512", "maskable"))
TITLES = (("feed:home", gettext_noop("Home")), ("notifications:list", gettext_noop("Notifications")),
          ("search:search", gettext_noop("Search")))  # fmt: skip


@require_safe
@login_not_required
def manifest(request: HttpRequest) -> HttpResponse:
    """Say what the app is called and looks like; the same for everybody."""
    icons = [
        {"src": static(f"loikka/icon-{'maskable-' if purpose == 'maskable' else ''}{size}.png"), "type": "image/png",
         "sizes": f"{size}x{size}", "purpose": purpose}
        for size, purpose in ICONS
    ]  # fmt: skip
    said: dict[str, Any] = {
        "id": "/", "name": "Loikka", "short_name": "Loikka", "start_url": "/", "scope": "/", "display": "standalone",
        "lang": request.LANGUAGE_CODE, "background_color": PAPER, "theme_color": LAKE,  # type: ignore[attr-defined]
        "description": _("The intranet where talk and knowledge live together."), "icons": icons,
        "shortcuts": [{"name": _(title), "url": reverse(name)} for name, title in TITLES],
    }  # fmt: skip
    response = JsonResponse(said, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@lru_cache(maxsize=2)
def _worker(found: str, _changed: float) -> bytes:
    """Return the service worker with what it has to know: addresses, and a version that every new build changes."""
    script = Path(found).read_bytes()
    shell = [static(name) for name in SHELL]
    version = sha256(script + json.dumps(shell).encode()).hexdigest()[:12]
    house = {
        "version": version, "shell": shell, "offline": reverse("offline"), "icon": static("loikka/icon-192.png"),
        "badge": static("loikka/badge-96.png"), "news": reverse("notifications:list"),
        "ends": [reverse("account_logout"), reverse("sign_out_everywhere")], "door": reverse("account_login"),
    }  # fmt: skip
    return f"const HOUSE = {json.dumps(house)};\n".encode() + script


@require_safe
@login_not_required
def worker(request: HttpRequest) -> HttpResponse:
    """Answer with the service worker; asked for anew each time, so that the app updates itself."""
    found = finders.find("loikka/sw.js")
    if not isinstance(found, str):
        raise Http404
    script = _worker(found, Path(found).stat().st_mtime)
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@require_safe
@login_not_required
def offline(request: HttpRequest) -> HttpResponse:
    """Show that there is no network, and what was read last; the list is the browser's own."""
    return render(request, "offline.html")


urlpatterns = [
    path("manifest.webmanifest", manifest, name="manifest"),
    path("sw.js", worker, name="service_worker"),
    path("offline/", offline, name="offline"),
]
