"""Bring a folder of Markdown files in as the pages of a community."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from intranet.people.actions import create_community
from intranet.people.models import Community, User
from wiki.permissions import can_write_in
from wiki.transfer.archive import ArchiveRefused, unpacked
from wiki.transfer.markdown import Report, import_folder

SHOWN = 20


def _as_text(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


class Command(BaseCommand):
    help = "Import a folder of Markdown files as pages of a community. Safe to run again: only what changed is saved."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder, or a .zip file that export_markdown or the wiki made")
        parser.add_argument(
            "--within", default="", help="the folder inside of it: a community of an export of everything"
        )
        parser.add_argument("--community", required=True, help="name or slug; an open one is made when there is none")
        parser.add_argument("--as", dest="mail", default="", help="mail address of the person the pages are by")
        parser.add_argument("--language", default="", choices=["", "fi", "sv", "en"], help="language of the texts")
        parser.add_argument(
            "--authors", action="store_true", help="believe what the files say of who wrote them: for files you trust"
        )
        parser.add_argument("--report", type=Path, help="write all dead links into this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if folder.is_file() and folder.suffix.lower() == ".zip":
            try:
                with unpacked(folder, into=settings.DATA_DIR) as inside:
                    self.bring(inside, options)
            except ArchiveRefused as error:
                raise CommandError(f"{folder}: {error}") from error
        else:
            self.bring(folder, options)

    def bring(self, folder: Path, options: dict[str, Any]) -> None:
        """Bring a folder in and say what was done."""
        if options["within"]:
            below = (folder / options["within"]).resolve()
            folder = below if below.is_relative_to(folder.resolve()) else folder / "?"
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        community, actor = self.find(options["community"], options["mail"])
        report = import_folder(
            actor=actor,
            community=community,
            folder=folder,
            language=options["language"],
            progress=self.show,
            restore_authors=options["authors"],
        )
        self.tell(report, options["report"])

    def find(self, name: str, mail: str) -> tuple[Community, User]:
        """Return the community and who writes there."""
        actor = User.objects.active().filter(email__iexact=mail).first() if mail else None
        if mail and actor is None:
            raise CommandError(f"Nobody here has the address {mail}.")
        community = Community.objects.filter(Q(name__iexact=name) | Q(slug=name)).first()
        if community is None:
            actor = actor or User.objects.active().filter(is_superuser=True).order_by("pk").first()
            if actor is None:
                raise CommandError("There is nobody yet who could write pages. Name somebody with --as.")
            return create_community(actor=actor, name=name), actor
        if actor is None:
            members = User.objects.active().filter(memberships__community=community)
            actor = members.order_by("-memberships__role", "pk").first()
        if actor is None or not can_write_in(actor, community.pk):
            raise CommandError(f"Name a member of {community.name} with --as.")
        return community, actor

    def show(self, step: str, done: int, total: int) -> None:
        """Show how far it is, in one line of a terminal."""
        end = "\n" if done == total else "\r" if self.stdout.isatty() else "\n"
        self.stdout.write(f"{step}: {done} of {total}", ending=end)
        self.stdout.flush()

    def tell(self, report: Report, path: Path | None) -> None:
        """Say what was done and what leads nowhere."""
        self.stdout.write(
            f"{report.created} pages created, {report.changed} changed, {report.unchanged} unchanged; "
            f"{report.files} files; {report.links} links between pages; {len(report.dead)} dead links."
        )
        for source, words in report.refused:
            self.stderr.write(f"{source}: {words}")
        for source, target in report.dead[:SHOWN]:
            self.stdout.write(f"  {source}: {target}")
        if path is not None:
            with path.open("w", newline="") as opened:
                rows = [(_as_text(source), _as_text(target)) for source, target in report.dead]
                csv.writer(opened).writerows([("file", "target"), *rows])
        elif len(report.dead) > SHOWN:
            self.stdout.write(f"  … and {len(report.dead) - SHOWN} more; --report FILE writes all.")
