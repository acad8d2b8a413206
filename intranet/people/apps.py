"""Who they are and which communities they are in."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People, teams, communities."""

    name = "intranet.people"
    label = "people"
