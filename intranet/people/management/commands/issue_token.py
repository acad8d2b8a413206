"""Make an access token for somebody, for scripts and tests: `manage.py issue_token MAIL --scopes read,write`."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from intranet.people import actions
from intranet.people.models import User


class Command(BaseCommand):
    help = "Make an access token for a person and print it; it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("mail", help="the person's mail address")
        parser.add_argument("--scopes", default="read", help="read, or read,write (default: read)")
        parser.add_argument("--name", default="manage.py issue_token", help="what it is for")
        parser.add_argument("--days", type=int, default=0, help="how long it works; 0: until it is ended")

    def handle(self, *, mail: str, scopes: str, name: str, days: int, **options: Any) -> None:
        wanted = {scope.strip() for scope in scopes.split(",") if scope.strip()}
        if not wanted or wanted - {"read", "write"}:
            raise CommandError(f"--scopes {scopes!r}: say read, or read,write.")
        if not 0 <= days <= 3650:
            raise CommandError("--days: from 0 to 3650.")
        owner = User.objects.active().filter(email=mail.strip().lower()).first()
        if owner is None:
            raise CommandError(f"There is no open account with the mail address {mail}.")
        try:
            _token, secret = actions.issue_token(
                actor=None,
                owner=owner,
                name=name,
                scope="write" if "write" in wanted else "read",
                expires_at=timezone.now() + timedelta(days=days) if days else None,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(secret)
