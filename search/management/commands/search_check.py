"""Compare the search index with the database; exit with 1 when they differ."""

import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.engines import Engine, SearchAwayError, engine_named
from search.upkeep import compare, repair

# So many of what differs are named.
_NAMED = 10


class Command(BaseCommand):
    help = "Check every byte of the search index and compare it with the database. --repair writes what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true")
        parser.add_argument(
            "--engine", default="", help="whoosh, postgres or a whole SEARCH_URL; without it the engine of the settings"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            index = engine_named(options["engine"])
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        health = index.health(thorough=True)
        if not health.is_well:
            self.stderr.write(f"not well: {health.reason}")
            sys.exit(1)
        try:
            well = self._compare(index, repairs=options["repair"])
        except SearchAwayError as error:
            self.stderr.write(f"not well: {error}")
            sys.exit(1)
        if not well:
            sys.exit(1)

    def _compare(self, index: Engine, *, repairs: bool) -> bool:
        """Say how both sides differ and return whether they do not (any more)."""
        drift = compare(index)
        missing, surplus = len(drift.missing), len(drift.surplus)
        self.stdout.write(f"{drift.documents} documents, {missing} missing or old, {surplus} too many")
        for name, uids in (("missing or old", drift.missing), ("too many", drift.surplus)):
            if uids:
                more = f" and {len(uids) - _NAMED} more" if len(uids) > _NAMED else ""
                self.stdout.write(f"{name}: {', '.join(uids[:_NAMED])}{more}")
        if not repairs or not drift.uids:
            return not drift.uids
        repair(drift.uids, index)
        self.stdout.write("repaired")
        return True
