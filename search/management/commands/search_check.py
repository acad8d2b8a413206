"""Compare the search index with the database; exit with 1 when they differ."""

import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.admin_backend import following
from search.engines import Engine, SearchAwayError, engine, engine_named
from search.upkeep import compare, repair

# So many of what differs are named.
_NAMED = 10


class Command(BaseCommand):
    help = "Check every byte of the search index and compare it with the database. --repair writes what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true")
        parser.add_argument(
            "--engine",
            default="",
            help="whoosh, postgres or a whole SEARCH_URL (opensearchs://…); without it the engine of the settings",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            index = engine_named(options["engine"])
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if index.caveat:
            self.stdout.write(index.caveat)
        health = index.health(thorough=True)
        if not health.is_well:
            self.stderr.write(f"not well: {health.reason}")
            sys.exit(1)
        try:
            well = self._compare(index, repairs=options["repair"])
            if index is engine():
                well &= self._compare_admin(repairs=options["repair"])
        except SearchAwayError as error:
            self.stderr.write(f"not well: {error}")
            sys.exit(1)
        if not well:
            sys.exit(1)

    def _compare(self, index: Engine, *, repairs: bool) -> bool:
        """Say how both sides differ and return whether they do not (any more)."""
        drift = compare(index)
        self._tell(f"{drift.documents} documents", drift.missing, drift.surplus)
        if not repairs or not drift.uids:
            return not drift.uids
        repair(drift.uids, index)
        self.stdout.write("repaired")
        return True

    def _compare_admin(self, *, repairs: bool) -> bool:
        """Do the same with what Wagtail's admin searches."""
        health = following.health(thorough=True)
        if not health.is_well:
            self.stderr.write(f"Wagtail's admin: not well: {health.reason}")
            return False
        number, old, surplus = following.compare()
        self._tell(f"{number} things of Wagtail's admin", old, surplus)
        if not repairs or not (old or surplus):
            return not (old or surplus)
        following.repair([*old, *surplus])
        self.stdout.write("repaired")
        return True

    def _tell(self, what: str, missing: list[str], surplus: list[str]) -> None:
        self.stdout.write(f"{what}, {len(missing)} missing or old, {len(surplus)} too many")
        for name, uids in (("missing or old", missing), ("too many", surplus)):
            if uids:
                more = f" and {len(uids) - _NAMED} more" if len(uids) > _NAMED else ""
                self.stdout.write(f"{name}: {', '.join(uids[:_NAMED])}{more}")
