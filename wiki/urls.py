"""Addresses of this app."""

app_name = "wiki"
urlpatterns: list = []
