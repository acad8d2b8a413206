"""Who they are and which communities they are in."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People, teams, communities."""

    name = "intranet.people"
    label = "people"

    def ready(self) -> None:
        """Look over the settings of sign-in."""
        from django.core.checks import register

        from intranet.people.checks import TAG, check_domains

        register(check_domains, TAG)
