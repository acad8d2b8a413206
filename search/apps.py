"""Finds everything; nobody imports it."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Analysis, index, result page."""

    name = "search"
