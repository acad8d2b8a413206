"""Which files steps name and which contents complete them, for those who throw away what nobody uses."""

from collections.abc import Iterator
from uuid import UUID

from feed.actions.unused import named_in, texts_of
from wiki.onboarding.models import CompletionFile, Step


def named_in_steps(files: set[UUID]) -> set[UUID]:
    """Return which of the files stand in the text of a step."""
    return named_in(texts_of(Step.objects.all(), "text"), files)


def stored_with_steps(start: str) -> Iterator[str]:
    """Return the stored names that begin with `start` of files that complete steps (`settings.CONTENT_KEEPERS`).

    Also of steps that were dropped and of people who have left: what was done stays, and they are its record.
    """
    rows = CompletionFile.objects.filter(stored__startswith=start).order_by()
    return rows.values_list("stored", flat=True).iterator(chunk_size=2000)
