"""Pages become a zip of Markdown files with their attachments, which `import_markdown` brings back without loss.

Written page by page into a file: memory holds the names of what is exported, never its texts. Whether the person may
read a page is asked again when its turn comes, for an export of thousands of pages takes a while.
"""

from __future__ import annotations

import posixpath
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any
from urllib.parse import unquote

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet

from feed.models import Attachment
from intranet.people.models import Community, User
from intranet.text import Target
from wiki.links import ROOT, page_url, target_key
from wiki.models import PageLink, WikiPage
from wiki.patterns.reading import title_pattern
from wiki.transfer.front import FILES, MANIFEST, front_matter, manifest
from wiki.transfer.names import as_target, file_name_for, name_key, part_for
from wiki.transfer.rewriting import APART, FILE, is_relative, rewrite_titles
from wiki.transfer.source import rewrite_targets

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the export stands in the archive."""

    pk: int
    path: str
    title_key: str


@dataclass(slots=True)
class Counted:
    """What went into an archive."""

    pages: int = 0
    files: int = 0


@dataclass(slots=True)
class _Plan:
    """What one folder of the archive will hold, by what links to it name."""

    places: dict[int, Place] = field(default_factory=dict)
    by_address: dict[str, int] = field(default_factory=dict)
    titles: Counter[str] = field(default_factory=Counter)


def pages_of(user: User, community: Community) -> QuerySet[Any]:
    """Return the pages of a section that a person may read."""
    pages: QuerySet[Any] = WikiPage.objects.visible_to(user).filter(community=community)
    return pages


def pages_from(user: User, page: WikiPage, *, below: bool) -> QuerySet[Any]:
    """Return a page, or it and those below it that a person may read."""
    pages: QuerySet[Any] = WikiPage.objects.visible_to(user)
    return pages.filter(path__startswith=page.path, depth__gte=page.depth) if below else pages.filter(pk=page.pk)


def export_all(*, user: User, stream: IO[bytes]) -> Counted:
    """Write all that a person may read, a folder for each section."""
    counted, taken = Counted(), set[str]()
    with _archive(stream) as archive:
        for community in Community.objects.visible_to(user).order_by("slug"):
            pages = pages_of(user, community)
            if pages.exists():
                name = part_for(community.slug, taken)
                taken.add(name_key(name))
                for _page in export_into(archive, user=user, pages=pages, folder=f"{name}/", counted=counted):
                    pass
    return counted


def export_pages(*, user: User, pages: QuerySet[Any], stream: IO[bytes]) -> Counted:
    """Write these pages, as far as the person may read them."""
    counted = Counted()
    with _archive(stream) as archive:
        for _page in export_into(archive, user=user, pages=pages, folder="", counted=counted):
            pass
    return counted


def _archive(stream: IO[bytes]) -> zipfile.ZipFile:
    return zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6, strict_timestamps=False)


def export_into(
    archive: zipfile.ZipFile, *, user: User, pages: QuerySet[Any], folder: str, counted: Counted
) -> Iterator[int]:
    """Write pages into a folder of an open archive; yields the number of each page when it is written."""
    plan = _plan(pages)
    writer = _Writer(archive, user, plan, folder, counted)
    archive.writestr(f"{folder}{MANIFEST}", manifest())
    for pk in plan.places:
        if writer.write(pk):
            yield pk


def _plan(pages: QuerySet[Any]) -> _Plan:
    """Give each page its file: a page with others below it is the `index.md` of their folder."""
    columns = ("pk", "parent_page_id", "slug", "address", "title_key")
    rows = list(pages.order_by("path").values_list(*columns))
    parents = {parent for _pk, parent, *_rest in rows}
    plan, folders, taken = _Plan(), dict[int, str](), dict[int, set[str]]()
    for pk, parent, slug, address, key in rows:
        inside = folders.get(parent, "")
        here = taken.setdefault(parent if parent in folders else 0, set())
        name = part_for(slug, here, never=() if inside else (FILES, MANIFEST))
        here.add(name_key(name))
        if pk in parents:
            folders[pk] = f"{inside}{name}/"
        plan.places[pk] = Place(pk, f"{inside}{name}/index.md" if pk in parents else f"{inside}{name}.md", key)
        plan.by_address[address] = pk
        plan.titles[key] += 1
    return plan


class _Writer:
    """Writes one page after the other and remembers which files are in the archive already."""

    def __init__(self, archive: zipfile.ZipFile, user: User, plan: _Plan, folder: str, counted: Counted) -> None:
        self.archive, self.user, self.plan, self.folder, self.counted = archive, user, plan, folder, counted
        self.files: dict[str, str] = {}
        self.handles: dict[int, str] = {}

    def write(self, pk: int) -> bool:
        """Write a page and its files; False for one that the person may not read (any more)."""
        page = WikiPage.objects.visible_to(self.user).filter(pk=pk).first()
        if page is None:
            return False
        place = self.plan.places[pk]
        own = self._add_files(page)
        links: dict[str, int | None] = dict(PageLink.objects.filter(source_id=pk).values_list("key", "target_id"))
        body = rewrite_targets(page.body, lambda target: self._target(place, target, links))
        body = rewrite_titles(body, lambda key: self._title(place, key, links))
        text = front_matter(self._front(page, own)) + body
        self.archive.writestr(self._entry(place.path, page.edited_at), text.encode())
        self.counted.pages += 1
        return True

    def _front(self, page: WikiPage, own: list[str]) -> list[tuple[str, Any]]:
        lines: list[tuple[str, Any]] = [
            ("title", page.title),
            ("slug", page.slug),
            ("tags", [tag["name"] for tag in page.tag_names if not tag.get("inline")]),
            ("language", page.language),
            ("created", page.first_published_at or page.edited_at),
            ("changed", page.edited_at),
            ("authors", [*self._authors(page.contributors), *page.imported_authors]),
            ("id", page.pk),
            ("version", page.version),
            ("url", f"{settings.BASE_URL}{page_url(page.address)}"),
            ("files", own),
        ]
        if (pattern := title_pattern(self.user, page.pk)) is not None:
            lines.append(("template", pattern))
        if page.original_id in self.plan.places:
            lines.append(("translation_of", self.plan.places[page.original_id].path))
            newest = WikiPage.objects.filter(pk=page.original_id).values_list("major_version", flat=True).first() or 0
            lines.append(("translation", "old" if newest > page.translated_version else "current"))
        return lines

    def _authors(self, people: list[int]) -> list[str]:
        unknown = [pk for pk in people if pk not in self.handles]
        if unknown:
            self.handles.update(User.objects.filter(pk__in=unknown).values_list("pk", "handle"))
        return [self.handles[pk] for pk in people if pk in self.handles]

    def _entry(self, path: str, at: datetime, *, packed: bool = True) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(self.folder + path, date_time=max(at.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        entry.external_attr = 0o644 << 16
        return entry

    def _add_files(self, page: WikiPage) -> list[str]:
        """Put what the page shows and holds into the archive; returns the paths of those that are the page's own."""
        named = set(FILE.findall(page.body))
        found = Attachment.objects.visible_to(self.user).filter(Q(pk__in=named) | Q(page_id=page.pk))
        own = []
        for file in found.order_by("created_at", "pk"):
            key = str(file.pk)
            if key not in self.files and not self._store(file, key):
                continue
            if file.page_id == page.pk:
                own.append(self.files[key])
        return own

    def _store(self, file: Attachment, key: str) -> bool:
        # The number keeps files of one name apart.
        path = f"{FILES}/{key}/{file_name_for(file.name)}"
        try:
            stored = default_storage.open(file.stored_as, "rb")
        except FileNotFoundError:
            return False
        # Pictures are packed already.
        entry = self._entry(path, file.created_at, packed=not file.is_image)
        with stored, self.archive.open(entry, "w") as out:
            shutil.copyfileobj(stored, out, CHUNK)
        self.files[key] = path
        self.counted.files += 1
        return True

    def _target(self, place: Place, target: str, links: dict[str, int | None]) -> str | None:
        """Return where a link leads inside the archive; None for what is not in it."""
        if found := FILE.match(target):
            path = self.files.get(found[1])
            return self._relative(place, path) if path else None
        if is_relative(target):
            return APART + target  # led nowhere here: must not meet a file of the archive by chance
        address, hash_, fragment = target.partition("#")
        if not address.startswith(ROOT) or "?" in address:
            return None
        pk = self.plan.by_address.get(unquote(address.removeprefix(ROOT)).strip("/"))
        # Also by the numbers and former addresses that pages can be linked by.
        pk = pk or links.get(target_key(Target("path", address)))
        there = self.plan.places.get(pk) if pk else None
        return self._relative(place, there.path) + hash_ + fragment if there else None

    def _relative(self, place: Place, path: str) -> str:
        return as_target(posixpath.relpath(path, posixpath.dirname(place.path) or "."))

    def _title(self, place: Place, key: str, links: dict[str, int | None]) -> str | None:
        """Return the path of a page named by its title when the title alone would not find it again."""
        pk = links.get(key)
        there = self.plan.places.get(pk) if pk else None
        if there is None or (there.title_key == key and self.plan.titles[key] == 1):
            return None
        return self._relative(place, there.path)
