"""Reminders of steps: when, to whom, once a day at most, and how they read."""
