"""Writing in bulk: documents over what has the same uid, each with the moment it was written at.

The moment is the document's version: of two writers the later one wins, in whatever order their requests are carried
out, also one that the server comes to long after its sender gave up. Who comes too late is told so (409) and writes
again with what the database says then. Clocks that differ cost a delay, never a document.
"""

import json
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from search.engines.base import Document, SearchAwayError
from search.engines.opensearch.layout import row_of
from search.engines.opensearch.server import WRITING, Server

# A request holds so many documents or bytes.
_MOST_DOCUMENTS, _MOST_BYTES = 500, 4_000_000
# How often what the server had no room for (429) is sent again, and seconds before the first time; doubled each time.
_ATTEMPTS, _PAUSE = 4, 0.25
_FULL, _TOO_LATE, _MISSING = 429, 409, 404

Action = tuple[str, str]  # uid, and the lines that are sent

_clock = threading.Lock()
_last = [0]


def now() -> int:
    """Return the moment as a version: microseconds, later at each call."""
    with _clock:
        _last[0] = max(_last[0] + 1, time.time_ns() // 1_000)
        return _last[0]


def actions(documents: Iterable[Document], removed: Iterable[str], version: int) -> Iterator[Action]:
    """Yield what brings documents in and takes uids out."""
    written = set()
    for document in documents:
        written.add(document.uid)
        yield document.uid, f"{_line('index', document.uid, version)}{_json(row_of(document))}\n"
    for uid in sorted(set(removed) - written):
        yield uid, _line("delete", uid, version)


def write(server: Server, alias: str, waiting: Iterable[Action]) -> int:
    """Carry out actions and make them seen, all at once; return how many there were."""
    count = 0
    for batch, is_last in _batches(waiting):
        _send(server, alias, batch, is_seen=is_last)
        count += len(batch)
    return count


def _batches(waiting: Iterable[Action]) -> Iterator[tuple[list[Action], bool]]:
    """Yield batches, and whether each is the last one."""
    batch: list[Action] = []
    size = 0
    for action in waiting:
        if batch and (len(batch) >= _MOST_DOCUMENTS or size + len(action[1]) > _MOST_BYTES):
            yield batch, False
            batch, size = [], 0
        batch.append(action)
        size += len(action[1])
    if batch:
        yield batch, True


def _send(server: Server, alias: str, batch: Sequence[Action], *, is_seen: bool) -> None:
    """Send a batch; what there was no room for once more, after a pause."""
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE * 2 ** (attempt - 1))
        body = "".join(lines for _, lines in batch)
        # An alias, or nothing: an index that somebody deleted must not come into being again by a write.
        answer = server.tell(
            "bulk", WRITING, index=alias, body=body, params={"refresh": str(is_seen).lower(), "require_alias": "true"}
        )
        if not answer["errors"]:
            return
        results = [next(iter(item.items())) for item in answer["items"]]
        refused = [one for one in results if _failed(*one)]
        if wrong := [one for _, one in refused if one["status"] != _FULL]:
            raise SearchAwayError(_reason(wrong[0]))
        full = {one["_id"] for _, one in refused}
        batch = [action for action in batch if action[0] in full]
        if not batch:
            return
    raise SearchAwayError("the server has no room for writes (429)")


def _failed(what: str, result: dict[str, Any]) -> bool:
    if what == "delete" and result["status"] == _MISSING and "error" not in result:
        return False
    return bool(result["status"] >= 300)


def _reason(result: dict[str, Any]) -> str:
    """Say why a document was refused; never with the server's own words, which may hold its text."""
    kind = result.get("error", {}).get("type", "")
    if result["status"] == _TOO_LATE:
        return "another process wrote the same later"
    if result["status"] == _MISSING:
        return "the index is missing"
    return f"the server refused {result['_id']} ({result['status']} {kind})"


def _line(what: str, uid: str, version: int) -> str:
    return _json({what: {"_id": uid, "version": version, "version_type": "external_gte"}}) + "\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
