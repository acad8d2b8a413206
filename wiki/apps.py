"""What the house knows."""

from django.apps import AppConfig


class WikiConfig(AppConfig):
    """Sections, pages, versions, links."""

    name = "wiki"

    def ready(self) -> None:
        """Listen to Wagtail's admin."""
        from wiki.signal_handlers import connect

        connect()
