"""Addresses of this app."""

app_name = "feed"
urlpatterns: list = []
