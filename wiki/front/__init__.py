"""The front room of a section: what changed, what is read, what is missing, what a page can begin with."""
