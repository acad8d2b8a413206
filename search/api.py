"""`GET /search`: the same question and the same rights as the result page."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query as FromAddress
from ninja import Router, Schema

from intranet.api import Text
from search import find
from search.query import LONGEST, parse
from search.results import Result

router = Router(tags=["search"])
Kind = Literal["", "page", "post", "file", "person", "community", "tag", "path"]


class HitOut(Schema):
    """One thing that was found. `snippet` is HTML: escaped text with `<mark>` around the found words."""

    kind: str
    id: int
    title: str
    url: str
    snippet: str
    community: str | None
    author: str | None
    at: datetime | None


class FoundOut(Schema):
    """One page of hits; `counts` are by kind, of what the reader may see."""

    total: int
    counts: dict[str, int]
    partial: bool
    hits: list[HitOut]


@router.get("", response=FoundOut, summary="Find pages, posts, files, people, communities, tags and paths")
def search(
    request: HttpRequest,
    q: Annotated[Text, FromAddress(max_length=LONGEST * 4)] = "",
    kind: Kind = "",
    page: Annotated[int, FromAddress(ge=1, le=100)] = 1,
    sort: Literal["best", "new"] = "best",
) -> dict[str, Any]:
    """Find as the result page does, operators included. `partial`: nothing has all the words, these have some."""
    found = find.search(request.user, parse(q), kind=kind, page=page, newest_first=sort == "new")  # type: ignore[arg-type]
    return {
        "total": found.total,
        "counts": found.counts,
        "partial": found.weak,
        "hits": [hit_out(one) for one in found.results],
    }


def hit_out(result: Result) -> dict[str, Any]:
    """Return a result as programs get it."""
    return {
        "kind": result.kind,
        "id": result.pk,
        "title": result.name,
        "url": result.url,
        "snippet": str(result.snippet),
        "community": result.community.slug if result.community else None,
        "author": result.author.handle if result.author else None,
        "at": result.at,
    }
