"""Which files the texts of steps name, for those who throw unused ones away (`settings.FILE_KEEPERS`)."""

from uuid import UUID

from feed.actions.unused import named_in, texts_of
from wiki.onboarding.models import Step


def named_in_steps(files: set[UUID]) -> set[UUID]:
    """Return which of the files stand in the text of a step."""
    return named_in(texts_of(Step.objects.all(), "text"), files)
