"""Files that complete a task: kept in the house's storage, handed out to those who see the enrolment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from feed.actions.files import store, stored_names
from wiki.onboarding.models import Completion, CompletionFile

FILES_AT_MOST = 5


def attach(completion: Completion, files: Sequence[Any]) -> list[CompletionFile]:
    """Store uploads (files with a name) as what completed a step. Raises ValidationError for what cannot be taken."""
    made: list[CompletionFile] = []
    try:
        for file in files[:FILES_AT_MOST]:
            kept = store(file, getattr(file, "name", "") or "file")
            made.append(
                CompletionFile(
                    completion=completion, name=kept["name"], media_type=kept["content_type"], size=kept["size"],
                    stored=kept["stored_as"],
                )
            )  # fmt: skip
        return CompletionFile.objects.bulk_create(made)
    except Exception:
        # Of files that are refused together none stays behind, where no row would ever lead to it.
        _delete(file.stored for file in made)
        raise


def forget_files(completion_id: int) -> None:
    """Throw the files of a completion away once it is taken back for good."""
    names = list(CompletionFile.objects.filter(completion=completion_id).values_list("stored", flat=True))

    if names:
        transaction.on_commit(lambda: _delete(names))


def _delete(names: Iterable[str]) -> None:
    for stored_as in names:
        for name in stored_names(stored_as):
            default_storage.delete(name)
