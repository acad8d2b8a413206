"""Which page a link means: by title or address, and only where every reader of the linking text may follow it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import quote, unquote, urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect

from feed.rows import community_url, profile_url
from intranet.people.models import Community, Membership, User
from intranet.text import Link, Target
from wiki.models import WikiPage
from wiki.titles import tag_slug, title_key

ROOT = "/wiki/"


def page_url(address: str) -> str:
    """Return the address of a page in the browser; `reverse` costs ten times as much and lists have hundreds."""
    return f"{ROOT}{address}/"


def tag_url(name: str) -> str:
    """Return the address of a tag's page, as `search:tag` has it."""
    return f"/tags/{quote(tag_slug(name))}/"


def redirect_path(address: str) -> str:
    """Return what Wagtail's redirect table calls an address of ours; the column holds 255 characters."""
    path = f"{ROOT}{address}"
    return path if len(path) <= 255 else f"{ROOT}~{sha256(path.encode()).hexdigest()}"


def target_key(target: Target) -> str:
    """Return what `PageLink.key` holds for a target, "" for what is no link to a page."""
    if target.kind == "title":
        return title_key(target.value)
    return target.value.rstrip("/")[:500] if target.value.startswith(ROOT) else ""


# What stands below /wiki/ and is no page's address.
_ROOMS = frozenset({"new", "preview", "places", "wanted", "trash", "drafts", "draft", "files", "id", "tree", "links"})


def names_page(key: str) -> bool:
    """Return whether an address ("/wiki/...", as `target_key` has it) can only be meant for a page."""
    first, _, rest = _address(key).partition("/")
    return bool(_permanent_id(key)) or (bool(rest) and first not in _ROOMS)


def linkable_from(community_id: int) -> QuerySet[Any]:
    """Return the pages that a text of this community may link to: its own, and those of open communities.

    A live link tells everybody who reads the text that the page exists, so pages of other closed communities stay out.
    """
    pages: QuerySet[Any] = WikiPage.objects.filter(
        Q(community_id=community_id) | Q(community_id__in=Community.objects.filter(kind="open").values("pk")),
        live=True,
        trashed_at__isnull=True,
    )
    return pages


