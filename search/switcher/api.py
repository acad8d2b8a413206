"""`GET /search/suggest`: what the switcher offers for a few letters, for programs."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query as FromAddress
from ninja import Router, Schema

from intranet.api import Text
from search.query import LONGEST, clean
from search.switcher import recents
from search.switcher.reading import Group, suggest

router = Router(tags=["search"])


class SuggestionOut(Schema):
    """Something to go to. `id` is the number of a place or person, the word of a tag's address, the name of a command."""

    id: int | str
    title: str
    url: str
    kind: str
    community: str | None = None
    count: int | None = None


class GroupOut(Schema):
    """Suggestions of one sort: `recent`, a kind, `tag` or `command`; the best first."""

    group: str
    suggestions: list[SuggestionOut]


@router.get("", response=list[GroupOut], summary="Complete a name: pages, people, communities, tags, commands")
def search_suggest(
    request: HttpRequest,
    q: Annotated[Text, FromAddress("", max_length=LONGEST * 4)] = "",
    lately: Annotated[Text, FromAddress("", max_length=400)] = "",
) -> list[dict[str, Any]]:
    """Complete as the switcher does: any words of a name begun in any order, inside words, initials, Finnish endings.

    `lately`: places the reader was at, newest first, as `page:12,post:7,community:3,person:5`; those that fit come
    first, and what she may not see is left out. A sign before the words narrows: `@` people, `#` tags, `>` commands.
    """
    return [group_out(one) for one in suggest(request.user, clean(q), recents.understood(lately))]  # type: ignore[arg-type]


def group_out(group: Group) -> dict[str, Any]:
    """Return a group as programs get it."""
    found: list[dict[str, Any]] = [
        {
            "id": one.pk,
            "title": one.name,
            "url": one.url,
            "kind": one.kind,
            "community": one.community.slug if one.community else None,
        }
        for one in group.results
    ]
    found += [
        {"id": tag.slug, "title": tag.name, "url": f"/tags/{tag.slug}/", "kind": "tag", "count": count}
        for tag, count in group.tags
    ]
    found += [{"id": one.name, "title": str(one.title), "url": one.url, "kind": "command"} for one in group.commands]
    return {"group": group.name, "suggestions": found}
