"""Makes handles and addresses out of names: lower case, ascii, readable."""

import re
import secrets

from intranet.people.models import Community, User
from intranet.people.models.people import fold

HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
RESERVED = {"new", "me", "all", "everyone", "photo"}


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(text).replace("'", ""))


def make_handle(name: str, email: str = "") -> str:
    """Return a free handle: `first.last` of the name, else of the mail address, with a number when it is taken."""
    words = _words(name) or _words(email.partition("@")[0]) or ["person"]
    stem = (f"{words[0]}.{words[-1]}" if len(words) > 1 else words[0])[:54].strip(".")
    taken = set(User.objects.get_queryset().filter(handle__startswith=stem).values_list("handle", flat=True))
    taken |= RESERVED
    return next(handle for n in range(1, len(taken) + 2) if (handle := stem if n == 1 else f"{stem}{n}") not in taken)


def make_slug(name: str, *, secret: bool) -> str:
    """Return a free address for a community.

    A `secret` one always ends in random signs: otherwise another community's address could tell that it exists.
    """
    stem = "-".join(_words(name))[:60].strip("-") or "community"
    slug = f"{stem}-{secrets.token_hex(4)}" if secret else stem
    while slug in RESERVED or Community.objects.filter(slug=slug).exists():
        slug = f"{stem}-{secrets.token_hex(2)}"
    return slug
