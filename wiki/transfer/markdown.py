"""A folder of Markdown files becomes the pages of a community.

Folders make the tree (`index.md` is the folder's own page), relative links and #fragments become links to pages, images
and other files become attachments. Run twice it changes nothing; killed at any point and run again it ends the same.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from intranet import files
from intranet.people.models import Community, User
from intranet.text import MAX_PAGE, clean_text, slugify_heading
from wiki import actions
from wiki.links import page_url
from wiki.models import WikiPage, WikiSection
from wiki.titles import MAX_TITLE, source_key
from wiki.transfer.attachments import kept_files, store_file
from wiki.transfer.html import html_to_markdown
from wiki.transfer.rewriting import APART, FILE
from wiki.transfer.source import Source, read_source, rewrite_targets

INDEX = {"index.md", "readme.md", "_index.md"}
BATCH = 20
# Of a file, in bytes: what is longer holds more signs than a page may.
MOST_BYTES = 8 * MAX_PAGE
TOP = 256 * 1024
_DRAWING = re.compile(r"!(\[[^\]\n]*\]\(/files/[0-9a-f-]{36}/[^)\s]+\.svg\))")
_SCHEME = re.compile(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|#$)")

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Planned:
    """A page to be: `source` is its file's path, or its folder's with a slash behind it where there is no index."""

    source: str
    parent: str
    name: str
    content: Source
    pk: int = 0
    address: str = ""
    is_new: bool = False  # placed by this import
    is_created: bool = False  # filled for the first time by this import


@dataclass(slots=True)
class Report:
    """What an import did. `dead` are (file, target) of links that lead nowhere in the folder either."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    files: int = 0
    links: int = 0
    dead: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def pages(self) -> int:
        """Return how many pages there are now."""
        return self.created + self.changed + self.unchanged


def plan(folder: Path, *, names_only: bool = False) -> dict[str, Planned]:
    """Return the pages a folder makes by source, parents before children. Unreadable bytes are replaced, not refused.

    `names_only` leaves the texts away, for whoever waits for an answer: a table of HTML takes a millisecond.
    """
    read = _read_name if names_only else _read
    planned: dict[str, Planned] = {}
    for path in sorted(
        _markdown_files(folder), key=lambda path: (path.parent.parts, path.name.lower() not in INDEX, path.name)
    ):
        relative = path.relative_to(folder).as_posix()
        parent = _ensure_folder(folder, planned, posixpath.dirname(relative), read)
        is_index = path.name.lower() in INDEX
        if is_index and relative in planned:
            continue
        name = posixpath.basename(posixpath.dirname(relative)) if is_index else path.stem
        if is_index:
            parent = _folder_source(folder, posixpath.dirname(posixpath.dirname(relative))) if "/" in relative else ""
        planned[relative] = Planned(relative, "" if parent == relative else parent, name, read(path, name))
    return planned


def _markdown_files(folder: Path) -> Iterator[Path]:
    kept = kept_files(folder)
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts) or parts[0] == kept
        if path.suffix.lower() in {".md", ".markdown"} and not hidden and path.is_file() and not path.is_symlink():
            yield path


def _folder_source(folder: Path, relative: str) -> str:
    """Return the source of a folder's page; the top folder has none, its files lie at the top of the section."""
    if not relative:
        return ""
    # Names alone: asked for each file of a folder, which may hold thousands.
    for name in sorted(name for name in os.listdir(folder / relative) if name.lower() in INDEX):
        return f"{relative}/{name}"
    return f"{relative}/"


def _ensure_folder(
    folder: Path, planned: dict[str, Planned], relative: str, read: Callable[[Path, str], Source]
) -> str:
    """Plan the pages of a folder and of those above it; returns the folder's source."""
    source = _folder_source(folder, relative)
    if relative and source not in planned:
        parent = _ensure_folder(folder, planned, posixpath.dirname(relative), read)
        name = posixpath.basename(relative)
        index = folder / source
        content = read(index, name) if index.is_file() else Source(_words(name), "")
        planned[source] = Planned(source, parent, name, content)
    return source


def _read(path: Path, name: str) -> Source:
    with path.open("rb") as stream:
        text = stream.read(MOST_BYTES).decode("utf-8", "replace")
    source = read_source(text, fallback=_words(name or path.parent.name))
    if path.stat().st_size > MOST_BYTES:
        return replace(source, body=text)  # longer than any page, and refused when it is filled
    return source if source.is_ours else replace(source, body=html_to_markdown(source.body))


def _read_name(path: Path, name: str) -> Source:
    """Return what a file says but for its text; a title stands at its top."""
    with path.open("rb") as stream:
        text = stream.read(TOP).decode("utf-8", "replace")
    return replace(read_source(text, fallback=_words(name or path.parent.name)), body="")


