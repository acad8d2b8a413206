"""What the house knows."""

from django.apps import AppConfig


class WikiConfig(AppConfig):
    """Sections, pages, versions, links."""

    name = "wiki"
