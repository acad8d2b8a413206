"""Addresses of the wiki."""

from django.urls import path

from wiki.views import drafts, editing, export, fragments, history, languages, lists, reading, templates, tree

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
    path("wiki/id/all/export/", export.everything, name="export_all"),
    path("wiki/id/section/<str:slug>/export/", export.section, name="export_section"),
    path("wiki/id/<int:pk>/export/", export.page, name="export"),
    path("wiki/id/<int:pk>/pdf/", export.pdf, name="pdf"),
    path("wiki/id/<int:pk>/", reading.by_id, name="by_id"),
    path("wiki/id/<int:pk>/edit/", editing.edit, name="edit"),
    path("wiki/id/<int:pk>/resolve/", editing.resolve, name="resolve"),
    path("wiki/id/<int:pk>/history/", history.show, name="history"),
    path("wiki/id/<int:pk>/versions/<int:number>/", history.version, name="version"),
    path("wiki/id/<int:pk>/versions/<int:number>/restore/", history.restore, name="restore"),
    path("wiki/id/<int:pk>/compare/", history.compare_versions, name="compare"),
    path("wiki/id/<int:pk>/template/", templates.template, name="template"),
    path("wiki/id/<int:pk>/languages/", languages.languages, name="languages"),
    path("wiki/id/<int:pk>/move/", tree.move, name="move"),
    path("wiki/id/<int:pk>/delete/", tree.delete, name="delete"),
    path("wiki/id/<int:pk>/restore/", tree.untrash, name="untrash"),
    path("wiki/<path:address>/", reading.page, name="page"),
]
