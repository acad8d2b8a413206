"""Loikka: the intranet where internal dialogue replaces email threads."""
