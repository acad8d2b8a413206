"""Addresses of search. A tag's page belongs to search because it shows every kind of thing."""

from django.urls import path

from search import views
from search.tags import editing
from search.tags import views as tags

app_name = "search"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/switcher/", views.switcher, name="switcher"),
    path("search/suggest/", views.suggest, name="suggest"),
    path("search/similar/", views.similar, name="similar"),
    path("tags/", tags.cloud, name="tags"),
    # A tag may be called "suggest": its own addresses have two parts.
    path("tags/in/text/", tags.suggest, name="tags_in_text"),
    path("tags/<str:slug>/", tags.tag, name="tag"),
    path("tags/<str:slug>/edit/", editing.edit, name="tag_edit"),
    path("tags/<str:slug>/rename/", editing.rename, name="tag_rename"),
    path("tags/<str:slug>/merge/", editing.merge, name="tag_merge"),
    path("tags/<str:slug>/synonyms/", editing.synonym, {"on": True}, name="tag_synonym"),
    path("tags/<str:slug>/synonyms/remove/", editing.synonym, {"on": False}, name="tag_synonym_remove"),
]
