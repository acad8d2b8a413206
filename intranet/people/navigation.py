"""The person's own corner of the menu."""
