"""Addresses of search. A tag's page belongs to search because it shows every kind of thing."""

from django.urls import path

from search import views

app_name = "search"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/switcher/", views.switcher, name="switcher"),
    path("search/suggest/", views.suggest, name="suggest"),
    path("search/similar/", views.similar, name="similar"),
    path("tags/<str:slug>/", views.tag, name="tag"),
]
