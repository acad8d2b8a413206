"""Keeping it true: who looks after a page, when it is looked at again, and what its readers say about it."""
