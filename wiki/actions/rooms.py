"""Several people write in one page at the same time: the rows of their room.

No part of the diary: what is typed is no version until somebody saves (`wiki.actions.save_page`). Each function locks the
room's row, so that processes that hold the same room open number what they keep one after the other.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction
from django.db.models import F

from intranet.activity.live import bridge
from intranet.activity.live.hub import Hint
from intranet.locks import turn_to_write
from intranet.people.models import User
from intranet.text import MAX_PAGE, clean_text
from wiki.actions.rules import require_writer
from wiki.models import Draft, Room, RoomUpdate, VersionNote, WikiPage
from wiki.rooms.documents import NOTHING, BadDocument, Document
from wiki.rooms.weaving import weave

# A room that a process left without a goodbye (a crash, a network) waits so many seconds for its people.
KEPT = 600
# Bytes of a document with everything that was ever typed in it since it began.
MAX_SIZE = 6 * 1024 * 1024
# Rows of updates that are kept before they become one.
MOST_UPDATES = 200


class RoomClosed(Exception):  # noqa: N818
    """The room began anew, or is gone: whoever was in it comes again with the text in hand."""


class RoomFull(Exception):  # noqa: N818
    """The document is too large to be written in together."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A room as somebody finds it: `document` is all of it as one update."""

    key: str
    seq: int
    base_revision_id: int | None
    document: bytes


def enter_room(*, actor: User, page: int, process: str) -> Entered:
    """Open the room of a page, or begin it anew from the saved text when nobody is in it.

    Raises WikiPage.DoesNotExist for what the actor may not see, PermissionDenied for what she may only read.
    """
    with turn_to_write(), transaction.atomic():
        current = WikiPage.objects.visible_to(actor).select_related("community").get(pk=page)
        require_writer(actor, current.community)
        if not Room.objects.filter(page_id=current.pk).exists():
            Room.objects.bulk_create([_new(current)], ignore_conflicts=True)
        room = _locked(current.pk)
        if room is None:  # the page was deleted for good in this moment
            raise WikiPage.DoesNotExist
        # The page may have been saved while the room was being locked.
        current.refresh_from_db(fields=["body", "live_revision"])
        now = int(time.time())
        if not any(until > now for until in room.open_until.values()):
            room = _begin(room, current)
        try:
            _follow(room, current)
            document = _document(room)
        except BadDocument:
            room = _begin(room, current)
            document = _document(room)
        room.open_until = {name: until for name, until in room.open_until.items() if until > now}
        room.open_until[process] = now + KEPT
        room.save(update_fields=["open_until"])
    return Entered(room.key, room.seq, room.base_revision_id, document.update)


def stay_in_rooms(*, process: str, pages: Iterable[int]) -> None:
    """Say that this process still has people in the rooms of these pages."""
    for page in pages:
        with turn_to_write(), transaction.atomic():
            room = _locked(page)
            if room:
                room.open_until[process] = int(time.time()) + KEPT
                room.save(update_fields=["open_until"])


def leave_room(*, process: str, page: int, is_goodbye: bool) -> None:
    """Say that nobody of this process is in the room any more; without a goodbye it waits for them to come back."""
    with turn_to_write(), transaction.atomic():
        room = _locked(page)
        if room and process in room.open_until:
            if is_goodbye:
                del room.open_until[process]
            else:
                room.open_until[process] = int(time.time()) + KEPT
            room.save(update_fields=["open_until"])


def keep_updates(*, page: int, key: str, updates: list[bytes], writers: Iterable[int]) -> int:
    """Keep what was typed; returns the number of the last row. Raises RoomClosed, RoomFull."""
    with turn_to_write(), transaction.atomic():
        room = _open(page, key)
        _append(room, updates, writers)
        return room.seq


def bring_text(
    *, actor: User, page: int, key: str, text: str, before: str | None, base_revision_id: int | None
) -> None:
    """Weave a text that was typed elsewhere into the room's, as the actor's edit.

    It was made of the text `before`, or of the version `base_revision_id`. Raises RoomClosed, RoomFull.
    """
    text = clean_text(text)[:MAX_PAGE]
    with turn_to_write(), transaction.atomic():
        room = _open(page, key)
        document = _document(room)
        if before is None:
            before = _text_of_version(page, base_revision_id)
        base = room.base_text if before is None else clean_text(before)
        update = document.write(weave(base, document.text, text))
        if update != NOTHING:
            _append(room, [update], [actor.pk])


def follow_page(*, page: int) -> None:
    """Bring a version that was saved outside the room into it, as an edit: nobody in the room writes over it."""
    with turn_to_write(), transaction.atomic():
        room = _locked(page)
        current = WikiPage.objects.filter(pk=page).first()
        if room and current:
            try:
                _follow(room, current)
            except BadDocument:
                _begin(room, current)


@dataclass(frozen=True, slots=True)
class LiveText:
    """What a browser sends along with a save from within a room: its key, and the whole document as it has it."""

    key: str
    state: bytes


