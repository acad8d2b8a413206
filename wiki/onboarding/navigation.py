"""The ring in the menu while somebody is on a path."""

from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from wiki.onboarding.models import Enrolment


def my_path(request: HttpRequest) -> dict[str, Any]:
    """Return `path`: {"url", "percent"} of the newest open enrolment, or None.

    Cached by the person's `rights_version`, which every change to a path or its completions counts up.
    """
    user: Any = request.user
    key = f"onboarding-menu:{user.pk}:{user.rights_version}"
    path = cache.get(key, False)
    if path is False:
        path = None
        row = (
            Enrolment.objects.visible_to(user)
            .filter(person_id=user.pk, finished_at__isnull=True)
            .annotate(
                total=Count("path__steps", distinct=True),
                done=Count("completions", distinct=True, filter=Q(completions__isnull=False)),
            )
            .values("total", "done")
            .first()
        )
        if row is not None:
            path = {"url": reverse("onboarding:my_path"), "percent": 100 * row["done"] // max(row["total"], 1)}
        cache.set(key, path, 3600)
    return {"path": path}
