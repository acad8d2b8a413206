"""Pages in and out, a module per format."""
