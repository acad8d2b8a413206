"""The diary's reader that keeps the index true, and the worker's duty that keeps it whole. Both are safe to run twice."""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feed.models import Post, Praise
from intranet.activity.dispatch import ReaderAwayError
from intranet.activity.models import Activity
from intranet.people.models import User
from search.documents import all_documents, files_of, holders_of, load_documents, tagged_uids, uid_of
from search.engines import SearchAwayError, engine
from search.engines.base import CatchUp, Document, Engine, Health
from search.tagged import tags_on
from wiki.models import WikiPage

log = logging.getLogger(__name__)

# A row gets its number when it is written and is seen when its transaction ends; so many rows may lie between.
_OVERLAP = 1_000
_PIECE = 500
_RETAGGED = frozenset({"tag.merged", "tag.renamed"})
_WHOLE_BRANCH = frozenset({"page.moved", "page.trashed", "page.untrashed"})
_HAS_FILE_OR_NOT = frozenset({"file.removed", "file.restored"})
_SILENT = frozenset(
    {
        "post.read",
        "post.card_removed",
        "post.summarised",
        "post.reacted",
        "post.unreacted",
        "page.reacted",
        "page.unreacted",
        "user.followed",
        "user.unfollowed",
        "tag.synonym_added",
        "tag.synonym_removed",
        "path.rule_added",
        "path.rule_removed",
        "path.exported",
        "path.aligned",
        "token.issued",
        "review.due",
        "branch.arranged",
        "watch.changed",
        "post.pinned",
        "post.unpinned",
        "poll.voted",
        "poll.closed",
        "question.overdue",
        "announcement.acknowledged",
        "announcement.changed",
        "announcement.reminded",
        "announcement.ended",
        "search.saved",
        "search.changed",
        "search.dropped",
        "search.found",
        "search.asked",
        "search.answered",
        "gap.done",
        "gap.reopened",
        "synonyms.set",
        "synonyms.removed",
        "result.pinned",
        "result.unpinned",
    }
)

_SHORTEST_REST, _LONGEST_REST = 10.0, 600.0


@dataclass(slots=True)
class _Rest:
    """How long no rebuild is tried after one that failed."""

    seconds: float = 0.0
    until: float = 0.0


_rest = _Rest()


def index_activity(activities: Sequence[Activity]) -> None:
    """Bring the index up to what the diary says has changed; what is gone or hidden is taken out.

    Without an index the rows wait: `keep_index_well` makes a new one, and writing them into that does no harm.
    """
    uids = sorted(changed_uids(activities))
    # In pieces: a tag may stand on a hundred thousand things. Killed in between, the whole row comes round again.
    for start in range(0, len(uids), _PIECE):
        piece = uids[start : start + _PIECE]
        documents = load_documents(piece)
        gone = sorted(set(piece) - {document.uid for document in documents})
        try:
            engine().upsert(documents, gone)
        except SearchAwayError as error:
            raise ReaderAwayError(str(error)) from error


def changed_uids(activities: Iterable[Activity]) -> set[str]:
    """Return what those rows may have changed: object and target, and who took part (communities open people's names)."""
    found: set[str] = set()
    attachments: set[str] = set()
    retagged: set[int] = set()
    for row in activities:
        if row.verb in _SILENT:
            continue
        named = [(row.object_type, row.object_id), (row.target_type, row.target_id)]
        if row.verb.startswith("community.") and row.actor_id:
            named.append(("people.user", str(row.actor_id)))
        found |= {uid for label, pk in named if (uid := uid_of(label, pk))}
        if row.verb in _WHOLE_BRANCH and row.object_id.isdigit():
            found |= _branch(int(row.object_id))
        if row.verb == "post.moved":
            replies = Post.objects.filter(thread=int(row.object_id)).values_list("pk", flat=True)
            found |= {f"post:{pk}" for pk in replies}
        if row.verb == "user.changed" and "name" in row.data.get("fields", ()) and row.object_id.isdigit():
            praising = Praise.objects.filter(user=int(row.object_id)).values_list("post_id", flat=True)
            found |= {f"post:{pk}" for pk in praising}
        if row.verb in _RETAGGED:
            retagged.add(int(row.object_id))
        untagged = row.data.get("untagged", ())
        found |= {f"tag:{pk}" for pk in (*untagged, *([row.data["was"]] if row.verb == "tag.merged" else ()))}
        if row.object_type == "feed.attachment":
            attachments.add(row.object_id)
            if row.verb in _HAS_FILE_OR_NOT:
                found |= holders_of([row.object_id])
    # Who may find a tag follows from what carries it. Files carry none of their own.
    found |= tags_on(found)
    return found | files_of(found, attachments) | set(tagged_uids(retagged))


def _branch(pk: int) -> set[str]:
    """Return a page and all below it: they are moved and trashed under one row."""
    path = WikiPage.objects.filter(pk=pk).values_list("path", flat=True).first()
    below = WikiPage.objects.filter(path__startswith=path).values_list("pk", flat=True) if path else ()
    return {f"page:{pk}" for pk in below}


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


def rebuild(documents: Iterable[Document] | None = None, into: Engine | None = None) -> int:
    """Make the index anew beside the one in use and change over; return how many documents it holds.

    `into` is another engine than this process's own: its index is made before the setting is changed.
    """
    catch_up = ChangesSince()
    return (into or engine()).rebuild(all_documents() if documents is None else documents, catch_up)


def keep_index_well() -> Health:
    """Rebuild an index that is missing, damaged, or of another version; called by the worker every few seconds."""
    health = engine().health()
    if health.is_well or time.monotonic() < _rest.until:
        return health
    log.warning("search: %s; rebuilding", health.reason)
    try:
        count = rebuild()
    except Exception:
        # A full disk, say: reading the whole house every five seconds would not empty it.
        _rest.seconds = min(max(_rest.seconds * 2, _SHORTEST_REST), _LONGEST_REST)
        _rest.until = time.monotonic() + _rest.seconds
        raise
    _rest.seconds = 0.0
    log.warning("search: rebuilt with %s documents", count)
    return engine().health()


def is_index_well() -> bool:
    """Say for /readyz whether search answers from its index, be it one of an older version."""
    health = engine().health()
    return health.is_well or health.documents > 0


def directory_changed(people: Iterable[User]) -> None:
    """Write people's documents again; for changes that come by the hundred and write no diary row each."""
    uids = [f"person:{person.pk}" for person in people]
    engine().upsert(load_documents([*uids, *tags_on(uids)]))
