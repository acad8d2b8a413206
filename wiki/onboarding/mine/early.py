"""What a person may read before the first day: the pages of the steps marked so, as plain text, and nothing they lead to.

Whoever makes the link can open it. So it opens what both she and the person may read, asked with every request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

import nh3
from django.conf import settings
from django.urls import reverse

from feed.actions.files import USED
from feed.models import Attachment
from intranet.people.models import User
from intranet.people.models.people import is_current
from intranet.text.sanitise import ATTRIBUTES, TAGS
from wiki.links import page_url
from wiki.models import WikiPage
from wiki.onboarding.models import Enrolment, Welcome
from wiki.onboarding.ways import way_of

_BOX = re.compile(r"<input\b[^>]*>")
_NOWHERE = re.compile(r"<a\b(?![^>]*\shref=)[^>]*>(.*?)</a>", re.DOTALL)
OUTSIDE = ("http://", "https://", "mailto:", "tel:")


def early_pages(enrolment: Enrolment, maker: User | None) -> list[WikiPage]:
    """Return the pages of the enrolment's early steps that the person and `maker` may read, in the order of the path."""
    wanted = [
        line.step.page_id for line in way_of(enrolment).lines if line.step.is_early and line.step.page_id is not None
    ]
    if not wanted or not is_current(maker):
        return []
    hers = WikiPage.objects.visible_to(maker).filter(pk__in=wanted).values("pk")
    pages = {page.pk: page for page in WikiPage.objects.visible_to(enrolment.person).filter(pk__in=hers)}
    return [pages[pk] for pk in dict.fromkeys(wanted) if pk in pages]


def early_file(welcome: Welcome, file: UUID) -> Attachment | None:
    """Return a file that one of the pages behind a link shows, and that the person and whoever made it may see."""
    named = {UUID(pk) for page in pages_behind(welcome) for pk in USED.findall(page.html)}
    if file not in named:
        return None
    hers = Attachment.objects.visible_to(welcome.created_by).filter(pk=file).values("pk")
    found: Attachment | None = Attachment.objects.visible_to(welcome.enrolment.person).filter(pk__in=hers).first()
    return found


def pages_behind(welcome: Welcome) -> list[WikiPage]:
    """Return the pages a link opens."""
    return early_pages(welcome.enrolment, welcome.created_by)


def may_have(viewer: User, welcome: Welcome) -> bool:
    """May `viewer` know the address? Not when it opens to her what she may not read herself."""
    known = {page.pk for page in early_pages(welcome.enrolment, viewer)}
    return all(page.pk in known for page in pages_behind(welcome))


def plain(html: str, token: str, pages: Mapping[str, str]) -> str:
    """Return a page's HTML without what leads into the house: links between the pages and their files stay.

    `pages` are the addresses in the house of the pages that may be read, and those behind the door.
    """

    def keep(tag: str, name: str, value: str) -> str | None:
        if name == "href":
            return _address(value, token, pages)
        if name == "src":
            return _file(value, token)
        # The title of a link is that of the page it led to.
        return None if tag == "a" and name == "title" else value

    cleaner = nh3.Cleaner(
        tags=TAGS - {"input"},
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    # Boxes are for ticking, and here nobody ticks; what led into the house, and to people, is words.
    boxes = _BOX.sub(lambda found: "☑" if "checked" in found[0] else "☐", html)
    return _NOWHERE.sub(r"\1", cleaner.clean(boxes))


def _address(value: str, token: str, pages: Mapping[str, str]) -> str | None:
    own = settings.BASE_URL.rstrip("/")
    if value.startswith("#"):
        return value
    if own and (value == own or value.startswith((f"{own}/", f"{own}?", f"{own}#"))):
        value = value[len(own) :] or "/"
    elif value.startswith(OUTSIDE):
        return value
    if file := _file(value, token):
        return file
    path, hash_, fragment = value.partition("#")
    return f"{pages[path]}{hash_}{fragment}" if path in pages else None


def _file(value: str, token: str) -> str | None:
    found = USED.match(value)
    return reverse("onboarding:welcome_file", args=[token, found[1]]) if found else None


def addresses(token: str, pages: list[WikiPage]) -> dict[str, str]:
    """Return where the pages are in the house, and where behind the door."""
    return {
        page_url(page.address): reverse("onboarding:welcome_page", args=[token, number])
        for number, page in enumerate(pages, start=1)
    }
