"""Files that complete a task: kept in the house's storage, handed out to those who see the enrolment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from feed.actions.files import store
from wiki.onboarding.models import Completion, CompletionFile

FILES_AT_MOST = 5


def attach(completion: Completion, files: Sequence[Any]) -> list[CompletionFile]:
    """Store uploads (files with a name) as what completed a step. Raises ValidationError for what cannot be taken."""
    made = []
    for file in files[:FILES_AT_MOST]:
        kept = store(file, getattr(file, "name", "") or "file")
        made.append(
            CompletionFile.objects.create(
                completion=completion, name=kept["name"], media_type=kept["content_type"], size=kept["size"],
                stored=kept["stored_as"],
            )
        )  # fmt: skip
    return made


def forget_files(completion_id: int) -> None:
    """Throw the files of a completion away once it is taken back for good."""
    names = list(CompletionFile.objects.filter(completion=completion_id).values_list("stored", flat=True))

    def forget() -> None:
        for name in names:
            for stored in (name, f"{name}.w320", f"{name}.w960"):
                default_storage.delete(stored)

    if names:
        transaction.on_commit(forget)
