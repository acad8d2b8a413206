"""Every change to the wiki, one function a verb: keyword arguments, the actor first, one transaction with its diary row.

A refusal is DoesNotExist (what the actor may not see), PermissionDenied ("not you") or ValidationError by field ("not
this", in plain words). `at` tells of the past: for imports and made-up histories only.
"""

from wiki.actions.conflicts import resolve_conflict
from wiki.actions.drafts import discard_draft, forget_discarded_drafts, restore_draft, save_draft
from wiki.actions.importing import fill_import, place_import
from wiki.actions.languages import confirm_translation, link_translation, unlink_translation
from wiki.actions.pages import Conflict, Saved, create_page, save_page
from wiki.actions.placing import place_page
from wiki.actions.presence import note_editing, stop_editing
from wiki.actions.purge import purge_trash
from wiki.actions.rooms import (
    Entered,
    LiveText,
    RoomClosed,
    RoomFull,
    bring_text,
    enter_room,
    follow_page,
    keep_updates,
    leave_room,
    stay_in_rooms,
)
from wiki.actions.sections import create_section, ensure_section
from wiki.actions.templates import mark_template, unmark_template
from wiki.actions.ticking import tick_box
from wiki.actions.tree import move_page, rename_page, trash_page, untrash_page
from wiki.actions.versions import delete_version, restore_version

__all__ = [
    "Conflict",
    "Entered",
    "LiveText",
    "RoomClosed",
    "RoomFull",
    "Saved",
    "bring_text",
    "confirm_translation",
    "create_page",
    "create_section",
    "delete_version",
    "discard_draft",
    "ensure_section",
    "enter_room",
    "fill_import",
    "follow_page",
    "forget_discarded_drafts",
    "keep_updates",
    "leave_room",
    "link_translation",
    "mark_template",
    "move_page",
    "note_editing",
    "place_import",
    "place_page",
    "purge_trash",
    "rename_page",
    "resolve_conflict",
    "restore_draft",
    "restore_version",
    "save_draft",
    "save_page",
    "stay_in_rooms",
    "stop_editing",
    "tick_box",
    "trash_page",
    "unlink_translation",
    "unmark_template",
    "untrash_page",
]
