"""What people hear of."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Watches and notifications."""

    name = "intranet.notifications"
