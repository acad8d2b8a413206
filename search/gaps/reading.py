"""What the wiki lacks, as one editor sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F

from intranet.people.models import User
from search.engines import SearchAwayError, engine
from search.engines.base import Hit, SearchRequest
from search.find import reader_keys
from search.gaps.models import VainSearch
from search.query import parse
from search.results import load
from search.words.kept import with_synonyms

# So many are asked again for one look at the list; each is a question of one hit.
PAGE_SIZE = 30
# Hits that are looked at whether they are still there: the index may lag a moment.
MOST_LOOKED_AT = 3


@dataclass(slots=True)
class Gap:
    """Words that three people or more looked for in vain; `title` is what a page about it may be called."""

    pk: int
    words: str
    title: str
    times: int
    state: str
    last_on: Any


def gaps(user: User, page: int = 1) -> tuple[list[Gap], bool]:
    """Return a page of gaps, the commonest first, and whether there are more.

    Each is asked again with this editor's rights: what a page answers that she may read is no gap to her.
    """
    rows = VainSearch.objects.visible_to(user).order_by((F("found_nothing") + F("found_some")).desc(), "key")
    start = (page - 1) * PAGE_SIZE
    asked = list(rows[start : start + PAGE_SIZE + 1])
    shown = asked[:PAGE_SIZE]
    answers = answered(user, [row.words for row in shown])
    found = [
        Gap(row.pk, row.words, row.words[:1].upper() + row.words[1:], row.times, row.state, row.last_on)
        for row in shown
        if row.words not in answers
    ]
    return found, len(asked) > PAGE_SIZE


def answered(user: User, questions: list[str]) -> set[str]:
    """Return those for which there is a page with all the words that `user` may read at this moment.

    Two questions to the database, however many they are. Without an index nothing is known to be answered.
    """
    keys, hits = reader_keys(user), dict[str, list[Hit]]()
    for words in questions:
        query = with_synonyms(parse(words))
        request = SearchRequest(keys=keys, must=tuple(query.must), kind="page", limit=MOST_LOOKED_AT)
        try:
            response = engine().search(request)
        except SearchAwayError:
            return set()
        hits[words] = [] if response.weak else list(response.hits)
    there = load(user, [hit for found in hits.values() for hit in found], brief=True)
    return {words for words, found in hits.items() if any(hit.uid in there for hit in found)}