def _words(name: str) -> str:
    """Return a title made of a file's name: `on-call_rota` becomes `On call rota`."""
    words = re.sub(r"[-_]+", " ", name).strip()
    return words[:1].upper() + words[1:] if any(c.isalnum() for c in words) else f"Page {name}"


def import_folder(
    *,
    actor: User,
    community: Community,
    folder: Path,
    language: str = "",
    progress: Progress = lambda *_: None,
    restore_authors: bool = False,
) -> Report:
    """Bring a folder in. Commits as it goes, so that a killed import loses nothing it has shown as done.

    `restore_authors` believes what the files say of who wrote them: for files of administrators only.
    """
    pages = plan(folder)
    section = actions.ensure_section(community, actor=actor)
    report = Report()
    _place(actor, section, pages, progress, report)
    importer = _Importer(actor, community, folder, pages)
    importer.restores_authors = restore_authors
    listed = list(pages.values())
    for start in range(0, len(listed), BATCH):
        with transaction.atomic():
            for page in listed[start : start + BATCH]:
                _fill(importer, page, language, report)
        progress("pages", min(start + BATCH, len(listed)), len(listed))
    _link_translations(actor, pages)
    report.files, report.links = len(importer.files), importer.links
    report.dead = importer.dead + dead_fragments(importer)
    return report


def _place(actor: User, section: WikiSection, pages: dict[str, Planned], progress: Progress, report: Report) -> None:
    """Make room for all pages, parents first; what has no place here is left out with all below it."""
    known = dict(
        WikiPage.objects.filter(community_id=section.community_id, trashed_at__isnull=True)
        .exclude(source="")
        .values_list("source", "pk")
    )
    listed = list(pages.values())
    for start in range(0, len(listed), BATCH):
        with transaction.atomic():
            for page in listed[start : start + BATCH]:
                page.pk = known.get(source_key(page.source), 0)
                if not page.pk and (why := _make_room(actor, section, pages, page)):
                    report.refused.append((page.source, why))
                    del pages[page.source]
        progress("places", min(start + BATCH, len(listed)), len(listed))
    addresses = dict(WikiPage.objects.filter(pk__in=[page.pk for page in pages.values()]).values_list("pk", "address"))
    for page in pages.values():
        page.address = addresses[page.pk]


def _make_room(actor: User, section: WikiSection, pages: dict[str, Planned], page: Planned) -> str:
    """Place a page and return "", or why it cannot be."""
    if page.parent and page.parent not in pages:
        return _("This place lies too deep. Choose one nearer to the top.")
    try:
        page.pk = actions.place_import(
            actor=actor, parent=pages[page.parent].pk if page.parent else section.pk, source=page.source,
            title=title_of(page), slug=page.content.slug or page.name, at=page.content.created,
        ).pk  # fmt: skip
    except ValidationError as error:
        return " ".join(error.messages)
    page.is_new = True
    return ""


def title_of(page: Planned) -> str:
    """Return a title the wiki takes, whatever the file says."""
    # Cleaned before it is cut: one sign may become three.
    titles = [clean_text(title)[:MAX_TITLE].strip() for title in (page.content.title, _words(page.name))]
    return next((title for title in titles if any(character.isalnum() for character in title)), "Page")


def _fill(importer: _Importer, page: Planned, language: str, report: Report) -> None:
    body = importer.rewrite(page)
    content = page.content
    parts = (title_of(page), body, *content.tags, content.language or language)
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
    attached = importer.attached(page, body)
    try:
        outcome = actions.fill_import(
            actor=importer.actor, page=WikiPage(pk=page.pk), digest=digest, title=title_of(page), body=body,
            tags=[tag for tag in content.tags if re.fullmatch(r"[\w -]{1,64}", tag)], language=content.language or language,
            attached=attached, at=content.changed if page.is_new else None,
            authors=content.authors if importer.restores_authors else None,
        )  # fmt: skip
    except ValidationError as error:
        report.refused.append((page.source, " ".join(error.messages)))
        return
    setattr(report, outcome, getattr(report, outcome) + 1)
    page.is_created = outcome == "created"
    if page.is_created and content.template is not None:
        actions.mark_template(
            actor=importer.actor, page=page.pk, title_pattern=clean_text(content.template)[:MAX_TITLE]
        )


def _link_translations(actor: User, pages: dict[str, Planned]) -> None:
    """Let the pages that just came be translations of each other, as they were where they come from."""
    for page in pages.values():
        original = pages.get(page.content.translation_of)
        if page.is_created and original:
            try:
                actions.link_translation(
                    actor=actor, page=page.pk, original=original.pk, is_current=page.content.is_current
                )
            except (ValidationError, WikiPage.DoesNotExist):
                continue  # a file says what cannot be: the pages are there, apart


