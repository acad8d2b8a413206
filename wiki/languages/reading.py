"""The same page in other languages, as far as somebody may read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value

from wiki.links import page_url
from wiki.models import WikiPage


def same_page(original_id: int | None, page_id: int) -> Q:
    """Return what finds the original of a page and all its translations; `original_id` is empty for the original itself."""
    return Q(original_id=page_id) | Q(pk=original_id or 0) | Q(original_id=original_id or 0)


def twins_part(pages: QuerySet[Any], page: int, original: int) -> QuerySet[Any, Any]:
    """Build the part of what stands around a page that is it in other languages, of `pages` its reader may see."""
    none = Value("", output_field=CharField())
    found: QuerySet[Any, Any] = (
        pages.filter(same_page(original, page))
        .exclude(pk=page)
        .values_list(Value("twin"), "pk", "title", "address", "language", "major_version", none)
    )
    return found


def twin_lines(rows: Iterable[Any], page: dict[str, Any]) -> list[dict[str, Any]]:
    """Return lines about them: `is_newer` is the original when it was changed since this page was translated.

    Minor changes do not count.
    """
    lines = [
        {
            "pk": pk, "title": title, "url": page_url(address), "language": language,
            "name": str(dict(WikiPage.Language.choices).get(language, language)),
            "is_newer": pk == page.get("original_id") and version > page["translated_version"],
        }
        for pk, title, address, language, version, *_rest in rows
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line["name"])


def twins(user: Any, page: WikiPage) -> list[dict[str, Any]]:
    """Return a page in its other languages, as far as `user` may read them."""
    found = WikiPage.objects.visible_to(user).filter(same_page(page.original_id, page.pk)).exclude(pk=page.pk)
    rows = found.order_by("language", "pk").values_list("pk", "title", "address", "language", "major_version")
    return twin_lines(rows, {"original_id": page.original_id, "translated_version": page.translated_version})
