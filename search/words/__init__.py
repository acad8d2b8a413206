"""What editors keep for search: words that mean the same, and results pinned to words."""
