"""Make the search index anew, without a pause for those who search."""

import time
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from search.documents import all_documents
from search.engines.base import Document
from search.readers import rebuild


class Command(BaseCommand):
    help = "Make the search index anew beside the one in use, then change over."

    def handle(self, *args: Any, **options: Any) -> None:
        start = time.monotonic()

        def counted() -> Iterator[Document]:
            for number, document in enumerate(all_documents(), 1):
                if number % 1000 == 0 and options["verbosity"]:
                    self.stdout.write(f"{number} documents, {number / (time.monotonic() - start):.0f} a second")
                yield document

        count = rebuild(counted())
        if options["verbosity"]:
            self.stdout.write(self.style.SUCCESS(f"{count} documents in {time.monotonic() - start:.1f} s"))
