"""The address of a page of results: the question, what was chosen and the order are all in it, and nothing of the reader."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from search.engines.base import KINDS
from search.narrowing.choices import Choice


@dataclass(frozen=True, slots=True)
class Address:
    """Where a question with its choices is answered."""

    text: str = ""
    kind: str = ""
    newest_first: bool = False
    choice: Choice = field(default_factory=Choice)

    @classmethod
    def read(cls, text: str, parameters: Any) -> Address:
        """Take it from a request's GET; what means nothing is left out."""
        kind = parameters.get("kind", "")
        is_new = parameters.get("sort") == "new"
        return cls(text, kind if kind in KINDS else "", is_new, Choice.from_address(parameters))

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Return what the search box carries along."""
        return [*([("sort", "new")] if self.newest_first else []), *self.choice.pairs]

    def url(self, page: int = 1) -> str:
        """Return the address of a page of results."""
        pairs = [("q", self.text), ("kind", self.kind), *self.hidden, ("page", str(page) if page > 1 else "")]
        return f"{reverse('search:search')}?{urlencode([pair for pair in pairs if pair[1]])}"

    def asking(self, text: str) -> Address:
        """Return the same with another question."""
        return replace(self, text=text)

    def of_kind(self, kind: str) -> Address:
        """Return the same question of one kind, or of all."""
        return replace(self, kind=kind)

    def turned(self) -> Address:
        """Return the same in the other order."""
        return replace(self, newest_first=not self.newest_first)

    def toggled(self, name: str, value: str) -> Address:
        """Return the same with a value of a facet more, or without it."""
        return replace(self, choice=self.choice.toggled(name, value))

    def wide(self) -> Address:
        """Return the question with nothing chosen beside it."""
        return replace(self, choice=Choice())
