"""Everything that changes what people say; views, API, importers and tests call these, nothing else writes."""

from feed.actions.files import add_file, adopt_files, attach_to_page, copy_file, remove_file, replace_file, restore_file
from feed.actions.posts import delete_post, edit_post, publish_post, purge_deleted, reply_to_post, restore_post
from feed.actions.reactions import react, unreact
from feed.actions.reading import mark_all_read, mark_read, mark_unread_from
from feed.actions.unused import forget_unused_files

__all__ = [
    "add_file",
    "adopt_files",
    "attach_to_page",
    "copy_file",
    "delete_post",
    "edit_post",
    "forget_unused_files",
    "mark_all_read",
    "mark_read",
    "mark_unread_from",
    "publish_post",
    "purge_deleted",
    "react",
    "remove_file",
    "replace_file",
    "reply_to_post",
    "restore_file",
    "restore_post",
    "unreact",
]
