"""Addresses of the screens on which paths are made."""

from django.urls import path

from wiki.onboarding.making.views import paths, people, rules, steps, versions

urlpatterns = [
    path("new/", paths.create, name="path_create"),
    path("new/from/<slug:key>/", paths.from_example, name="path_from_example"),
    path("<slug:slug>/edit/", paths.edit, name="path_edit"),
    path("<slug:slug>/settings/", paths.settings, name="path_settings"),
    path("<slug:slug>/copy/", paths.copy, name="path_copy"),
    path("<slug:slug>/archive/", paths.archive, name="path_archive"),
    path("<slug:slug>/preview/", paths.preview, name="path_preview"),
    path("<slug:slug>/roles/", paths.roles, name="roles"),
    path("<slug:slug>/roles/<int:role_pk>/", paths.role_edit, name="role_edit"),
    path("<slug:slug>/roles/<int:role_pk>/remove/", paths.role_remove, name="role_remove"),
    path("<slug:slug>/versions/", versions.history, name="path_versions"),
    path("<slug:slug>/versions/<int:number>/", versions.describe, name="version_describe"),
    path("<slug:slug>/align/", versions.align, name="align"),
    path("<slug:slug>/rules/", rules.rules, name="path_rules"),
    path("<slug:slug>/rules/<int:rule_pk>/remove/", rules.remove, name="rule_remove"),
    path("<slug:slug>/enrol/", people.enrol, name="enrol"),
    path("<slug:slug>/steps/new/", steps.step_create, name="step_create"),
    path("<slug:slug>/steps/<int:step_pk>/", steps.step_edit, name="step_edit"),
    path("<slug:slug>/steps/<int:step_pk>/move/", steps.step_move, name="step_move"),
    path("<slug:slug>/steps/<int:step_pk>/remove/", steps.step_remove, name="step_remove"),
    path("<slug:slug>/steps/<int:step_pk>/restore/", steps.step_restore, name="step_restore"),
]
