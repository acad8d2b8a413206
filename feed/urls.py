"""Addresses of this app."""

from django.urls import path, re_path

from feed import views
from feed.linkcards import views as linkcards

app_name = "feed"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", views.new_threads, name="new_threads"),
    path("read/", views.all_read, name="all_read"),
    path("menu/", views.menu, name="menu"),
    path("posts/standing/", views.standing, name="standing"),
    path("communities/<slug:slug>/", views.community, name="community"),
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
    path("threads/<int:pk>/", views.thread, name="thread"),
    path("threads/<int:pk>/new/", views.new_replies, name="new_replies"),
    path("threads/<int:pk>/reply/", views.reply_create, name="reply_create"),
    path("threads/<int:pk>/read/", views.thread_read, name="thread_read"),
    path("files/upload/", views.upload, name="upload"),
    path("files/<uuid:pk>/restore/", views.file_restore, name="file_restore"),
    path("files/<uuid:pk>/remove/", views.file_remove, name="file_remove"),
    path("files/<uuid:pk>/<path:name>", views.file, name="file"),
]
