"""Write lines into the diary."""

from collections.abc import Sequence
from typing import Any

from django.db import models, transaction

from intranet.activity.models import Activity
from intranet.activity.verbs import VERBS


def record(
    *,
    actor: models.Model | None,
    verb: str,
    object: models.Model,
    target: models.Model | None = None,
    community_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> Activity:
    """Record what happened, in the transaction of the change itself, and wake the dispatcher after the commit.

    `verb` is one of `VERBS` (ValueError otherwise). `data` is small JSON without texts people wrote. The wake-up is
    only for speed: a row that nobody was woken for is found by the dispatcher's next look.
    """
    if verb not in VERBS:
        raise ValueError(f"{verb!r} is not a verb of the diary")
    activity = Activity.objects.create(
        actor_id=actor.pk if actor is not None else None,
        verb=verb,
        object_type=object._meta.label_lower,
        object_id=str(object.pk),
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        community_id=community_id,
        data=data or {},
    )
    from intranet.activity.dispatch import wake

    transaction.on_commit(wake)
    return activity


def record_many(
    *,
    actor: models.Model | None,
    verb: str,
    objects: Sequence[models.Model],
    targets: Sequence[models.Model] | None = None,
    community_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Record the same of many objects (each with the target in its place) as `record` would, a hundred at a time."""
    if verb not in VERBS:
        raise ValueError(f"{verb!r} is not a verb of the diary")
    rows = [
        Activity(
            actor_id=actor.pk if actor is not None else None,
            verb=verb,
            object_type=one._meta.label_lower,
            object_id=str(one.pk),
            target_type=targets[at]._meta.label_lower if targets else "",
            target_id=str(targets[at].pk) if targets else "",
            community_id=community_id,
            data=data or {},
        )
        for at, one in enumerate(objects)
    ]
    if rows:
        Activity.objects.bulk_create(rows)
        from intranet.activity.dispatch import wake

        transaction.on_commit(wake)
