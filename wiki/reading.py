"""What the pages of the wiki show, as plain rows: which, for whom, with what beside them.

No model instances on the reading paths: building them costs more than the queries (measured on the page view).
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from time import time
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce, Left
from django.urls import reverse
from django.utils.module_loading import import_string
from wagtail.contrib.redirects.models import Redirect

from feed.models import Attachment, Post
from feed.rows import Face
from feed.text import preview_of
from intranet.people.models import Community, Membership, User
from intranet.people.models.people import is_current
from intranet.prepared import Prepared, reader
from wiki.care import facts
from wiki.languages.reading import twin_lines, twins_part
from wiki.links import page_url, redirect_path
from wiki.models import Draft, PageLink, PostLink, WikiPage
from wiki.presence import others_editing
from wiki.reactions.show import own_reactions
from wiki.titles import section_address
from wiki.watching import show as watching

Row = dict[str, Any]

WORDS_A_MINUTE = 200
LIST_LIMIT = 200
MOST_NEIGHBOURS = 1_000
MOST_POSTS = 30
LATEST_SHOWN = 4  # pages of each section in the front room
# Characters of HTML that a line about a post is made of.
PREVIEWED = 600

READING_COLUMNS = (
    "pk", "title", "html", "contents", "crumbs", "contributors", "tag_names", "version", "word_count", "edited_at",
    "address", "live_revision_id", "language", "numchild", "renderer_version", "parent_page_id", "depth", "path",
    "community_id", "community__name", "community__slug", "community__kind", "community__hue", "edited_by_id",
    "original_id", "translated_version", "reaction_counts", "imported_authors",
    *facts.COLUMNS,
)  # fmt: skip


def _page_by(key: str) -> Prepared:
    """Prepare the query of one page by address or number."""

    def build(*, variant: bool, user: int, **value: Any) -> QuerySet[Any, Any]:
        pages = WikiPage.objects.visible_to(viewer := reader(user, is_guest=variant)).filter(**value)
        mine = Membership.objects.filter(user_id=user, community_id=OuterRef("community_id"))
        draft = Draft.objects.filter(author_id=user, page_id=OuterRef("pk"))
        found: QuerySet[Any, Any] = pages.order_by().values(
            *READING_COLUMNS, may_write=Exists(mine), has_draft=Exists(draft), mine=own_reactions(user),
            **facts.beside(viewer), **watching.beside(user),
        )  # fmt: skip
        return found

    return Prepared(build, numbers=["user"] + ["pk"] * (key == "pk"), texts=["address"] * (key == "address"))


_PAGE = {key: _page_by(key) for key in ("address", "pk")}


def page_row(user: User, *, address: str = "", pk: int = 0) -> Row | None:
    """Return everything stored about one page that `user` may read, in one query; None otherwise."""
    if not is_current(user) or "\x00" in address or pk >= 2**31:
        return None
    key: dict[str, Any] = {"address": address} if address else {"pk": pk}
    rows = _PAGE["address" if address else "pk"].dicts(user.is_guest, user=user.pk, **key)
    return with_links(rows[0] | {"care": facts.care_of(rows[0], user.pk)}) if rows else None


def with_links(row: Row) -> Row:
    """Add what a template needs to a page's row: addresses and reading time."""
    row["url"] = page_url(row["address"])
    row["minutes"] = max(1, round(row.get("word_count", 0) / WORDS_A_MINUTE))
    for crumb in row.get("crumbs", ()):
        crumb["url"] = page_url(crumb["address"])
    return row


FACES = 12


def _neighbours(*, variant: bool, user: int, page: int, now: int, original: int, **people: int) -> QuerySet[Any, Any]:
    """Build the query of what stands around a page: people, files, children, twins, posts, steps, backlinks."""
    viewer = reader(user, is_guest=variant)
    pages = WikiPage.objects.visible_to(viewer).order_by()
    sources = PageLink.objects.filter(target_id=page).exclude(source_id=page).values("source_id")
    none = Value("", output_field=CharField())
    number = Value(0)
    faces = User.objects.filter(pk__in=list(people.values())).order_by()
    files = Attachment.objects.visible_to(viewer).filter(page_id=page).order_by()
    return faces.values_list(
        Value("person"), "pk", "name", "handle", "photo", Cast("is_guest", number.output_field), none
    ).union(
        others_editing(page, user, now)
        .order_by()
        .values_list(Value("editing"), "pk", "name", "handle", "photo", Cast("is_guest", number.output_field), none),
        files.values_list(Value("file"), number, "name", Cast("pk", CharField()), "content_type", "size", none),
        pages.filter(parent_page_id=page).values_list(Value("child"), "pk", "title", "address", none, "position", none),
        twins_part(pages, page, original),
        _posts(viewer, page),
        *(import_string(path)(viewer, page) for path in settings.BACKLINKS),
        pages.filter(pk__in=sources).values_list(
            Value("backlink"), "pk", "title", "address", "community__name", number, none
        ),
        all=True,
        # The end of the last part, the backlinks of a page that everybody links to, may be cut off.
    )[:MOST_NEIGHBOURS]