class _Importer:
    """Knows where each file of the folder went."""

    def __init__(self, actor: User, community: Community, folder: Path, pages: dict[str, Planned]) -> None:
        self.actor, self.community, self.folder, self.pages = actor, community, folder.resolve(), pages
        self.restores_authors = False
        self.files: dict[str, str] = {}
        self.dead: list[tuple[str, str]] = []
        self.links = 0
        # (page it stands on, page it leads to, fragment): looked at when all headings are known.
        self.fragments: list[tuple[Planned, Planned, str]] = []
        # Whose each file is, where the export says so: another page may show it first.
        self.shown: dict[str, tuple[str, str]] = {}  # (path, address) by number
        self.owners = {path: page.source for page in pages.values() for path in page.content.files}

    def attached(self, page: Planned, body: str) -> list[str] | None:
        """Return the addresses of the files that become this page's: those it says are its own, and nobody's it shows.

        None, for a file of somebody else's: all that its text shows.
        """
        if not page.content.is_ours:
            return None
        own = [self._to_file(path, page) for path in page.content.files]
        shown = [self.shown[number] for number in FILE.findall(body) if number in self.shown]
        free = [url for path, url in shown if self.owners.get(path, page.source) == page.source]
        return [*(url for url in own if url), *free]

    def rewrite(self, page: Planned) -> str:
        """Return the page's text with its relative targets as addresses of ours."""
        body = rewrite_targets(page.content.body, lambda target: self.answer(page, target))
        if page.content.is_ours:
            return body
        # A drawing that could not be made an image is handed out for download: a link, not a broken image.
        return _DRAWING.sub(r"\1", body)

    def answer(self, page: Planned, target: str) -> str | None:
        """Return the address a target has here; None leaves it as it is (outside, or dead: then reported)."""
        if _SCHEME.match(target) or target.startswith("/files/"):
            return None
        if page.content.is_ours and target.startswith(APART):
            return target.removeprefix(APART)
        path, _, fragment = target.partition("#")
        if page.content.is_ours and (not path or path.startswith("/")):
            return None  # a heading of its own, or an address of the house it comes from
        path = unquote(path.partition("?")[0])
        base = posixpath.dirname(page.source) if not page.source.endswith("/") else page.source.rstrip("/")
        joined = path.lstrip("/") if path.startswith("/") else posixpath.join(base, path)
        found = page if not path else self.find_page(posixpath.normpath(joined) if joined else "")
        if found is not None:
            return self._to_page(page, found, fragment)
        if url := self._to_file(posixpath.normpath(joined), page):
            return url
        self.dead.append((page.source, target))
        return None

    def find_page(self, path: str) -> Planned | None:
        """Return the page of a path: a file, a file without its ending, or a folder."""
        path = "" if path == "." else path.strip("/")
        if path.startswith(".."):
            return None
        names = [path, f"{path}.md", f"{path}/"] + [
            f"{path}/{name}".lstrip("/") for name in ("index.md", "README.md", "readme.md", "_index.md")
        ]
        return next((self.pages[name] for name in names if name in self.pages), None)

    def _to_page(self, page: Planned, found: Planned, fragment: str) -> str | None:
        self.links += 1
        if page.content.is_ours:
            return page_url(found.address) + (f"#{fragment}" if fragment else "")
        anchor = slugify_heading(unquote(fragment)) if fragment else ""
        if anchor and anchor == found.content.title_anchor:
            fragment = ""  # the heading became the title: the top of the page
        elif anchor:
            self.fragments.append((page, found, fragment))
        if found is page and fragment:
            return f"#{fragment}"
        return page_url(found.address) + (f"#{fragment}" if fragment else "")

    def _to_file(self, path: str, page: Planned) -> str | None:
        """Return the address of a file of the folder, stored when it is not yet; None for what is no file in there."""
        if path in self.files:
            return self.files[path]
        try:
            place = (self.folder / path).resolve()
            if not place.is_relative_to(self.folder) or not place.is_file() or place.stat().st_size > files.MAX_BYTES:
                return None
        except (OSError, ValueError):  # longer than a name of a file may be, or with a NUL in it
            return None
        attachment = store_file(self.actor, self.community, place, page.pk, is_ours=page.content.is_ours)
        if attachment is None:
            return None
        url = self.files[path] = attachment.get_absolute_url()
        self.shown[str(attachment.pk)] = (path, url)
        return url


def dead_fragments(importer: _Importer) -> list[tuple[str, str]]:
    """Return the links whose page is here and whose heading is not."""
    contents = WikiPage.objects.filter(pk__in=[page.pk for page in importer.pages.values()])
    headings = {pk: {line["id"] for line in lines} for pk, lines in contents.values_list("pk", "contents")}
    return [
        (page.source, f"{found.source}#{fragment}")
        for page, found, fragment in importer.fragments
        if f"h-{slugify_heading(unquote(fragment))}" not in headings.get(found.pk, set())
    ]
