"""Questions that were asked after a search in vain, and the pages people give for an answer: told at once, and once.

Pages that nobody points at are found by their words (`saved.looking`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.utils import timezone

from feed.linkcards.finding import identities, links_in
from feed.models import Post
from intranet.activity.models import Activity
from search.gaps.words import key_of
from search.query import parse
from search.saved.actions import end_waiting, note_answered
from search.saved.asking import needles, words_of
from search.saved.models import SavedSearch, SavedTerm


def note_answers(activities: Sequence[Activity]) -> None:
    """Tell who waits of the page made of her question's thread, and of those a reply marked as the answer links to."""
    for row in activities:
        if row.verb not in {"post.summarised", "question.answered"} or not row.object_id.isdigit():
            continue
        waiting = SavedSearch.objects.filter(question=int(row.object_id), is_watched=True).select_related("user")
        for saved in waiting:
            pages = _pages_of(row)
            # She did it herself, or hears that her words are quoted in it.
            if pages and saved.user_id in {row.actor_id, *row.data.get("quoted", ())}:
                end_waiting(saved=saved)
            elif pages:
                note_answered(actor=None, saved=saved, pages=pages, at=timezone.now())


def _pages_of(row: Activity) -> list[int]:
    if row.verb == "post.summarised":
        return [int(row.target_id)] if row.target_id.isdigit() else []
    reply = Post.objects.filter(pk=row.data.get("reply"), deleted_at__isnull=True).first()
    links = links_in(reply.html) if reply else []
    return [int(key) for kind, key in identities(links).values() if kind == "page"] if links else []


def tell_of_page(*, words: str, page: int) -> None:
    """Tell everybody who waits for just these words of a page that editors say answers them."""
    for saved in _waiting_for(words):
        note_answered(actor=None, saved=saved, pages=[page], at=timezone.now())


def _waiting_for(words: str) -> Iterable[SavedSearch]:
    asked = SavedTerm.objects.filter(term__in=needles(urlencode({"q": words})), saved__question__isnull=False).values(
        "saved"
    )
    wanted = key_of(parse(words))
    for saved in SavedSearch.objects.filter(pk__in=asked, is_watched=True).select_related("user").order_by("pk"):
        if key_of(parse(words_of(saved.address))) == wanted:
            yield saved
