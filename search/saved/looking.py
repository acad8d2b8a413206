"""The worker looks for new hits of watched searches, with the rights their people have at that moment.

The diary's reader compares each new thing with the terms that watched searches cannot do without, and marks those that
may have a hit; an errand asks the marked ones, each at most once an hour. Both are safe to run twice and to kill.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from intranet.activity.models import Activity
from intranet.locks import only_one
from intranet.people.models.people import is_current
from search.documents import load_documents
from search.engines.base import Document, Some
from search.readers import changed_uids
from search.saved.actions import SETTLED, note_answered, note_looked
from search.saved.answering import note_answers
from search.saved.asking import ANYTHING, ask, needles
from search.saved.changes import UNDATED, changed_since, note_changes
from search.saved.models import SavedSearch, SavedTerm
from search.terms import document_terms
from search.words.kept import meaning_the_same

log = logging.getLogger(__name__)

# What makes something new to find.
_RETAGGED = frozenset({"tag.renamed", "tag.merged"})
NEWS = UNDATED | frozenset(
    {
        "post.published", "post.replied", "page.published", "page.edited", "page.restored", "file.added", "file.read",
        "file.replaced",
    }
)  # fmt: skip
# A row of many pages (an import, a moved branch) counts with its first ones.
MOST_DOCUMENTS = 500
_PIECE = 400
# A mark is written anew once in a while, however much comes; and looked after when it is older than that, so that what
# came with it is in the index.
REMARK = timedelta(seconds=30)
REST = timedelta(hours=1)
# Who asked a question waits for its answer.
REST_OF_QUESTIONS = timedelta(minutes=10)
# Looked for from a little before the last look: what the index learned late. What was told is remembered by name.
OVERLAP = timedelta(minutes=15)
# So many new hits are remembered as told of; who has more in an hour is told again of what came at its end.
MOST_NEW = 100
MOST_AT_ONCE, SECONDS_AT_ONCE = 200, 5.0


def note_news(activities: Sequence[Activity]) -> None:
    """Mark the watched searches that one of these things may be a hit of. A reader of the diary."""
    note_answers(activities)
    rows = [row for row in activities if row.verb in NEWS]
    if not rows or not SavedTerm.objects.exists():
        return
    note_changes(rows)
    # What carries a tag has its name; of one that is called otherwise now it is the name alone that is new.
    changed = changed_uids(row for row in rows if row.verb not in _RETAGGED)
    tags = {f"tag:{row.object_id}" for row in rows if row.verb in _RETAGGED}
    uids = sorted(tags) + sorted(uid for uid in changed if not uid.startswith("tag:"))
    documents = load_documents(uids[:MOST_DOCUMENTS])
    if documents:
        mark(terms_of(documents))


def terms_of(documents: Iterable[Document]) -> set[str]:
    """Return everything these documents can be found by."""
    found = {term for document in documents for term in document_terms(document).text}
    return found | meaning_the_same(found) | {ANYTHING}


def mark(terms: Iterable[str]) -> None:
    """Mark the searches with one of these terms; a fresh mark is left as it is."""
    now, wanted = timezone.now(), sorted(terms)
    stale = Q(marked_at__isnull=True) | Q(marked_at__lt=now - REMARK)
    for start in range(0, len(wanted), _PIECE):
        named = SavedTerm.objects.filter(term__in=wanted[start : start + _PIECE]).values("saved")
        marked = SavedSearch.objects.filter(stale, is_watched=True, pk__in=named)
        marked.update(marked_at=now, due_at=Coalesce("due_at", now))


def look_at_due() -> None:
    """Look for news of the searches that are due, the longest waiting first, for a few seconds; an errand of the worker."""
    now, end = timezone.now(), time.monotonic() + SECONDS_AT_ONCE
    rested = Q(looked_at__lte=now - REST) | Q(question__isnull=False, looked_at__lte=now - REST_OF_QUESTIONS)
    due = SavedSearch.objects.filter(rested, is_watched=True, due_at__lte=now - SETTLED)
    if not due.exists():
        return
    with only_one("saved searches") as mine:
        if not mine:
            return
        for saved in due.select_related("user").order_by("looked_at")[:MOST_AT_ONCE]:
            if not _look_safely(saved) or time.monotonic() > end:
                return


def _look_safely(saved: SavedSearch) -> bool:
    """Look for news of one search; what goes wrong with it keeps nobody else waiting, and it stays due."""
    try:
        return look(saved)
    except Exception:
        log.exception("search: saved search %s could not be looked after", saved.pk)
        return True


def look(saved: SavedSearch) -> bool:
    """Look for news of one search; False when the index is away, so that it stays due."""
    at, hits = timezone.now(), list[str]()
    if is_current(saved.user):
        found = news(saved)
        if found is None:
            return False
        hits = found
    if saved.question_id:
        pages = [int(uid.removeprefix("page:")) for uid in hits]
        note_answered(actor=None, saved=saved, pages=pages, at=at)
        return True
    note_looked(actor=None, saved=saved, hits=hits, at=at)
    return True


def news(saved: SavedSearch) -> list[str] | None:
    """Return the uids of what is new to somebody, the newest first; None when the index is away.

    What she wrote herself and what she knows is left out by the question, so that it hides nothing behind it.
    """
    since, me = saved.looked_at - OVERLAP, saved.user_id
    changed, own = changed_since(saved, since)
    never = Some(authors=frozenset({me}), uids=frozenset([*saved.known, *own]))
    asked = [ask(saved.user, saved.address, since=since, never=never, size=MOST_NEW)]
    if changed and not saved.question_id:  # of pages alone, which have their time
        asked.append(ask(saved.user, saved.address, among=changed, never=never, size=MOST_NEW))
    if any(found.is_plain for found in asked):
        return None
    # With some of the words only it is no answer to what was asked.
    results = (result for found in asked if not found.weak for result in found.results)
    return list(dict.fromkeys(f"{result.kind}:{result.pk}" for result in results))


def renew_terms() -> None:
    """Write the terms of watched searches anew where words mean something else than they did; called once a day."""
    for saved in SavedSearch.objects.filter(is_watched=True).order_by("pk").iterator(chunk_size=500):
        terms = needles(saved.address)
        if set(SavedTerm.objects.filter(saved=saved).values_list("term", flat=True)) != set(terms):
            SavedTerm.objects.filter(saved=saved).delete()
            SavedTerm.objects.bulk_create(SavedTerm(saved=saved, term=term) for term in terms)
