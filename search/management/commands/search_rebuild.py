"""Make the search index anew, without a pause for those who search."""

import time
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.admin_backend import following
from search.documents import all_documents, number_of_documents
from search.engines import SearchAwayError, engine, engine_named
from search.engines.base import Document
from search.readers import rebuild

# How often progress is told, in seconds.
_EVERY = 2.0


class Command(BaseCommand):
    help = "Make the search index anew beside the one in use, then change over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--engine",
            default="",
            help="whoosh, postgres or a whole SEARCH_URL (opensearchs://…); without it the engine of the settings",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        start, speaks = time.monotonic(), bool(options["verbosity"])
        try:
            index = engine_named(options["engine"])
            count = rebuild(self._counted(start) if speaks else None, index)
            # What Wagtail's admin searches belongs to the engine of the settings.
            things = following.rebuild() if index is engine() else None
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        except SearchAwayError as error:
            raise CommandError(f"The index was not made: {error}. The one in use is as it was.") from error
        if speaks:
            self.stdout.write(self.style.SUCCESS(f"{count} documents in {time.monotonic() - start:.1f} s"))
            if things is not None:
                self.stdout.write(f"{things} things of Wagtail's admin")

    def _counted(self, start: float) -> Iterator[Document]:
        """Yield every document and say from time to time how far it is."""
        total, told = number_of_documents(), start
        for number, document in enumerate(all_documents(), 1):
            yield document
            if (now := time.monotonic()) - told >= _EVERY:
                told, speed = now, number / (now - start)
                left = max(0, total - number) / speed
                self.stdout.write(f"{number} of {total} documents, {speed:.0f} a second, {left:.0f} s to go")
