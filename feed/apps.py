"""What people say."""

from django.apps import AppConfig


class FeedConfig(AppConfig):
    """Posts, reactions, read positions, attached files."""

    name = "feed"
