"""`manage.py load_demo`: the demo company, into a house with nobody in it."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intranet.demo.loader import Company
from intranet.people.models import User


class Command(BaseCommand):
    help = "Let the demo company happen: forty people, eight communities, sixty pages, a hundred and fifty threads."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("Somebody lives here already; the demo company moves only into an empty house.")
        began = time.monotonic()

        def say(text: str) -> None:
            self.stdout.write(f"{time.monotonic() - began:7.1f} s  {text}")
            self.stdout.flush()

        Company(say).load()
