"""Finds everything; nobody imports it."""
