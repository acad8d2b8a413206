"""Live hints: content-free, "something changed here"."""