@dataclass
class HouseResolver:
    """Answers what a text of one community names: pages, people, communities, tags.

    `page_id` is the page the text stands in: a link to a page that does not exist offers to create it below.
    `known` are the targets the page's links had before ({key: page id}): a link keeps its page when another one of the
    same title appears. After rendering `found` tells the page of each target ({key: id or None}) and `mentioned` the
    ids of the people named.
    """

    community_id: int
    page_id: int | None = None
    known: Mapping[str, int | None] = field(default_factory=dict)
    found: dict[str, int | None] = field(default_factory=dict, init=False)
    mentioned: list[int] = field(default_factory=list, init=False)

    def linkable(self) -> QuerySet[Any]:
        """Return the pages a link may lead to."""
        return linkable_from(self.community_id)

    def pages(self, targets: Collection[Target]) -> dict[Target, Link | None]:
        """Find pages by title and by address, also by an address a page had before."""
        by_key = {target: key for target in targets if (key := target_key(target))}
        titles = {key for target, key in by_key.items() if target.kind == "title"}
        # By identity as well: the page may be called something else today.
        addresses, ids = set(), {page_id for key in titles if (page_id := self.known.get(key))}
        for target, key in by_key.items():
            if target.kind == "path":
                page_id = _permanent_id(key)
                ids.add(page_id) if page_id else addresses.add(_address(key))
        rows = self._rows(titles, addresses, ids)
        answers: dict[Target, Link | None] = {}
        for target, key in by_key.items():
            row = self._pick(target, key, rows)
            self.found[key] = row["pk"] if row else None
            if row:
                answers[target] = Link(url=page_url(row["address"]), title=row["title"], kind="page")
            elif target.kind == "title":
                answers[target] = Link(
                    url=self._create_url(target.value), title=target.value, missing=True, kind="page"
                )
        return answers

    def _rows(self, titles: set[str], addresses: set[str], ids: set[int]) -> list[dict[str, Any]]:
        wanted = Q()
        if titles:
            wanted |= Q(title_key__in=titles)
        if addresses:
            wanted |= Q(address__in=addresses)
        if ids:
            wanted |= Q(pk__in=ids)
        if not wanted:
            return []
        columns = ("pk", "title", "title_key", "address", "community_id", "depth")
        rows = list(self.linkable().filter(wanted).order_by("depth", "pk").values(*columns))
        gone = addresses - {row["address"] for row in rows}
        if gone:
            moved = dict(
                Redirect.objects.filter(
                    old_path__in=[redirect_path(address) for address in gone], redirect_page__isnull=False
                ).values_list("old_path", "redirect_page_id")
            )
            if moved:
                here = {row["pk"]: row for row in self.linkable().filter(pk__in=moved.values()).values(*columns)}
                for address in gone:
                    if row := here.get(moved.get(redirect_path(address), 0)):
                        rows.append({**row, "was": address})
        return rows

    def _pick(self, target: Target, key: str, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
        if target.kind == "path":
            page_id, address = _permanent_id(key), _address(key)
            for row in rows:
                if row["pk"] == page_id or (not page_id and address in (row["address"], row.get("was"))):
                    return row
            return None
        known = self.known.get(key)
        same = [row for row in rows if row["title_key"] == key or row["pk"] == known]
        own = [row for row in same if row["community_id"] == self.community_id] or same
        kept = [row for row in own if row["pk"] == known]
        return next(iter(kept or own), None)

    def _create_url(self, title: str) -> str:
        query = {"community": self.community_id, "title": title}
        if self.page_id:
            query["parent"] = self.page_id
        return f"{reverse('wiki:create')}?{urlencode(query)}"

    def people(self, handles: Collection[str]) -> dict[str, Link | None]:
        """Find people who can read this community, and communities that all its readers may know."""
        community = Community.objects.filter(pk=self.community_id).values("kind", "slug", "name").first()
        if community is None:
            return {}
        members = Q(pk__in=Membership.objects.filter(community_id=self.community_id).values("user_id"))
        readers = members | Q(is_guest=False) if community["kind"] == "open" else members
        answers: dict[str, Link | None] = {}
        found = User.objects.active().filter(readers, handle__in=handles).values_list("pk", "handle", "name")
        for pk, handle, name in found:
            answers[handle] = Link(url=profile_url(handle), title=name, kind="person")
            self.mentioned.append(pk)
        rest = [handle for handle in handles if handle not in answers]
        if rest:
            shown = Community.objects.filter(Q(kind="open") | Q(pk=self.community_id), slug__in=rest)
            for slug, name in shown.values_list("slug", "name"):
                answers[slug] = Link(url=community_url(slug), title=name, kind="community")
        return answers

    def tags(self, names: Collection[str]) -> dict[str, Link | None]:
        """Link every tag, whether anybody used it yet or not: its page shows only what the reader may see."""
        return {name: Link(url=tag_url(name), title=name, kind="tag") for name in names}


@dataclass
class ViewerResolver(HouseResolver):
    """For a text that one person looks at and nobody stores: links to no more than that person may read."""

    viewer: Any = None

    def linkable(self) -> QuerySet[Any]:
        """Return the pages a link may lead to."""
        readable = WikiPage.objects.visible_to(self.viewer).values("pk")
        pages: QuerySet[Any] = linkable_from(self.community_id).filter(pk__in=readable)
        return pages


class ImportResolver(HouseResolver):
    """Also finds pages of the same import that are not shown yet."""

    def linkable(self) -> QuerySet[Any]:
        """Return the pages a link may lead to, and those still being brought in to this community."""
        pending = WikiPage.objects.filter(community_id=self.community_id, trashed_at__isnull=True).exclude(source="")
        shown: QuerySet[Any] = linkable_from(self.community_id)
        both: QuerySet[Any] = shown | pending
        return both


def _permanent_id(key: str) -> int | None:
    """Return the page's number in "/wiki/id/12", None for other addresses."""
    rest = key.removeprefix(f"{ROOT}id/")
    return int(rest) if rest != key and rest.isascii() and rest.isdigit() and len(rest) < 12 else None


def _address(key: str) -> str:
    return unquote(key.removeprefix(ROOT)).strip("/")
