"""What stands behind hits, as a page shows it: plain rows of what the reader may see at this moment.

No model instances and no queryset per request on this path: for ten hits they cost more than finding them.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from feed.models import FileText, Post, PostKind
from feed.rows import Face, community_url
from feed.text import preview_of
from intranet.addresses import address
from intranet.people.models import Community, User
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from search.analysis import composed
from search.deeplinks import anchor_of
from search.engines.base import KINDS, Hit
from search.markup import text_of_html
from search.snippets import Marker
from wiki.care.facts import standing
from wiki.care.facts import today as house_today
from wiki.care.schedule import Status
from wiki.linkcards import visible_tags
from wiki.links import page_url, tag_url
from wiki.models import WikiPage
from wiki.onboarding.models import Path

# So many things of a kind are asked for with SQL that is made once: a page of results.
SLOTS = 10
Row = tuple[Any, ...]
Uid = str
# A post is called by so many of its first letters; "Hello!" alone says nothing.
_SHORTEST_OPENING, _LONGEST_OPENING = 24, 100
# Where a line or a sentence ends.
_END = re.compile(r"(?<=[.!?…])\s|\s*\n")

_PLACE = ("community__name", "community__slug", "community__hue")
_FACE = ("pk", "name", "handle", "photo", "is_guest")
_COLUMNS: dict[str, tuple[str, ...]] = {
    "page": (
        "pk", "title", "address", *_PLACE, "plain", "language", "edited_at", "status", "contents",
        *(f"edited_by__{name}" for name in _FACE),
    ),
    "post": (
        "pk", "thread_id", "created_at", *_PLACE, "html", "body", "kind", "facts", "unanswered_since",
        "thread__html", "thread__body", "thread__deleted_at",
        *(f"{whose}__{name}" for whose in ("thread__author", "author") for name in _FACE),
    ),
    "file": (
        "pk", "attachment__name", "attachment_id", *(f"attachment__{name}" for name in _PLACE), "text",
        "attachment__created_at",
        *(f"attachment__uploader__{name}" for name in _FACE),
    ),
    "person": ("pk", "name", "handle", "photo", "is_guest", "title", "team__name", "about"),
    "community": ("pk", "name", "slug", "hue", "purpose"),
    "tag": ("pk", "name", "slug"),
    "path": ("pk", "title", "slug", *_PLACE, "purpose", "language"),
}  # fmt: skip
# Where the text of a thing is.
_SAID = ("plain", "text", "team__name", "about", "purpose")
# What a suggestion shows is the beginning of that.
_BRIEF = {"page": 6, "post": 6, "file": 6, "person": 5, "community": 4, "tag": 3, "path": 6}


@dataclass(frozen=True, slots=True)
class Place:
    """A community, as much as a result shows of it."""

    name: str
    slug: str
    hue: int


@dataclass(slots=True)
class Result:
    """A hit as a page shows it. `name` is its plain title, `title` the one with marks; `person` a person that was found."""

    kind: str
    pk: int
    name: str
    title: SafeString | str
    url: str
    snippet: SafeString | str = ""
    community: Place | None = None
    author: Face | None = None
    person: Face | None = None
    at: datetime | None = None
    is_reply: bool = False
    thread_of: Face | None = None  # who began the thread that a reply stands in
    sort: str = ""  # of a thread's first post: one of PostKind
    question: str = ""  # of a question: "open", "answered", or neither
    status: Status | None = None  # how a page stands
    anchor: str = ""  # where in it the snippet stands; behind the address


def visible(kind: str, user: Any) -> QuerySet[Any, Any]:
    """Return the things of a kind that somebody may be shown."""
    found: QuerySet[Any, Any]
    if kind == "page":
        found = WikiPage.objects.visible_to(user)
    elif kind == "post":
        found = Post.objects.visible_to(user).present()
    elif kind == "file":
        found = FileText.objects.visible_to(user).exclude(attachment__page__wikipage__trashed_at__isnull=False)
    elif kind == "person":
        found = User.objects.visible_to(user).active()
    elif kind == "tag":
        found = visible_tags(user)
    elif kind == "path":
        found = Path.objects.visible_to(user).filter(archived_at__isnull=True)
    else:
        found = Community.objects.listed_for(user)
    return found


def rows_of(
    kind: str, things: QuerySet[Any, Any], *, brief: bool = False, today: date | None = None
) -> QuerySet[Any, Any]:
    """Return the rows that results are made of; how a page stands `today`, a day of the house, is one of its columns."""
    if kind == "page" and not brief:
        things = things.annotate(status=standing(today or house_today()))
    columns = _COLUMNS[kind][: _BRIEF[kind]] if brief else _COLUMNS[kind]
    rows: QuerySet[Any, Any] = things.values_list(*columns)
    return rows


def _by_number(kind: str, brief: bool) -> Prepared:
    """Prepare the query of a page of hits of one kind.

    Its variant is guest or not, the day (accounts end), and the day of the house (pages fall due).
    """

    def build(*, variant: tuple[bool, date, date], user: int, **hits: int) -> QuerySet[Any, Any]:
        things = visible(kind, reader(user, is_guest=variant[0])).filter(pk__in=list(hits.values()))
        return rows_of(kind, things.order_by(), brief=brief, today=variant[2])

    return Prepared(build, numbers=["user", *(f"hit{n}" for n in range(SLOTS))])


_BY_NUMBER = {(kind, brief): _by_number(kind, brief) for kind in KINDS for brief in (False, True)}


def load(user: User, hits: Iterable[Hit], *, brief: bool = False) -> dict[Uid, Row]:
    """Return the rows behind hits that `user` may see at this moment, by uid; one query a kind."""
    wanted: dict[str, list[int]] = {}
    for hit in hits:
        kind, _, pk = hit.uid.partition(":")
        wanted.setdefault(kind, []).append(int(pk))
    if not is_current(user):
        return {}
    found: dict[Uid, Row] = {}
    for kind, pks in wanted.items():
        if kind in KINDS:
            found.update((f"{kind}:{row[0]}", row) for row in _rows(user, kind, pks, brief))
    return found


def _rows(user: User, kind: str, pks: list[int], brief: bool) -> list[Row]:
    if len(pks) > SLOTS:
        return list(rows_of(kind, visible(kind, user).filter(pk__in=pks).order_by(), brief=brief))
    slots = {f"hit{n}": pks[n] if n < len(pks) else 0 for n in range(SLOTS)}
    return _BY_NUMBER[kind, brief].rows((user.is_guest, timezone.localdate(), house_today()), user=user.pk, **slots)


def result_of(kind: str, row: Row, marker: Marker) -> Result:
    """Return a row of `rows_of` as a result, with what was asked for marked."""
    return _MAKERS[kind](row, marker)


def texts_of(kind: str, row: Row) -> tuple[str, str]:
    """Return what a row of `rows_of` is called and what it says."""
    if kind == "post":
        return "", text_of_html(row[6]) or row[7]
    columns = _COLUMNS[kind]
    return row[1], "\n".join(row[columns.index(name)] or "" for name in _SAID if name in columns)


def suggestion_of(kind: str, row: Row) -> Result:
    """Return a brief row of `rows_of` as a suggestion: a name and where it leads."""
    pk, name = row[:2]
    if kind == "page":
        return Result(kind, pk, name, name, page_url(row[2]), community=Place(*row[3:6]))
    if kind == "person":
        face = Face(*row[:5])
        return Result(kind, pk, name, name, face.url, person=face)
    if kind == "file":
        return Result(kind, pk, name, name, reverse("wiki:file", args=[row[2]]), community=Place(*row[3:6]))
    if kind == "path":
        return Result(kind, pk, name, name, address("onboarding:path", row[2]), community=Place(*row[3:6]))
    if kind == "tag":
        return Result(kind, pk, name, f"#{name}", tag_url(name))
    return Result(kind, pk, name, name, community_url(row[2]), community=Place(*row[1:4]))


def _page(row: Row, marker: Marker) -> Result:
    pk, title, path, *place, plain, language, edited_at, status, contents, _pk, _name, _handle, _photo, _guest = row
    author = Face(*row[-5:]) if row[-5] else None
    shown, found_at = marker.excerpt(plain, language)
    return Result(
        "page", pk, title, marker.mark(title, language), page_url(path), shown, Place(*place), author,
        at=edited_at, status=status, anchor=anchor_of(plain, found_at, contents),
    )  # fmt: skip


def opening(text: str) -> tuple[str, str]:
    """Return the first words of a post, which it is called by, and what follows: a whole line or sentence if one ends there."""
    text = text.strip()
    if len(text) <= _LONGEST_OPENING and "\n" not in text:
        return text, ""
    end = _END.search(text, _SHORTEST_OPENING, _LONGEST_OPENING + 1)
    if not end and len(text) > _LONGEST_OPENING:
        cut = max(text.rfind(" ", _SHORTEST_OPENING, _LONGEST_OPENING), text.rfind("\n", 0, _LONGEST_OPENING))
        cut = cut if cut > 0 else _LONGEST_OPENING
        return " ".join(text[:cut].split()).rstrip(",;:-–—(") + "…", text[cut:].lstrip()
    first = end.start() if end else len(text)
    return " ".join(text[:first].split()), text[first:].lstrip()


def _post(row: Row, marker: Marker) -> Result:
    pk, thread, created_at, *place, markup, body, kind, facts, unanswered, begun, begun_body, gone = row[:14]
    author, url, text = Face(*row[-5:]), address("feed:thread", thread or pk), text_of_html(markup) or body
    if thread and not gone:
        # A reply is called by the thread it stands in, and shows its own words.
        words, rest = opening(preview_of(begun, 3 * _LONGEST_OPENING) or begun_body)[0], text
    else:
        words, rest = opening(text)
    if thread:
        url += f"?at={pk}#post-{pk}"
    state = ""
    if kind == PostKind.QUESTION and not thread:
        state = "answered" if (facts or {}).get("answer") else "open" if unanswered else ""
    return Result(
        "post", pk, words or author.name, marker.mark(words) or author.name, url, marker.snippet(rest), Place(*place),
        author, at=created_at, is_reply=bool(thread), thread_of=Face(*row[14:19]) if thread and not gone else None,
        sort="" if thread else kind, question=state,
    )  # fmt: skip


def _file(row: Row, marker: Marker) -> Result:
    pk, name, uuid, *place, text, created_at, _pk, _name, _handle, _photo, _guest = row
    author, url = Face(*row[-5:]), reverse("wiki:file", args=[uuid])
    return Result(
        "file", pk, name, marker.mark(name), url, marker.snippet(composed(text)), Place(*place), author, at=created_at
    )


def _person(row: Row, marker: Marker) -> Result:
    pk, name, _handle, _photo, _guest, title, team, about = row
    face, detail = Face(*row[:5]), " · ".join(filter(None, (title, team)))
    text = f"{detail}. {about}" if detail and about else detail or about
    return Result("person", pk, name, marker.mark(name, "name"), face.url, marker.snippet(text), person=face)


def _community(row: Row, marker: Marker) -> Result:
    pk, name, slug, hue, purpose = row
    place = Place(name, slug, hue)
    return Result("community", pk, name, marker.mark(name), community_url(slug), marker.snippet(purpose), place)


def _tag(row: Row, marker: Marker) -> Result:
    pk, name, _slug = row
    return Result("tag", pk, name, SafeString("#") + marker.mark(name), tag_url(name))


def _path(row: Row, marker: Marker) -> Result:
    pk, title, slug, *place, purpose, language = row
    url, shown = address("onboarding:path", slug), marker.snippet(purpose, language)
    return Result("path", pk, title, marker.mark(title, language), url, shown, Place(*place))


_MAKERS: dict[str, Callable[[Row, Marker], Result]] = {
    "page": _page, "post": _post, "file": _file, "person": _person, "community": _community, "tag": _tag, "path": _path,
}  # fmt: skip
