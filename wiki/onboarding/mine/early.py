"""What a person may read before the first day: the steps marked so and their pages, as plain text, and nothing else.

Whoever makes the link can open it. So it opens what both she and the person may read, asked with every request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import nh3
from django.conf import settings
from django.urls import reverse
from django.utils.html import escape

from feed.actions.files import USED
from feed.models import Attachment
from intranet.people.models import User
from intranet.people.models.people import is_current
from intranet.text.sanitise import ATTRIBUTES, TAGS
from wiki.links import page_url
from wiki.models import WikiPage
from wiki.onboarding.models import Enrolment, Step, Welcome
from wiki.onboarding.ways import way_of

_BOX = re.compile(r"<input\b[^>]*>")
_MENTION = re.compile(r'<a\b[^>]*\bclass="mention mention-person"[^>]*>@([\w.-]+)</a>')
_NOWHERE = re.compile(r"<a\b(?![^>]*\shref=)[^>]*>(.*?)</a>", re.DOTALL)
OUTSIDE = ("http://", "https://", "mailto:", "tel:")


def early_steps(enrolment: Enrolment) -> list[Step]:
    """Return the steps whose words and page the person may read before the first day, in the order of the path."""
    return [line.step for line in way_of(enrolment).lines if line.step.is_early]


def early_pages(enrolment: Enrolment, maker: User | None, steps: Sequence[Step] | None = None) -> list[WikiPage]:
    """Return the pages of the enrolment's early steps that the person and `maker` may read, in the order of the path.

    `steps` are the early ones, when they are at hand.
    """
    steps = early_steps(enrolment) if steps is None else steps
    wanted = [step.page_id for step in steps if step.page_id is not None]
    if not wanted or not is_current(maker):
        return []
    hers = WikiPage.objects.visible_to(maker).filter(pk__in=wanted).values("pk")
    pages = {page.pk: page for page in WikiPage.objects.visible_to(enrolment.person).filter(pk__in=hers)}
    return [pages[pk] for pk in dict.fromkeys(wanted) if pk in pages]


def early_file(welcome: Welcome, file: UUID) -> Attachment | None:
    """Return a file that a page or a step behind a link shows, and that the person and whoever made it may see."""
    steps = early_steps(welcome.enrolment)
    shown = [step.html for step in steps] + [page.html for page in pages_behind(welcome, steps)]
    named = {UUID(pk) for html in shown for pk in USED.findall(html)}
    if file not in named:
        return None
    hers = Attachment.objects.visible_to(welcome.created_by).filter(pk=file).values("pk")
    found: Attachment | None = Attachment.objects.visible_to(welcome.enrolment.person).filter(pk__in=hers).first()
    return found


def pages_behind(welcome: Welcome, steps: Sequence[Step] | None = None) -> list[WikiPage]:
    """Return the pages a link opens; `steps` are the early ones, when they are at hand."""
    return early_pages(welcome.enrolment, welcome.created_by, steps)


def may_have(viewer: User, welcome: Welcome) -> bool:
    """May `viewer` know the address? Not when it opens to her what she may not read herself."""
    known = {page.pk for page in early_pages(welcome.enrolment, viewer)}
    return all(page.pk in known for page in pages_behind(welcome))


def names_in(welcome: Welcome, *texts: str) -> dict[str, str]:
    """Return what people are called whom texts mention, by handle, as far as person and maker may know them."""
    handles = {handle for html in texts for handle in _MENTION.findall(html)}
    if not handles:
        return {}
    hers = User.objects.visible_to(welcome.created_by).filter(handle__in=handles).values("pk")
    known = User.objects.visible_to(welcome.enrolment.person).filter(pk__in=hers)
    return dict(known.values_list("handle", "name"))


@dataclass(frozen=True, slots=True)
class Early:
    """A step before the first day: its title and words, and its page with the place of that page behind the door."""

    title: str
    html: str
    page: WikiPage | None
    number: int


def told(welcome: Welcome, token: str, steps: Sequence[Step], pages: Sequence[WikiPage]) -> list[Early]:
    """Return the early steps that have something to read, as they stand behind the door."""
    places = {page.pk: (number, page) for number, page in enumerate(pages, start=1)}
    leads, names = addresses(token, pages), names_in(welcome, *(step.html for step in steps))
    found = []
    for step in steps:
        number, page = places.get(step.page_id or 0, (0, None))
        if page is not None or (step.html and step.page_id is None):
            found.append(Early(step.title, plain(step.html, token, leads, names), page, number))
    return found


def told_page(welcome: Welcome, token: str, page: WikiPage, pages: Sequence[WikiPage]) -> str:
    """Return a page's HTML as it stands behind the door."""
    return plain(page.html, token, addresses(token, pages), names_in(welcome, page.html))


def plain(html: str, token: str, pages: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Return a page's HTML without what leads into the house: links between the pages and their files stay.

    `pages` are the addresses in the house of the pages that may be read, and those behind the door; `names` are
    people by handle: who has not begun yet knows nobody by theirs.
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
    named = _MENTION.sub(lambda found: escape(names.get(found[1], f"@{found[1]}")), boxes)
    return _NOWHERE.sub(r"\1", cleaner.clean(named))


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


def addresses(token: str, pages: Sequence[WikiPage]) -> dict[str, str]:
    """Return where the pages are in the house, and where behind the door."""
    return {
        page_url(page.address): reverse("onboarding:welcome_page", args=[token, number])
        for number, page in enumerate(pages, start=1)
    }
