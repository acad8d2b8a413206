"""Titles, what they are compared by, and the addresses made of them. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from intranet.text import clean_text

MAX_TITLE = 200
MAX_SLUG = 80
MAX_SOURCE = 500
# Wagtail's redirects hold 255 characters, models.WikiPage.address 1,000; what is deeper than this is no place to read.
MAX_ADDRESS = 900
MAX_DEPTH = 40
# The first part of an address stands where the wiki has rooms of its own.
RESERVED = frozenset(
    {"id", "new", "drafts", "draft", "wanted", "trash", "tree", "preview", "complete", "places", "audience"}
)

_SPACES = re.compile(r"\s+")


def clean_title(raw: object) -> str:
    """Return a title fit to be stored. Raises ValidationError (field `title`) with words for its writer."""
    title = _SPACES.sub(" ", clean_text(raw if isinstance(raw, str) else "")).strip()
    if not title:
        raise ValidationError({"title": _("Give the page a title.")})
    if len(title) > MAX_TITLE:
        words = _("The title is too long: %(length)d characters, at most %(limit)d.")
        raise ValidationError({"title": words % {"length": len(title), "limit": MAX_TITLE}})
    if not any(character.isalnum() for character in title):
        raise ValidationError({"title": _("The title needs at least one letter or digit.")})
    return title


def title_key(title: str) -> str:
    """Return what two titles are compared by: without capitals, width and doubled spaces; at most 255 characters."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", title).casefold()).strip()[:255]


def slug_of(title: str, *, limit: int = MAX_SLUG) -> str:
    """Return the last part of an address for a title: `Työterveys & vapaat` becomes `tyoterveys-vapaat`."""
    plain = title.replace("ß", "ss").replace("æ", "ae").replace("ø", "o").replace("Æ", "ae").replace("Ø", "o")
    slug = slugify(plain)[:limit].strip("-_")
    if not slug:  # a script without Latin letters keeps its own
        slug = slugify(title, allow_unicode=True)[:limit].strip("-_")
    return slug or "page"


def free_slug(wanted: str, taken: set[str]) -> str:
    """Return `wanted`, or with the first number behind it that is not among `taken`."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


def section_address(community_slug: str) -> str:
    """Return the first part of the addresses of a community's pages."""
    return f"{community_slug}-wiki" if community_slug in RESERVED else community_slug


def section_slug(address: str) -> str:
    """Return the community's slug for the first part of an address; the inverse of `section_address`."""
    slug = address.removesuffix("-wiki")
    return slug if slug in RESERVED else address


def clean_tags(raw: object) -> list[str]:
    """Return tag names from "#A, b" or a list, lower case, each once. Raises ValidationError (field `tags`)."""
    words = raw if isinstance(raw, (list, tuple)) else str(raw or "").replace("\n", ",").split(",")
    names: dict[str, None] = {}
    for word in words:
        name = re.sub(r"[\s]+", "-", clean_text(str(word)).strip().lstrip("#").strip()).lower()
        if not name:
            continue
        if len(name) > 64 or not re.fullmatch(r"[^\W_][\w-]*", name) or not any(c.isalpha() for c in name):
            words_ = _("“%(tag)s” is not a tag: use letters, digits and hyphens, at most 64.")
            raise ValidationError({"tags": words_ % {"tag": name[:64]}})
        names[name.rstrip("-_")] = None
    if len(names) > 30:
        raise ValidationError({"tags": _("A page carries at most 30 tags.")})
    return list(names)


def tag_slug(name: str) -> str:
    """Return the address part of a tag."""
    return slugify(name, allow_unicode=True) or name


def source_key(source: str) -> str:
    """Return what a source is kept as: itself; of one that is too long its beginning, and what tells it from others."""
    source = source.encode("utf-8", "backslashreplace").decode()
    digest = hashlib.sha256(source.encode()).hexdigest()
    return source if len(source) <= MAX_SOURCE else f"{source[: MAX_SOURCE - 65]} {digest}"
