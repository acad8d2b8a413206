"""Wagtail's admin finds its pages, images and documents by the same words as the house: a backend for modelsearch.

`settings.WAGTAILSEARCH_BACKENDS` names this package. Whoosh ranks, the database filters, orders and counts. Nothing of
it is loaded before somebody searches. Where neither the house's index (SEARCH_URL) nor its database is in files of this
machine, the admin's is in the database too, by modelsearch's own backend for PostgreSQL (decision 0018).
"""

from typing import Any

from django.conf import settings


def is_in_files(params: dict[str, Any]) -> bool:
    """Say whether the admin's index is ours, in files: a PATH was given, or the house's own index or database is."""
    if "PATH" in params or settings.SEARCH_URL.startswith("whoosh:"):
        return True
    return not settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  # the name by which modelsearch asks
    """Return the backend for the settings of today."""
    if is_in_files(params):
        from search.admin_backend.backend import WhooshSearchBackend

        return WhooshSearchBackend(params)
    from modelsearch.backends.database import SearchBackend as DatabaseBackend

    return DatabaseBackend(params)
