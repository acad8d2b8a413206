"""What the browser asks for."""

from feed.views.files import file, file_remove, file_restore, upload
from feed.views.lists import all_read, community, home, new_threads
from feed.views.live import menu, standing
from feed.views.posts import (
    post,
    post_create,
    post_delete,
    post_edit,
    post_reactions,
    post_restore,
    post_unread,
    post_versions,
)
from feed.views.threads import new_replies, reply_create, thread, thread_read

__all__ = [
    "all_read",
    "community",
    "file",
    "file_remove",
    "file_restore",
    "home",
    "menu",
    "new_replies",
    "new_threads",
    "post",
    "post_create",
    "post_delete",
    "post_edit",
    "post_reactions",
    "post_restore",
    "post_unread",
    "post_versions",
    "reply_create",
    "standing",
    "thread",
    "thread_read",
    "upload",
]
