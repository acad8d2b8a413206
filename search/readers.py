"""The diary's reader that keeps the index true, and the worker's duty that keeps it whole. Both are safe to run twice."""

import logging
from collections.abc import Iterable, Sequence

from intranet.activity.dispatch import ReaderAwayError
from intranet.activity.models import Activity
from intranet.people.models import User
from search.documents import all_documents, load_documents, uid_of
from search.engines import SearchAwayError, engine
from search.engines.base import CatchUp, Document, Health
from wiki.models import WikiPage

log = logging.getLogger(__name__)

# A row gets its number when it is written and is seen when its transaction ends; so many rows may lie between.
_OVERLAP = 1_000
_WHOLE_BRANCH = frozenset({"page.moved", "page.trashed", "page.untrashed"})
_SILENT = frozenset({"post.read", "post.reacted", "post.unreacted", "user.followed", "user.unfollowed", "token.issued"})


def index_activity(activities: Sequence[Activity]) -> None:
    """Bring the index up to what the diary says has changed; what is gone or hidden is taken out.

    Without an index nothing is done: the rebuild that follows reads everything, this included.
    """
    uids = changed_uids(activities)
    if not uids:
        return
    if not _has_index():
        return
    documents = load_documents(uids)
    gone = sorted(uids - {document.uid for document in documents})
    try:
        engine().upsert(documents, gone)
    except SearchAwayError as error:
        if _has_index():
            raise ReaderAwayError(str(error)) from error


def changed_uids(activities: Iterable[Activity]) -> set[str]:
    """Return what those rows may have changed: object and target, and who took part (communities open people's names)."""
    found: set[str] = set()
    for row in activities:
        if row.verb in _SILENT:
            continue
        named = [(row.object_type, row.object_id), (row.target_type, row.target_id)]
        if row.verb.startswith("community.") and row.actor_id:
            named.append(("people.user", str(row.actor_id)))
        found |= {uid for label, pk in named if (uid := uid_of(label, pk))}
        if row.verb in _WHOLE_BRANCH and row.object_id.isdigit():
            found |= _branch(int(row.object_id))
    return found


def _branch(pk: int) -> set[str]:
    """Return a page and all below it: they are moved and trashed under one row."""
    path = WikiPage.objects.filter(pk=pk).values_list("path", flat=True).first()
    below = WikiPage.objects.filter(path__startswith=path).values_list("pk", flat=True) if path else ()
    return {f"page:{pk}" for pk in below}


def _has_index() -> bool:
    health = engine().health()
    return health.is_well or health.documents > 0


class ChangesSince(CatchUp):
    """What the diary tells of since a rebuild began."""

    def __init__(self) -> None:
        newest = Activity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self._since = newest - _OVERLAP

    def changes(self) -> tuple[list[Document], list[str]]:
        """Return documents to write and uids to take out."""
        uids = changed_uids(Activity.objects.filter(pk__gt=self._since).iterator())
        documents = load_documents(uids)
        return documents, sorted(uids - {document.uid for document in documents})


def rebuild(documents: Iterable[Document] | None = None) -> int:
    """Make the index anew beside the one in use and change over; return how many documents it holds."""
    catch_up = ChangesSince()
    return engine().rebuild(all_documents() if documents is None else documents, catch_up)


def keep_index_well() -> Health:
    """Rebuild an index that is missing, damaged, or of another version; called by the worker every few seconds."""
    health = engine().health()
    if health.is_well:
        return health
    log.warning("search: %s; rebuilding", health.reason)
    count = rebuild()
    log.warning("search: rebuilt with %s documents", count)
    return engine().health()


def is_index_well() -> bool:
    """Say for /readyz whether search answers from its index."""
    return engine().health().is_well


def directory_changed(people: Iterable[User]) -> None:
    """Write people's documents again; for changes that come by the hundred and write no diary row each."""
    engine().upsert(load_documents(f"person:{person.pk}" for person in people))
