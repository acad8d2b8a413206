"""What happened: the diary, its dispatcher, live hints."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """The floor everything is recorded on."""

    name = "intranet.activity"
    label = "activity"
