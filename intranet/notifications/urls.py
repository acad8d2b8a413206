"""Addresses of this app."""

from django.urls import path

from intranet.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.listed, name="list"),
    path("seen/", views.seen, name="seen"),
    path("watching/", views.watching, name="watching"),
    path("<int:pk>/", views.open_notice, name="open"),
    path("<int:pk>/mute/", views.mute, name="mute"),
]
