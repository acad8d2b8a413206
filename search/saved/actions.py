"""What is written about searches that people keep. In the diary stands that one was kept, never what it asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from feed.models import Post
from intranet.activity.actions import record
from intranet.people.models import User
from search.engines.base import Some
from search.query import clean
from search.saved.asking import ask, canonical, needles, words_of
from search.saved.models import LONGEST_ADDRESS, LONGEST_NAME, SavedSearch, SavedTerm
from wiki.models import WikiPage

MOST_SAVED, MOST_WATCHED = 50, 20
# So many hits are remembered as known; who watches the house is told of an old page's change once more.
MOST_KNOWN, MOST_BEFORE = 300, 100
# What came so shortly before a look may have come after the question.
SETTLED = timedelta(seconds=60)
WAITED_FOR = timedelta(days=180)


def _check_name(name: str, address: str) -> str:
    found = clean(name)
    if len(found) > LONGEST_NAME:
        raise ValidationError({"name": _("A name has at most %(most)d letters.") % {"most": LONGEST_NAME}})
    return found or words_of(address)[:LONGEST_NAME] or _("Saved search")


def _check_room(actor: Any, *, watched: bool) -> None:
    mine = SavedSearch.objects.visible_to(actor).kept()
    if not watched and mine.count() >= MOST_SAVED:
        words = _("You keep %(most)d searches already. Remove one first.")
        raise ValidationError({"name": words % {"most": MOST_SAVED}}, code="full")
    if watched and mine.filter(is_watched=True).count() >= MOST_WATCHED:
        words = _("You are told of %(most)d searches already. Switch one off first.")
        raise ValidationError({"watch": words % {"most": MOST_WATCHED}}, code="full")


def _watch(actor: Any, row: SavedSearch, on: bool) -> None:
    """Begin or end a watch: what is there now is not news."""
    row.is_watched, row.due_at, row.marked_at, row.looked_at = on, None, None, timezone.now()
    SavedTerm.objects.filter(saved=row).delete()
    row.known = []
    if on:
        there = ask(actor, row.address, size=MOST_BEFORE).results
        # What has no time to be new by is known by name.
        there += ask(
            actor, row.address, size=MOST_BEFORE, never=Some(kinds=frozenset({"page", "post", "file"}))
        ).results
        row.known = list(dict.fromkeys(f"{result.kind}:{result.pk}" for result in there))
        SavedTerm.objects.bulk_create(SavedTerm(saved=row, term=term) for term in needles(row.address))
    row.save(update_fields=["is_watched", "due_at", "marked_at", "looked_at", "known"])


@transaction.atomic
def save_search(*, actor: Any, address: str, name: str = "", watch: bool = False) -> SavedSearch:
    """Keep a question under a name; the same question again only renames it. Raises ValidationError."""
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # nobody keeps more than there is room for
    asked = canonical(address)
    if not asked or len(asked) > LONGEST_ADDRESS:
        raise ValidationError({"address": _("There is nothing to search for in this.")})
    digest = sha256(asked.encode()).hexdigest()
    row: SavedSearch | None = SavedSearch.objects.visible_to(actor).kept().filter(digest=digest).first()
    if row is not None:
        return change_search(actor=actor, saved=row.pk, name=name or row.name, watch=watch or row.is_watched)
    called = _check_name(name, asked)
    _check_room(actor, watched=False)
    row = SavedSearch.objects.create(user=actor, name=called, address=asked, digest=digest)
    if watch:
        _check_room(actor, watched=True)
        _watch(actor, row, True)
    record(actor=actor, verb="search.saved", object=row)
    return row


@transaction.atomic
def change_search(*, actor: Any, saved: int, name: str | None = None, watch: bool | None = None) -> SavedSearch:
    """Rename a saved search, switch its news on or off. Raises SavedSearch.DoesNotExist, ValidationError."""
    if watch:
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # nor is she told of more
    row: SavedSearch = SavedSearch.objects.visible_to(actor).kept().select_for_update().get(pk=saved)
    before = (row.name, row.is_watched)
    if name is not None:
        row.name = _check_name(name, row.address)
    if watch is not None and watch != row.is_watched:
        if watch:
            _check_room(actor, watched=True)
        _watch(actor, row, watch)
    if before != (row.name, row.is_watched):
        row.save(update_fields=["name"])
        record(actor=actor, verb="search.changed", object=row)
    return row


@transaction.atomic
def drop_search(*, actor: Any, saved: int) -> SavedSearch:
    """Keep a search no longer. Raises SavedSearch.DoesNotExist."""
    row: SavedSearch = SavedSearch.objects.visible_to(actor).kept().select_for_update().get(pk=saved)
    record(actor=actor, verb="search.dropped", object=row)
    SavedSearch.objects.filter(pk=row.pk).delete()
    return row


@transaction.atomic
def await_answer(*, actor: Any, question: Post, words: str) -> SavedSearch | None:
    """Tell `actor` once when a page comes that has all these words, which she looked for in vain before she asked.

    Twice is once; words that are none are waited for by nobody.
    """
    asked = canonical(urlencode({"q": words, "kind": "page"}))
    if not asked or len(asked) > LONGEST_ADDRESS:
        return None
    digest = sha256(f"question {question.pk}".encode()).hexdigest()
    named = {"name": clean(words)[:LONGEST_NAME], "address": asked, "question": question, "is_watched": True}
    row, made = SavedSearch.objects.get_or_create(user=actor, digest=digest, defaults=named)
    if made:
        SavedTerm.objects.bulk_create(SavedTerm(saved=row, term=term) for term in needles(asked))
        community = question.community_id
        record(actor=actor, verb="search.asked", object=row, target=question, community_id=community)
    return row


@transaction.atomic
def note_answered(*, actor: None, saved: SavedSearch, pages: Sequence[int], at: datetime) -> None:
    """Write down that a page was looked for, and tell of the first of these; then nothing more is looked for.

    What went out of the asker's sight since it was found is no answer: she would never hear of another.
    """
    row = SavedSearch.objects.select_for_update().filter(pk=saved.pk, is_watched=True).first()
    if row is None:
        return
    there = WikiPage.objects.visible_to(saved.user).in_bulk(list(pages)) if pages else {}
    page = next((there[pk] for pk in pages if pk in there), None)
    if page is None:
        _settle(row, at)
    else:
        row.is_watched, row.due_at, row.marked_at = False, None, None
        SavedTerm.objects.filter(saved=row).delete()
        record(actor=actor, verb="search.answered", object=row, target=page, community_id=page.community_id)
    row.save(update_fields=["is_watched", "due_at", "marked_at", "looked_at"])


@transaction.atomic
def end_waiting(*, saved: SavedSearch) -> None:
    """Look for nothing more, and tell of nothing: whoever asked knows of the page."""
    SavedTerm.objects.filter(saved=saved.pk).delete()
    SavedSearch.objects.filter(pk=saved.pk, question__isnull=False).update(
        is_watched=False, due_at=None, marked_at=None
    )


def forget_answered() -> None:
    """Wait no longer for pages that came, or that nobody wrote in half a year; called once a day."""
    asked = SavedSearch.objects.filter(question__isnull=False)
    old = Q(created_at__lt=timezone.now() - WAITED_FOR) | Q(question__deleted_at__isnull=False)
    asked.filter(old).delete()


def _settle(row: SavedSearch, at: datetime) -> None:
    """Note when it was looked; what came shortly before or since is looked for again."""
    waits = row.marked_at is not None and row.marked_at > at - SETTLED
    row.due_at, row.marked_at = (row.marked_at, row.marked_at) if waits else (None, None)
    row.looked_at = at


@transaction.atomic
def note_looked(*, actor: None, saved: SavedSearch, hits: Sequence[str], at: datetime) -> None:
    """Write down that hits were looked for at a moment, and tell of these (uids) if there are any.

    Told and remembered are one transaction: who is killed in between does both again.
    """
    row = SavedSearch.objects.select_for_update().filter(pk=saved.pk, is_watched=True).first()
    if row is None:
        return
    fresh = [uid for uid in hits if uid not in row.known]
    row.known = [*fresh, *row.known][:MOST_KNOWN]
    _settle(row, at)
    row.save(update_fields=["due_at", "marked_at", "looked_at", "known"])
    if fresh:
        record(actor=actor, verb="search.found", object=row)
