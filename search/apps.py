"""Finds everything; nobody imports it."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Analysis, index, result page."""

    name = "search"

    def ready(self) -> None:
        """Register what is checked before a start."""
        from search import checks  # noqa: F401
