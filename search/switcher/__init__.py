"""The switcher: go anywhere by a few letters. Places one was at lately, names, tags and commands in one list."""
