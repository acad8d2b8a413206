"""`manage.py load_company`: a synthetic company of any size for measuring."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from intranet.demo import synthetic
from intranet.demo.synthetic_pages import load_pages
from intranet.people.models import User


class Command(BaseCommand):
    help = "Make a deterministic synthetic company by bulk insert, for benchmarks. Needs an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        for name, default in (("people", 100), ("communities", 30), ("pages", 200), ("posts", 1000)):
            parser.add_argument(f"--{name}", type=int, default=default)
        parser.add_argument("--no-index", action="store_true", help="leave the search index as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(email="p0@company.example").exists():
            raise CommandError("The synthetic company is in this database already.")
        if min(options["people"], options["communities"]) < 2 or min(options["pages"], options["posts"]) < 0:
            raise CommandError("At least 2 people and 2 communities, and no negative numbers.")
        began = time.monotonic()

        def say(text: str) -> None:
            self.stdout.write(f"{time.monotonic() - began:7.1f} s  {text}")
            self.stdout.flush()

        with transaction.atomic():
            people = synthetic.load_people(options["people"], say)
            groups, members = synthetic.load_communities(options["communities"], people, say)
            synthetic.load_follows(people, say)
            load_pages(options["pages"], groups, members, say)
            synthetic.load_posts(options["posts"], members, say)
        if not options["no_index"]:
            from django.core.management import call_command

            call_command("search_rebuild")
            say("search index")
        say(f"sign in as p0@company.example, password {synthetic.PASSWORD}")
