"""Wagtail's search app without the signals that write its index inside the request."""

from wagtail.search.apps import WagtailSearchAppConfig


class AdminSearchConfig(WagtailSearchAppConfig):
    """The same app; what changes goes into the diary, and the worker reads it (`following`)."""

    def ready(self) -> None:
        """Let modelsearch set itself up, then listen in its place."""
        super().ready()
        from search.admin_backend.signal_handlers import connect

        connect()
