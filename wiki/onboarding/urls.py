"""Addresses of onboarding paths."""

from django.urls import path

from wiki.onboarding import editing, views

app_name = "onboarding"
urlpatterns = [
    path("", views.my_path, name="my_path"),
    path("new/", editing.create, name="path_create"),
    path("on/<int:pk>/", views.enrolment, name="enrolment"),
    path("on/<int:pk>/steps/<int:step_pk>/done/", views.complete, name="step_complete"),
    path("on/<int:pk>/steps/<int:step_pk>/open/", views.reopen, name="step_reopen"),
    path("<slug:slug>/", views.path_page, name="path"),
    path("<slug:slug>/edit/", editing.edit, name="path_edit"),
    path("<slug:slug>/enrol/", editing.enrol_person, name="enrol"),
    path("<slug:slug>/steps/new/", editing.step_create, name="step_create"),
    path("<slug:slug>/steps/<int:step_pk>/", editing.step_edit, name="step_edit"),
    path("<slug:slug>/steps/<int:step_pk>/move/", editing.step_move, name="step_move"),
    path("<slug:slug>/steps/<int:step_pk>/remove/", editing.step_remove, name="step_remove"),
]
