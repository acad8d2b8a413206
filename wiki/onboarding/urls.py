"""Addresses of onboarding paths."""

from django.urls import path

from wiki.onboarding import views
from wiki.onboarding.making.urls import urlpatterns as making

app_name = "onboarding"
urlpatterns = [
    *making,
    path("", views.my_path, name="my_path"),
    path("on/<int:pk>/", views.enrolment, name="enrolment"),
    path("on/<int:pk>/steps/<int:step_pk>/done/", views.complete, name="step_complete"),
    path("on/<int:pk>/steps/<int:step_pk>/open/", views.reopen, name="step_reopen"),
    path("<slug:slug>/", views.path_page, name="path"),
]
