"""The screens on which paths are made."""
