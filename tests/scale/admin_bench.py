"""Search in Wagtail's admin at one size: `python -m tests.scale.admin_bench 20000`. CPU times of this process.

A house of its own in a temporary folder: so many wiki pages with titles of real word forms, a thousand of them in each of
the sections, of which an administrator may read two of ten.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

COMMUNITIES, READABLE, QUERIES = 20, 4, 60


def make_house(size: int) -> list[str]:
    """Make the pages and return their titles."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import transaction
    from wagtail.models import Locale, Page, Site

    from intranet.people.models import Community
    from tests.scale.search_bench import Corpus
    from wiki.actions import ensure_section
    from wiki.models import WikiPage

    corpus, chance = Corpus(), random.Random(3)
    locale, kind = Locale.objects.first(), ContentType.objects.get_for_model(WikiPage)
    top = 1_000_000
    titles = []
    with transaction.atomic():
        places = [
            Community.objects.create(name=f"Place {number}", slug=f"place-{number}") for number in range(COMMUNITIES)
        ]
        sections = [ensure_section(community) for community in places]
        for number, (community, section) in enumerate(zip(places, sections, strict=True)):
            pages = []
            for child in range(size // COMMUNITIES):
                title = corpus.text("fi", chance.randint(2, 6)) + (f" {corpus.common}" if child % 2 else "")
                titles.append(title)
                path = Page._get_path(section.path, section.depth + 1, child + 1)
                address = f"place-{number}/{child}"
                pages.append(
                    WikiPage(
                        id=top + len(titles), page_ptr_id=top + len(titles), title=title, draft_title=title, slug=str(child), path=path,
                        depth=section.depth + 1, content_type=kind, locale=locale, live=True, url_path=f"/{address}/",
                        community=community, parent_page_id=section.pk, title_key=f"{child} {title}"[:255],
                        address=address, body=corpus.text("fi", 200), html="x" * 2_000, language="fi",
                    )
                )  # fmt: skip
            Page.objects.bulk_create(
                Page(**{field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields})
                for page in pages
            )
            for page in pages:
                page.save_base(raw=True, force_insert=True)
            Page.objects.filter(pk=section.pk).update(numchild=len(pages))
    assert Site.objects.exists()
    return titles


def measure(what: str, ask: Callable[[int], Any], times: int = QUERIES) -> None:
    """Ask so many times and print the processor time in milliseconds: middle, 95th of a hundred, worst."""
    ask(0)
    found = []
    for number in range(times):
        start = time.process_time()
        ask(number)
        found.append((time.process_time() - start) * 1000)
    found.sort()
    worst, high = found[-1], found[int(len(found) * 0.95)]
    print(f"{what:44}{statistics.median(found):9.1f}{high:9.1f}{worst:9.1f}", flush=True)


def main(size: int) -> None:
    """Make the house, its index, and ask."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    titles = make_house(size)
    from wagtail.models import Page

    from intranet.people.models import Community
    from search.admin_backend.backend import record_index
    from search.admin_backend.following import compare, rebuild, write
    from tests.scale.search_bench import Corpus, private_memory_mb
    from wiki.models import WikiPage

    start = time.process_time()
    count = rebuild()
    spent = time.process_time() - start
    files = sum(path.stat().st_size for path in record_index().store.folder.rglob("*.seg")) / 1e6
    print(f"{count} records in {spent:.1f} CPU s, {count / spent:.0f} a second, {files:.1f} MB")
    before, chance = private_memory_mb(), random.Random(5)
    seen = Community.objects.filter(name__in=[f"Place {number}" for number in range(READABLE)]).values("pk")
    hidden = WikiPage.objects.exclude(community_id__in=seen).values("pk")
    readable = Page.objects.exclude(pk__in=hidden)
    words = [chance.choice(chance.choice(titles).split()) for _ in range(QUERIES)]
    common = Corpus().common

    def shown(query: str, **options: Any) -> Any:
        found = readable.autocomplete(query, **options)
        return found.count(), list(found[:50])

    index = record_index()
    measure(
        "a word, index alone", lambda n: list(Page.objects.all().autocomplete(words[n]).query_compiler.found(index))
    )
    measure("a word: count and first 50 that may be seen", lambda n: shown(words[n]))
    measure("two words", lambda n: shown(f"{words[n]} {words[n - 1]}"))
    measure("three letters", lambda n: shown(words[n][:3]))
    measure("one letter", lambda n: shown(words[n][:1]), 20)
    measure("commonest word (half of the pages)", lambda n: shown(common), 20)
    measure("commonest word, by title", lambda n: list(readable.order_by("title").autocomplete(common, order_by_relevance=False)[:50]), 20)  # fmt: skip
    measure("commonest word by type", lambda n: readable.autocomplete(common).facet("content_type_id"), 20)
    pks = list(WikiPage.objects.values_list("pk", flat=True)[:QUERIES])
    measure("write one page", lambda n: write("wiki.wikipage", [str(pks[n])]))
    measure("and find it", lambda n: (write("wiki.wikipage", [str(pks[n])]), shown(words[n])))
    start = time.process_time()
    assert compare()[1:] == ([], [])
    print(f"nightly comparison: {time.process_time() - start:.1f} CPU s")
    print(f"private memory for searching: {private_memory_mb() - before:.0f} MB")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DATA_DIR=folder, DJANGO_SETTINGS_MODULE="intranet.settings", DATABASE_URL="", SEARCH_URL="")
        import django

        django.setup()
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
