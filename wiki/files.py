"""A file as its readers know it: where it is used, what it was before."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Left

from feed.models import Attachment, FileText, FileVersion, Post
from feed.permissions import can_remove_file, can_replace_file
from feed.rows import Face
from feed.text import preview_of
from intranet.people.models import User
from wiki.links import page_url
from wiki.models import WikiPage
from wiki.reading import PREVIEWED, post_url

MOST = 50


def pages_using(user: User, file: Attachment) -> list[dict[str, Any]]:
    """Return the pages that show or link a file, among those `user` may read."""
    pages = WikiPage.objects.visible_to(user).filter(body__contains=f"/files/{file.pk}/").order_by("title_key")
    rows = pages.values("title", "address", "community__name")[:MOST]
    return [{"title": row["title"], "url": page_url(row["address"]), "place": row["community__name"]} for row in rows]


def posts_using(user: User, file: Attachment) -> list[dict[str, Any]]:
    """Return the posts that show or carry a file, newest first, among those `user` may read."""
    posts = Post.objects.visible_to(user).present()
    posts = posts.filter(body__contains=f"/files/{file.pk}/") | posts.filter(pk=file.post_id or 0)
    rows = posts.order_by("-created_at", "-pk").values_list(
        "pk", "thread_id", Left("html", PREVIEWED), "author__name", "community__name"
    )
    return [
        {"title": preview_of(html, 80) or author, "author": author, "url": post_url(thread or pk, pk), "place": place}
        for pk, thread, html, author, place in rows[:MOST]
    ]


def versions_of(file: Attachment) -> list[dict[str, Any]]:
    """Return what a file was before, newest first, with who replaced it."""
    people = ("pk", "name", "handle", "photo", "is_guest")
    rows = FileVersion.objects.filter(attachment=file).values_list(
        "number", "name", "size", "replaced_at", *(f"replaced_by__{part}" for part in people)
    )
    found: list[dict[str, Any]] = []
    for number, name, size, replaced_at, *who in rows[:MOST]:
        person = Face(*who) if who[0] else None
        found.append({"number": number, "name": name, "size": size, "replaced_at": replaced_at, "person": person})
    return found


def version_of(file: Attachment, number: int) -> FileVersion | None:
    """Return what a file was before, None when there is none of that number."""
    return FileVersion.objects.filter(attachment=file, number=min(number, 2**31 - 1)).first()


def is_unreadable(file: Attachment) -> bool:
    """Say whether the search knows nothing of the words in a file because they could not be read."""
    return FileText.objects.filter(attachment=file, state=FileText.State.UNREADABLE).exists()


def rights_on(user: User, file: Attachment) -> dict[str, bool]:
    """Return what `user` may do with a file."""
    return {"may_replace": can_replace_file(user, file), "may_remove": can_remove_file(user, file)}
