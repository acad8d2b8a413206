"""Compare the search index with the database; exit with 1 when they differ."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search.documents import all_stamps, load_documents
from search.engines import SearchAwayError, engine


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
            inside, outside = engine().uids(), all_stamps()
        except SearchAwayError as error:
            self.stderr.write(f"not well: {error}")
            sys.exit(1)
        missing = sorted(uid for uid, stamp in outside.items() if inside.get(uid) != stamp)
        surplus = sorted(inside.keys() - outside.keys())
        self.stdout.write(f"{len(inside)} documents, {len(missing)} missing or old, {len(surplus)} too many")
        if options["repair"] and (missing or surplus):
            engine().upsert(load_documents(missing), surplus)
            self.stdout.write("repaired")
        elif missing or surplus:
            sys.exit(1)