class RoomSave:
    """A save from within a room: `text` is what is to be saved, and the room follows when it is."""

    def __init__(self, room: Room, page: WikiPage, mine: Document) -> None:
        self.room, self.mine = room, mine
        self.is_in_step = room.base_revision_id == page.live_revision_id
        self.base_revision_id, self.base_text = room.base_revision_id, room.base_text
        self.everything = _document(room)
        self.everything.apply([mine.update])
        # What was saved from the room meanwhile, and has not reached this browser: theirs and mine are one document.
        mine.apply([bytes(room.state)])
        self.text = mine.text

    def together(self, actor: User) -> list[int]:
        """Return who took part since the last version, without who saves."""
        return [pk for pk in self.room.writers if pk != actor.pk]

    def settle(self, page: WikiPage) -> None:
        """Move the room to the version that was just saved; drafts of those who took part say nothing new now."""
        if page.body != self.text:
            # Merged with a version from outside: the room gets what the merge added.
            text = weave(self.text, self.everything.text, page.body)
            self.everything.write(text)
            self.mine = self.everything
        writers, self.room.writers = self.room.writers, []
        _settle(self.room, page, self.mine, self.everything)
        transaction.on_commit(partial(bridge.publish, [Hint(f"room:{page.pk}", ("look",))]))
        for draft in Draft.objects.filter(page=page, author_id__in=writers):
            base = _text_of_version(page.pk, draft.base_revision_id)
            if base is not None and weave(base, draft.body, page.body) == page.body:
                draft.delete()


def room_of_save(page: WikiPage, live: LiveText | None, body: str) -> RoomSave | None:
    """Return the locked room a save comes from; None when it comes from elsewhere, or the document does not say `body`."""
    if live is None or not live.key or not live.state or len(live.state) > MAX_SIZE:
        return None
    room = _locked(page.pk)
    if room is None or room.key != live.key:
        return None
    try:
        mine = Document(live.state)
        return RoomSave(room, page, mine) if clean_text(mine.text) == body else None
    except BadDocument:
        return None


def _new(page: WikiPage) -> Room:
    document = Document()
    state = document.write(page.body)
    return Room(
        page_id=page.pk, key=secrets.token_hex(16), base_revision_id=page.live_revision_id, base_text=page.body,
        state=state, size=len(state),
    )  # fmt: skip


def _begin(room: Room, page: WikiPage) -> Room:
    """Let a room begin anew from the saved text."""
    fresh = _new(page)
    fresh.pk, fresh.seq, fresh.open_until = room.pk, 0, room.open_until
    room.updates.all().delete()
    fresh.save(force_update=True)
    return fresh


def _follow(room: Room, page: WikiPage) -> None:
    if room.base_revision_id != page.live_revision_id:
        document = _document(room)
        document.write(weave(room.base_text, document.text, page.body))
        _settle(room, page, document, document)


def _locked(page: int) -> Room | None:
    rooms = Room.objects.filter(page_id=page)
    if connection.features.has_select_for_update:
        rooms = rooms.select_for_update()
    return rooms.first()


def _open(page: int, key: str) -> Room:
    room = _locked(page)
    if room is None or room.key != key:
        raise RoomClosed
    return room


def _document(room: Room) -> Document:
    return Document(bytes(room.state), *map(bytes, room.updates.values_list("update", flat=True)))


def _append(room: Room, updates: list[bytes], writers: Iterable[int]) -> None:
    size = sum(map(len, updates))
    if room.size + size > MAX_SIZE:
        raise RoomFull
    rows = [RoomUpdate(room=room, seq=room.seq + n, update=update) for n, update in enumerate(updates, 1)]
    RoomUpdate.objects.bulk_create(rows)
    room.seq, room.size = room.seq + len(rows), room.size + size
    room.writers = list(dict.fromkeys([*room.writers, *writers]))
    room.save(update_fields=["seq", "size", "writers"])
    if room.updates.count() > MOST_UPDATES:
        _pack(room)


def _pack(room: Room) -> None:
    """Make one row of all rows: the last, so that whoever has seen some of them takes it in whole."""
    try:
        packed = _document(room).since(Document(bytes(room.state)))
    except BadDocument:
        return
    room.updates.filter(seq__lt=room.seq).delete()
    room.updates.update(update=packed)
    room.size = len(room.state) + len(packed)
    room.save(update_fields=["size"])


def _settle(room: Room, page: WikiPage, saved: Document, everything: Document) -> None:
    """Write the room anew upon a version: `saved` has its text, `everything` what was typed besides."""
    rest = everything.since(saved)
    room.updates.all().delete()
    room.seq += 1
    RoomUpdate.objects.create(room=room, seq=room.seq, update=rest)
    room.state, room.base_text, room.base_revision_id = saved.update, page.body, page.live_revision_id
    room.size = len(room.state) + len(rest)
    room.save()


def _text_of_version(page: int, revision_id: int | None) -> str | None:
    """Return the text of a version of the page, None when there is none of that number."""
    notes = VersionNote.objects.filter(page_id=page, revision_id=revision_id or 0)
    note = notes.values("revision__content").first()
    return str(note["revision__content"].get("body", "")) if note else None


def room_news(pages: Iterable[int]) -> dict[int, tuple[str, int, int | None, int | None]]:
    """Return {page: (key, last number, base revision, the page's revision)} of rooms, in one query."""
    rows = Room.objects.filter(page_id__in=list(pages)).annotate(live=F("page__live_revision_id"))
    return {row[0]: row[1:] for row in rows.values_list("page_id", "key", "seq", "base_revision_id", "live")}
