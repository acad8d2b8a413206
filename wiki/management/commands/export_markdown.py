"""Write the pages of a community as Markdown files with their attachments."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from intranet.people.models import Community, User
from wiki.transfer.archive import extract
from wiki.transfer.export import export_pages, pages_of


class Command(BaseCommand):
    help = "Write the pages of a community into a folder or a .zip file that import_markdown brings in again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", type=Path, help="a new or empty folder, or a new file that ends in .zip")
        parser.add_argument("--community", required=True, help="name or slug")
        parser.add_argument("--as", dest="mail", default="", help="mail address of the person whose view is exported")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["target"]
        user, community = self.find(options["community"], options["mail"])
        if target.is_file() or (target.is_dir() and any(target.iterdir())):
            raise CommandError(f"{target} is there already.")
        pages = pages_of(user, community)
        if target.suffix.lower() == ".zip":
            with target.open("xb") as stream:
                counted = export_pages(user=user, pages=pages, stream=stream)
        else:
            target.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=target.parent) as stream:
                counted = export_pages(user=user, pages=pages, stream=stream)
                extract(stream, target)
        self.stdout.write(f"{counted.pages} pages and {counted.files} files of {community.name} are in {target}.")

    def find(self, name: str, mail: str) -> tuple[User, Community]:
        """Return whose view is exported, a member's where nobody is named, and the community."""
        community = Community.objects.filter(Q(name__iexact=name) | Q(slug=name)).first()
        if community is None:
            raise CommandError(f"There is no community called {name}.")
        people = User.objects.active()
        user = (
            people.filter(email__iexact=mail).first()
            if mail
            else people.filter(memberships__community=community).order_by("-memberships__role", "pk").first()
        )
        if user is None:
            raise CommandError(f"Nobody here has the address {mail}." if mail else f"{name} has no members: use --as.")
        if not Community.objects.visible_to(user).filter(pk=community.pk).exists():
            raise CommandError(f"{user.name} may not read {community.name}.")
        return user, community
