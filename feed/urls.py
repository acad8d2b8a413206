"""Addresses of this app."""

from django.urls import path, re_path

from feed import views
from feed.keeping import views as keeping
from feed.kinds.urls import urlpatterns as kinds
from feed.linkcards import views as linkcards
from feed.moderation import views as moderation
from feed.shelf import views as shelf
from feed.threads import views as threads

app_name = "feed"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", views.new_threads, name="new_threads"),
    path("read/", views.all_read, name="all_read"),
    path("menu/", views.menu, name="menu"),
    path("posts/standing/", views.standing, name="standing"),
    path("communities/<slug:slug>/", views.community, name="community"),
    path("communities/<slug:slug>/moderation/", moderation.queue, name="moderation"),
    path("moderation/<int:pk>/keep/", moderation.keep, name="report_keep"),
    path("bookmarks/", keeping.bookmarks, name="bookmarks"),
    path("bookmarks/<int:pk>/drop/", keeping.bookmark_drop, name="bookmark_drop"),
    path("bookmarks/page/<int:pk>/", keeping.bookmark_page, name="bookmark_page"),
    path("posts/drafts/", threads.drafts, name="drafts"),
    path("posts/draft/", threads.draft, name="draft"),
    path("posts/draft/begun/", threads.begun, name="draft_begun"),
    path("posts/drafts/<int:pk>/discard/", threads.draft_discard, name="draft_discard"),
    path("communities/<slug:slug>/files/", shelf.community_files, name="community_files"),
    path("posts/new/", views.post_create, name="post_create"),
    path("posts/<int:pk>/", views.post, name="post"),
    path("posts/<int:pk>/edit/", views.post_edit, name="post_edit"),
    path("posts/<int:pk>/delete/", views.post_delete, name="post_delete"),
    path("posts/<int:pk>/restore/", views.post_restore, name="post_restore"),
    path("posts/<int:pk>/versions/", views.post_versions, name="post_versions"),
    path("posts/<int:pk>/unread/", views.post_unread, name="post_unread"),
    path("posts/<int:pk>/cards/remove/", linkcards.card_remove, name="card_remove"),
    re_path(r"^previews/(?P<token>[0-9a-f]{32})\.webp$", linkcards.preview_image, name="preview_image"),
    path("posts/<int:pk>/reactions/", views.post_reactions, name="post_reactions"),
    path("posts/<int:pk>/menu/", threads.post_menu, name="post_menu"),
    path("posts/<int:pk>/bookmark/", keeping.bookmark, name="bookmark"),
    path("posts/<int:pk>/report/", moderation.report, name="report"),
    path("posts/<int:pk>/hide/", moderation.hide, name="hide"),
    path("posts/<int:pk>/hidden/", moderation.hidden, name="hidden"),
    path("posts/<int:pk>/show/", moderation.show, name="show"),
    path("pages/<int:pk>/report/", moderation.report_page, name="report_page"),
    path("threads/<int:pk>/close/", threads.close, name="close"),
    path("threads/<int:pk>/move/", threads.move, name="move"),
    path("threads/<int:pk>/pin/", keeping.pin, name="pin"),
    path("threads/<int:pk>/pin/dismiss/", keeping.pin_dismiss, name="pin_dismiss"),
    path("threads/<int:pk>/", views.thread, name="thread"),
    path("threads/<int:pk>/new/", views.new_replies, name="new_replies"),
    path("threads/<int:pk>/reply/", views.reply_create, name="reply_create"),
    path("threads/<int:pk>/read/", views.thread_read, name="thread_read"),
    path("files/upload/", views.upload, name="upload"),
    path("files/<uuid:pk>/restore/", views.file_restore, name="file_restore"),
    path("files/<uuid:pk>/remove/", views.file_remove, name="file_remove"),
    path("files/<uuid:pk>/<path:name>", views.file, name="file"),
    *kinds,
]
