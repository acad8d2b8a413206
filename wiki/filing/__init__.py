"""Versions of files, for programs."""
