"""Addresses of this app."""

from django.urls import path

from intranet.notifications import views
from intranet.notifications.push import views as push

app_name = "notifications"
urlpatterns = [
    path("", views.listed, name="list"),
    path("seen/", views.seen, name="seen"),
    path("watching/", views.watching, name="watching"),
    path("level/<slug:kind>/<int:number>/", views.level, name="level"),
    path("fresh/", views.fresh, name="fresh"),
    path("settings/", views.preferences, name="settings"),
    path("browsers/", push.switch_on, name="browser_on"),
    path("browsers/renew/", push.renew, name="browser_renew"),
    path("browsers/<int:pk>/", push.change, name="browser"),
    path("<int:pk>/", views.open_notice, name="open"),
    path("<int:pk>/mute/", views.mute, name="mute"),
]
