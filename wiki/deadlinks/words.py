"""What the report calls things."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KINDS = {
    "web": gettext_lazy("Addresses outside"),
    "failing": gettext_lazy("Not answering now"),
    "page": gettext_lazy("Pages"),
    "file": gettext_lazy("Files"),
    "anchor": gettext_lazy("Headings"),
}


def said_of(kind: str, status: int, problem: str) -> str:
    """Return in words why a link leads nowhere."""
    if kind == "page":
        return _("There is no such page.")
    if kind == "file":
        return _("The file was removed.")
    if kind == "anchor":
        return _("The page has no such heading.")
    words = {
        "name": _("Nobody has this name."), "time": _("It did not answer in time."),
        "tls": _("Its certificate is not valid."), "connection": _("It cannot be reached."),
        "redirects": _("It leads round in circles."), "address": _("This is no address that can be opened."),
    }  # fmt: skip
    if problem in words:
        return words[problem]
    return _("It answered %(status)s.") % {"status": status} if status else _("Not checked yet.")