def _posts(viewer: Any, page: int) -> QuerySet[Any, Any]:
    """Build the part of the newest posts that link to a page."""
    linking = PostLink.objects.filter(target_id=page).values("source_id")
    newest = Post.objects.visible_to(viewer).present().filter(pk__in=linking).order_by("-created_at", "-pk")
    thread, at = Coalesce("thread_id", "pk"), Cast("created_at", CharField())
    columns = (Value("post"), "pk", Left("html", PREVIEWED), "author__name", "community__name", thread, at)
    return Post.objects.filter(pk__in=newest.values("pk")[:MOST_POSTS]).order_by().values_list(*columns)


_NEIGHBOURS = Prepared(_neighbours, numbers=["user", "page", "now", "original", *(f"person{n}" for n in range(FACES))])


def surroundings(user: User, page: Row) -> dict[str, list[Any]]:
    """Return what stands around a page in one query, trimmed to what `user` may read.

    `children`, `twins` (the page in other languages), `backlinks` (pages), `posts` and `steps` that link here,
    `origins` (conversations it was made of), `files` and `people`.
    """
    shown = page["contributors"][:FACES]
    slots = {f"person{n}": shown[n] if n < len(shown) else 0 for n in range(FACES)}
    slots["original"] = page.get("original_id") or 0
    kinds = ("child", "twin", "backlink", "post", "origin", "step", "file", "person", "editing")
    found: dict[str, list[Any]] = {kind: [] for kind in kinds}
    for kind, *values in _NEIGHBOURS.rows(user.is_guest, user=user.pk, page=page["pk"], now=int(time()), **slots):
        found[kind].append(values)
    people = {pk: Face(pk, name, handle, photo, bool(guest)) for pk, name, handle, photo, guest, _at in found["person"]}
    return {
        "children": _links(sorted(found["child"], key=lambda row: (row[4], str(row[1]).casefold()))),
        "twins": twin_lines(found["twin"], page),
        "backlinks": sorted(_links(found["backlink"]), key=by_title),
        "posts": _said(found["post"]),
        "origins": _said(found["origin"]),
        "steps": sorted(
            ({"title": title, "url": url, "place": place} for _pk, title, url, place, *_rest in found["step"]),
            key=by_title,
        ),
        "files": [
            {
                "name": name,
                "url": f"/files/{_uuid(pk)}/{quote(name)}",
                "about": f"/wiki/files/{_uuid(pk)}/",
                "content_type": kind,
                "size": size,
            }
            for _number, name, pk, kind, size, _at in sorted(found["file"], key=lambda file: file[1].casefold())
        ],
        "editing": [
            Face(pk, name, handle, photo, bool(guest)) for pk, name, handle, photo, guest, _at in found["editing"]
        ],
        "people": [people[pk] for pk in shown if pk in people],
    }


def _said(rows: Iterable[Any]) -> list[Row]:
    """Return posts as lines, newest first."""
    return [
        {"title": preview_of(html, 80) or "…", "author": author, "place": place, "url": post_url(thread, pk)}
        for pk, html, author, place, thread, _at in sorted(rows, key=itemgetter(5, 0), reverse=True)
    ]


def post_url(thread: int, post: int) -> str:
    """Return the address of a post, as `Post.get_absolute_url` does."""
    url = reverse("feed:thread", args=[thread])
    return url if post == thread else f"{url}?at={post}#post-{post}"


def _uuid(text: str) -> str:
    """Return a file's number as addresses have it; SQLite keeps it without hyphens."""
    return str(UUID(text))


def _links(rows: Iterable[Any]) -> list[Row]:
    return [
        {"pk": pk, "title": title, "url": page_url(address), "place": place}
        for pk, title, address, place, *_rest in rows
    ]


def by_title(row: Row) -> str:
    """Order pages by what people read."""
    return str(row["title"]).casefold()


def moved_to(user: User, address: str) -> str | None:
    """Return where the page of an old address is now, if `user` may read it."""
    target = Redirect.objects.filter(old_path=redirect_path(address)).values("redirect_page_id")[:1]
    now = WikiPage.objects.visible_to(user).filter(pk__in=target).values_list("address", flat=True).first()
    return page_url(now) if now else None


