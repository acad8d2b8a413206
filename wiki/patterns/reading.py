"""Which templates a new page may begin with."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from wiki.models import PageTemplate, WikiPage
from wiki.patterns.filling import Pattern
from wiki.transfer.source import parse_front_matter

SHIPPED = Path(__file__).parent / "shipped"
# In the order they are offered.
KEYS = ("onboarding", "how-to", "decision", "meeting", "team", "faq", "incident")
LANGUAGES = ("fi", "sv", "en")
MOST = 50


def section_patterns(user: Any, community_id: int) -> list[Pattern]:
    """Return the templates of a section that `user` may read, by title."""
    rows = PageTemplate.objects.filter(
        page__in=WikiPage.objects.visible_to(user).filter(community_id=community_id).values("pk")
    ).select_related("page")
    return [_of_page(row) for row in rows.order_by("page__title_key")[:MOST]]


def title_pattern(user: Any, page_id: int) -> str | None:
    """Return what titles of pages made from this one begin with, None when it is no template `user` may read."""
    page = WikiPage.objects.visible_to(user).filter(pk=page_id)
    return PageTemplate.objects.filter(page__in=page.values("pk")).values_list("title_pattern", flat=True).first()


def _of_page(row: PageTemplate) -> Pattern:
    tags = tuple(tag["name"] for tag in row.page.tag_names if not tag.get("inline"))
    return Pattern(str(row.page_id), row.page.title, row.title_pattern, row.page.body, tags, row.page.language)


@cache
def shipped(language: str) -> tuple[Pattern, ...]:
    """Return the templates that come with the house."""
    code = language if language in LANGUAGES else "en"
    return tuple(_read(code, key) for key in KEYS)


def _read(language: str, key: str) -> Pattern:
    _before, front, body = (SHIPPED / language / f"{key}.md").read_text("utf-8").split("---\n", 2)
    said: dict[str, Any] = parse_front_matter(front)
    # A title that is to be gone on with ends in a space.
    return Pattern(key, said["name"], said["title"], body.lstrip("\n"), tuple(said["tags"]), language)


def find_pattern(user: Any, community_id: int, key: str, language: str) -> Pattern | None:
    """Return a template by its key, None for one that is not offered to `user` in this section."""
    if key.isascii() and key.isdigit() and len(key) < 19:
        pages = WikiPage.objects.visible_to(user).filter(community_id=community_id, pk=int(key))
        row = PageTemplate.objects.filter(page__in=pages.values("pk")).select_related("page").first()
        return _of_page(row) if row else None
    return next((pattern for pattern in shipped(language) if pattern.key == key), None)
