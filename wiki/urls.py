"""Addresses of the wiki."""

from django.urls import path, re_path

from wiki.authors import views as authors
from wiki.bringing import views as bringing
from wiki.care import views as care
from wiki.care.handing import views as handing
from wiki.deadlinks import views as deadlinks
from wiki.harvest import views as harvest
from wiki.reactions import views as reactions
from wiki.tree import views as pages
from wiki.views import (
    drafts,
    editing,
    export,
    files,
    fragments,
    history,
    languages,
    lists,
    presence,
    reading,
    templates,
    ticking,
    tree,
)
from wiki.watching import views as watching

app_name = "wiki"
urlpatterns = [
    path("complete/", fragments.complete, name="complete"),
    path("wiki/", lists.home, name="home"),
    path("wiki/new/", editing.create, name="create"),
    path("wiki/preview/", fragments.preview, name="preview"),
    path("wiki/places/", fragments.places, name="places"),
    path("wiki/wanted/", lists.wanted, name="wanted"),
    path("wiki/tree/<str:slug>/", pages.show, name="tree"),
    path("wiki/links/", deadlinks.all_links, name="dead_links"),
    path("wiki/trash/", lists.trash, name="trash"),
    path("wiki/drafts/", drafts.list_drafts, name="drafts"),
    path("wiki/draft/", drafts.save, name="draft"),
    path("wiki/drafts/<int:pk>/discard/", drafts.discard, name="draft_discard"),
    path("wiki/drafts/<int:pk>/restore/", drafts.restore, name="draft_restore"),
    path("wiki/files/<uuid:pk>/", files.about, name="file"),
    path("wiki/files/<uuid:pk>/replace/", files.replace, name="file_replace"),
    path("wiki/files/<uuid:pk>/versions/<int:number>/", files.version, name="file_version"),
    path("wiki/id/section/<str:slug>/import/", bringing.bring, name="import"),
    path("wiki/imports/<uuid:pk>/", bringing.one, name="import_one"),
    path("wiki/id/all/export/", export.everything, name="export_all"),
    path("wiki/id/section/<str:slug>/export/", export.section, name="export_section"),
    path("wiki/id/<int:pk>/export/", export.page, name="export"),
    path("wiki/id/<int:pk>/pdf/", export.pdf, name="pdf"),
    path("wiki/id/<int:pk>/", reading.by_id, name="by_id"),
    path("wiki/id/<int:pk>/edit/", editing.edit, name="edit"),
    path("wiki/id/<int:pk>/editing/", presence.editing, name="editing"),
    path("wiki/id/<int:pk>/tick/", ticking.tick, name="tick"),
    path("wiki/id/<int:pk>/resolve/", editing.resolve, name="resolve"),
    path("wiki/id/<int:pk>/history/", history.show, name="history"),
    path("wiki/id/<int:pk>/versions/<int:number>/", history.version, name="version"),
    path("wiki/id/<int:pk>/versions/<int:number>/restore/", history.restore, name="restore"),
    path("wiki/id/<int:pk>/versions/<int:number>/delete/", history.delete, name="version_delete"),
    path("wiki/id/<int:pk>/compare/", history.compare_versions, name="compare"),
    path("wiki/id/<int:pk>/template/", templates.template, name="template"),
    path("wiki/id/<int:pk>/languages/", languages.languages, name="languages"),
    path("wiki/id/<int:pk>/move/", tree.move, name="move"),
    path("wiki/id/<int:pk>/place/", pages.place, name="place"),
    path("wiki/id/<int:pk>/delete/", tree.delete, name="delete"),
    path("wiki/id/<int:pk>/restore/", tree.untrash, name="untrash"),
    path("wiki/id/<int:pk>/care/", care.care, name="care"),
    path("wiki/id/<int:pk>/confirm/", care.confirm, name="care_confirm"),
    path("wiki/id/<int:pk>/flag/", care.flag, name="flag"),
    path("wiki/id/<int:pk>/reactions/", reactions.reactions, name="reactions"),
    path("wiki/id/<int:pk>/ask/", reactions.ask, name="ask"),
    path("wiki/id/<int:pk>/watch/", watching.watch, name="watch"),
    path("threads/<int:pk>/page/", harvest.from_thread, name="from_thread"),
    re_path(r"^people/(?P<handle>[a-z0-9][a-z0-9._-]{0,59})/written/$", authors.written, name="written"),
    path("me/following/", authors.following, name="following"),
    path("care/", care.mine, name="care_mine"),
    re_path(r"^care/of/(?P<handle>[a-z0-9][a-z0-9._-]{0,59})/$", handing.hand_over, name="hand_over"),
    path("care/confirmations/<int:pk>/undo/", care.undo, name="care_undo"),
    path("care/flags/<int:pk>/resolve/", care.resolve, name="flag_resolve"),
    path("care/in/<slug:slug>/", care.care_list, name="care_list"),
    path("care/in/<slug:slug>/links/", deadlinks.community_links, name="community_links"),
    path("wiki/<path:address>/", reading.page, name="page"),
]
