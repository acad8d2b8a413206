"""Compare the search index with the database: what is there, who may find it, what stands in it; 1 when they differ."""

import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.admin_backend import following
from search.engines import Engine, SearchAwayError, engine, engine_named
from search.upkeep import compare, compare_contents, repair

# So many of what differs are named.
_NAMED = 10


class Command(BaseCommand):
    help = "Check every byte of the search index and compare each document with the database. --repair writes what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true")
        parser.add_argument(
            "--quick", action="store_true", help="compare what is there and the time of its last change, no contents"
        )
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
            well = self._compare(index, repairs=options["repair"], is_quick=options["quick"])
            if index is engine():
                well &= self._compare_admin(repairs=options["repair"])
        except SearchAwayError as error:
            self.stderr.write(f"not well: {error}")
            sys.exit(1)
        if not well:
            sys.exit(1)

    def _compare(self, index: Engine, *, repairs: bool, is_quick: bool) -> bool:
        """Say how both sides differ and return whether they do not (any more)."""
        drift = compare(index) if is_quick else compare_contents(index)
        wrong = {"missing or old": drift.missing, "too many": drift.surplus}
        if not is_quick:
            wrong |= {"with wrong keys": drift.opened, "with other words": drift.unlike}
        self._tell(f"{drift.documents} documents", wrong)
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
        self._tell(f"{number} things of Wagtail's admin", {"missing or old": old, "too many": surplus})
        if not repairs or not (old or surplus):
            return not (old or surplus)
        following.repair([*old, *surplus])
        self.stdout.write("repaired")
        return True

    def _tell(self, what: str, wrong: dict[str, list[str]]) -> None:
        self.stdout.write(", ".join([what, *(f"{len(uids)} {name}" for name, uids in wrong.items())]))
        for name, uids in wrong.items():
            if uids:
                more = f" and {len(uids) - _NAMED} more" if len(uids) > _NAMED else ""
                self.stdout.write(f"{name}: {', '.join(uids[:_NAMED])}{more}")
