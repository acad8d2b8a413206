"""`GET /search`: the same question and the same rights as the result page."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query as FromAddress
from ninja import Router, Schema
from pydantic import Field

from intranet.api import Text
from search import find
from search.engines.base import FACETS
from search.narrowing.choices import MOST, Choice
from search.narrowing.facets import Facet, offer
from search.query import LONGEST, parse
from search.results import Result
from search.words.showing import lift

router = Router(tags=["search"])
Kind = Literal["", "page", "post", "file", "person", "community", "tag", "path"]
State = Literal["verified", "due", "overdue", "unowned", "open", "answered", "mine", "followed"]
Year = Annotated[int, Field(ge=1000, le=9999)]


class HitOut(Schema):
    """One thing that was found. `snippet` is HTML: escaped text with `<mark>` around the found words.

    A post is called by its first words; a reply by those of the thread it stands in, which `thread_of` (a handle) began.
    `anchor`, put behind `url`, leads to the place of the snippet in a page: its heading and, as a text fragment, its words.
    """

    kind: str
    id: int
    title: str
    url: str
    anchor: str
    snippet: str
    community: str | None
    author: str | None
    thread_of: str | None
    at: datetime | None


class ValueOut(Schema):
    """A value of a facet: what to give as parameter, what people read, and how many of the found things have it."""

    value: str
    label: str
    count: int


class FacetOut(Schema):
    """The commonest values of a facet, as far as choosing one narrows what was found. `parameter`: its name below."""

    facet: str
    parameter: str
    values: list[ValueOut]


class FoundOut(Schema):
    """One page of hits; `counts` are by kind, of what the reader may see. `facets` are empty unless asked for.

    `pinned`: what editors pinned to these words, above the hits and not among them; on the first page of all kinds, best
    first, with nothing chosen, as people see it.
    """

    total: int
    counts: dict[str, int]
    partial: bool
    did_you_mean: str
    pinned: list[HitOut]
    hits: list[HitOut]
    more: list[HitOut]
    facets: list[FacetOut]


class ChoiceIn(Schema):
    """What to narrow to beside the words. Repeat a parameter for several values: any will do, of tags all are wanted."""

    communities: list[Text] = Field([], alias="in", max_length=MOST, description="Addresses (slugs) of communities.")
    people: list[Text] = Field([], alias="from", max_length=MOST, description="Handles of authors.")
    tags: list[Text] = Field([], alias="tag", max_length=MOST, description="Slugs of tags.")
    years: list[Year] = Field([], alias="year", max_length=MOST, description="Years of the last change.")
    languages: list[Literal["fi", "sv", "en"]] = Field(
        [], alias="lang", max_length=MOST, description="Languages things are written in."
    )
    states: list[State] = Field(
        [],
        alias="is",
        max_length=MOST,
        description="How pages stand, how questions stand, and `mine` or `followed` (see docs/search.md).",
    )
    parts: list[Literal["file"]] = Field([], alias="has", max_length=MOST, description="What things have with them.")
    facets: bool = Field(False, description="Count the values of each facet too.")

    @property
    def choice(self) -> Choice:
        """Return it as the result page reads it from its address."""
        return Choice.read(
            {
                "in": list(self.communities), "from": list(self.people), "tag": list(self.tags),
                "year": [str(year) for year in self.years], "lang": list(self.languages), "is": list(self.states),
                "has": list(self.parts),
            }
        )  # fmt: skip


@router.get("", response=FoundOut, summary="Find pages, posts, files, people, communities, tags and paths")
def search(
    request: HttpRequest,
    q: Annotated[Text, FromAddress("", max_length=LONGEST * 4)] = "",
    kind: Kind = "",
    page: Annotated[int, FromAddress(1, ge=1, le=100)] = 1,
    sort: Literal["best", "new"] = "best",
    *,
    narrow: FromAddress[ChoiceIn],
) -> dict[str, Any]:
    """Find as the result page does, operators included. `partial`: nothing has all the words, these have some.

    `more`: where little has all the words, what has some of them, not counted in `total`. What a program finds nothing for
    is not counted as missing.
    """
    user: Any = request.user
    query = parse(q)
    choice, wanted = narrow.choice, FACETS if narrow.facets else ()
    found = find.search(
        user, query, kind=kind, page=page, newest_first=sort == "new", choice=choice, facets=wanted
    )  # fmt: skip
    is_plain = not (kind or choice.pairs or page > 1 or sort == "new")
    above = lift(user, query, found) if is_plain else []
    return {
        "total": found.total,
        "counts": found.counts,
        "partial": found.weak,
        "did_you_mean": found.did_you_mean,
        "pinned": [hit_out(one) for one in above],
        "hits": [hit_out(one) for one in found.results],
        "more": [hit_out(one) for one in found.more],
        "facets": [facet_out(facet) for facet in offer(user, found, choice)[0] if facet.name] if wanted else [],
    }


def facet_out(facet: Facet) -> dict[str, Any]:
    """Return a facet as programs get it."""
    values = [
        {"value": one.value, "label": str(one.label), "count": one.count}
        for one in facet.options
        if one.count is not None
    ]
    return {"facet": facet.key, "parameter": facet.name, "values": values}


def hit_out(result: Result) -> dict[str, Any]:
    """Return a result as programs get it."""
    return {
        "kind": result.kind,
        "id": result.pk,
        "title": result.name,
        "url": result.url,
        "anchor": result.anchor,
        "snippet": str(result.snippet),
        "community": result.community.slug if result.community else None,
        "author": result.author.handle if result.author else None,
        "thread_of": result.thread_of.handle if result.thread_of else None,
        "at": result.at,
    }
