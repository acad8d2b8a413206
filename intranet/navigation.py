"""The menu beside every page, put together from parts that the apps name in `settings.NAVIGATION`."""

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context processor: `nav`, made only when a template asks for it, so fragments cost nothing."""

    def build() -> SimpleNamespace:
        parts: dict[str, Any] = {}
        if request.user.is_authenticated:
            for path in settings.NAVIGATION:
                parts.update(import_string(path)(request))
        return SimpleNamespace(**parts)

    return {"nav": SimpleLazyObject(build)}
