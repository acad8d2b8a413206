"""Addresses of this app."""

app_name = "onboarding"
urlpatterns: list = []
