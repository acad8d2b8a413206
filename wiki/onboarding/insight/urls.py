"""Addresses of how a path works (below `/paths/<slug>/`)."""

from django.urls import path

from wiki.onboarding.insight import views

urlpatterns = [
    path("insight/", views.show, name="insight"),
    path("insight/export/", views.export, name="insight_export"),
]
