"""Compare the search index with the database; exit with 1 when they differ."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search.engines import SearchAwayError, engine
from search.upkeep import compare, repair


class Command(BaseCommand):
    help = "Check every byte of the search index and compare it with the database. --repair writes what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        health = engine().health(thorough=True)
        if not health.is_well:
            self.stderr.write(f"not well: {health.reason}")
            sys.exit(1)
        try:
            drift = compare()
        except SearchAwayError as error:
            self.stderr.write(f"not well: {error}")
            sys.exit(1)
        missing, surplus = len(drift.missing), len(drift.surplus)
        self.stdout.write(f"{drift.documents} documents, {missing} missing or old, {surplus} too many")
        if options["repair"] and drift.uids:
            repair(drift.uids)
            self.stdout.write("repaired")
        elif drift.uids:
            sys.exit(1)
