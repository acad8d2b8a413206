"""What working in the wiki costs: the editor, its preview, a long history, a comparison; and the tree of a large section."""

import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.scale.bench import Trial

VERSIONS = 500
WORDS = 6_000


def working(trial: "Trial") -> None:
    """Measure the editor, the preview of a page's text, a history of 500 versions, two versions of 6,000 words."""
    from intranet.people.models import Community, Membership
    from tests.scale.houses import Browser
    from wiki import actions
    from wiki.models import WikiPage

    me = trial.readers[0]
    mine = Membership.objects.filter(user=me).values("community_id")
    writer = Browser(trial.server.port, trial.sessions[:1])
    pages = list(WikiPage.objects.filter(community__in=mine).order_by("pk")[:100])
    edits = [f"/wiki/id/{page.pk}/edit/" for page in pages]
    trial.add("open the editor", 100, lambda n: writer.ask(edits[n % len(edits)], expect="<textarea"), queries=edits[0])
    texts = [{"markdown": page.body, "context": str(page.community_id)} for page in pages]
    trial.add("preview of 590 words", 60, lambda n: writer.ask("/wiki/preview/", texts[n % len(texts)], expect="<h2"))
    place = Community.objects.get(pk=pages[0].community_id)
    page = actions.create_page(actor=me, community=place, title="Page of many versions", body="Version 1")
    for number in range(2, VERSIONS + 1):
        _save(me, page.pk, f"{pages[0].body}\n\nVersion {number}")
    trial.settle()
    history = f"/wiki/id/{page.pk}/history/"
    trial.add(f"history of {VERSIONS} versions", 60, lambda n: writer.ask(history, expect="<h1"), queries=history)
    chance = random.Random(4)
    old = long_text(chance, pages)
    long = actions.create_page(actor=me, community=place, title="Page of many words", body=old)
    _save(me, long.pk, changed(chance, old))
    trial.settle()
    both = f"/wiki/id/{long.pk}/compare/?from=1&to=2"
    sides = f"{both}&view=sides"
    trial.add(f"compare {WORDS:,} words", 12, lambda n: writer.ask((both, sides)[n % 2], expect="<ins"), queries=both)


def _save(me: Any, pk: int, body: str) -> None:
    from wiki import actions
    from wiki.models import WikiPage

    page = WikiPage.objects.get(pk=pk)
    actions.save_page(actor=me, page=page, base_revision_id=page.live_revision_id, body=body)


def long_text(chance: random.Random, pages: list[Any]) -> str:
    """Return about 6,000 words of paragraphs, put together from pages."""
    blocks = [block for page in pages for block in page.body.split("\n\n")]
    text: list[str] = []
    words = 0
    while words < WORDS:
        text.append(chance.choice(blocks))
        words += len(text[-1].split())
    return "\n\n".join(text)


def changed(chance: random.Random, text: str) -> str:
    """Return a text as people change it: a word here and there, some paragraphs gone, new or elsewhere."""
    blocks = text.split("\n\n")
    for place in chance.sample(range(len(blocks)), len(blocks) // 5):
        words = blocks[place].split(" ")
        words[chance.randrange(len(words))] = "muutettu"
        blocks[place] = " ".join(words)
    for _ in range(5):
        del blocks[chance.randrange(len(blocks))]
        blocks.insert(chance.randrange(len(blocks)), "A paragraph that was not there before, of a few words.")
    return "\n\n".join(blocks)


def grow(count: int) -> None:
    """Make a section of so many pages in a community that everybody who is asked for reads."""
    from django.db import transaction

    from intranet.demo.synthetic_pages import load_wide_section
    from intranet.people.models import Community, Membership

    place = Community.objects.filter(kind="open").order_by("-pk").first()
    assert place is not None
    with transaction.atomic():
        members = Membership.objects.filter(community=place).values_list("user_id", flat=True)
        load_wide_section(place.pk, list(members), count)


def trees(trial: "Trial") -> None:
    """Measure the tree of a section: its top, a page with 2,000 below it, the way down thirty levels, the filter."""
    from wiki.models import WikiPage

    wide = WikiPage.objects.filter(numchild=2_000).select_related("community").get()
    deep = WikiPage.objects.filter(community=wide.community).order_by("-depth", "pk").first()
    assert deep is not None
    tree, browser = f"/wiki/tree/{wide.community.slug}/", trial.browser
    views = {
        "tree, its top": ("", "page-tree"),
        "tree, a page with 2,000 below": (f"?under={wide.pk}", "tree-more"),
        "tree, opened there": (f"?open={wide.pk}", "tree-more"),
        "tree, 30 levels down": (f"?at={deep.pk}", "aria-current"),
        "tree, filter: one title in 20,000": (f"?q={deep.title[:12].replace(' ', '+')}", "is-match"),
        "tree, filter: a word of all titles": ("?q=ohje", "is-match"),
    }
    for flow, (query, sign) in views.items():
        address = f"{tree}{query}"
        trial.add(flow, 100, lambda n, address=address, sign=sign: browser.ask(address, expect=sign), queries=address)
    section = f"/wiki/{wide.community.slug}/"
    trial.add("wiki section", 100, lambda n: browser.ask(section, expect="page-tree"), queries=section)
    pages = [f"/wiki/{page}/" for page in WikiPage.objects.order_by("?")[:300].values_list("address", flat=True)]
    pages = [page for page in pages if page.startswith(section)]
    trial.add("wiki page", 200, lambda n: browser.ask(pages[n % len(pages)], expect="<h1"), queries=pages[0])
