"""What a text can name, and the questions the renderer asks about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypedDict

Flavour = Literal["page", "post"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a link names: `title` for `[[Page title]]`, `path` for `[text](/wiki/x/)` and `[text](../y.md)`.

    `value` of a path carries neither query nor fragment and is not percent-decoded.
    """

    kind: Literal["title", "path"]
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """The answer to a reference: where it leads.

    `missing` marks a page that does not exist yet; `url` is then the address that offers to create it.
    `title` is shown as a tool tip, and as the text of a `[[link]]` without a label. `kind` becomes a class name
    (`mention-person`, `mention-community`); only "", "page", "person", "community" and "tag" are let through.
    """

    url: str
    title: str = ""
    missing: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class PageReference:
    """A link to a page as found in a text: the target, the text the reader sees and the #fragment ("" if none)."""

    target: Target
    label: str
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class References:
    """What a text names, each once and in order: handles and tags in lower case."""

    mentions: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    links: list[PageReference] = field(default_factory=list)


class Heading(TypedDict):
    """A line of the table of contents; `id` is the element's id, so a link to it is `#` + id."""

    level: int
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text made ready to show, to find and to follow.

    `html` is safe to print as it is. `plain` is its visible text, a line per block; `headings` the titles, a line each.
    `complete` is False when a part was too costly to parse and is shown as typed.
    """

    html: str
    toc: list[Heading]
    plain: str
    headings: str
    mentions: list[str]
    tags: list[str]
    links: list[PageReference]
    word_count: int
    complete: bool = True


class Resolver(Protocol):
    """Answers, in one batch each, what references lead to. A missing key and None both mean "unknown".

    Each method is called at most once a rendering and never with an empty collection. An answer must only tell what
    every reader of the stored HTML may see.
    """

    def pages(self, targets: Collection[Target]) -> Mapping[Target, Link | None]:
        """Targets of page links. An unknown title is a red link without address; an unknown path stays as typed."""
        ...

    def people(self, handles: Collection[str]) -> Mapping[str, Link | None]:
        """Handles of people and slugs of communities, lower case, without the @. An unknown one stays plain text."""
        ...

    def tags(self, names: Collection[str]) -> Mapping[str, Link | None]:
        """Names of tags, lower case, without the #. An unknown one stays plain text."""
        ...


class NoResolver:
    """A Resolver that knows nothing."""

    def pages(self, targets: Collection[Target]) -> Mapping[Target, Link | None]:
        """No page is known."""
        return {}

    def people(self, handles: Collection[str]) -> Mapping[str, Link | None]:
        """Nobody is known."""
        return {}

    def tags(self, names: Collection[str]) -> Mapping[str, Link | None]:
        """No tag is known."""
        return {}
