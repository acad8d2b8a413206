"""Give diary rows that were parked another round of attempts."""

from typing import Any

from django.core.management.base import BaseCommand

from intranet.activity.dispatch import replay_parked


class Command(BaseCommand):
    help = "Try parked diary rows again (after what made them fail was mended)."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{replay_parked()} rows will be tried again.")
