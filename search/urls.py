"""Addresses of search. A tag's page belongs to search because it shows every kind of thing."""

from django.urls import path

from search import views
from search.gaps import asking
from search.gaps import views as gaps
from search.saved import views as saved
from search.switcher import views as switcher
from search.tags import editing
from search.tags import views as tags
from search.words import views as words

app_name = "search"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/switcher/", switcher.switcher, name="switcher"),
    path("search/suggest/", switcher.suggest, name="suggest"),
    path("search/similar/", views.similar, name="similar"),
    path("search/ask/", asking.ask, name="ask"),
    path("search/gaps/", gaps.gaps, name="gaps"),
    path("search/gaps/<int:pk>/done/", gaps.done, name="gap_done"),
    path("search/gaps/<int:pk>/answer/", gaps.answer, name="gap_answer"),
    path("search/gaps/<int:pk>/reopen/", gaps.reopen, name="gap_reopen"),
    path("search/saved/", saved.saved, name="saved"),
    path("search/saved/<int:pk>/", saved.change, name="saved_change"),
    path("search/saved/<int:pk>/remove/", saved.remove, name="saved_remove"),
    path("search/pins/", words.pins, name="pins"),
    path("search/pins/<int:pk>/remove/", words.pin_remove, name="pin_remove"),
    path("search/synonyms/", words.synonyms, name="synonyms"),
    path("search/synonyms/<int:pk>/", words.synonyms_change, name="synonyms_change"),
    path("search/synonyms/<int:pk>/remove/", words.synonyms_remove, name="synonyms_remove"),
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