def with_face(row: Row, name: str) -> Row:
    """Make one person of the columns `<name>__…`."""
    parts = [row.pop(f"{name}__{part}") for part in ("pk", "name", "handle", "photo", "is_guest")]
    row[name] = Face(*parts) if parts[0] else None
    return row


def sections(user: User) -> list[Row]:
    """Return the communities whose pages `user` may read, with what changed last in each and how much there is."""
    mine = Membership.objects.filter(user_id=user.pk, community_id=OuterRef("pk"))
    communities = Community.objects.visible_to(user).annotate(is_mine=Exists(mine)).order_by("-is_everyone", "name")
    rows: list[Any] = list(communities.values("pk", "name", "slug", "kind", "hue", "purpose", "is_mine")[:LIST_LIMIT])
    recent: dict[int, list[Row]] = {}
    for page in _latest_of_each(user, [row["pk"] for row in rows]):
        recent.setdefault(page["community_id"], []).append(with_links(page))
    for row in rows:
        row["url"] = page_url(section_address(row["slug"]))
        row["pages"] = recent.get(row["pk"], [])
    return rows


def _latest_of_each(user: User, communities: list[int]) -> Any:
    """Return the pages that changed last in each of these communities, a busy one's no more than a quiet one's."""
    # One short walk along `pages_recently_edited` for each: a window over all pages would read all of them.
    walks = " UNION ALL ".join(
        f"SELECT id FROM (SELECT w.page_ptr_id AS id FROM wiki_wikipage w WHERE w.community_id = {int(pk)} "  # noqa: S608
        "AND w.trashed_at IS NULL AND EXISTS (SELECT 1 FROM wagtailcore_page p WHERE p.id = w.page_ptr_id AND p.live) "
        f"ORDER BY w.edited_at DESC, w.page_ptr_id DESC LIMIT {LATEST_SHOWN}) AS walk{int(pk)}"
        for pk in communities
    )
    if not walks:
        return []
    pages = WikiPage.objects.visible_to(user).filter(pk__in=RawSQL(walks, []))  # noqa: S611  # numbers of ours
    return pages.order_by("-edited_at", "-pk").values("pk", "title", "address", "edited_at", "community_id")


def _section(*, variant: bool, user: int, slug: str) -> QuerySet[Any, Any]:
    """Build the query of one community as a section."""
    mine = Membership.objects.filter(user_id=user, community_id=OuterRef("pk"))
    columns = ("pk", "name", "slug", "kind", "hue", "purpose", "wiki_section__pk")
    found: QuerySet[Any, Any] = (
        Community.objects.visible_to(reader(user, is_guest=variant))
        .filter(slug=slug)
        .values(*columns, is_mine=Exists(mine))
    )
    return found


_SECTION = Prepared(_section, numbers=["user"], texts=["slug"])


def section_row(user: User, slug: str) -> Row | None:
    """Return one community as a section, None when `user` may not read it."""
    if not is_current(user) or "\x00" in slug:
        return None
    rows = _SECTION.dicts(user.is_guest, user=user.pk, slug=slug)
    return rows[0] if rows else None


def wanted(user: User, limit: int = LIST_LIMIT) -> list[Row]:
    """Return titles that pages `user` may read link to and that no page has, by number of links."""
    sources = WikiPage.objects.visible_to(user)
    links = PageLink.objects.filter(target__isnull=True, source_id__in=sources.values("pk")).exclude(
        key__startswith="/"
    )
    columns = ("key", "title", "source_id", "source__title", "source__address", "source__community_id")
    found: dict[str, Row] = {}
    for link in links.order_by("key", "source_id").values(*columns)[:5_000]:
        row = found.setdefault(
            link["key"], {"title": link["title"], "sources": [], "community_id": link["source__community_id"]}
        )
        row["sources"].append(
            {"pk": link["source_id"], "title": link["source__title"], "url": page_url(link["source__address"])}
        )
    return sorted(found.values(), key=lambda row: (-len(row["sources"]), by_title(row)))[:limit]


def writable_communities(user: User) -> QuerySet[Community]:
    """Return the communities `user` may write pages in."""
    return Community.objects.of_member(user).order_by("-is_everyone", "name")


def places(user: User, community_id: int, query: str = "", limit: int = 50) -> list[Row]:
    """Return pages of a community something can be put below, by their path; `query` is a part of the title."""
    pages = WikiPage.objects.visible_to(user).filter(community_id=community_id)
    if query:
        pages = pages.filter(Q(title__icontains=query) | Q(title_key__contains=query.casefold()))
    return list(pages.order_by("path").values("pk", "title", "depth", "path", "crumbs", "address")[:limit])
