"""Keeping the admin's index true: the diary is its outbox too, the worker writes it, and a check at night compares.

Only words are in it. What moves, is trashed, hidden or given to another collection changes in the database, which is
asked at every search; so a branch of a thousand pages that moves is nothing to do here. A change that rolls back
leaves no row in the diary and so no trace.
"""

import io
import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.management import call_command
from modelsearch.backends import get_search_backend
from modelsearch.conf import get_app_config

from intranet.activity.dispatch import ReaderAwayError
from intranet.activity.models import Activity
from search.engines import SearchAwayError
from search.engines.base import CatchUp, Health

log = logging.getLogger(__name__)

# Rows that were written before a rebuild and are seen only after it began; as in `search.readers`.
_OVERLAP = 1_000
_PIECE, _MOST_REPAIRS = 500, 5_000
# After a rebuild that failed, none is tried for so many seconds.
_PAUSE = 60.0
_pause_until = [0.0]


def backend() -> Any:
    """Return the backend of the admin's search."""
    return get_search_backend()


def follow_activity(activities: Sequence[Activity]) -> None:
    """Write what diary rows name, as it is now; what is gone is taken out. Safe to run twice."""
    named = changed(activities)
    if not named:
        return
    try:
        for label, pks in named.items():
            write(label, pks)
    except SearchAwayError as error:
        # `keep_admin_index_well` makes a new one; writing these rows into that does no harm.
        raise ReaderAwayError(str(error)) from error


def changed(activities: Iterable[Activity]) -> dict[str, set[str]]:
    """Return the indexed objects that rows name: label of the model -> primary keys."""
    from search.admin_backend.extracting import indexed_model

    named: dict[str, set[str]] = defaultdict(set)
    for row in activities:
        for label, pk in ((row.object_type, row.object_id), (row.target_type, row.target_id)):
            if label and (model := indexed_model(label)) is not None:
                named[label].add(pk)
                if row.verb == "cms.changed" and hasattr(model, "path"):
                    named[label] |= _below(model, pk)
    return dict(named)


def _below(model: Any, pk: str) -> set[str]:
    """Return the objects below one in a tree: a copied branch comes under one row."""
    path = model._base_manager.filter(pk=pk).values_list("path", flat=True).first()
    below = model._base_manager.filter(path__startswith=path).values_list("pk", flat=True) if path else ()
    return {str(one) for one in below}


def write(label: str, pks: Iterable[str]) -> None:
    """Write objects of one model over what was there of them, and take out those that are gone."""
    from search.admin_backend.extracting import indexed_model, indexed_objects

    model, index, wanted = indexed_model(label), backend(), sorted(pks)
    for start in range(0, len(wanted), _PIECE):
        piece = wanted[start : start + _PIECE]
        there = list(indexed_objects(model).filter(pk__in=piece))
        if there:
            index.add_bulk(model, there)
        for pk in sorted(set(piece) - {str(item.pk) for item in there}):
            index.delete(model(pk=pk))


class ChangesSince(CatchUp):
    """What the diary tells of since a rebuild began."""

    def __init__(self) -> None:
        newest = Activity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self._since = newest - _OVERLAP

    def changes(self) -> tuple[list[Any], list[str]]:
        """Return records to write and uids to take out."""
        from search.admin_backend.extracting import indexed_model, indexed_objects, record_of, uid_for

        records, gone = [], list[str]()
        for label, pks in changed(Activity.objects.filter(pk__gt=self._since).iterator()).items():
            model = indexed_model(label)
            there = [record_of(item) for item in indexed_objects(model).filter(pk__in=pks)]
            records += there
            gone += sorted({uid_for(model, pk) for pk in pks} - {record.uid for record in there})
        return records, gone


def rebuild() -> int:
    """Make the admin's index anew beside the one in use and change over; return how many objects it holds."""
    from search.admin_backend.extracting import all_records, shape

    index = _in_files()
    if index is None:
        from modelsearch.management.commands.rebuild_modelsearch_index import Command  # Wagtail calls it otherwise

        call_command(Command(), verbosity=0, stdout=io.StringIO())
        return len(_in_database())
    from search.engines.whoosh.records import shape_record

    def records() -> Iterator[Any]:
        yield shape_record(shape())
        yield from all_records()

    return int(index.rebuild(records(), ChangesSince())) - 1


def _in_files() -> Any:
    """Return our own index, None where the admin's index is in the database."""
    return getattr(backend(), "index", None)


def health(thorough: bool = False) -> Health:
    """Say whether the index is whole; one in the database always is."""
    from search.admin_backend.extracting import shape

    index = _in_files()
    return Health() if index is None else index.health(thorough, shape())


def keep_admin_index_well() -> Health:
    """Rebuild an index that is missing, damaged or of another version; called by the worker every few seconds."""
    state = health()
    if state.is_well or time.monotonic() < _pause_until[0]:
        return state
    log.warning("search in the admin: %s; rebuilding", state.reason)
    _pause_until[0] = time.monotonic() + _PAUSE
    count = rebuild()
    _pause_until[0] = 0.0
    log.warning("search in the admin: rebuilt with %s objects", count)
    return health()


def compare() -> tuple[int, list[str], list[str]]:
    """Compare index and database: how many objects there are in it, which are missing or old, which too many."""
    from search.admin_backend.extracting import all_records

    index = _in_files()
    # The index first, as in `search.upkeep.compare`.
    inside = index.digests() if index is not None else _in_database()
    outside = {record.uid: record.digest if index is not None else 0 for record in all_records()}
    old = sorted(uid for uid, digest in outside.items() if inside.get(uid) != digest)
    return len(inside), old, sorted(inside.keys() - outside.keys())


def _in_database() -> dict[str, int]:
    """Return what modelsearch's own table holds; it has no digests, so what is old in it is not seen."""
    from django.contrib.contenttypes.models import ContentType

    from search.admin_backend.extracting import uid_for

    rows = get_app_config().get_model("IndexEntry").objects.order_by().values_list("content_type_id", "object_id")
    models = {pk: ContentType.objects.get_for_id(pk).model_class() for pk in {content_type for content_type, _ in rows}}
    return {uid_for(model, pk): 0 for content_type, pk in rows if (model := models[content_type]) is not None}


def check() -> None:
    """Read every byte of the index, compare it with the database and put right what is wrong."""
    state = health(thorough=True)
    _documents, old, surplus = compare() if state.is_well else (0, [], [])
    if not state.is_well or len(old) + len(surplus) > _MOST_REPAIRS:
        log.warning("search in the admin: %s; rebuilding", state.reason or "much is old")
        rebuild()
    elif old or surplus:
        log.warning("search in the admin: %s objects were missing or old, %s too many", len(old), len(surplus))
        repair([*old, *surplus])


def repair(uids: Iterable[str]) -> None:
    """Write what those are in the database now, and take out what is not there."""
    from modelsearch.index import get_indexed_models

    from search.admin_backend.extracting import uid_for

    wanted: dict[str, set[str]] = defaultdict(set)
    for uid in uids:
        root, _, pk = uid.partition(":")
        wanted[root].add(pk)
    for model in get_indexed_models():
        label, root = model._meta.label_lower, uid_for(model, "").partition(":")[0]
        if root in wanted:
            there = {
                str(pk) for pk in model.get_indexed_objects().filter(pk__in=wanted[root]).values_list("pk", flat=True)
            }
            wanted[root] -= there
            write(label, there)
    for root, pks in wanted.items():
        write(root, pks)
