"""Keeping pages right."""
