"""Pages and tags as cards below posts that link to them (`settings.LINK_CARDS`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from taggit.models import Tag
from wagtail.contrib.redirects.models import Redirect

from feed.linkcards.kinds import Card, Kind, text
from feed.linkcards.kinds import colour as no_colour
from feed.linkcards.own import first_part, key_column
from feed.models import TaggedPost
from intranet.people.models import Community, TagAlias, TagSynonym, User
from intranet.people.models.people import UserSkill
from wiki.care import facts
from wiki.care.words import badge
from wiki.links import ROOT, page_url, redirect_path, tag_url
from wiki.models import TaggedPage, WikiPage


def _find_pages(links: Sequence[str]) -> dict[str, str]:
    """Find pages by address, permanent address and the addresses they had before; whose they are is asked at reading."""
    addresses: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for link in links:
        address = unquote(urlsplit(link).path).removeprefix(ROOT).strip("/")
        kind, _slash, rest = address.partition("/")
        if kind == "id":
            number = rest.partition("/")[0]
            if number.isascii() and number.isdigit() and len(number) < 12:
                numbers[link] = int(number)
        elif rest and "\x00" not in address:
            addresses[link] = address
    by_address = dict(WikiPage.objects.filter(address__in=addresses.values()).values_list("address", "pk"))
    gone = [address for address in addresses.values() if address not in by_address]
    if gone:
        paths = {redirect_path(address): address for address in gone}
        moved = Redirect.objects.filter(old_path__in=paths, redirect_page_id__isnull=False)
        by_address |= {paths[path]: pk for path, pk in moved.values_list("old_path", "redirect_page_id")}
    there = set(WikiPage.objects.filter(pk__in=numbers.values()).values_list("pk", flat=True)) if numbers else set()
    found = {link: str(by_address[address]) for link, address in addresses.items() if address in by_address}
    return found | {link: str(pk) for link, pk in numbers.items() if pk in there}


def _pages(viewer: Any, keys: Sequence[Any]) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = WikiPage.objects.visible_to(viewer).filter(pk__in=list(keys)).order_by()
    return found.values_list(
        text("page"), key_column(), "title", "community__name", F("community__hue"), "address",
        facts.standing(facts.today()), text(),
    )  # fmt: skip


def _page(row: Sequence[Any]) -> Card:
    _kind, key, title, place, hue, address, status, _none = row
    return Card(
        "page",
        key,
        title,
        page_url(address),
        "file-text",
        place,
        hue,
        state=status,
        badge=_badge(status, get_language() or ""),
    )


@lru_cache(maxsize=32)
def _badge(status: Any, _language: str) -> SafeString:
    return badge(status)


def visible_tags(viewer: Any) -> QuerySet[Tag]:
    """Return the tags of which `viewer` may see something: a page, a post, or a person who has it as a skill."""
    # Thing by thing of a tag until one may be seen; as a list of what may be seen SQLite goes through all of the house.
    page = WikiPage.objects.visible_to(viewer).order_by().filter(pk=OuterRef("content_object_id"))
    person = User.objects.visible_to(viewer).order_by().filter(pk=OuterRef("content_object_id"))
    pages = TaggedPage.objects.filter(Exists(page), tag=OuterRef("pk"))
    posts = TaggedPost.objects.filter(
        tag=OuterRef("pk"),
        content_object__community__in=Community.objects.visible_to(viewer).values("pk"),
        content_object__deleted_at__isnull=True,
    )
    skills = UserSkill.objects.filter(Exists(person), tag=OuterRef("pk"))
    found: QuerySet[Tag] = Tag.objects.filter(Q(Exists(pages)) | Q(Exists(posts)) | Q(Exists(skills)))
    return found


def _find_tags(links: Sequence[str]) -> dict[str, str]:
    """Find tags by address and by the words that lead to them; who may know such a word is asked at reading."""
    wanted = {link: first_part(link, "/tags/") for link in links}
    there = dict(Tag.objects.filter(slug__in=wanted.values()).values_list("slug", "pk"))
    if led := set(wanted.values()) - there.keys() - {""}:
        words = TagAlias.objects.filter(number__lt=0, word__slug__in=led).order_by("word__is_common", "-pk")
        there |= dict(words.values_list("word__slug", "number"))
    return {link: str(there[slug]) for link, slug in wanted.items() if slug in there}


def _tags(viewer: Any, keys: Sequence[Any]) -> QuerySet[Any, Any]:
    seen = visible_tags(viewer)
    found: QuerySet[Any, Any] = seen.filter(pk__in=list(keys)).order_by()
    words = TagSynonym.objects.visible_to(viewer).order_by().values("pk")
    others = TagAlias.objects.filter(Q(word=None) | Q(word__in=words), number__in=list(keys), tag__in=seen.values("pk"))
    number: Any = Cast("number", CharField())
    return found.values_list(text("tag"), key_column(), "name", text(), no_colour(), "slug", text(), text()).union(
        others.values_list(text("tag"), number, "tag__name", text(), no_colour(), "tag__slug", text(), text()), all=True
    )


def _tag(row: Sequence[Any]) -> Card:
    _kind, key, name, _place, _hue, _slug, *_none = row
    return Card("tag", key, f"#{name}", tag_url(name), "hash")


KINDS = [
    Kind("page", (ROOT,), _find_pages, _pages, _page),
    Kind("tag", ("/tags/",), _find_tags, _tags, _tag),
]
