"""Wiki pages of a synthetic company: trees of twelve children a page, about 590 words each, one version."""

import random
from collections import Counter
from collections.abc import Callable, Iterator

from wagtail.models import Locale, Page, Revision

from intranet.demo.sentences import passage
from intranet.demo.synthetic import NOW, SPAN, in_batches, reset_sequences
from intranet.people.models import Community
from intranet.text import RENDERER_VERSION, NoResolver, Rendered, render
from wiki.actions.rules import address_of, crumbs_below
from wiki.actions.sections import ensure_section
from wiki.models import VersionNote, WikiPage
from wiki.titles import title_key
from wiki.writing import kind_of, version_content

CHILDREN = 12
TOP = -1  # the place above the pages of the first level
WIDE, DEEP = 2_000, 30
SECTIONS_A_PAGE = 6
POOL = 400

Say = Callable[[str], None]


def make_parts(chance: random.Random) -> list[tuple[str, Rendered]]:
    """Render the pieces that pages are put together from, each with a heading of its own: (source, rendered)."""
    parts: list[tuple[str, Rendered]] = []
    for number in range(POOL):
        source = f"## Kohta {number}\n\n{passage(chance, 45)}\n\n{passage(chance, 45)}\n"
        parts.append((source, render(source, resolve=NoResolver(), flavour="page")))
    return parts


def load_pages(count: int, groups: list[int], members: dict[int, list[int]], say: Say) -> None:
    """Make `count` pages spread over the communities' sections, the first of them one of a thousand pages."""
    if not count:
        return
    chance = random.Random(5)  # noqa: S311
    parts = make_parts(chance)
    left, number = count, 0
    used = [group for group in groups if group in members]
    for place, group in enumerate(used):
        share = left if place == len(used) - 1 else min(left, 1000 if place == 0 else max(1, count // len(used)))
        if not share:
            break
        section = ensure_section(Community.objects.get(pk=group))
        _grow(section, branching(share), number, members[group], parts, chance)
        left, number = left - share, number + share
    reset_sequences(Page, Revision)
    say(f"{count} wiki pages")


def load_wide_section(group: int, authors: list[int], count: int = 20_000) -> None:
    """Fill a community's section with a hard case: a page with 2,000 below it, thirty levels, `count` pages in all."""
    chance = random.Random(5)  # noqa: S311
    shape = [TOP, *[0] * WIDE]
    shape += [TOP, *range(len(shape), len(shape) + DEEP - 1)]
    rest = len(shape)
    shape += [place if place == TOP else place + rest for place in branching(count - rest)]
    section = ensure_section(Community.objects.get(pk=group))
    _grow(section, shape, 100_000, authors, make_parts(chance), chance)
    reset_sequences(Page, Revision)


def branching(count: int) -> list[int]:
    """Return for each page the place of the one above it, `CHILDREN` below each."""
    return [TOP if place < CHILDREN else place // CHILDREN - 1 for place in range(count)]


def _grow(
    section: Page,
    shape: list[int],
    offset: int,
    authors: list[int],
    parts: list[tuple[str, Rendered]],
    chance: random.Random,
) -> None:
    for batch in in_batches(_tree(section, shape, offset, authors, parts, chance), 500):
        _insert(batch)
    # The tree's first level hangs below the section.
    Page.objects.filter(pk=section.pk).update(numchild=shape.count(TOP))


def _tree(
    section: Page,
    shape: list[int],
    offset: int,
    authors: list[int],
    parts: list[tuple[str, Rendered]],
    chance: random.Random,
) -> Iterator[WikiPage]:
    """Yield the pages of a section, parents before children, with everything the tree needs."""
    first = (Page.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    locale, kind = Locale.get_default().pk, kind_of(WikiPage)
    made: list[WikiPage] = []
    children, there = Counter(shape), Counter[int]()
    for place, above in enumerate(shape):
        parent = section if above == TOP else made[above]
        there[above] += 1
        chosen = [parts[chance.randrange(len(parts))] for _ in range(SECTIONS_A_PAGE)]
        author = chance.choice(authors)
        at = NOW - SPAN * chance.random()
        title = f"Ohje {offset + place}: {passage(chance, 4)[:60].rstrip('.?').strip()}"
        slug = f"ohje-{offset + place}"
        page = WikiPage(
            pk=first + place,
            title=title,
            draft_title=title,
            slug=slug,
            path=Page._get_path(parent.path, parent.depth + 1, there[above]),
            depth=parent.depth + 1,
            numchild=children[place],
            url_path=f"{parent.url_path}{slug}/",
            content_type_id=kind,
            locale_id=locale,
            live=True,
            first_published_at=at,
            last_published_at=at,
            latest_revision_created_at=at,
            owner_id=author,
            community_id=section.community_id,  # type: ignore[attr-defined]
            parent_page_id=parent.pk,
            title_key=title_key(title),
            address=f"{address_of(parent)}/{slug}",
            body="\n".join(source for source, _ in chosen),
            html="".join(part.html for _, part in chosen),
            plain="\n".join(part.plain for _, part in chosen),
            contents=[heading for _, part in chosen for heading in part.toc],
            crumbs=crumbs_below(parent),
            contributors=[author],
            word_count=sum(part.word_count for _, part in chosen),
            renderer_version=RENDERER_VERSION,
            version=1,
            major_version=1,
            edited_at=at,
            edited_by_id=author,
        )
        page.page_ptr_id = page.pk
        made.append(page)
        yield page


def _insert(pages: list[WikiPage]) -> None:
    """Insert both tables' rows, a revision and a version note for each page."""
    revisions = Revision.objects.bulk_create(
        [
            Revision(
                content_type_id=kind_of(WikiPage),
                base_content_type_id=kind_of(Page),
                object_id=str(page.pk),
                created_at=page.edited_at,
                user_id=page.edited_by_id,
                object_str=page.title,
                content=version_content(page),
            )
            for page in pages
        ]
    )
    bases = []
    for page, revision in zip(pages, revisions, strict=True):
        page.latest_revision_id = page.live_revision_id = revision.pk
        bases.append(Page(**{field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields}))
    Page.objects.bulk_create(bases)
    # bulk_create refuses models of two tables; the second table's row alone is an ordinary one.
    WikiPage._base_manager.all()._batched_insert(pages, WikiPage._meta.local_concrete_fields, batch_size=None)  # type: ignore[attr-defined]
    VersionNote.objects.bulk_create(
        [
            VersionNote(
                revision=revision,
                page_id=page.pk,
                number=1,
                author_id=page.edited_by_id,
                created_at=page.edited_at,
                added=page.word_count,
            )
            for page, revision in zip(pages, revisions, strict=True)
        ]
    )
