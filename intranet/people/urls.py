"""Addresses of people and communities."""

app_name = "people"
urlpatterns: list = []
