"""What may answer a question before it is asked: answered questions and pages, as far as the writer may see them."""

from __future__ import annotations

from dataclasses import dataclass

from feed.models import Post, PostKind
from feed.text import preview_of
from intranet.addresses import address
from intranet.people.models import User
from search.analysis import words
from search.find import search
from search.query import parse

# Shorter words say little of what is asked, and so does a single one.
SHORTEST, FEWEST, MOST_WORDS = 4, 2, 8
LONGEST = 600
QUESTIONS, PAGES, CANDIDATES = 3, 3, 10
NAME_LENGTH = 110


@dataclass(frozen=True, slots=True)
class Similar:
    """Something to look at before asking."""

    kind: str  # "question" or "page"
    title: str
    url: str
    place: str


def similar(user: User, text: str) -> list[Similar]:
    """Return answered questions and pages like the words that are being typed, at most a handful."""
    typed = dict.fromkeys(word for word in words(text[:LONGEST]) if len(word) >= SHORTEST)
    if len(typed) < FEWEST:
        return []
    query = parse(" ".join(sorted(typed, key=len, reverse=True)[:MOST_WORDS]))
    pages, posts = search(user, query, kind="page", size=PAGES), search(user, query, kind="post", size=CANDIDATES)
    hits = [result.pk for result in (posts.results or posts.more)]
    found = [*_answered(user, hits)]
    places = [(page, page.community.name if page.community else "") for page in (pages.results or pages.more)[:PAGES]]
    return [*found, *(Similar("page", page.name, page.url, place) for page, place in places)]


def _answered(user: User, hits: list[int]) -> list[Similar]:
    """Return the answered questions that these posts are or belong to, in the order in which they were found."""
    posts = Post.objects.visible_to(user).present()
    threads = {pk: thread or pk for pk, thread in posts.filter(pk__in=hits).values_list("pk", "thread_id")}
    asked = posts.filter(pk__in=set(threads.values()), kind=PostKind.QUESTION, unanswered_since__isnull=True)
    rows = {row[0]: row for row in asked.values_list("pk", "html", "facts", "community__name")}
    shown = [rows[pk] for pk in dict.fromkeys(threads[hit] for hit in hits if hit in threads) if pk in rows]
    return [
        Similar(
            "question", preview_of(html, NAME_LENGTH), f"{address('feed:thread', pk)}#post-{facts['answer']}", place
        )
        for pk, html, facts, place in shown[:QUESTIONS]
        if facts and facts["answer"]
    ]
