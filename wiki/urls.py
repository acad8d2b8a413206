"""Addresses of the wiki."""

from django.urls import path

from wiki.care import views as care
from wiki.views import drafts, editing, fragments, history, lists, reading, tree

app_name = "wiki"
urlpatterns = [
    path("complete/", fragments.complete, name="complete"),
    path("wiki/", lists.home, name="home"),
    path("wiki/new/", editing.create, name="create"),
    path("wiki/preview/", fragments.preview, name="preview"),
    path("wiki/places/", fragments.places, name="places"),
    path("wiki/wanted/", lists.wanted, name="wanted"),
    path("wiki/trash/", lists.trash, name="trash"),
    path("wiki/drafts/", drafts.list_drafts, name="drafts"),
    path("wiki/draft/", drafts.save, name="draft"),
    path("wiki/drafts/<int:pk>/discard/", drafts.discard, name="draft_discard"),
    path("wiki/id/<int:pk>/", reading.by_id, name="by_id"),
    path("wiki/id/<int:pk>/edit/", editing.edit, name="edit"),
    path("wiki/id/<int:pk>/resolve/", editing.resolve, name="resolve"),
    path("wiki/id/<int:pk>/history/", history.show, name="history"),
    path("wiki/id/<int:pk>/versions/<int:number>/", history.version, name="version"),
    path("wiki/id/<int:pk>/versions/<int:number>/restore/", history.restore, name="restore"),
    path("wiki/id/<int:pk>/compare/", history.compare_versions, name="compare"),
    path("wiki/id/<int:pk>/move/", tree.move, name="move"),
    path("wiki/id/<int:pk>/delete/", tree.delete, name="delete"),
    path("wiki/id/<int:pk>/restore/", tree.untrash, name="untrash"),
    path("wiki/id/<int:pk>/care/", care.care, name="care"),
    path("wiki/id/<int:pk>/confirm/", care.confirm, name="care_confirm"),
    path("wiki/id/<int:pk>/flag/", care.flag, name="flag"),
    path("care/", care.mine, name="care_mine"),
    path("care/confirmations/<int:pk>/undo/", care.undo, name="care_undo"),
    path("care/flags/<int:pk>/resolve/", care.resolve, name="flag_resolve"),
    path("care/in/<slug:slug>/", care.care_list, name="care_list"),
    path("wiki/<path:address>/", reading.page, name="page"),
]
