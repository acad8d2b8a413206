"""The tree of a section."""
