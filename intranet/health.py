"""Is the process alive, is it ready? Answers anybody, and says nothing else."""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from intranet.schema import has_unapplied

log = logging.getLogger(__name__)


def _say(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(words + "\n", status=status, content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return _say("ok")


@never_cache
@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Say `ok` when the house can work, else `not ready` with 503; the log says which check failed and why."""
    return _say("ok") if is_ready() else _say("not ready", 503)


def is_ready() -> bool:
    """Return whether the database is reachable and migrated and every check of `settings.READINESS_CHECKS` holds."""
    try:
        if has_unapplied(connection):
            log.warning("not ready: migrations are missing")
            return False
        failed = [name for name in settings.READINESS_CHECKS if not import_string(name)()]
    except DatabaseError:
        log.exception("not ready: the database cannot be asked")
        connection.close()
        return False
    except Exception:  # a check that breaks is a check that fails
        log.exception("not ready")
        return False
    if failed:
        log.warning("not ready: %s", ", ".join(failed))
    return not failed


urlpatterns = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
